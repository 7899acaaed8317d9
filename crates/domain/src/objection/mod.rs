//! 结果告知, 送达, 异议 and 复检. After `testing`, before `follow_up`. 复检 = reinspection, never recheck.
//! Here: the records. `notice` has the rules of R18 第三十五条 and of service, `procedure` those of R18 第三十六条 to
//! 第四十三条, `refused` says what is refused and why. Nothing here reads a clock or a database.

mod notice;
mod procedure;
mod refused;
#[cfg(test)]
mod tests;

pub use notice::{NoticePaper, Recipient, recipients, untried_methods};
pub use procedure::{
    Appointment, InadmissibleGround, NoReinspectionGround, Possibility, Standing, compare, split_items, standing,
};
pub use refused::ObjectionRefused;

use crate::{
    clock::SubjectKind,
    code_enum,
    enterprise::EnterpriseId,
    follow_up::CaseId,
    ids::{Id, SubjectId},
    laboratory::LaboratoryId,
    organisation::OrganisationId,
    sampling::SampleId,
    testing::InspectionId,
    time::Timestamp,
};
use jiff::civil::Date;

/// Id: 检验结果通知书 to one recipient.
pub type NoticeId = Id<Notice>;
/// Id: One attempt to serve a paper.
pub type ServiceAttemptId = Id<ServiceAttempt>;
/// Id: An objection, with its re-inspection.
pub type ObjectionId = Id<Objection>;

code_enum! {
    /// As what somebody is notified.
    pub enum RecipientCapacity {
        /// 被抽样单位.
        SampledParty = "SAMPLED_PARTY" => "被抽样单位",
        /// 标称生产者.
        LabelledProducer = "LABELLED_PRODUCER" => "标称生产者",
        /// 电子商务平台.
        Platform = "PLATFORM" => "电子商务平台",
    }
}

code_enum! {
    /// State of a notice.
    pub enum NoticeState {
        /// 草拟.
        Draft = "DRAFT" => "草拟",
        /// 已出具.
        Issued = "ISSUED" => "已出具",
        /// 送达中.
        Sent = "SENT" => "送达中",
        /// 已送达.
        Served = "SERVED" => "已送达",
        /// 无法送达.
        Undeliverable = "UNDELIVERABLE" => "无法送达",
        /// 公告送达中.
        Announced = "ANNOUNCED" => "公告送达中",
        /// 视为送达.
        DeemedServed = "DEEMED_SERVED" => "视为送达",
        /// 已撤回.
        Withdrawn = "WITHDRAWN" => "已撤回",
    }
}

code_enum! {
    /// How a paper is served.
    pub enum ServiceMethod {
        /// 直接送达.
        InPerson = "IN_PERSON" => "直接送达",
        /// 留置送达.
        LeftWithWitness = "LEFT" => "留置送达",
        /// 邮寄送达.
        Post = "POST" => "邮寄送达",
        /// 电子送达.
        Electronic = "ELECTRONIC" => "电子送达",
        /// 委托送达.
        Entrusted = "ENTRUSTED" => "委托送达",
        /// 公告送达.
        Announcement = "ANNOUNCEMENT" => "公告送达",
    }
}

code_enum! {
    /// Answer of the labelled producer.
    pub enum Authorship {
        /// 未答复.
        Open = "OPEN" => "未答复",
        /// 确认是本企业产品.
        Confirmed = "CONFIRMED" => "确认是本企业产品",
        /// 否认是本企业产品.
        Denied = "DENIED" => "否认是本企业产品",
    }
}

code_enum! {
    /// What is contested.
    pub enum ObjectionKind {
        /// 抽样过程.
        Process = "PROCESS" => "抽样过程",
        /// 样品真实性.
        Authenticity = "AUTHENTICITY" => "样品真实性",
        /// 抽查依据或判定.
        Basis = "BASIS" => "抽查依据或判定",
        /// 检验结论.
        Conclusion = "CONCLUSION" => "检验结论",
    }
}

code_enum! {
    /// State of an objection.
    pub enum ObjectionState {
        /// 已收到.
        Submitted = "SUBMITTED" => "已收到",
        /// 不予受理.
        Inadmissible = "INADMISSIBLE" => "不予受理",
        /// 已受理.
        Accepted = "ACCEPTED" => "已受理",
        /// 调查中.
        Investigating = "INVESTIGATING" => "调查中",
        /// 研究复检.
        Studying = "STUDYING" => "研究复检",
        /// 已通知复检.
        ReinspectionNotified = "REINSPECTION_NOTIFIED" => "已通知复检",
        /// 视为放弃复检.
        Abandoned = "ABANDONED" => "视为放弃复检",
        /// 已办复检手续.
        ProcedureDone = "PROCEDURE_DONE" => "已办复检手续",
        /// 已确定复检机构.
        LaboratoryAppointed = "LABORATORY_APPOINTED" => "已确定复检机构",
        /// 备样已核对.
        SampleVerified = "SAMPLE_VERIFIED" => "备样已核对",
        /// 复检中.
        ReinspectionTesting = "REINSPECTION_TESTING" => "复检中",
        /// 已出复检报告.
        ReinspectionReported = "REINSPECTION_REPORTED" => "已出复检报告",
        /// 复检终止.
        Terminated = "TERMINATED" => "复检终止",
        /// 已作决定.
        Decided = "DECIDED" => "已作决定",
        /// 费用已结清.
        CostSettled = "COST_SETTLED" => "费用已结清",
        /// 已转组织方.
        Relayed = "RELAYED" => "已转组织方",
        /// 组织方已答复.
        Answered = "ANSWERED" => "组织方已答复",
        /// 已撤回.
        Withdrawn = "WITHDRAWN" => "已撤回",
    }
}

code_enum! {
    /// How it ended.
    pub enum ObjectionOutcome {
        /// 异议成立.
        Upheld = "UPHELD" => "异议成立",
        /// 异议不成立.
        Dismissed = "DISMISSED" => "异议不成立",
        /// 不予复检.
        NoReinspection = "NO_REINSPECTION" => "不予复检",
        /// 复检结论相同.
        SameResult = "SAME_RESULT" => "复检结论相同",
        /// 复检结论不同.
        DifferentResult = "DIFFERENT_RESULT" => "复检结论不同",
    }
}

/// 检验结果通知书 to one recipient.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Notice {
    /// Id.
    pub id: NoticeId,
    /// Row version.
    pub version: i64,
    /// Organiser.
    pub org_id: OrganisationId,
    /// Station that serves it.
    pub unit_id: Option<OrganisationId>,
    /// Report.
    pub inspection_id: InspectionId,
    /// Document number.
    pub number: Option<String>,
    /// Capacity.
    pub capacity: RecipientCapacity,
    /// Recipient, when in the register.
    pub enterprise_id: Option<EnterpriseId>,
    /// Recipient.
    pub recipient_name: String,
    /// Address.
    pub recipient_address: String,
    /// State.
    pub state: NoticeState,
    /// Day of issue.
    pub issued_on: Option<Date>,
    /// How served.
    pub method: Option<ServiceMethod>,
    /// Day of receipt.
    pub served_on: Option<Date>,
    /// 送达回证: signer, relation, witness, waybill.
    pub service_proof: String,
    /// Day of the announcement.
    pub announced_on: Option<Date>,
    /// Deemed served.
    pub deemed_on: Option<Date>,
    /// Last day to object (party-friendly).
    pub window_until_on: Option<Date>,
    /// Where an objection may be handed in: office, address.
    pub where_text: String,
    /// Who keeps the backup sample and where.
    pub backup_text: String,
    /// Prior consent of the recipient to electronic service, with the named system; empty without.
    pub consent_text: String,
    /// Why withdrawn.
    pub withdrawn_reason: String,
    /// Answer of the labelled producer.
    pub authorship: Authorship,
    /// Proof of the answer.
    pub authorship_text: String,
    /// When drafted.
    pub created_at_us: Timestamp,
}

/// One attempt to serve a paper.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ServiceAttempt {
    /// Id.
    pub id: ServiceAttemptId,
    /// Row version.
    pub version: i64,
    /// Organiser.
    pub org_id: OrganisationId,
    /// Kind of the paper.
    pub subject_kind: SubjectKind,
    /// Notice or order.
    pub subject_id: SubjectId,
    /// How.
    pub method: ServiceMethod,
    /// When.
    pub on_date: Date,
    /// Received.
    pub succeeded: bool,
    /// Who signed, relation.
    pub signer: String,
    /// Proof.
    pub proof: String,
    /// Who served.
    pub server: String,
}

/// An objection, with its re-inspection.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Objection {
    /// Id.
    pub id: ObjectionId,
    /// Row version.
    pub version: i64,
    /// Authority that received it.
    pub org_id: OrganisationId,
    /// Station concerned.
    pub unit_id: Option<OrganisationId>,
    /// Contested report; `None` when it is not registered here (a case handed down from elsewhere).
    pub inspection_id: Option<InspectionId>,
    /// Notice of the applicant.
    pub notice_id: Option<NoticeId>,
    /// Case it came up in.
    pub case_id: Option<CaseId>,
    /// Applicant.
    pub applicant: String,
    /// Capacity.
    pub capacity: RecipientCapacity,
    /// Day it arrived.
    pub received_on: Date,
    /// Postmark, counts as the day of filing.
    pub posted_on: Option<Date>,
    /// How it arrived.
    pub channel: String,
    /// What is contested.
    pub kind: ObjectionKind,
    /// Contested items, parted by 、.
    pub items: String,
    /// Facts and reasons.
    pub reasons: String,
    /// Why there is no scan of the paper that was handed in; empty where there is one.
    pub no_paper_reason: String,
    /// Organiser of the check, when it is another authority.
    pub organiser_name: String,
    /// Check organised elsewhere: relayed, not decided here.
    pub relayed: bool,
    /// Day on which it was relayed to the organiser.
    pub relayed_on: Option<Date>,
    /// Letter, waybill or receipt of the relay.
    pub relay_proof: String,
    /// State.
    pub state: ObjectionState,
    /// Number of the 受理/不予受理通知书.
    pub number: String,
    /// Day of acceptance or refusal.
    pub accepted_on: Option<Date>,
    /// Facts found and evidence.
    pub investigation_text: String,
    /// Reasons of the decision.
    pub decision_reason: String,
    /// Number of the decision or of the notice of the final conclusion.
    pub decision_number: String,
    /// Outcome.
    pub outcome: Option<ObjectionOutcome>,
    /// Day of the decision.
    pub decided_on: Option<Date>,
    /// Number of the 复检通知书.
    pub reinspection_notice_number: String,
    /// Where and how the formalities are done, payee.
    pub formalities_text: String,
    /// 复检通知 received by the applicant.
    pub notified_on: Option<Date>,
    /// Proof of that.
    pub notified_proof: String,
    /// Last day for the formalities (party-friendly).
    pub formalities_until_on: Option<Date>,
    /// 复检手续 completed.
    pub procedure_done_on: Option<Date>,
    /// Prepayment and confirmation.
    pub procedure_text: String,
    /// 复检机构.
    pub laboratory_id: Option<LaboratoryId>,
    /// Evidence when it is the first laboratory.
    pub single_laboratory_evidence: String,
    /// Day of appointment.
    pub appointed_on: Option<Date>,
    /// Backup sample that is tested.
    pub backup_sample_id: Option<SampleId>,
    /// Seal and form check of the backup sample.
    pub sample_verified_text: String,
    /// Re-inspection.
    pub reinspection_id: Option<InspectionId>,
    /// Fee, fen.
    pub fee_fen: i64,
    /// Who bears it.
    pub cost_bearer: String,
    /// Settled.
    pub cost_settled_on: Option<Date>,
    /// Receipts, refund, price of the backup sample.
    pub cost_text: String,
    /// Answer of the organiser elsewhere.
    pub answer_text: String,
    /// Day of that answer.
    pub answered_on: Option<Date>,
    /// When entered.
    pub created_at_us: Timestamp,
}
