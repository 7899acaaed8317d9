//! 信息公布: entries with the guards of regulations §7. After `objection` is final, before `statistics`.

use crate::{
    actor::UserId,
    code_enum,
    ids::Id,
    organisation::OrganisationId,
    testing::{InspectionConclusion, InspectionId},
    time::Timestamp,
};

/// Id: A publication of results.
pub type PublicationId = Id<Publication>;
/// Id: One published batch.
pub type PublicationEntryId = Id<PublicationEntry>;

code_enum! {
    /// State of a publication.
    pub enum PublicationState {
        /// 草拟.
        Draft = "DRAFT" => "草拟",
        /// 待业务审核.
        Ready = "READY" => "待业务审核",
        /// 待保密审查.
        BusinessReviewed = "BUSINESS_REVIEWED" => "待保密审查",
        /// 待批准.
        SecrecyReviewed = "SECRECY_REVIEWED" => "待批准",
        /// 待发布.
        Approved = "APPROVED" => "待发布",
        /// 已发布.
        Published = "PUBLISHED" => "已发布",
        /// 已撤下.
        Withdrawn = "WITHDRAWN" => "已撤下",
        /// 已退回.
        Returned = "RETURNED" => "已退回",
    }
}

code_enum! {
    /// State of a public entry.
    pub enum EntryState {
        /// 未发布.
        Draft = "DRAFT" => "未发布",
        /// 有效.
        Live = "LIVE" => "有效",
        /// 已更正.
        Corrected = "CORRECTED" => "已更正",
        /// 已撤下.
        Withdrawn = "WITHDRAWN" => "已撤下",
    }
}

/// A publication of results.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Publication {
    /// Id.
    pub id: PublicationId,
    /// Row version.
    pub version: i64,
    /// Organiser.
    pub org_id: OrganisationId,
    /// Random code of its public address.
    pub public_code: String,
    /// Title.
    pub title: String,
    /// Number.
    pub document_number: Option<String>,
    /// Period.
    pub period: String,
    /// Accompanying text.
    pub body: String,
    /// State.
    pub state: PublicationState,
    /// Drafter.
    pub drafted_by: UserId,
    /// Business reviewer.
    pub business_by: Option<UserId>,
    /// Secrecy reviewer.
    pub secrecy_by: Option<UserId>,
    /// Approver.
    pub approved_by: Option<UserId>,
    /// When published.
    pub published_at_us: Option<Timestamp>,
    /// Digest of the frozen entries.
    pub snapshot_digest: String,
    /// Reason of return or withdrawal.
    pub reason: String,
    /// When drafted.
    pub created_at_us: Timestamp,
}

/// One published batch.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PublicationEntry {
    /// Id.
    pub id: PublicationEntryId,
    /// Row version.
    pub version: i64,
    /// Organiser.
    pub org_id: OrganisationId,
    /// Publication.
    pub publication_id: PublicationId,
    /// Report.
    pub inspection_id: InspectionId,
    /// Random code of its public address.
    pub public_code: String,
    /// Order.
    pub seq: i64,
    /// State.
    pub state: EntryState,
    /// 产品种类.
    pub category: String,
    /// 产品名称.
    pub product_name: String,
    /// 规格型号.
    pub model: String,
    /// 商标.
    pub trademark: String,
    /// 生产日期/批号.
    pub batch_text: String,
    /// 受检单位.
    pub sampled_name: String,
    /// 受检单位地址.
    pub sampled_address: String,
    /// 标称生产单位.
    pub producer_name: String,
    /// 标称生产单位地址.
    pub producer_address: String,
    /// 电商平台.
    pub platform: String,
    /// 检验结论.
    pub conclusion: InspectionConclusion,
    /// 不合格项目.
    pub failed_items: String,
    /// 承检机构.
    pub laboratory_name: String,
    /// 备注.
    pub remark: String,
    /// Bigrams of the searchable fields.
    pub search_text: String,
    /// Entry it corrects.
    pub corrects_id: Option<PublicationEntryId>,
    /// Why corrected or withdrawn.
    pub correction_reason: String,
    /// When it became visible.
    pub published_at_us: Option<Timestamp>,
}
