//! `hengjian import`: a table into the data folder through the same use case as the page. Prints counts and problems, in
//! words or as JSON. Exit code 0 when the file was read (rejected rows are listed), 1 when it was refused as a whole, 2 when
//! it cannot be read.

use crate::{Outcome, data};
use hengjian_app::{
    AppError, SystemEdge,
    exchange::{Report, Request, action_of},
};
use hengjian_domain::{
    actor::Actor,
    code::Code,
    exchange::{ImportKind, ImportProblem, reading},
    organisation::Tier,
};
use jiff::civil::Date;
use std::{path::PathBuf, process::ExitCode, sync::Arc};

/// Problems listed in words; JSON has them all.
const LISTED: usize = 50;

/// Options of `import`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Options {
    /// 种类
    #[arg(value_name = "种类", value_parser = kind_of, help = KINDS)]
    kind: ImportKind,
    /// 表格文件：XLSX、XLS、CSV 或含表格的 HTML
    #[arg(value_name = "文件")]
    file: PathBuf,
    #[command(flatten)]
    data: data::DataOptions,
    /// 输出 JSON
    #[arg(long)]
    json: bool,
    /// 只试算，不写入；数字与实际导入相同
    #[arg(long)]
    dry_run: bool,
    /// 以哪个账号导入；不填用县局第一个有权限的账号
    #[arg(long = "as", value_name = "登录名")]
    user: Option<String>,
    /// 收到日期（交办案件），年-月-日
    #[arg(long, value_name = "日期", value_parser = day_of)]
    received: Option<Date>,
    /// 计划或公告的标题；不填取表内标题，再不然取文件名
    #[arg(long, value_name = "标题", default_value = "")]
    title: String,
    /// 承办单位（上级导入交办案件）：下级机关的全称或简称；表中没有时用
    #[arg(long, value_name = "机关", default_value = "")]
    receiver: String,
    /// 级别：国家级、省级、市级、县级；表中没有时用
    #[arg(long, value_name = "级别", value_parser = tier_of)]
    tier: Option<Tier>,
}

const EXAMPLES: &str = "例：
  hengjian import plan 计划.xlsx --dry-run                 试算：写几行、改几行、哪几行不能导入
  hengjian import enterprises 名单.csv --as plan           以账号 plan 导入市场主体
  hengjian import assignments 交办.xlsx --received 2021-09-24
  hengjian import rules 细则.html --json                   逐处问题以 JSON 输出
退出码：0 已读完（有不能导入的行也是 0），1 整表不收，2 用法不对或者文件读不了";

const KINDS: &str = "plan 抽查计划、enterprises 市场主体、divisions 行政区划、rules 实施细则、assignments 交办案件、results 抽查结果、holidays 节假日、products 产品分类";

fn kind_of(text: &str) -> Result<ImportKind, String> {
    ImportKind::from_code(text)
        .or_else(|| ImportKind::from_title(text))
        .ok_or_else(|| format!("没有这种表。可以导入：{KINDS}"))
}
fn day_of(text: &str) -> Result<Date, String> {
    reading::day(text).ok_or_else(|| "日期应写作 2021-09-24".to_owned())
}
fn tier_of(text: &str) -> Result<Tier, String> {
    reading::tier(text).ok_or_else(|| "级别应为国家级、省级、市级或县级".to_owned())
}

/// Reads the file and applies it.
pub(crate) fn run(options: &Options) -> Outcome {
    let app = data::open(&options.data, Arc::new(SystemEdge::default()), false)?;
    let request = Request {
        title: options.title.clone(),
        received_on: options.received,
        tier: options.tier,
        receiver: options.receiver.clone(),
        ..Request::new(options.kind, options.file.clone())
    };
    let outcome = actor(&app, options).and_then(|actor| {
        if options.dry_run { app.preview_import(&actor, request) } else { app.import(&actor, request) }
    });
    let (report, message, code) = match outcome {
        Ok(report) => (report, None, 0),
        Err(error) => {
            let code = if matches!(error, AppError::Fields(_)) { 2 } else { 1 };
            (refused(&error), Some(data::words(&error)), code)
        }
    };
    if options.json {
        println!("{}", json(&report));
    } else if message.is_none() {
        print_words(options, &report);
    }
    if let Some(message) = message {
        eprintln!("{message}");
    }
    Ok(ExitCode::from(code))
}

fn actor(app: &hengjian_app::App, options: &Options) -> Result<Actor, AppError> {
    match &options.user {
        None => app.default_importer(options.kind),
        Some(login) => {
            let actor = app.actor_named(login)?;
            let action = action_of(options.kind);
            if action.allowed_to(&actor) { Ok(actor) } else { Err(AppError::NotAllowed(action)) }
        }
    }
}

/// The report of a file that was not taken at all: nothing counted, the reason as its one problem.
fn refused(error: &AppError) -> Report {
    let reason = match error {
        AppError::Refused(refusal) => refusal.why.clone(),
        other => data::words(other),
    };
    let problem = ImportProblem {
        row: 0,
        column: String::new(),
        value: String::new(),
        reason,
        severity: hengjian_domain::exchange::ProblemSeverity::Rejected,
    };
    Report { problems: vec![problem], ..Report::default() }
}

fn json(report: &Report) -> String {
    let problems: Vec<serde_json::Value> = report
        .problems
        .iter()
        .map(|problem| {
            serde_json::json!({
                "row": problem.row,
                "column": problem.column,
                "value": problem.value,
                "reason": problem.reason,
                "severity": problem.severity.code(),
            })
        })
        .collect();
    let all = serde_json::json!({
        "rows": report.rows,
        "imported": report.imported,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "flagged": report.flagged,
        "rejected": report.rejected,
        "skipped_headers": report.skipped_headers,
        "unknown_columns": report.unknown_columns,
        "problems": problems,
    });
    all.to_string()
}

fn print_words(options: &Options, report: &Report) {
    let done = if options.dry_run { "试算" } else { "导入" };
    println!("{done}{}《{}》：共 {} 行", options.kind.title(), options.file.display(), report.rows);
    println!(
        "新增 {}　更新 {}　未变 {}　未导入 {}　（其中待核对 {}）",
        report.imported, report.updated, report.unchanged, report.rejected, report.flagged
    );
    if report.skipped_headers > 0 {
        println!("重复的表头 {} 行，已跳过", report.skipped_headers);
    }
    if !report.unknown_columns.is_empty() {
        println!("不认识的列：{}", report.unknown_columns.join("、"));
    }
    for problem in report.problems.iter().take(LISTED) {
        let value = if problem.value.is_empty() { String::new() } else { format!("“{}”", problem.value) };
        let row = if problem.row > 0 { format!("第 {} 行", problem.row) } else { "整张表".to_owned() };
        println!("{row}　{}{value}　{}：{}", problem.column, problem.severity.title(), problem.reason);
    }
    if report.problems.len() > LISTED {
        println!("另有 {} 处，用 --json 看全部", report.problems.len() - LISTED);
    }
}
