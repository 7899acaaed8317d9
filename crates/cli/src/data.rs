//! Opening the data of a command: a folder with the embedded database, or a PostgreSQL address beside a folder for files.
//! Brings the schema up to date before anything else sees it.

use hengjian_app::{App, Edge};
use hengjian_store::{Store, migrate::migrate};
use std::{path::PathBuf, sync::Arc};

/// Where the data lies.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct DataOptions {
    /// 数据文件夹
    #[arg(long, value_name = "文件夹", default_value = "data", env = "HENGJIAN_DATA")]
    pub(crate) data: PathBuf,
    /// PostgreSQL 地址；不填则用数据文件夹里的嵌入式数据库
    #[arg(long, value_name = "地址", env = "HENGJIAN_DATABASE", hide_env_values = true)]
    pub(crate) database: Option<String>,
}

/// Name of the embedded database in the data folder.
pub(crate) const DATABASE_FILE: &str = "hengjian.sqlite";

/// Opens, migrates, and makes the program.
pub(crate) fn open(options: &DataOptions, edge: Arc<dyn Edge>, demonstration: bool) -> Result<App, String> {
    std::fs::create_dir_all(&options.data)
        .map_err(|error| format!("不能使用数据文件夹 {}：{error}", options.data.display()))?;
    let store = match &options.database {
        Some(address) => Store::connect_postgres(address),
        None => Store::open_sqlite(&options.data.join(DATABASE_FILE)),
    }
    .map_err(|error| format!("不能打开数据库：{error}"))?;
    migrate(&store).map_err(|error| format!("数据库结构不能更新：{error}"))?;
    App::new(store, edge, &options.data, demonstration).map_err(|error| words(&error))
}

/// A use case's answer in words for a console.
pub(crate) fn words(error: &hengjian_app::AppError) -> String {
    use hengjian_app::AppError;
    match error {
        AppError::Refused(refusal) => {
            let basis = refusal.basis.map(|basis| format!("\n依据：{}", basis.cited())).unwrap_or_default();
            format!("{}\n原因：{}\n怎么办：{}{basis}", refusal.what, refusal.why, refusal.next)
        }
        AppError::Fields(errors) => errors.iter().map(|error| error.message.as_str()).collect::<Vec<_>>().join("\n"),
        AppError::NotAllowed(action) => format!("“{}”由{}办理", action.title(), action.role_titles()),
        AppError::NotFound => "没有找到，或者不在本单位的范围内".to_owned(),
        AppError::Stale => "没有保存：别人已经改过这条记录".to_owned(),
        AppError::SentBefore(_) => "已经提交过，没有重复办理".to_owned(),
        AppError::NotLoggedIn => "没有登录".to_owned(),
        AppError::CannotWrite(detail) => {
            format!(
                "没有保存，数据未改动：数据盘写不进去（{detail}）。请检查数据盘的剩余空间，或者是否有别的程序占用数据库"
            )
        }
        AppError::Unreachable(detail) => {
            format!("没有办理：连不上数据库服务器（{detail}）。请确认数据库服务已启动，再办理一次")
        }
        AppError::Fault(detail) => format!("系统出错，数据未改动：{detail}"),
    }
}
