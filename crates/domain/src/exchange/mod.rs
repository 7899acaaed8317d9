//! What comes in by table: imports with their undo, divisions, and the history of earlier checks of every level.

pub mod reading;
mod refused;

pub use refused::ImportRefused;

use crate::{
    code_enum,
    enterprise::EnterpriseId,
    ids::{Id, SubjectId},
    organisation::{OrganisationId, Tier},
    sampling::SamplingRecordId,
    testing::InspectionConclusion,
    time::Timestamp,
};
use jiff::civil::Date;

/// Id: One import.
pub type ImportId = Id<Import>;
/// Id: An earlier or arranged check of any level: feeds the no-repeat engine, plan scan and history statistics.
pub type EarlierCheckId = Id<EarlierCheck>;

code_enum! {
    /// Kind of table.
    pub enum ImportKind {
        /// 抽查计划.
        Plan = "plan" => "抽查计划",
        /// 市场主体.
        Enterprises = "enterprises" => "市场主体",
        /// 行政区划.
        Divisions = "divisions" => "行政区划",
        /// 实施细则.
        Rules = "rules" => "实施细则",
        /// 交办案件.
        Assignments = "assignments" => "交办案件",
        /// 抽查结果.
        Results = "results" => "抽查结果",
        /// 节假日.
        Holidays = "holidays" => "节假日",
        /// 产品分类.
        Products = "products" => "产品分类",
    }
}

code_enum! {
    /// State of an import.
    pub enum ImportState {
        /// 已导入.
        Applied = "APPLIED" => "已导入",
        /// 已撤销.
        Undone = "UNDONE" => "已撤销",
    }
}

code_enum! {
    /// What became of the row.
    pub enum ProblemSeverity {
        /// 未导入.
        Rejected = "error" => "未导入",
        /// 已导入，待核对.
        Flagged = "warning" => "已导入，待核对",
    }
}

code_enum! {
    /// Kinds of rows that an import can write.
    pub enum ImportedThing {
        /// 抽查计划.
        Plan = "PLAN" => "抽查计划",
        /// 计划行.
        PlanLine = "PLAN_LINE" => "计划行",
        /// 市场主体.
        Enterprise = "ENTERPRISE" => "市场主体",
        /// 企业产品.
        EnterpriseProduct = "ENTERPRISE_PRODUCT" => "企业产品",
        /// 产品分类.
        ProductCategory = "PRODUCT" => "产品分类",
        /// 行政区划.
        Division = "DIVISION" => "行政区划",
        /// 节假日.
        CalendarDay = "CALENDAR_DAY" => "节假日",
        /// 实施细则.
        Rules = "RULES" => "实施细则",
        /// 检验项目.
        RulesItem = "RULES_ITEM" => "检验项目",
        /// 抽查结果.
        EarlierCheck = "EARLIER_CHECK" => "抽查结果",
        /// 后处理案.
        Case = "CASE" => "后处理案",
    }
}

/// One import.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Import {
    /// Id.
    pub id: ImportId,
    /// Row version.
    pub version: i64,
    /// Authority.
    pub org_id: OrganisationId,
    /// Kind.
    pub kind: ImportKind,
    /// Name of the file.
    pub file_name: String,
    /// SHA-256 of the file.
    pub file_digest: String,
    /// SHA-256 of the staged rows.
    pub row_digest: String,
    /// State.
    pub state: ImportState,
    /// Data rows.
    pub rows: i64,
    /// New.
    pub imported: i64,
    /// Changed.
    pub updated: i64,
    /// Same as before.
    pub unchanged: i64,
    /// Taken with a remark.
    pub flagged: i64,
    /// Not taken.
    pub rejected: i64,
    /// Header rows that came again.
    pub skipped_headers: i64,
    /// Headings that belong to no column of the kind, one a line.
    pub unknown_columns: String,
    /// Which heading was taken for which column, `heading\ttitle`, one a line.
    pub mapping: String,
    /// Plan the lines went to, where one was made.
    pub target_id: Option<SubjectId>,
    /// Who.
    pub by_name: String,
    /// When.
    pub at_us: Timestamp,
}

/// What an import did with one thing: enough to take it back while nothing was built on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedRow {
    /// Import.
    pub import_id: ImportId,
    /// What it became.
    pub thing: ImportedThing,
    /// Which: its id, or its code where it has no id.
    pub subject: String,
    /// Row of the sheet that touched it first, from 1.
    pub row: i64,
    /// Version of the thing when the import was done with it.
    pub version_after: i64,
    /// JSON of the thing before; `None` when it was new.
    pub before: Option<String>,
}

/// Something about one cell of a table that a person should see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportProblem {
    /// Row of the sheet, from 1.
    pub row: i64,
    /// Column as the table names it.
    pub column: String,
    /// What stands there.
    pub value: String,
    /// What is wrong and what was done about it.
    pub reason: String,
    /// Whether the row was taken.
    pub severity: ProblemSeverity,
}

/// An earlier or arranged check of any level: feeds the no-repeat engine, plan scan and history statistics.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct EarlierCheck {
    /// Id.
    pub id: EarlierCheckId,
    /// Row version.
    pub version: i64,
    /// Authority whose register this is.
    pub org_id: OrganisationId,
    /// Level of the check.
    pub tier: Tier,
    /// Organiser.
    pub organiser_name: String,
    /// Organised by this authority.
    pub own: bool,
    /// Sampled party, when in the register.
    pub enterprise_id: Option<EnterpriseId>,
    /// Sampled party, empty when not published.
    pub enterprise_name: String,
    /// match_key of it.
    pub enterprise_key: String,
    /// Its code, empty when unknown.
    pub uscc: String,
    /// Product category as published.
    pub category: String,
    /// Product.
    pub product_name: String,
    /// match_key of the product.
    pub product_key: String,
    /// Trademark.
    pub trademark: String,
    /// Model.
    pub model: String,
    /// match_key of the model.
    pub model_key: String,
    /// Declared standard.
    pub standard: String,
    /// Date or batch.
    pub batch_text: String,
    /// Labelled producer.
    pub producer_name: String,
    /// match_key of it.
    pub producer_key: String,
    /// Arranged, not yet sampled: first day of its period.
    pub arranged_from_on: Option<Date>,
    /// Sampled.
    pub sampled_on: Option<Date>,
    /// Published.
    pub published_on: Option<Date>,
    /// Conclusion.
    pub conclusion: Option<InspectionConclusion>,
    /// Failed items.
    pub failed_items: String,
    /// Announcement, plan or sampling record it is known from.
    pub source: String,
    /// Own sampling record.
    pub record_id: Option<SamplingRecordId>,
    /// When entered.
    pub created_at_us: Timestamp,
}
