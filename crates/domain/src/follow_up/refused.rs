//! Why a case does not move on, in words.

use crate::{law, law::LegalBasis, refusal::Explain};
use jiff::civil::Date;

/// Why an act on a case is refused. Order = precedence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseRefused {
    /// The act does not exist in this state.
    WrongState {
        /// What was asked.
        act: &'static str,
        /// Where the case is.
        state: &'static str,
    },
    /// The station has not signed for the case.
    NotSignedFor {
        /// What was asked.
        act: &'static str,
    },
    /// No station is responsible.
    NoStation,
    /// A part of the record is missing.
    Incomplete {
        /// What was asked.
        act: &'static str,
        /// What is missing.
        missing: &'static str,
    },
    /// A date lies where it cannot.
    DateWrong {
        /// What was asked.
        act: &'static str,
        /// Why, with both dates.
        why: String,
    },
    /// A text says too little.
    TooShort {
        /// What was asked.
        act: &'static str,
        /// Which text.
        what: &'static str,
        /// Least number of signs.
        least: usize,
    },
    /// The party was told by our own notice: its service is recorded there.
    ToldByNotice,
    /// The receipt is recorded already.
    ReceiptKnown {
        /// Its day.
        on: Date,
    },
    /// The leader has not decided who answers for a lost sample.
    LossUndecided {
        /// What was asked.
        act: &'static str,
    },
    /// The result no longer stands.
    ResultFell {
        /// What was asked.
        act: &'static str,
        /// Why, in words.
        why: &'static str,
    },
    /// The office lets an open objection hold the follow-up.
    ObjectionHolds {
        /// What was asked.
        act: &'static str,
        /// The objections.
        open: Vec<String>,
    },
    /// The result is not final yet.
    NotFinal {
        /// What was asked.
        act: &'static str,
        /// What stands open.
        open: Vec<String>,
    },
    /// Approver or closer is the one who handled it.
    SamePerson {
        /// What was asked.
        act: &'static str,
    },
    /// Outside the window of the second recheck and no reason given.
    OutsideWindow {
        /// First accepted day.
        from: Date,
        /// Last accepted day.
        until: Date,
        /// Day given.
        given: Date,
    },
    /// Nothing permits to close: no passed recheck, no exemption, no decision that ends it.
    NothingToClose,
}

impl Explain for CaseRefused {
    fn code(&self) -> &'static str {
        match self {
            Self::WrongState { .. } => "follow_up.wrong_state",
            Self::NotSignedFor { .. } => "follow_up.not_signed_for",
            Self::NoStation => "follow_up.no_station",
            Self::Incomplete { .. } => "follow_up.incomplete",
            Self::DateWrong { .. } => "follow_up.date_wrong",
            Self::TooShort { .. } => "follow_up.too_short",
            Self::ToldByNotice => "follow_up.told_by_notice",
            Self::ReceiptKnown { .. } => "follow_up.receipt_known",
            Self::LossUndecided { .. } => "follow_up.loss_undecided",
            Self::ResultFell { .. } => "follow_up.result_fell",
            Self::ObjectionHolds { .. } => "follow_up.objection_holds",
            Self::NotFinal { .. } => "follow_up.not_final",
            Self::SamePerson { .. } => "follow_up.same_person",
            Self::OutsideWindow { .. } => "follow_up.outside_window",
            Self::NothingToClose => "follow_up.nothing_to_close",
        }
    }
    fn what(&self) -> String {
        match self {
            Self::WrongState { act, .. }
            | Self::Incomplete { act, .. }
            | Self::DateWrong { act, .. }
            | Self::NotSignedFor { act }
            | Self::TooShort { act, .. }
            | Self::LossUndecided { act }
            | Self::ResultFell { act, .. }
            | Self::ObjectionHolds { act, .. }
            | Self::NotFinal { act, .. }
            | Self::SamePerson { act } => format!("不能{act}"),
            Self::ToldByNotice | Self::ReceiptKnown { .. } => "不能登记当事人收到检验结果".into(),
            Self::NoStation => "不能分派".into(),
            Self::OutsideWindow { .. } => "不能登记第二次复查".into(),
            Self::NothingToClose => "不能提请结案".into(),
        }
    }
    fn why(&self) -> String {
        match self {
            Self::WrongState { state, .. } => format!("现在的状态是“{state}”"),
            Self::NoStation => "没有选所，单位地址也没有对应的辖区".into(),
            Self::Incomplete { missing, .. } => format!("缺{missing}"),
            Self::DateWrong { why, .. } => why.clone(),
            Self::NotSignedFor { .. } => "所还没有签收这个案件，当事人也还没有问过".into(),
            Self::TooShort { what, least, .. } => {
                format!("{what}少于 {least} 个字，看不出谁到场、查到什么、采取了什么措施")
            }
            Self::ToldByNotice => "这批结果由本局告知，收到日期记在检验结果通知书的送达里".into(),
            Self::ReceiptKnown { on } => format!("已经登记当事人 {on} 收到"),
            Self::LossUndecided { .. } => "样品灭失的责任还没有决定，决定以前不据初检结果作不利处理".into(),
            Self::ResultFell { why, .. } => format!("原检验结果不再成立：{why}"),
            Self::ObjectionHolds { open, .. } => {
                format!("本局规定异议期间暂停后续处理：{}", open.join("；"))
            }
            Self::NotFinal { open, .. } => format!("结论还没有最终确定：{}", open.join("；")),
            Self::SamePerson { act } => format!("{act}的人就是办案的人"),
            Self::OutsideWindow { from, until, given } => format!("{given} 不在 {from} 至 {until} 之间，也没有写理由"),
            Self::NothingToClose => "没有复查合格、免予整改、异议成立等可以结案的结果".into(),
        }
    }
    fn next(&self) -> String {
        match self {
            Self::WrongState { .. } => "请看本页列出的可办事项".into(),
            Self::NoStation => "请选择负责的所".into(),
            Self::Incomplete { .. } => "请补齐后再提交".into(),
            Self::DateWrong { .. } => "请核对日期".into(),
            Self::NotSignedFor { .. } => "请先签收，核查时当面询问，再报告".into(),
            Self::TooShort { .. } => "请写明到场人员、地点、生产销售和库存情况、采取的措施".into(),
            Self::ToldByNotice => "请在通知书上登记送达".into(),
            Self::ReceiptKnown { .. } => "登记有误的，请用“更正”，由第二人同意".into(),
            Self::LossUndecided { .. } => "请等分管局领导决定；停止生产销售不等".into(),
            Self::ResultFell { .. } => "请提请结案".into(),
            Self::ObjectionHolds { .. } => "请等异议办结后再办；停止生产销售不等".into(),
            Self::NotFinal { .. } => "请先办停止生产销售和核查；停售不等结论最终".into(),
            Self::SamePerson { .. } => "请由另一位同事办理".into(),
            Self::OutsideWindow { .. } => "请改在期间内复查，或写明理由".into(),
            Self::NothingToClose => "请先办完整改和复查，或按免予整改、移送办理".into(),
        }
    }
    fn basis(&self) -> Option<LegalBasis> {
        Some(match self {
            Self::WrongState { .. } | Self::DateWrong { .. } => return None,
            Self::NotSignedFor { .. } | Self::NoStation | Self::Incomplete { .. } => law::SEED_5,
            Self::TooShort { .. } => law::R18_45,
            Self::ToldByNotice => law::R18_35,
            Self::ReceiptKnown { .. } => law::DECISION_CORRECTION,
            Self::LossUndecided { .. } => law::DECISION_SAMPLE_LOST,
            Self::ResultFell { .. } => law::R18_42,
            Self::ObjectionHolds { .. } => law::DECISION_OBJECTION_EFFECT,
            Self::NotFinal { .. } => law::DECISION_ORDER_TIMING,
            Self::SamePerson { .. } => law::DECISION_CASE_CLOSE,
            Self::OutsideWindow { .. } => law::R18_48,
            Self::NothingToClose => law::R18_49,
        })
    }
}
