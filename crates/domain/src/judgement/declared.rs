//! The declared value against the rule's: which limit an item is judged by (regulations §2.6).

use super::limit::{Limit, LimitKind};
use crate::law;

/// Written in place of a declared limit when the product's label and standard do not mention the item at all.
pub const NOT_DECLARED: &str = "未明示";

/// The limit an item is judged by, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppliedLimit {
    /// Limit; `None`: the item is not judged and the report says so.
    pub limit: Option<String>,
    /// Why this one, in Chinese, with its basis.
    pub reason: String,
}

/// 明示值判定 (regulations §2.6): stricter declared → declared; looser than mandatory → mandatory; looser than
/// recommended → declared; nothing declared → mandatory judged, recommended not. `declared` is `None` when the product
/// simply follows the standard of the rule, [`NOT_DECLARED`] when the item is not declared at all.
pub fn applied_limit(rule: Option<&str>, declared: Option<&str>, mandatory: bool) -> AppliedLimit {
    let given = |text: Option<&str>| text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let basis = law::DECISION_DECLARED_VALUE.text();
    let answer = |limit: Option<String>, why: String| AppliedLimit { limit, reason: format!("{why}（{basis}）") };
    let strength = if mandatory { "强制性要求" } else { "推荐性要求" };
    match (given(rule), given(declared)) {
        (None, None) => AppliedLimit {
            limit: None,
            reason: format!("细则没有限值，产品也没有明示值，不作判定（{}）", law::DECISION_NOT_JUDGED.text()),
        },
        (None, Some(declared)) if declared == NOT_DECLARED => AppliedLimit {
            limit: None,
            reason: format!("细则没有限值，产品未明示该项目，不作判定（{}）", law::DECISION_NOT_JUDGED.text()),
        },
        (None, Some(declared)) => answer(Some(declared), "细则没有限值，按产品明示值判定".to_owned()),
        (Some(rule), None) => answer(Some(rule), format!("产品没有另外的明示值，按细则的{strength}判定")),
        (Some(rule), Some(declared)) if declared == NOT_DECLARED => {
            if mandatory {
                answer(Some(rule), "产品未明示该项目，按强制性要求判定".to_owned())
            } else {
                answer(None, "产品未明示该项目，属推荐性要求，不作判定，在报告备注中说明".to_owned())
            }
        }
        (Some(rule), Some(declared)) => both(&rule, &declared, mandatory, &answer),
    }
}

fn both(
    rule: &str,
    declared: &str,
    mandatory: bool,
    answer: &dyn Fn(Option<String>, String) -> AppliedLimit,
) -> AppliedLimit {
    let spans = |text: &str| match Limit::parse(text) {
        Ok(Limit { kind: LimitKind::Values { span, .. }, .. }) => Some(span),
        _ => None,
    };
    let (rule_text, declared_text) = (rule.to_owned(), declared.to_owned());
    match (spans(rule), spans(declared)) {
        (Some(rule_span), Some(declared_span)) if rule_span == declared_span => {
            answer(Some(rule_text), format!("明示值 {declared} 与细则 {rule} 一致"))
        }
        (Some(rule_span), Some(declared_span)) if rule_span.covers(declared_span) => {
            answer(Some(declared_text), format!("明示值 {declared} 严于细则 {rule}，按明示值判定"))
        }
        (Some(_), Some(_)) if !mandatory => {
            answer(Some(declared_text), format!("明示值 {declared} 宽于推荐性要求 {rule}，按明示值判定"))
        }
        (Some(rule_span), Some(declared_span)) if declared_span.covers(rule_span) => {
            answer(Some(rule_text), format!("明示值 {declared} 宽于强制性要求 {rule}，按强制性要求判定"))
        }
        (Some(rule_span), Some(declared_span)) => {
            let common = rule_span.and(declared_span);
            if common.is_empty() {
                answer(
                    Some(rule_text),
                    format!("明示值 {declared} 与强制性要求 {rule} 没有共同的范围，按强制性要求判定，请核对明示值"),
                )
            } else {
                let limit = common.text();
                let why = format!("明示值 {declared} 一端严于、一端宽于强制性要求 {rule}，各按较严的一端，即 {limit}");
                answer(Some(limit), why)
            }
        }
        _ if rule == declared => answer(Some(rule_text), "明示值与细则一致".to_owned()),
        _ if mandatory => answer(
            Some(rule_text),
            format!("明示值“{declared}”与细则“{rule}”不能自动比较，按强制性要求判定，请核对是否明示更严"),
        ),
        _ => answer(
            Some(declared_text),
            format!("明示值“{declared}”与细则“{rule}”不能自动比较，推荐性要求按明示值判定，请核对"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Regulations §2.6, the four lines, and what lies between them.
    #[test]
    fn declared_against_mandatory() {
        for (rule, declared, mandatory, limit, words) in [
            (Some("≥90"), Some("≥95"), true, Some("≥95"), "严于细则"),
            (Some("≥90"), Some("≥95"), false, Some("≥95"), "严于细则"),
            (Some("≥90"), Some("≥85"), true, Some("≥90"), "宽于强制性"),
            (Some("≥90"), Some("≥85"), false, Some("≥85"), "宽于推荐性"),
            (Some("≥90"), Some(NOT_DECLARED), true, Some("≥90"), "按强制性"),
            (Some("≥90"), Some(NOT_DECLARED), false, None, "不作判定"),
            (Some("≥90"), None, false, Some("≥90"), "没有另外的明示值"),
            (Some("≥90"), Some("不小于90"), true, Some("≥90"), "一致"),
            (Some("[5,9]"), Some("[6,10]"), true, Some("[6,9]"), "各按较严"),
            (Some("≤5"), Some("≥6"), true, Some("≤5"), "没有共同"),
            (Some("≤0.5"), Some("<0.5"), true, Some("<0.5"), "严于细则"),
            (Some("符合"), Some("符合表2"), true, Some("符合"), "不能自动比较"),
            (Some("符合"), Some("符合表2"), false, Some("符合表2"), "不能自动比较"),
            (None, Some("≤5"), false, Some("≤5"), "按产品明示值"),
            (None, None, true, None, "不作判定"),
            (None, Some(NOT_DECLARED), true, None, "不作判定"),
        ] {
            let applied = applied_limit(rule, declared, mandatory);
            assert_eq!(applied.limit.as_deref(), limit, "{rule:?} {declared:?} {mandatory}: {}", applied.reason);
            assert!(applied.reason.contains(words), "{rule:?} {declared:?} {mandatory}: {}", applied.reason);
        }
    }
}
