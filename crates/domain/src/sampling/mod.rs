//! 抽样: visits, sampling records, samples, seals and custody. After `draw`, before `testing`.
//! The rows stand here; what may happen to them in `visit`, `form` and `sample`. Nothing here reads a clock.

mod form;
mod refused;
mod sample;
mod visit;

pub use form::{
    BACKUP_AT_LABORATORY, BACKUP_AT_PARTY, Cell, CellKind, FieldProblem, PHOTO_SLOTS, RANDOM_METHODS, RuleQuantities,
    SECTIONS, SIGNED_PAGE, Section, blank, cells, production_day, quantity,
};
pub use refused::SamplingRefused;
pub use sample::{CustodyFacts, DisposalGround, HIDDEN_PARTY, LossCause, laboratory_reads_party};
pub use visit::{Arrival, DECLARATION, Evidence, OutcomeFacts, Reader, Signing, required_evidence};

use crate::{
    actor::UserId,
    code_enum,
    draw::DrawId,
    enterprise::EnterpriseId,
    ids::Id,
    officer::OfficerId,
    organisation::OrganisationId,
    plan::{SamplingField, TaskId},
    product::ProductCategoryId,
    time::Timestamp,
};
use jiff::civil::Date;

/// Id: A visit to one drawn unit. The enterprise stays sealed until check-in.
pub type VisitId = Id<Visit>;
/// Id: 抽样单: one product, one batch.
pub type SamplingRecordId = Id<SamplingRecord>;
/// Id: A sealed unit.
pub type SampleId = Id<Sample>;
/// Id: One hand-over of a sealed unit.
pub type CustodyStepId = Id<CustodyStep>;

code_enum! {
    /// State of a visit.
    pub enum VisitState {
        /// 已派发，未打开.
        Assigned = "ASSIGNED" => "未打开",
        /// 已打开.
        Released = "RELEASED" => "已打开",
        /// 已到场.
        OnSite = "ON_SITE" => "已到场",
        /// 已记录.
        Recorded = "RECORDED" => "已记录",
        /// 已签字.
        Signed = "SIGNED" => "已签字",
        /// 已提交.
        Submitted = "SUBMITTED" => "已提交",
        /// 审核通过.
        Accepted = "ACCEPTED" => "审核通过",
    }
}

code_enum! {
    /// The eight outcomes of a visit.
    pub enum VisitOutcome {
        /// 已抽样.
        Sampled = "SAMPLED" => "已抽样",
        /// 待销数量不足.
        NotSampledStock = "NOT_SAMPLED_STOCK" => "待销数量不足",
        /// 非待销产品.
        NotSampledNotForSale = "NOT_SAMPLED_NOT_FOR_SALE" => "非待销产品",
        /// 标有试制、处理或样品.
        NotSampledMarked = "NOT_SAMPLED_MARKED" => "标有试制、处理或样品",
        /// 转产停业搬迁注销等.
        Unable = "UNABLE" => "转产停业搬迁注销等",
        /// 六个月内已被抽查.
        DuplicateSixMonth = "DUPLICATE_SIX_MONTH" => "六个月内已被抽查",
        /// 拒绝抽样.
        Refused = "REFUSED" => "拒绝抽样",
        /// 无证无照等，终止抽样.
        TerminatedIllegal = "TERMINATED_ILLEGAL" => "无证无照等，终止抽样",
    }
}

code_enum! {
    /// State of a sampling record.
    pub enum RecordState {
        /// 填写中.
        Draft = "DRAFT" => "填写中",
        /// 已签字.
        Signed = "SIGNED" => "已签字",
        /// 已提交.
        Submitted = "SUBMITTED" => "已提交",
        /// 已退回.
        Returned = "RETURNED" => "已退回",
        /// 审核通过.
        Accepted = "ACCEPTED" => "审核通过",
        /// 已作废.
        Voided = "VOIDED" => "已作废",
    }
}

code_enum! {
    /// What a sealed unit is for.
    pub enum SampleKind {
        /// 检验样品.
        Inspection = "INSPECTION" => "检验样品",
        /// 备用样品.
        Backup = "BACKUP" => "备用样品",
        /// 复查样品.
        Recheck = "RECHECK" => "复查样品",
    }
}

code_enum! {
    /// State of a sealed unit.
    pub enum SampleState {
        /// 已封样.
        Sealed = "SEALED" => "已封样",
        /// 封存在被抽样单位.
        HeldAtParty = "HELD_AT_PARTY" => "封存在被抽样单位",
        /// 运送中.
        InTransit = "IN_TRANSIT" => "运送中",
        /// 已接收.
        Received = "RECEIVED" => "已接收",
        /// 已拒收.
        Rejected = "REJECTED" => "已拒收",
        /// 已入库.
        Stored = "STORED" => "已入库",
        /// 检验中.
        UnderTest = "UNDER_TEST" => "检验中",
        /// 已耗用.
        Consumed = "CONSUMED" => "已耗用",
        /// 已留样.
        Retained = "RETAINED" => "已留样",
        /// 待移交复检.
        ReinspectionRequested = "REINSPECTION_REQUESTED" => "待移交复检",
        /// 已移交复检.
        ReinspectionTransferred = "REINSPECTION_TRANSFERRED" => "已移交复检",
        /// 已退还.
        Returned = "RETURNED" => "已退还",
        /// 已处置.
        Disposed = "DISPOSED" => "已处置",
        /// 已解封.
        ReleasedInPlace = "RELEASED_IN_PLACE" => "已解封",
        /// 灭失或被动.
        LostOrTampered = "LOST_OR_TAMPERED" => "灭失或被动",
    }
}

code_enum! {
    /// How the sample is paid.
    pub enum PurchaseBasis {
        /// 按标价购买.
        MarkedPrice = "MARKED_PRICE" => "按标价购买",
        /// 按市场价购买.
        MarketPrice = "MARKET_PRICE" => "按市场价购买",
        /// 无偿提供.
        Free = "FREE" => "无偿提供",
    }
}

code_enum! {
    /// Why nothing could be sampled (R18 第二十条).
    pub enum UnableReason {
        /// 转产.
        ChangedProduction = "CHANGED_PRODUCTION" => "转产或者不再经营该产品",
        /// 停业.
        ClosedDown = "CLOSED_DOWN" => "停业",
        /// 搬迁.
        Moved = "MOVED" => "搬迁",
        /// 注销.
        Deregistered = "DEREGISTERED" => "注销",
        /// 查无此址.
        NotFound = "NOT_FOUND" => "登记地址查找不到",
    }
}

/// A visit to one drawn unit. The enterprise stays sealed until check-in.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Visit {
    /// Id.
    pub id: VisitId,
    /// Row version.
    pub version: i64,
    /// Organiser.
    pub org_id: OrganisationId,
    /// Station that accompanies, written at check-in.
    pub unit_id: Option<OrganisationId>,
    /// Task.
    pub task_id: TaskId,
    /// Draw.
    pub draw_id: DrawId,
    /// Random label of the team's day package.
    pub team_key: String,
    /// Visit it replaces.
    pub replaces_id: Option<VisitId>,
    /// Enterprise; `None` until the team has opened the visit at or after its release time.
    pub enterprise_id: Option<EnterpriseId>,
    /// First sampler.
    pub lead_officer_id: OfficerId,
    /// Second sampler.
    pub second_officer_id: OfficerId,
    /// Station officer who accompanies; sealed like the enterprise, since the station tells the town.
    pub accompanying_user_id: Option<UserId>,
    /// From when the team sees it.
    pub release_at_us: Timestamp,
    /// State.
    pub state: VisitState,
    /// Outcome.
    pub outcome: Option<VisitOutcome>,
    /// 监督抽查通知书 number.
    pub notice_number: Option<String>,
    /// Last day of the notice.
    pub notice_valid_until_on: Option<Date>,
    /// Check-in of the first sampler.
    pub lead_arrived_at_us: Option<Timestamp>,
    /// Check-in of the second sampler.
    pub second_arrived_at_us: Option<Timestamp>,
    /// Where they checked in.
    pub place: String,
    /// Identity cards and notice were shown.
    pub ids_shown: bool,
    /// Facts of the outcome.
    pub outcome_text: String,
    /// Witness, if invited.
    pub witness: String,
    /// Declaration of both samplers as signed.
    pub declaration: String,
    /// When declared by both.
    pub declared_at_us: Option<Timestamp>,
    /// Reasons of a return.
    pub review_reasons: String,
    /// When submitted.
    pub submitted_at_us: Option<Timestamp>,
    /// Small facts that are kept and printed, neither searched nor joined.
    pub papers: VisitPapers,
    /// When made.
    pub created_at_us: Timestamp,
}

/// Small facts of a visit: who opened it when, the notice, the evidence of the outcome, the signatures.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct VisitPapers {
    /// When the first sampler opened the sealed name.
    pub lead_opened_at_us: Option<Timestamp>,
    /// When the second sampler did.
    pub second_opened_at_us: Option<Timestamp>,
    /// When the accompanying officer did.
    pub accompanying_opened_at_us: Option<Timestamp>,
    /// Models that the six-month rule blocks there, as the draw named them.
    pub blocked_models: String,
    /// First day of the notice.
    pub notice_valid_from_on: Option<Date>,
    /// Which identity papers were shown.
    pub identity_papers: String,
    /// Why nothing could be sampled.
    pub unable_reason: Option<UnableReason>,
    /// Stock found, exact decimal, where it was too small.
    pub found_stock: String,
    /// Whether the party was told of 《产品质量法》第五十六条.
    pub told_of_liability: bool,
    /// Superior authority that checked the same product.
    pub superior_authority: String,
    /// Day on which it sampled.
    pub superior_sampled_on: Option<Date>,
    /// Evidence of the outcome, slot by slot.
    pub evidence: Vec<Evidence>,
    /// When the first sampler declared.
    pub lead_declared_at_us: Option<Timestamp>,
    /// When the second sampler declared.
    pub second_declared_at_us: Option<Timestamp>,
    /// Name and method of the party's signature; empty when refused.
    pub party_signature: String,
    /// Reason noted when the party does not sign.
    pub refusal_to_sign: String,
    /// How and by when the samples reach the laboratory.
    pub hand_over_plan: String,
    /// What the team answered to a return.
    pub answer: String,
}

/// 抽样单: one product, one batch.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SamplingRecord {
    /// Id.
    pub id: SamplingRecordId,
    /// Row version.
    pub version: i64,
    /// Organiser.
    pub org_id: OrganisationId,
    /// Station of the sampled party.
    pub unit_id: Option<OrganisationId>,
    /// Visit; `None` for a re-check sample taken in a case.
    pub visit_id: Option<VisitId>,
    /// Task.
    pub task_id: Option<TaskId>,
    /// 抽样单编号.
    pub number: String,
    /// State.
    pub state: RecordState,
    /// Sampled party.
    pub enterprise_id: EnterpriseId,
    /// Field.
    pub field: SamplingField,
    /// Product category.
    pub category_id: Option<ProductCategoryId>,
    /// Product.
    pub product_name: String,
    /// Trademark, `/` when none.
    pub trademark: String,
    /// Model.
    pub model: String,
    /// match_key of the model.
    pub model_key: String,
    /// Grade.
    pub grade: String,
    /// Production date as on the label.
    pub production_date_text: String,
    /// Batch code.
    pub batch_code: String,
    /// Declared standard.
    pub standard: String,
    /// 标称生产者.
    pub producer_name: String,
    /// match_key of the labelled producer.
    pub producer_key: String,
    /// Its code, `/` when unknown.
    pub producer_uscc: String,
    /// Its address.
    pub producer_address: String,
    /// Its region code, empty when unknown.
    pub producer_region: String,
    /// 抽样基数, exact decimal.
    pub lot_size: String,
    /// Unit of the quantities.
    pub unit: String,
    /// 检验样品数量.
    pub test_quantity: String,
    /// 备用样品数量.
    pub backup_quantity: String,
    /// How paid.
    pub purchase_basis: PurchaseBasis,
    /// Price of a unit, fen.
    pub unit_price_fen: i64,
    /// Amount, fen.
    pub amount_fen: i64,
    /// Random method (GB/T 10111).
    pub random_method: String,
    /// Random numbers used.
    pub random_numbers: String,
    /// Day of sampling.
    pub sampled_on: Option<Date>,
    /// All other F07 fields as written.
    pub form: SamplingForm,
    /// Name and method of the party's signature; empty when refused.
    pub party_signature: String,
    /// Reason noted when the party does not sign.
    pub refusal_to_sign: String,
    /// When signed by all.
    pub signed_at_us: Option<Timestamp>,
    /// When begun.
    pub created_at_us: Timestamp,
}

/// A sealed unit.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Sample {
    /// Id.
    pub id: SampleId,
    /// Row version.
    pub version: i64,
    /// Organiser.
    pub org_id: OrganisationId,
    /// Laboratory that holds or will receive it.
    pub unit_id: Option<OrganisationId>,
    /// Sampling record.
    pub record_id: SamplingRecordId,
    /// Record number with /J1, /B1 or /F1.
    pub number: String,
    /// Purpose.
    pub kind: SampleKind,
    /// State.
    pub state: SampleState,
    /// Quantity with unit.
    pub quantity: String,
    /// Seal; used once.
    pub seal_number: String,
    /// Who has it.
    pub holder: String,
    /// Where.
    pub place: String,
    /// Given without payment.
    pub free: bool,
    /// Last day of use.
    pub expires_on: Option<Date>,
    /// When sealed.
    pub created_at_us: Timestamp,
}

/// One hand-over of a sealed unit.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct CustodyStep {
    /// Id.
    pub id: CustodyStepId,
    /// Row version.
    pub version: i64,
    /// Organiser.
    pub org_id: OrganisationId,
    /// Sample.
    pub sample_id: SampleId,
    /// When.
    pub at_us: Timestamp,
    /// State afterwards.
    pub state: SampleState,
    /// Who gave.
    pub giver: String,
    /// Who took.
    pub taker: String,
    /// Where.
    pub place: String,
    /// Condition of package and seal.
    pub condition: String,
    /// Seal whole.
    pub seal_intact: bool,
    /// Carrier and waybill.
    pub transport: String,
    /// Remark.
    pub note: String,
}

code_enum! {
    /// State of a proposal to give back, dispose of or release a sample.
    pub enum DisposalState {
        /// 待批准.
        Proposed = "PROPOSED" => "待批准",
        /// 已批准.
        Approved = "APPROVED" => "已批准",
        /// 未批准.
        Declined = "DECLINED" => "未批准",
    }
}

/// Id: A proposal about the end of a sample.
pub type SampleDisposalId = Id<SampleDisposal>;

/// 样品退还/处置单 (F36): proposed by one person, approved by another.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SampleDisposal {
    /// Id.
    pub id: SampleDisposalId,
    /// Row version.
    pub version: i64,
    /// Organiser.
    pub org_id: OrganisationId,
    /// Sample.
    pub sample_id: SampleId,
    /// What is to become of it: 已退还, 已处置 or 已解封.
    pub target: SampleState,
    /// Why and how.
    pub reason: String,
    /// To whom it goes, or who destroys it.
    pub taker: String,
    /// Where.
    pub place: String,
    /// State.
    pub state: DisposalState,
    /// Who proposed.
    pub proposed_by: UserId,
    /// Name of that person.
    pub proposed_by_name: String,
    /// When proposed.
    pub proposed_at_us: Timestamp,
    /// Who decided.
    pub decided_by: Option<UserId>,
    /// When decided.
    pub decided_at_us: Option<Timestamp>,
    /// Reason of the decision.
    pub decision_reason: String,
}

/// Fields of F07 (regulations §4) that are printed and kept but neither searched nor guarded on.
/// Every text is as written on the paper; unused cells print `/`.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct SamplingForm {
    /// 任务编号.
    pub task_number: String,
    /// 任务来源.
    pub task_source: String,
    /// 任务类别.
    pub task_kind: String,
    /// 监督抽查通知书 number.
    pub notice_number: String,
    /// 被抽样单位 by its licence, as on the day of sampling.
    pub party_name: String,
    /// Its code as on the licence.
    pub party_uscc: String,
    /// Its address.
    pub party_address: String,
    /// Its region code.
    pub party_region: String,
    /// 被抽样单位 type: 生产, 销售, 网店.
    pub party_type: String,
    /// Scale.
    pub party_scale: String,
    /// Employees.
    pub party_staff: String,
    /// Annual sales.
    pub party_sales: String,
    /// Legal representative.
    pub party_representative: String,
    /// Contact.
    pub party_contact: String,
    /// Telephone.
    pub party_phone: String,
    /// Licence of the party.
    pub party_licence: String,
    /// Telephone of the labelled producer.
    pub producer_phone: String,
    /// Whether the labelled producer confirmed.
    pub producer_confirmed: String,
    /// Importer, agent or 委托方.
    pub importer: String,
    /// Licence or CCC number of the product and its validity.
    pub product_licence: String,
    /// GTIN.
    pub gtin: String,
    /// Product code of the category.
    pub product_code: String,
    /// 标价 with its unit, as shown in the shop.
    pub marked_price: String,
    /// Purchase date, amount and sales (流通).
    pub purchase_history: String,
    /// Place: 成品库, 货架, 柜台, 网店 …
    pub place: String,
    /// Total packages.
    pub packages: String,
    /// State of the package.
    pub package_state: String,
    /// Storage and transport requirement.
    pub storage: String,
    /// Backup custody: 被抽样单位 or 承检机构.
    pub backup_custody: String,
    /// Seal of the test sample.
    pub test_seal: String,
    /// Seal of the backup sample.
    pub backup_seal: String,
    /// When sampled.
    pub sampled_at: Option<Timestamp>,
    /// Position.
    pub position: String,
    /// Invoice.
    pub invoice: String,
    /// Payment.
    pub payment: String,
    /// 备注.
    pub remark: String,
    /// Both samplers with their certificates.
    pub samplers: String,
    /// 抽样单位.
    pub sampling_body: String,
    /// Photos present, by slot.
    pub photos: Vec<String>,
}

#[cfg(test)]
mod tests;
