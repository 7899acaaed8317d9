//! Parameters an office may set: terms the law leaves to an agreement, values of regulations whose text is uncertain, and
//! local choices. Each has a meaning, a unit, bounds, a default and its basis; nothing else may be set.

use crate::law::{self, LegalBasis};

/// What values a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterKind {
    /// A whole number from … to ….
    Integer(i64, i64),
    /// One of code and title.
    Choice(&'static [(&'static str, &'static str)]),
    /// Chinese characters, at most so many.
    Words(usize),
}

/// A parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter {
    /// Stable name in the database.
    pub name: &'static str,
    /// Title.
    pub title: &'static str,
    /// What it changes, in one sentence.
    pub meaning: &'static str,
    /// Unit; empty for choices.
    pub unit: &'static str,
    /// Values.
    pub kind: ParameterKind,
    /// Value where none is set.
    pub default: &'static str,
    /// What it stands on.
    pub basis: LegalBasis,
    /// How well the default is known.
    pub note: &'static str,
}

const YES_NO: &[(&str, &str)] = &[("NO", "否"), ("YES", "是")];

/// Working days for accepting or refusing an objection (regulations D05).
pub const OBJECTION_ACCEPTANCE_DAYS: Parameter = Parameter {
    name: "objection_acceptance_days",
    title: "异议受理审查期限",
    meaning: "收到书面异议后，决定受理或不予受理的期限",
    unit: "个工作日",
    kind: ParameterKind::Integer(1, 15),
    default: "3",
    basis: law::LOC_OBJ_ACCEPTANCE,
    note: "外地规则的数值，本省没有统一规定",
};
/// Short form of the authority in document numbers (regulations §10.6; the kind of paper follows it).
pub const DOCUMENT_AGENCY: Parameter = Parameter {
    name: "document_agency",
    title: "文号的机关代字",
    meaning: "结果通知书、责令改正通知书等文号开头的代字，例如“市监”印成“市监责改〔2021〕1 号”",
    unit: "",
    kind: ParameterKind::Words(8),
    default: "市监",
    basis: law::DECISION_NUMBERING,
    note: "按本机关的发文规定填写",
};
/// When a rectification order is given.
pub const ORDER_TIMING: Parameter = Parameter {
    name: "order_timing",
    title: "责令改正的时点",
    meaning: "结论最终后才责令改正，还是收到报告即责令；停止生产销售总是立即告知",
    unit: "",
    kind: ParameterKind::Choice(&[("AFTER_FINAL", "结论最终后"), ("IMMEDIATE", "收到不合格报告即办")]),
    default: "AFTER_FINAL",
    basis: law::DECISION_ORDER_TIMING,
    note: "规章没有写明先后",
};
/// Working days for a report where the agreement names none (regulations D09).
pub const REPORT_DAYS: Parameter = Parameter {
    name: "report_days",
    title: "检验期限",
    meaning: "委托协议没有约定时，收到样品后出具检验报告的期限",
    unit: "个工作日",
    kind: ParameterKind::Integer(1, 90),
    default: "20",
    basis: law::DECISION_LAB_TERM,
    note: "规章写“规定时间”，以协议为先",
};
/// Calendar days for a re-inspection report (regulations D08).
pub const REINSPECTION_REPORT_DAYS: Parameter = Parameter {
    name: "reinspection_report_days",
    title: "复检期限",
    meaning: "任务书没有约定时，收到复检样品后出具复检报告的期限",
    unit: "日",
    kind: ParameterKind::Integer(1, 90),
    default: "20",
    basis: law::DECISION_LAB_TERM,
    note: "规章写“规定时间”，以任务书为先",
};
/// Whether an objection holds the follow-up.
pub const OBJECTION_HOLDS_FOLLOW_UP: Parameter = Parameter {
    name: "objection_holds_follow_up",
    title: "异议期间暂停后续处理",
    meaning: "提出异议后，除停止生产销售以外的后续处理是否等结论",
    unit: "",
    kind: ParameterKind::Choice(YES_NO),
    default: "NO",
    basis: law::DECISION_OBJECTION_EFFECT,
    note: "外地规则为不停止",
};
/// Whether testers see only the sample number until the report is signed.
pub const LABORATORY_BLIND: Parameter = Parameter {
    name: "laboratory_blind",
    title: "盲样检验",
    meaning: "报告签发前，检验人员只看样品编号，不看被抽样单位和标称生产者",
    unit: "",
    kind: ParameterKind::Choice(YES_NO),
    default: "NO",
    basis: law::DECISION_LAB_BLIND,
    note: "本产品的选项",
};
/// Whether conforming batches are published too.
pub const PUBLISH_CONFORMING: Parameter = Parameter {
    name: "publish_conforming",
    title: "公布合格结果",
    meaning: "公布稿是否同时列出未发现不合格的批次",
    unit: "",
    kind: ParameterKind::Choice(&[("YES", "一并公布"), ("NO", "只公布不合格")]),
    default: "YES",
    basis: law::DECISION_PUBLISH_CONFORMING,
    note: "通知列有检验结论一项，是否必须公布合格结果待核",
};
/// Decimals of rates.
pub const RATE_DIGITS: Parameter = Parameter {
    name: "rate_digits",
    title: "比率的小数位数",
    meaning: "统计页和公布稿的百分率保留几位小数，只在显示时修约一次",
    unit: "位",
    kind: ParameterKind::Integer(0, 3),
    default: "1",
    basis: law::DECISION_STATISTICS_ROUNDING,
    note: "总局公告为一位，部分地市为两位",
};
/// Fewest batches for a rate.
pub const RATE_FROM_BATCHES: Parameter = Parameter {
    name: "rate_from_batches",
    title: "计算比率的最少批次",
    meaning: "一组的批次少于这个数时，只列数，不列率",
    unit: "批",
    kind: ParameterKind::Integer(1, 100),
    default: "5",
    basis: law::DECISION_STATISTICS_SMALL,
    note: "避免以少数批次论高低",
};
/// Share of class A to be drawn, per mille.
pub const SHARE_CLASS_A: Parameter = share("share_class_a", "A类主体抽查比例", "10");
/// Share of class B to be drawn, per mille.
pub const SHARE_CLASS_B: Parameter = share("share_class_b", "B类主体抽查比例", "40");
/// Share of class C to be drawn, per mille.
pub const SHARE_CLASS_C: Parameter = share("share_class_c", "C类主体抽查比例", "150");
/// Share of class D to be drawn, per mille.
pub const SHARE_CLASS_D: Parameter = share("share_class_d", "D类主体抽查比例", "500");

const fn share(name: &'static str, title: &'static str, default: &'static str) -> Parameter {
    Parameter {
        name,
        title,
        meaning: "按信用风险分类确定抽查数量时的比例；未分类的按 B 类",
        unit: "‰",
        kind: ParameterKind::Integer(0, 1_000),
        default,
        basis: law::DECISION_CREDIT_RATIO,
        note: "没有全国统一的比例，默认值取自各地常见做法，待本省规定",
    }
}

/// All of them, in the order of the page.
pub const ALL: &[Parameter] = &[
    DOCUMENT_AGENCY,
    OBJECTION_ACCEPTANCE_DAYS,
    ORDER_TIMING,
    OBJECTION_HOLDS_FOLLOW_UP,
    REPORT_DAYS,
    REINSPECTION_REPORT_DAYS,
    LABORATORY_BLIND,
    PUBLISH_CONFORMING,
    RATE_DIGITS,
    RATE_FROM_BATCHES,
    SHARE_CLASS_A,
    SHARE_CLASS_B,
    SHARE_CLASS_C,
    SHARE_CLASS_D,
];

/// A parameter by its name.
pub fn named(name: &str) -> Option<&'static Parameter> {
    ALL.iter().find(|parameter| parameter.name == name)
}

impl Parameter {
    /// Reads a value as typed.
    ///
    /// # Errors
    /// What is wrong and what is expected, in Chinese.
    pub fn read(&self, text: &str) -> Result<String, String> {
        let text = text.trim();
        match self.kind {
            ParameterKind::Integer(least, most) => match text.parse::<i64>() {
                Ok(number) if (least..=most).contains(&number) => Ok(number.to_string()),
                _ => Err(format!("{}应为 {least} 至 {most} 的整数，现在是“{text}”", self.title)),
            },
            ParameterKind::Choice(values) => match values.iter().find(|(code, _)| *code == text) {
                Some((code, _)) => Ok((*code).to_owned()),
                None => Err(format!("请选择{}", self.title)),
            },
            ParameterKind::Words(most) => {
                let chinese = |c: char| ('\u{4e00}'..='\u{9fa5}').contains(&c);
                if text.is_empty() || text.chars().count() > most || !text.chars().all(chinese) {
                    return Err(format!("{}应为 1 至 {most} 个汉字，现在是“{text}”", self.title));
                }
                Ok(text.to_owned())
            }
        }
    }
    /// A value in words: `3 个工作日`, `结论最终后`.
    pub fn words(&self, value: &str) -> String {
        match self.kind {
            ParameterKind::Integer(..) => format!("{value} {}", self.unit),
            ParameterKind::Choice(values) => {
                values.iter().find(|(code, _)| *code == value).map_or(value, |(_, title)| title).to_owned()
            }
            ParameterKind::Words(_) => value.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_is_a_value_and_every_name_is_one() {
        for (position, parameter) in ALL.iter().enumerate() {
            assert_eq!(parameter.read(parameter.default).as_deref(), Ok(parameter.default), "{}", parameter.name);
            assert_eq!(ALL.iter().position(|other| other.name == parameter.name), Some(position));
            assert!(parameter.read("x").is_err() && parameter.read("").is_err());
        }
        assert!(OBJECTION_ACCEPTANCE_DAYS.read("0").is_err());
        assert!(OBJECTION_ACCEPTANCE_DAYS.read("16").is_err());
        assert_eq!(OBJECTION_ACCEPTANCE_DAYS.words("3"), "3 个工作日");
        // 文号 (regulations §10.6): at most twelve characters before the bracket, four of them the kind of paper.
        assert_eq!(DOCUMENT_AGENCY.read(" 乳市监 ").as_deref(), Ok("乳市监"));
        assert_eq!(DOCUMENT_AGENCY.words("乳市监"), "乳市监");
        assert!(DOCUMENT_AGENCY.read("乳源瑶族自治县市监").is_err() && DOCUMENT_AGENCY.read("乳A").is_err());
        assert_eq!(ORDER_TIMING.words("IMMEDIATE"), "收到不合格报告即办");
    }
}
