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
    /// The result is not final yet.
    NotFinal {
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
            Self::NoStation => "follow_up.no_station",
            Self::Incomplete { .. } => "follow_up.incomplete",
            Self::DateWrong { .. } => "follow_up.date_wrong",
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
            | Self::SamePerson { act } => format!("不能{act}"),
            Self::NoStation => "不能分派".into(),
            Self::NotFinal { .. } => "不能起草责令改正通知书".into(),
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
            Self::NotFinal { open } => format!("结论还没有最终确定：{}", open.join("；")),
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
            Self::NotFinal { .. } => "请先办停止生产销售和核查；停售不等结论最终".into(),
            Self::SamePerson { .. } => "请由另一位同事办理".into(),
            Self::OutsideWindow { .. } => "请改在期间内复查，或写明理由".into(),
            Self::NothingToClose => "请先办完整改和复查，或按免予整改、移送办理".into(),
        }
    }
    fn basis(&self) -> Option<LegalBasis> {
        Some(match self {
            Self::WrongState { .. } | Self::DateWrong { .. } => return None,
            Self::NoStation | Self::Incomplete { .. } => law::SEED_5,
            Self::NotFinal { .. } => law::DECISION_ORDER_TIMING,
            Self::SamePerson { .. } => law::DECISION_CASE_CLOSE,
            Self::OutsideWindow { .. } => law::R18_48,
            Self::NothingToClose => law::R18_49,
        })
    }
}
