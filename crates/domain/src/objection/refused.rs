//! What the stage 异议 refuses, with the facts of the case and the article.

use crate::{
    law::{self, LegalBasis},
    refusal::Explain,
};
use jiff::civil::Date;

/// Why an act on a notice or an objection is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ObjectionRefused {
    /// The thing is not in a state from which this is possible.
    WrongState {
        /// What was asked.
        act: &'static str,
        /// Present state in Chinese.
        state: &'static str,
    },
    /// The report behind the notice is not confirmed.
    NotConfirmed,
    /// The notice lacks a part that its text must state.
    NoticeIncomplete {
        /// What.
        missing: &'static str,
    },
    /// A date lies where it cannot.
    DateImpossible {
        /// What was asked.
        act: &'static str,
        /// Why, as a clause.
        why: String,
    },
    /// Something has to be written down.
    ReasonMissing {
        /// What was asked.
        act: &'static str,
        /// What is missing.
        missing: &'static str,
    },
    /// Electronic service without consent.
    NoConsent,
    /// Announcement before the other methods failed.
    MethodsUntried {
        /// Methods not yet tried, in words.
        methods: String,
    },
    /// Only the labelled producer answers for the origin of a product.
    NotTheProducer,
    /// The answer on the origin is already there.
    AlreadyAnswered {
        /// The answer.
        answer: &'static str,
    },
    /// Handed in after the party-friendly last day.
    TooLate {
        /// Last day.
        until: Date,
        /// Day of filing.
        filed: Date,
    },
    /// Refused as late although it was in time.
    StillInTime {
        /// Last day; `None`: the right has not even begun.
        until: Option<Date>,
        /// Day of filing.
        filed: Date,
    },
    /// Refused as not entitled although a notice was addressed to the applicant.
    Entitled {
        /// Applicant.
        applicant: String,
    },
    /// Contested items that the report does not list as failed.
    ItemsNotFailed {
        /// Items.
        items: String,
    },
    /// The check was organised elsewhere: nothing is decided here.
    OrganisedElsewhere {
        /// What was asked.
        act: &'static str,
        /// Organiser.
        organiser: String,
    },
    /// The check is our own: there is nobody to relay to.
    OrganisedHere,
    /// Another kind of objection takes this way.
    WrongKind {
        /// What was asked.
        act: &'static str,
        /// Kind of this objection.
        kind: &'static str,
    },
    /// There is no usable backup sample.
    NoBackup,
    /// “No backup sample” is no reason: there is one.
    BackupExists {
        /// Its number.
        number: String,
    },
    /// The rule says that these items cannot be tested again.
    NotRetestable {
        /// Items.
        items: String,
    },
    /// “Not retestable” is no reason: the rule allows it.
    Retestable,
    /// The result has been re-inspected.
    ReinspectedBefore,
    /// The seven days have passed.
    FormalitiesLate {
        /// Last day.
        until: Date,
        /// Day of the formalities.
        on: Date,
    },
    /// The re-inspection laboratory is the first one.
    SameLaboratory {
        /// Its name.
        name: String,
    },
    /// The laboratory's accreditation does not cover the items.
    ScopeMissing {
        /// Items.
        items: String,
    },
    /// Accreditation ended.
    AccreditationEnded {
        /// Last day.
        until: Date,
    },
    /// The seal or the form does not fit.
    SampleDoubtful,
    /// The re-inspection left the contested items unjudged.
    NotJudged,
    /// The outcome stated is not the one that follows from the reports.
    OutcomeDiffers {
        /// What follows.
        computed: &'static str,
    },
}

impl Explain for ObjectionRefused {
    fn code(&self) -> &'static str {
        match self {
            Self::WrongState { .. } => "objection.wrong_state",
            Self::NotConfirmed => "objection.not_confirmed",
            Self::NoticeIncomplete { .. } => "objection.notice_incomplete",
            Self::DateImpossible { .. } => "objection.date_impossible",
            Self::ReasonMissing { .. } => "objection.reason_missing",
            Self::NoConsent => "objection.no_consent",
            Self::MethodsUntried { .. } => "objection.methods_untried",
            Self::NotTheProducer => "objection.not_the_producer",
            Self::AlreadyAnswered { .. } => "objection.already_answered",
            Self::TooLate { .. } => "objection.too_late",
            Self::StillInTime { .. } => "objection.still_in_time",
            Self::Entitled { .. } => "objection.entitled",
            Self::ItemsNotFailed { .. } => "objection.items_not_failed",
            Self::OrganisedElsewhere { .. } => "objection.organised_elsewhere",
            Self::OrganisedHere => "objection.organised_here",
            Self::WrongKind { .. } => "objection.wrong_kind",
            Self::NoBackup => "objection.no_backup",
            Self::BackupExists { .. } => "objection.backup_exists",
            Self::NotRetestable { .. } => "objection.not_retestable",
            Self::Retestable => "objection.retestable",
            Self::ReinspectedBefore => "objection.reinspected_before",
            Self::FormalitiesLate { .. } => "objection.formalities_late",
            Self::SameLaboratory { .. } => "objection.same_laboratory",
            Self::ScopeMissing { .. } => "objection.scope_missing",
            Self::AccreditationEnded { .. } => "objection.accreditation_ended",
            Self::SampleDoubtful => "objection.sample_doubtful",
            Self::NotJudged => "objection.not_judged",
            Self::OutcomeDiffers { .. } => "objection.outcome_differs",
        }
    }
    fn what(&self) -> String {
        match self {
            Self::WrongState { act, .. }
            | Self::DateImpossible { act, .. }
            | Self::ReasonMissing { act, .. }
            | Self::OrganisedElsewhere { act, .. }
            | Self::WrongKind { act, .. } => format!("不能{act}"),
            Self::NotConfirmed | Self::NoticeIncomplete { .. } => "不能出具检验结果通知书".into(),
            Self::NoConsent => "不能登记电子送达".into(),
            Self::MethodsUntried { .. } => "不能公告送达".into(),
            Self::NotTheProducer | Self::AlreadyAnswered { .. } => "不能登记真伪答复".into(),
            Self::TooLate { .. } => "不能受理异议".into(),
            Self::StillInTime { .. } | Self::Entitled { .. } => "不能作出不予受理".into(),
            Self::ItemsNotFailed { .. } => "不能登记异议".into(),
            Self::OrganisedHere => "不能转送组织方".into(),
            Self::NoBackup | Self::NotRetestable { .. } | Self::ReinspectedBefore => "不能组织复检".into(),
            Self::BackupExists { .. } | Self::Retestable => "不能以此不予复检".into(),
            Self::FormalitiesLate { .. } => "不能登记复检手续".into(),
            Self::SameLaboratory { .. } | Self::ScopeMissing { .. } | Self::AccreditationEnded { .. } => {
                "不能确定这家复检机构".into()
            }
            Self::SampleDoubtful => "不能移交备用样品".into(),
            Self::NotJudged | Self::OutcomeDiffers { .. } => "不能作出复检结论".into(),
        }
    }
    fn why(&self) -> String {
        match self {
            Self::WrongState { state, .. } => format!("现在的状态是“{state}”"),
            Self::NotConfirmed => "检验报告还没有确认".into(),
            Self::NoticeIncomplete { missing } => format!("通知书缺{missing}"),
            Self::DateImpossible { why, .. } => why.clone(),
            Self::ReasonMissing { missing, .. } => format!("没有写{missing}"),
            Self::NoConsent => "没有收件人事先同意电子送达的记录".into(),
            Self::MethodsUntried { methods } => format!("还没有试过{methods}"),
            Self::NotTheProducer => "这份通知书的收件人不是标称生产者".into(),
            Self::AlreadyAnswered { answer } => format!("已经登记过答复：{answer}"),
            Self::TooLate { until, filed } => format!("提出日是 {filed}，最后一日是 {until}"),
            Self::StillInTime { until: Some(until), filed } => format!("提出日 {filed} 不晚于最后一日 {until}"),
            Self::StillInTime { until: None, .. } => "收件人还没有收到书面结论，十五日没有起算".into(),
            Self::Entitled { applicant } => format!("{applicant}是收到结论的当事人，有权提出"),
            Self::ItemsNotFailed { items } => format!("报告的不合格项目里没有：{items}"),
            Self::OrganisedElsewhere { organiser, .. } => format!("这次抽查由{organiser}组织，由其处理异议"),
            Self::OrganisedHere => "这次抽查由本局组织".into(),
            Self::WrongKind { kind, .. } => format!("这件异议针对的是{kind}"),
            Self::NoBackup => "没有可用的备用样品".into(),
            Self::BackupExists { number } => format!("备用样品 {number} 可用"),
            Self::NotRetestable { items } => format!("细则写明不能复检：{items}"),
            Self::Retestable => "细则没有写明所争议的项目不能复检".into(),
            Self::ReinspectedBefore => "同一结果已经复检，复检结论是最终结论".into(),
            Self::FormalitiesLate { until, on } => format!("办理日是 {on}，最后一日是 {until}"),
            Self::SameLaboratory { name } => format!("{name}就是初检机构，又没有省内仅此一家的证据"),
            Self::ScopeMissing { items } => format!("机构资质不含：{items}"),
            Self::AccreditationEnded { until } => format!("机构资质 {until} 到期"),
            Self::SampleDoubtful => "封条不完好，或者与抽样单不符".into(),
            Self::NotJudged => "复检报告对争议项目未作判定".into(),
            Self::OutcomeDiffers { computed } => format!("比较两份报告的争议项目，应为“{computed}”"),
        }
    }
    fn next(&self) -> String {
        match self {
            Self::WrongState { .. } => "请先办完上一步，或看本页列出的可办事项".into(),
            Self::NotConfirmed => "请先确认检验报告".into(),
            Self::NoticeIncomplete { .. } => "请补全后再出具".into(),
            Self::DateImpossible { .. } => "请核对日期".into(),
            Self::ReasonMissing { .. } => "请写明后再提交".into(),
            Self::NoConsent => "请先登记收件人的同意和指定的系统，或者改用其他方式".into(),
            Self::MethodsUntried { .. } => "请先用这些方式送达并登记结果".into(),
            Self::NotTheProducer => "请在标称生产者的通知书上登记".into(),
            Self::AlreadyAnswered { .. } => "答复登记有误的，请用“更正”".into(),
            Self::TooLate { .. } => "请出具不予受理通知书并写明理由；有更早的邮戳或者凭据的，请先登记".into(),
            Self::StillInTime { .. } => "请受理；本局的七个工作日不影响当事人的十五日".into(),
            Self::Entitled { .. } => "请受理，或者写明其他理由".into(),
            Self::ItemsNotFailed { .. } => "请从报告的不合格项目里选择".into(),
            Self::OrganisedElsewhere { .. } => "请转送组织方并登记答复".into(),
            Self::OrganisedHere => "请在本局办理".into(),
            Self::WrongKind { .. } => "抽样过程、真实性和依据走调查，检验结论走复检".into(),
            Self::NoBackup => "请作出不予复检的决定并写明理由；因机构或部门原因灭失的，请上报分管局领导".into(),
            Self::BackupExists { .. } | Self::Retestable => "请组织复检，或者写明其他理由".into(),
            Self::NotRetestable { .. } => "请作出不予复检的决定并写明理由".into(),
            Self::ReinspectedBefore => "请书面告知申请人复检结论是最终结论".into(),
            Self::FormalitiesLate { .. } => "已视为放弃复检；有期限内办理凭据的，请按凭据日期登记".into(),
            Self::SameLaboratory { .. } => "请另选机构，或者写明省内仅此一家具备资质的证据".into(),
            Self::ScopeMissing { .. } | Self::AccreditationEnded { .. } => "请另选机构，或在登记库补录资质附表".into(),
            Self::SampleDoubtful => "属当事人动过备用样品的，请终止复检；属机构或部门原因的，请上报分管局领导".into(),
            Self::NotJudged => "请要求复检机构补全判定".into(),
            Self::OutcomeDiffers { .. } => "请按比较结果作出结论".into(),
        }
    }
    fn basis(&self) -> Option<LegalBasis> {
        Some(match self {
            Self::WrongState { .. } | Self::DateImpossible { .. } | Self::AlreadyAnswered { .. } => return None,
            Self::NotConfirmed | Self::NoticeIncomplete { .. } | Self::NotTheProducer => law::R18_35,
            Self::ReasonMissing { .. } | Self::WrongKind { .. } => law::R18_37,
            Self::NoConsent => law::CPL_90,
            Self::MethodsUntried { .. } => law::CPL_95,
            Self::TooLate { .. } | Self::ItemsNotFailed { .. } => law::R18_36,
            Self::StillInTime { .. } | Self::Entitled { .. } => law::PQL_15,
            Self::OrganisedElsewhere { .. } | Self::OrganisedHere => law::R18_36,
            Self::NoBackup | Self::BackupExists { .. } | Self::NotRetestable { .. } | Self::Retestable => law::R18_37,
            Self::ReinspectedBefore => law::R18_42,
            Self::FormalitiesLate { .. } => law::R18_38,
            Self::SameLaboratory { .. } | Self::ScopeMissing { .. } | Self::AccreditationEnded { .. } => law::R18_39,
            Self::SampleDoubtful => law::R18_41,
            Self::NotJudged => law::R18_42,
            Self::OutcomeDiffers { .. } => law::DECISION_DIFFERENT,
        })
    }
}
