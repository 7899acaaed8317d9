//! 衡鉴: the one binary. Reads the command line and calls; decides nothing and writes nothing itself.
//! Exit codes: 0 done or consistent, 1 refused or failed, 2 usage or unreadable.

mod calc;
mod data;
mod demo;
mod import;
mod journal;
mod serve;
mod usage;

use clap::{FromArgMatches, Parser, Subcommand};
use std::process::ExitCode;

/// What a command answers: 0 done, 1 refused or failed, 2 usage or unreadable.
pub(crate) type Outcome = Result<ExitCode, String>;

/// 衡鉴：产品质量监督抽查
#[derive(Debug, Parser)]
#[command(name = "hengjian", version, about = "衡鉴：产品质量监督抽查，从计划到公布", disable_help_subcommand = true, after_help = EXAMPLES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "例：
  hengjian demo                                 演示：建一个虚构县局并启动
  hengjian serve --data ./data                  正式使用：首次启动打印一次性代码
  hengjian import plan 计划.xlsx --data ./data  导入抽查计划
  hengjian calc workdays < 日期.csv             计算器：标准输入读 CSV，标准输出写 CSV";

#[derive(Debug, Subcommand)]
enum Command {
    /// 启动演示：虚构县局、企业和一年的业务
    Demo(demo::Options),
    /// 启动服务
    Serve(serve::Options),
    /// 导入表格
    Import(import::Options),
    /// 计算器：从标准输入读 CSV，向标准输出写 CSV
    #[command(subcommand)]
    Calc(calc::Calculator),
    /// 操作记录
    #[command(subcommand)]
    Journal(journal::Command),
}

fn main() -> ExitCode {
    let arguments = match usage::read().and_then(|matches| Arguments::from_arg_matches(&matches)) {
        Ok(arguments) => arguments,
        Err(error) => return usage::answer(&error),
    };
    let outcome = match arguments.command {
        Command::Demo(options) => demo::run(&options),
        Command::Serve(options) => serve::run(&options),
        Command::Import(options) => import::run(&options),
        Command::Calc(calculator) => calc::run(calculator),
        Command::Journal(command) => journal::run(&command),
    };
    outcome.unwrap_or_else(|message| {
        eprintln!("{message}");
        ExitCode::from(1)
    })
}
