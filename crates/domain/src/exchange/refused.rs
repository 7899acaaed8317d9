//! Why a table is not imported as a whole, or an import is not undone, in words.

use super::ImportKind;
use crate::{code::Code, law::LegalBasis, refusal::Explain, time::Timestamp};

/// Why an import or its undo is refused. Order = precedence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportRefused {
    /// No row of the file names the columns that the kind must have.
    NoHeader {
        /// Kind.
        kind: ImportKind,
        /// Titles of the columns it must have.
        required: String,
        /// First words of the file, for recognising a wrong file.
        begins: String,
    },
    /// A plan of that title is no draft any more.
    PlanNotDraft {
        /// Title.
        title: String,
        /// Where it is.
        state: &'static str,
        /// First row that would change it.
        row: i64,
    },
    /// Cases need the day on which this office received them.
    NoReceivedDay,
    /// Nobody has the role.
    NoImporter {
        /// Kind.
        kind: ImportKind,
        /// Roles that may.
        roles: String,
    },
    /// Undone before.
    UndoneAlready,
    /// Something refers to what the import brought.
    BuiltOn {
        /// What was brought.
        thing: &'static str,
        /// What was built on it.
        by: &'static str,
        /// How many.
        count: i64,
    },
    /// Somebody changed it afterwards.
    ChangedSince {
        /// What was brought.
        thing: &'static str,
        /// How many.
        count: i64,
    },
    /// A later import touched the same things.
    LaterImport {
        /// File of the later import.
        file_name: String,
        /// When.
        at: Timestamp,
    },
}

impl Explain for ImportRefused {
    fn code(&self) -> &'static str {
        match self {
            Self::NoHeader { .. } => "exchange.no_header",
            Self::PlanNotDraft { .. } => "exchange.plan_not_draft",
            Self::NoReceivedDay => "exchange.no_received_day",
            Self::NoImporter { .. } => "exchange.no_importer",
            Self::UndoneAlready => "exchange.undone_already",
            Self::BuiltOn { .. } => "exchange.built_on",
            Self::ChangedSince { .. } => "exchange.changed_since",
            Self::LaterImport { .. } => "exchange.later_import",
        }
    }
    fn what(&self) -> String {
        match self {
            Self::NoHeader { .. } | Self::PlanNotDraft { .. } | Self::NoReceivedDay | Self::NoImporter { .. } => {
                "没有导入".to_owned()
            }
            _ => "不能撤销这次导入".to_owned(),
        }
    }
    fn why(&self) -> String {
        match self {
            Self::NoHeader { kind, required, begins } => {
                let begins =
                    if begins.is_empty() { String::new() } else { format!("。文件开头是“{begins}”") };
                format!("表里没有找到“{}”的表头：必须有{required}{begins}", kind.title())
            }
            Self::PlanNotDraft { title, state, row } => {
                format!("计划《{title}》已是“{state}”，表中第 {row} 行与它不同，而草稿以后的计划不能由表格改动")
            }
            Self::NoReceivedDay => {
                "交办案件要有本局收到的日期，办理时限从那一天起算；表里没有，导入时也没有填".to_owned()
            }
            Self::NoImporter { kind, roles } => {
                format!("数据里没有可以导入“{}”的账号（{roles}）", kind.title())
            }
            Self::UndoneAlready => "它已经撤销过".to_owned(),
            Self::BuiltOn { thing, by, count } => format!("导入的{thing}已有 {count} 条{by}引用"),
            Self::ChangedSince { thing, count } => format!("导入的{thing}有 {count} 条后来又改过"),
            Self::LaterImport { file_name, at } => format!("{at} 又导入了《{file_name}》，改的是同一批数据"),
        }
    }
    fn next(&self) -> String {
        match self {
            Self::NoHeader { .. } => "请核对选的种类；列名不同时，请下载模板对照改列名后再导入".to_owned(),
            Self::PlanNotDraft { .. } => "请在计划页办理调整，或者换一个标题另建计划".to_owned(),
            Self::NoReceivedDay => {
                "请在表里加一列“收到日期”，或者在导入页填写收到日期（命令行用 --received 年-月-日）".to_owned()
            }
            Self::NoImporter { .. } => "请安全管理员给账号加上这个岗位，或者用 --as 指定账号".to_owned(),
            Self::UndoneAlready => "不需要再办".to_owned(),
            Self::BuiltOn { .. } | Self::ChangedSince { .. } => "请逐条更正有误的数据，不要撤销整次导入".to_owned(),
            Self::LaterImport { .. } => "请先撤销后来的那次导入".to_owned(),
        }
    }
    fn basis(&self) -> Option<LegalBasis> {
        None
    }
}
