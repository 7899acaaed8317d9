//! `hengjian demo`: an invented county in an embedded data folder, with its accounts printed. Never touches other data.

use crate::{Outcome, data, serve};
use hengjian_app::{SystemEdge, demo};
use std::{net::SocketAddr, path::PathBuf, sync::Arc};

/// Options of `demo`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Options {
    /// 演示数据文件夹；已有演示数据则接着用
    #[arg(long, value_name = "文件夹", default_value = "data/demo")]
    data: PathBuf,
    /// 端口；0 由系统选
    #[arg(long, value_name = "端口", default_value_t = 8080)]
    port: u16,
    /// 虚构数据的种子
    #[arg(long, value_name = "种子", default_value_t = 1)]
    seed: u64,
}

const EXAMPLES: &str = "例：
  hengjian demo                                     建一个虚构县局，在 http://127.0.0.1:8080 打开
  hengjian demo --port 8090 --data ./演示           另换端口和文件夹
账号和口令打印在窗口里；企业、人员、编号都是虚构的";

/// Builds the county on the first start, then serves.
pub(crate) fn run(options: &Options) -> Outcome {
    serve::log_to_stderr();
    let database = options.data.join(data::DATABASE_FILE);
    if database.exists() && !demo::is_demonstration(&database) {
        return Err(format!(
            "数据文件夹 {} 里有正式数据，或者旧版本的演示数据。没有改动。演示请用 --data 指定另一个文件夹；\
             正式数据请用 hengjian serve",
            options.data.display()
        ));
    }
    let folder = data::DataOptions { data: options.data.clone(), database: None };
    let stands = demo::build_if_empty(&options.data, options.seed, |edge| data::open(&folder, edge, true))?;
    let _alone = serve::alone(&options.data)?;
    let app = data::open(&folder, Arc::new(SystemEdge::starting_at(stands)), true)?;
    serve::serve(app, SocketAddr::from(([127, 0, 0, 1], options.port)), |address| {
        println!("演示县局已备好，数据在 {}", options.data.display());
        for account in demo::ACCOUNTS {
            println!("账号 {} 口令 {} {}, {}", account.login, demo::PASSWORD, account.roles_text(), account.name);
        }
        println!("地址 http://{address}");
    })
}
