//! Why something at the sampling does not happen: the facts, and the words made of them. Decides nothing.

use crate::{law, law::LegalBasis, refusal::Explain, time::Timestamp};
use jiff::civil::Date;

/// Why a visit, a record or a sample does not move on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SamplingRefused {
    /// The act does not exist in this state.
    WrongState {
        /// What was asked.
        act: &'static str,
        /// Where the thing is.
        state: &'static str,
    },
    /// Before the release time nobody reads the name.
    NotReleased {
        /// From when.
        from: Timestamp,
    },
    /// The accompanying officer comes after the team.
    TeamFirst,
    /// Two samplers are two people.
    SamplersMissing,
    /// A sampler's certificate had expired on that day.
    CertificateExpired {
        /// Whose.
        name: String,
        /// Last day.
        until: Date,
    },
    /// Checked in before the name could be known.
    ArrivedTooEarly {
        /// Release.
        release: Timestamp,
        /// As entered.
        arrived: Timestamp,
    },
    /// Something is entered before it happened.
    InFuture {
        /// What.
        what: &'static str,
        /// As entered.
        at: Timestamp,
    },
    /// Notice and identity papers were not shown.
    IdentityNotShown,
    /// No notice number.
    NoticeMissing,
    /// The notice is valid on other days.
    NoticeNotValid {
        /// First day.
        from: Option<Date>,
        /// Last day.
        until: Option<Date>,
        /// The day in question.
        on: Date,
    },
    /// A notice is in force.
    NoticeInForce {
        /// Its number.
        number: String,
        /// Last day.
        until: Date,
    },
    /// The outcome lacks facts.
    FactsMissing {
        /// Which.
        what: &'static str,
    },
    /// The outcome lacks evidence.
    EvidenceMissing {
        /// Which.
        slots: Vec<&'static str>,
    },
    /// There is enough in stock.
    StockEnough {
        /// Found.
        found: String,
        /// Needed.
        minimum: String,
    },
    /// The superior's check lies more than six months back.
    SuperiorTooLongAgo {
        /// Blocked until.
        until: Date,
    },
    /// The six-month rule does not bind this kind of task.
    SixMonthDoesNotBind {
        /// Kind.
        kind: &'static str,
    },
    /// The exact product was checked within six months.
    SixMonth {
        /// Why, in one sentence.
        why: String,
    },
    /// SAMPLED without a record.
    NoRecord,
    /// A record is not complete.
    RecordIncomplete {
        /// Number.
        number: String,
        /// First message.
        first: String,
        /// How many messages.
        count: usize,
    },
    /// An outcome without samples while records exist.
    RecordsExist {
        /// Numbers.
        numbers: Vec<String>,
    },
    /// Signed: only a correction changes it.
    Signed {
        /// Number.
        number: String,
    },
    /// A sampler has not declared.
    NotDeclared {
        /// Who.
        names: Vec<String>,
    },
    /// A declaration is one's own.
    DeclaresForOther {
        /// Whose it is.
        name: String,
    },
    /// Neither signature nor refusal.
    PartyNotSigned,
    /// Both signature and refusal.
    SignedAndRefused,
    /// Refusal to sign without a witness or a word about why there is none.
    WitnessMissing,
    /// A seal number was used before.
    SealUsed {
        /// Seal.
        seal: String,
    },
    /// The photo of the signed page.
    SignedPageMissing {
        /// Record.
        number: String,
    },
    /// How the samples travel.
    HandOverPlanMissing,
    /// The team has not answered the return.
    AnswerMissing,
    /// Reviewing one's own sampling.
    OwnReview,
    /// A reason is required.
    ReasonMissing {
        /// For what.
        act: &'static str,
    },
    /// Approver is the proposer.
    SamePerson {
        /// What.
        act: &'static str,
    },
    /// A step that regulations §2.5 does not know.
    Step {
        /// Kind of sample.
        kind: &'static str,
        /// From.
        from: &'static str,
        /// To.
        to: &'static str,
        /// The sample's life has ended.
        ended: bool,
    },
    /// A custody step without a fact.
    StepIncomplete {
        /// To.
        to: &'static str,
        /// What is missing.
        missing: &'static str,
    },
    /// The seal is not whole.
    SealBroken {
        /// To.
        to: &'static str,
        /// Seal.
        seal: String,
    },
    /// The end of a sample needs another person's approval.
    NeedsApproval {
        /// End.
        to: &'static str,
    },
    /// A proposal is waiting.
    ProposalWaiting,
    /// The record is not submitted.
    RecordNotSubmitted {
        /// Number.
        number: String,
        /// State.
        state: &'static str,
    },
    /// The task names no laboratory with accounts here.
    NoLaboratory,
    /// Objection rights have not ended.
    NotFinal {
        /// What stands open.
        open: Vec<String>,
    },
    /// Only free samples go back.
    NotFree,
    /// Only conforming samples go back.
    NotConforming,
    /// A free conforming sample is not disposed of.
    MustGoBack,
}

use SamplingRefused as R;

impl Explain for SamplingRefused {
    fn code(&self) -> &'static str {
        match self {
            R::WrongState { .. } => "sampling.wrong_state",
            R::NotReleased { .. } => "sampling.not_released",
            R::TeamFirst => "sampling.team_first",
            R::SamplersMissing => "sampling.samplers_missing",
            R::CertificateExpired { .. } => "sampling.certificate_expired",
            R::ArrivedTooEarly { .. } => "sampling.arrived_too_early",
            R::InFuture { .. } => "sampling.in_future",
            R::IdentityNotShown => "sampling.identity_not_shown",
            R::NoticeMissing => "sampling.notice_missing",
            R::NoticeNotValid { .. } => "sampling.notice_not_valid",
            R::NoticeInForce { .. } => "sampling.notice_in_force",
            R::FactsMissing { .. } => "sampling.facts_missing",
            R::EvidenceMissing { .. } => "sampling.evidence_missing",
            R::StockEnough { .. } => "sampling.stock_enough",
            R::SuperiorTooLongAgo { .. } => "sampling.superior_too_long_ago",
            R::SixMonthDoesNotBind { .. } => "sampling.six_month_does_not_bind",
            R::SixMonth { .. } => "sampling.six_month",
            R::NoRecord => "sampling.no_record",
            R::RecordIncomplete { .. } => "sampling.record_incomplete",
            R::RecordsExist { .. } => "sampling.records_exist",
            R::Signed { .. } => "sampling.signed",
            R::NotDeclared { .. } => "sampling.not_declared",
            R::DeclaresForOther { .. } => "sampling.declares_for_other",
            R::PartyNotSigned => "sampling.party_not_signed",
            R::SignedAndRefused => "sampling.signed_and_refused",
            R::WitnessMissing => "sampling.witness_missing",
            R::SealUsed { .. } => "sampling.seal_used",
            R::SignedPageMissing { .. } => "sampling.signed_page_missing",
            R::HandOverPlanMissing => "sampling.hand_over_plan_missing",
            R::AnswerMissing => "sampling.answer_missing",
            R::OwnReview => "sampling.own_review",
            R::ReasonMissing { .. } => "sampling.reason_missing",
            R::SamePerson { .. } => "sampling.same_person",
            R::Step { .. } => "sampling.step",
            R::StepIncomplete { .. } => "sampling.step_incomplete",
            R::SealBroken { .. } => "sampling.seal_broken",
            R::NeedsApproval { .. } => "sampling.needs_approval",
            R::ProposalWaiting => "sampling.proposal_waiting",
            R::RecordNotSubmitted { .. } => "sampling.record_not_submitted",
            R::NoLaboratory => "sampling.no_laboratory",
            R::NotFinal { .. } => "sampling.not_final",
            R::NotFree => "sampling.not_free",
            R::NotConforming => "sampling.not_conforming",
            R::MustGoBack => "sampling.must_go_back",
        }
    }
    fn what(&self) -> String {
        match self {
            R::WrongState { act, .. } | R::ReasonMissing { act } | R::SamePerson { act } => format!("不能{act}"),
            R::NotReleased { .. } | R::TeamFirst => "还不能打开抽样任务".into(),
            R::SamplersMissing
            | R::CertificateExpired { .. }
            | R::ArrivedTooEarly { .. }
            | R::IdentityNotShown
            | R::NoticeMissing => "不能登记到场".into(),
            R::NoticeNotValid { .. } => "通知书不在有效期内".into(),
            R::NoticeInForce { .. } => "不能再取通知书编号".into(),
            R::InFuture { .. } => "时间不对".into(),
            R::FactsMissing { .. }
            | R::EvidenceMissing { .. }
            | R::StockEnough { .. }
            | R::SuperiorTooLongAgo { .. }
            | R::SixMonthDoesNotBind { .. }
            | R::RecordsExist { .. } => "不能登记这个抽样情况".into(),
            R::SixMonth { .. } => "不能抽这个产品".into(),
            R::NoRecord | R::RecordIncomplete { .. } => "不能登记为已抽样".into(),
            R::Signed { .. } => "不能修改抽样单".into(),
            R::NotDeclared { .. }
            | R::PartyNotSigned
            | R::SignedAndRefused
            | R::WitnessMissing
            | R::SealUsed { .. } => "不能签字".into(),
            R::DeclaresForOther { .. } => "不能代人声明".into(),
            R::SignedPageMissing { .. } | R::HandOverPlanMissing | R::AnswerMissing => "不能提交".into(),
            R::OwnReview => "不能审核".into(),
            R::Step { to, .. } | R::StepIncomplete { to, .. } | R::SealBroken { to, .. } => {
                format!("不能登记为“{to}”")
            }
            R::NeedsApproval { to } => format!("不能直接登记为“{to}”"),
            R::ProposalWaiting => "不能再提申请".into(),
            R::RecordNotSubmitted { .. } | R::NoLaboratory => "不能移交样品".into(),
            R::NotFinal { .. } => "还不能退还或者处置样品".into(),
            R::NotFree | R::NotConforming => "不能退还样品".into(),
            R::MustGoBack => "不能处置样品".into(),
        }
    }
    fn why(&self) -> String {
        match self {
            R::WrongState { state, .. } => format!("现在的状态是“{state}”"),
            R::NotReleased { from } => format!("名单到 {from} 才放行"),
            R::TeamFirst => "抽样组还没有打开这次任务".into(),
            R::SamplersMissing => "到场的抽样人员不足两名".into(),
            R::CertificateExpired { name, until } => format!("{name}的证件已于 {until} 到期"),
            R::ArrivedTooEarly { release, arrived } => {
                format!("到场时间 {arrived} 早于名单放行时间 {release}")
            }
            R::InFuture { what, at } => format!("{what} {at} 还没有到"),
            R::IdentityNotShown => "没有出示监督抽查通知书和证件，或者没有写明出示了哪些证件".into(),
            R::NoticeMissing => "没有监督抽查通知书编号".into(),
            R::NoticeNotValid { from, until, on } => match (from, until) {
                (Some(from), Some(until)) => format!("通知书有效期是 {from} 至 {until}，所填日期是 {on}"),
                _ => format!("通知书没有写有效期，所填日期是 {on}"),
            },
            R::NoticeInForce { number, until } => format!("{number} 有效至 {until}"),
            R::FactsMissing { what } => format!("没有写{what}"),
            R::EvidenceMissing { slots } => format!("缺证据：{}", slots.join("、")),
            R::StockEnough { found, minimum } => format!("现场有 {found}，细则要求不少于 {minimum}"),
            R::SuperiorTooLongAgo { until } => format!("上级抽查距今已满六个月（{until} 止）"),
            R::SixMonthDoesNotBind { kind } => format!("{kind}不受六个月的限制"),
            R::SixMonth { why } => why.clone(),
            R::NoRecord => "还没有抽样单".into(),
            R::RecordIncomplete { number, first, count } => {
                format!("抽样单 {number} 还有 {count} 处没有填好，第一处：{first}")
            }
            R::RecordsExist { numbers } => format!("已经开了抽样单 {}", numbers.join("、")),
            R::Signed { number } => format!("抽样单 {number} 已经签字"),
            R::NotDeclared { names } => format!("{}还没有声明", names.join("、")),
            R::DeclaresForOther { name } => format!("这份声明应由{name}本人作出"),
            R::PartyNotSigned => "没有被抽样单位的签字，也没有写明拒绝签字的情况".into(),
            R::SignedAndRefused => "既填了签字，又填了拒绝签字".into(),
            R::WitnessMissing => "拒绝签字的，没有写见证人".into(),
            R::SealUsed { seal } => format!("封条 {seal} 已经用过"),
            R::SignedPageMissing { number } => format!("抽样单 {number} 缺签字页的照片或者扫描件"),
            R::HandOverPlanMissing => "没有写样品怎样移交检验机构".into(),
            R::AnswerMissing => "没有逐项答复退回意见".into(),
            R::OwnReview => "审核人就是抽样人员".into(),
            R::ReasonMissing { .. } => "没有写理由".into(),
            R::SamePerson { .. } => "批准人就是申请人".into(),
            R::Step { kind, from, ended: true, .. } => format!("这份{kind}已经结束：{from}"),
            R::Step { kind, from, to, ended: false } => format!("{kind}现在“{from}”，下一步不能是“{to}”"),
            R::StepIncomplete { missing, .. } => format!("没有写{missing}"),
            R::SealBroken { seal, .. } => format!("封条 {seal} 不完整"),
            R::NeedsApproval { .. } => "退还、处置和解封须由另一人批准".into(),
            R::ProposalWaiting => "已有一份申请等待批准".into(),
            R::RecordNotSubmitted { number, state } => format!("抽样单 {number} 的状态是“{state}”，还没有提交"),
            R::NoLaboratory => "任务没有写承检机构，或者该机构没有登记所属单位".into(),
            R::NotFinal { open } if open.is_empty() => "检验结论还没有最终确定".into(),
            R::NotFinal { open } => open.join("；"),
            R::NotFree => "这份样品是付费购买的".into(),
            R::NotConforming => "检验结论不是“所检项目未发现不合格”".into(),
            R::MustGoBack => "这份样品是无偿提供的，而且未发现不合格".into(),
        }
    }
    fn next(&self) -> String {
        match self {
            R::WrongState { .. } => "请先办完上一步，或看本页列出的可办事项".into(),
            R::NotReleased { .. } => "请到放行时间再打开".into(),
            R::TeamFirst => "请等抽样组打开之后再看".into(),
            R::SamplersMissing => "请由两名抽样人员到场，分别登记到场时间".into(),
            R::CertificateExpired { .. } => "请由派发员改派证件有效的人员".into(),
            R::ArrivedTooEarly { .. } | R::InFuture { .. } => "请核对时间".into(),
            R::IdentityNotShown => "请先出示通知书和证件，再登记到场".into(),
            R::NoticeMissing => "请先取通知书编号并打印通知书".into(),
            R::NoticeNotValid { .. } => "请核对日期；通知书过期的，作废后另取编号".into(),
            R::NoticeInForce { .. } => "请使用这份通知书；写错的，先作废".into(),
            R::FactsMissing { .. } => "请补写后再登记".into(),
            R::EvidenceMissing { .. } => "请上传照片或者文件，或者写明证据存放在哪里".into(),
            R::StockEnough { .. } => "数量够的应当抽样；清点有误的请改数量".into(),
            R::SuperiorTooLongAgo { .. } | R::SixMonthDoesNotBind { .. } => "请照常抽样".into(),
            R::SixMonth { .. } => "请改抽同一单位的其他产品；没有其他产品的，登记为“六个月内已被抽查”".into(),
            R::NoRecord => "请先填抽样单".into(),
            R::RecordIncomplete { .. } => "请打开这份抽样单，改好后再登记".into(),
            R::RecordsExist { .. } => "没有抽样的，请先把抽样单作废".into(),
            R::Signed { .. } => "请用“更正”，由被抽样单位确认，原值保留".into(),
            R::NotDeclared { .. } => "请由本人登录后声明".into(),
            R::DeclaresForOther { .. } => "请由本人登录办理；没有账号的，请上传本人签名的声明".into(),
            R::PartyNotSigned => "请填写签字人，或者拒绝签字的原因和见证人".into(),
            R::SignedAndRefused => "请只填一种".into(),
            R::WitnessMissing => "请写见证人的姓名和身份；没有邀请的，写明原因".into(),
            R::SealUsed { .. } => "请核对封条号；确实重复的，换一张封条".into(),
            R::SignedPageMissing { .. } => "请上传签字页，或者写明原件存放在哪里".into(),
            R::HandOverPlanMissing => "请写承运方式、送达日期和地址".into(),
            R::AnswerMissing => "请写答复；要改抽样单的，用“更正”".into(),
            R::OwnReview => "请由没有参加抽样的经办人审核".into(),
            R::ReasonMissing { .. } => "请写明理由".into(),
            R::SamePerson { .. } => "请由另一位分管领导批准".into(),
            R::Step { .. } => "请核对样品编号，或看样品页列出的可办事项".into(),
            R::StepIncomplete { .. } => "请补写后再登记".into(),
            R::SealBroken { .. } => "请登记为拒收，或者“灭失或被动”，并写明情况".into(),
            R::NeedsApproval { .. } => "请在样品页提出申请".into(),
            R::ProposalWaiting => "请等分管领导决定".into(),
            R::RecordNotSubmitted { .. } => "请先提交抽样单".into(),
            R::NoLaboratory => "请在任务里写明承检机构，并在登记库补登记".into(),
            R::NotFinal { .. } => "请等全部收件人的异议期届满、异议办结".into(),
            R::NotFree | R::NotConforming => "请改为申请处置".into(),
            R::MustGoBack => "请退还被抽样单位".into(),
        }
    }
    fn basis(&self) -> Option<LegalBasis> {
        Some(match self {
            R::WrongState { .. } | R::InFuture { .. } | R::ReasonMissing { .. } | R::ProposalWaiting => return None,
            R::NotReleased { .. } | R::TeamFirst | R::ArrivedTooEarly { .. } => law::DECISION_DRAW_RELEASE,
            R::SamplersMissing
            | R::CertificateExpired { .. }
            | R::IdentityNotShown
            | R::NoticeMissing
            | R::NoticeNotValid { .. } => law::R18_16,
            R::NoticeInForce { .. } => law::DECISION_NUMBERING,
            R::FactsMissing { .. } | R::EvidenceMissing { .. } | R::SignedPageMissing { .. } => law::R18_19,
            R::StockEnough { .. } => law::R18_18_1,
            R::SuperiorTooLongAgo { .. } | R::SixMonthDoesNotBind { .. } | R::SixMonth { .. } => law::R18_8,
            R::NoRecord | R::RecordIncomplete { .. } => law::R18_19,
            R::RecordsExist { .. } => law::R18_18,
            R::Signed { .. } | R::PartyNotSigned | R::SignedAndRefused | R::WitnessMissing => law::R18_19,
            R::NotDeclared { .. } | R::DeclaresForOther { .. } => law::SEED_7,
            R::SealUsed { .. } => law::R18_23,
            R::HandOverPlanMissing => law::R18_24,
            R::AnswerMissing => law::DECISION_CORRECTION,
            R::OwnReview | R::SamePerson { .. } => law::DECISION_SEPARATION,
            R::Step { .. } | R::StepIncomplete { .. } => law::R18_24,
            R::SealBroken { .. } => law::R18_29,
            R::RecordNotSubmitted { .. } | R::NoLaboratory => law::R18_29,
            R::NeedsApproval { .. } | R::NotFinal { .. } | R::NotFree | R::NotConforming | R::MustGoBack => law::R18_34,
        })
    }
}
