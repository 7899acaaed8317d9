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
    /// A day until which the party may object lies outside its fifteen days.
    OutsideRight {
        /// What was asked.
        act: &'static str,
        /// Day given.
        given: Date,
        /// First day that can be, where it is known.
        from: Option<Date>,
        /// Last day that can be.
        until: Date,
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
            Self::OutsideRight { .. } => "follow_up.outside_right",
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
            | Self::OutsideRight { act, .. }
            | Self::ResultFell { act, .. }
            | Self::ObjectionHolds { act, .. }
            | Self::NotFinal { act, .. }
            | Self::SamePerson { act } => format!("不能{act}"),
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
            Self::OutsideRight { given, from, until, .. } => match from {
                Some(from) => format!("{given} 不在 {from} 至 {until} 之间，当事人的十五日不能缩短，也不能延长"),
                None => format!("{given} 晚于 {until}；即使当事人今天才收到检验结果，十五日也到 {until} 为止"),
            },
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
            Self::OutsideRight { .. } => "请核对当事人收到检验结果的日期".into(),
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
            Self::OutsideRight { .. } => law::PQL_15,
            Self::ResultFell { .. } => law::R18_42,
            Self::ObjectionHolds { .. } => law::DECISION_OBJECTION_EFFECT,
            Self::NotFinal { .. } => law::DECISION_ORDER_TIMING,
            Self::SamePerson { .. } => law::DECISION_CASE_CLOSE,
            Self::OutsideWindow { .. } => law::R18_48,
            Self::NothingToClose => law::R18_49,
        })
    }
}
