//! `hengjian serve`: the program as a service. First start prints a one-time code for the first administrator.

use crate::{Outcome, data};
use hengjian_app::{App, SystemEdge};
use std::{
    fs::{File, TryLockError},
    net::SocketAddr,
    path::Path,
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

/// Options of `serve`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Options {
    #[command(flatten)]
    data: data::DataOptions,
    /// 监听地址
    #[arg(long, value_name = "地址", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
}

const EXAMPLES: &str = "例：
  hengjian serve --data ./data                      嵌入式数据库，只在本机打开
  hengjian serve --listen 0.0.0.0:8080              局内其他机器也能打开
  hengjian serve --database postgres://用户:口令@主机/库
首次启动打印一次性代码，在 /setup 建立本机关和第一位管理员";

/// How often terms that end with the day are looked at.
const DAILY_EVERY: Duration = Duration::from_secs(30 * 60);

/// Serves until Ctrl-C or SIGTERM.
pub(crate) fn run(options: &Options) -> Outcome {
    log_to_stderr();
    let is_embedded = options.data.database.is_none();
    if is_embedded && hengjian_app::demo::is_demonstration(&options.data.data.join(data::DATABASE_FILE)) {
        return Err(format!(
            "数据文件夹 {} 里是演示数据：账号和口令是公开的，不能用于正式工作。没有改动。\
             正式数据请用 --data 指定另一个文件夹；看演示请用 hengjian demo",
            options.data.data.display()
        ));
    }
    let _alone = alone(&options.data.data)?;
    let app = data::open(&options.data, Arc::new(SystemEdge::default()), false)?;
    let code = app.first_start_code().map_err(|error| data::words(&error))?;
    serve(app, options.listen, |address| {
        println!("地址 http://{address}");
        if let Some(code) = code {
            println!("首次启动：请打开 http://{address}/setup ，一次性代码 {code}");
        }
    })
}

/// One service at a time on a data folder: two would not hear of each other's codes and sessions. Released by the
/// system when the program ends, however it ends.
pub(crate) fn alone(data: &Path) -> Result<File, String> {
    std::fs::create_dir_all(data).map_err(|error| format!("不能使用数据文件夹 {}：{error}", data.display()))?;
    let file = File::create(data.join("serve.lock")).map_err(|error| format!("数据文件夹写不进去：{error}"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            Err(format!("数据文件夹 {} 正由另一个服务使用。请使用那一个，或者先停掉它再启动", data.display()))
        }
        Err(TryLockError::Error(error)) => Err(format!("数据文件夹不能锁定：{error}")),
    }
}

/// Serves an opened program; `ready` hears the address once it listens.
pub(crate) fn serve(app: App, listen: SocketAddr, ready: impl FnOnce(SocketAddr)) -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("不能启动：{error}"))?;
    runtime.block_on(async move {
        let listener = tokio::net::TcpListener::bind(listen)
            .await
            .map_err(|error| format!("不能监听 {listen}：{error}。请换一个端口，例如 --listen 127.0.0.1:8090"))?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        let clockwork = app.clone();
        tokio::spawn(async move {
            let mut every = tokio::time::interval(DAILY_EVERY);
            loop {
                every.tick().await;
                let app = clockwork.clone();
                let done = tokio::task::spawn_blocking(move || app.daily()).await;
                if !matches!(done, Ok(Ok(()))) {
                    tracing::error!(?done, "daily work failed");
                }
            }
        });
        ready(address);
        hengjian_web::server::serve(listener, app, stopped()).await.map_err(|error| format!("服务中断：{error}"))?;
        Ok(ExitCode::SUCCESS)
    })
}

async fn stopped() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
        if let Ok(mut terminate) = terminate {
            tokio::select! { _ = interrupt => {}, _ = terminate.recv() => {} }
            return;
        }
    }
    let _ = interrupt.await;
}

/// Log lines of the program, to standard error; `HENGJIAN_LOG` sets the level.
pub(crate) fn log_to_stderr() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("HENGJIAN_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}
