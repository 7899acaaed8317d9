//! 判定: a reading against a limit by GB/T 8170, the declared value against the rule's, and the conclusion from the items.
//! Every verdict says why. What cannot be read or decided is undecided or not judged, never a pass.

mod conclusion;
mod declared;
mod limit;

pub use conclusion::{Conclusion, ItemOutcome, conclude};
pub use declared::{AppliedLimit, NOT_DECLARED, applied_limit};
pub use limit::{JudgementError, Limit, Reading};

use crate::{
    decimal::{self, Decimal, DecimalError, Interval},
    law::{self, LegalBasis},
    rules::CompareMethod,
    testing::ItemVerdict,
};
use limit::{End, LimitKind, ReadingKind, Span};

/// A verdict with its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// Pass, fail or undecided; not judged only where there is no limit or no value ([`judge_item`]).
    pub verdict: ItemVerdict,
    /// Why, in Chinese.
    pub message: String,
}

impl Judgement {
    fn new(verdict: ItemVerdict, message: impl Into<String>) -> Self {
        Self { verdict, message: message.into() }
    }
}

/// Name of a comparison's article.
pub const fn basis(compare: CompareMethod) -> LegalBasis {
    match compare {
        CompareMethod::FullValue => law::GB8170_FULL_VALUE,
        CompareMethod::RoundedValue => law::GB8170_ROUNDED_VALUE,
    }
}

/// Judges a reading. `<x` means any value below x: it passes if all of them satisfy the limit, fails if none does.
/// 全数值比较 compares the value as it is (the default); 修约值比较 first rounds it once to the digits of the limit,
/// the larger number where its ends differ.
pub fn judge(reading: &Reading, limit: &Limit, compare: CompareMethod) -> Judgement {
    let by_words =
        |pass: bool, why: String| Judgement::new(if pass { ItemVerdict::Pass } else { ItemVerdict::Fail }, why);
    match (limit.kind, reading.kind) {
        (LimitKind::Values { span, decimals }, ReadingKind::Exact(value)) => {
            by_number(reading, limit, Span::exactly(value), span, decimals, compare)
        }
        (LimitKind::Values { span, decimals }, ReadingKind::Within(values)) => {
            by_number(reading, limit, values, span, decimals, compare)
        }
        (LimitKind::Absent, ReadingKind::Absent) => by_words(true, format!("未检出，满足“{}”", limit.text)),
        (LimitKind::Absent, ReadingKind::Present) => by_words(false, format!("检出，不满足“{}”", limit.text)),
        (LimitKind::Absent, ReadingKind::Within(Span { low: None, .. })) => {
            by_words(true, format!("{}：低于检出限即未检出，满足“{}”", reading.text, limit.text))
        }
        (LimitKind::Absent, ReadingKind::Exact(value)) if value > Decimal::ZERO => {
            by_words(false, format!("检出 {}，不满足“{}”", reading.text, limit.text))
        }
        (LimitKind::Conforming, ReadingKind::Conforms) => by_words(true, format!("“{}”", reading.text)),
        (LimitKind::Conforming, ReadingKind::ConformsNot) => {
            by_words(false, format!("“{}”，要求“{}”", reading.text, limit.text))
        }
        _ => Judgement::new(
            ItemVerdict::Undecided,
            format!("“{}”与限值“{}”不能自动比较，请检验人员写明判定", reading.text, limit.text),
        ),
    }
}

fn by_number(
    reading: &Reading,
    limit: &Limit,
    values: Span,
    allowed: Span,
    decimals: u32,
    compare: CompareMethod,
) -> Judgement {
    let (compared, how) = match compare {
        CompareMethod::FullValue => (values, reading.text.clone()),
        CompareMethod::RoundedValue => {
            let interval = Interval::of_decimals(decimals);
            match rounded(values, interval) {
                Ok(compared) => {
                    let result = match (compared.low, compared.high) {
                        (Some(low), Some(high)) if low.value == high.value => decimal::print(low.value),
                        _ => compared.text(),
                    };
                    (compared, format!("{} 修约到 {} 为 {result}", reading.text, interval.text()))
                }
                Err(_) => {
                    let why = format!("“{}”位数太多，不能按限值的位数精确修约", reading.text);
                    return Judgement::new(ItemVerdict::Undecided, why);
                }
            }
        }
    };
    let method = crate::code::Code::title(compare);
    let limit = &limit.text;
    if allowed.covers(compared) {
        Judgement::new(ItemVerdict::Pass, format!("{how}，满足 {limit}（{method}）"))
    } else if allowed.and(compared).is_empty() {
        Judgement::new(ItemVerdict::Fail, format!("{how}，不满足 {limit}（{method}）"))
    } else {
        Judgement::new(
            ItemVerdict::Undecided,
            format!("{how}，其中有的数值满足 {limit}，有的不满足，需要给出具体数值（{method}）"),
        )
    }
}

/// What the values become when each is rounded once.
fn rounded(values: Span, interval: Interval) -> Result<Span, DecimalError> {
    let low = values.low.map(|end| {
        let value = if end.included { interval.round(end.value) } else { interval.round_from_above(end.value) };
        value.map(|value| End { value, included: true })
    });
    let high = values.high.map(|end| {
        let value = if end.included { interval.round(end.value) } else { interval.round_from_below(end.value) };
        value.map(|value| End { value, included: true })
    });
    Ok(Span { low: low.transpose()?, high: high.transpose()? })
}

/// Judges an item from its texts. Without a limit on file it is not judged (decision 无限值不判定), without a value neither;
/// a limit or value that cannot be read leaves it undecided, for a person.
pub fn judge_item(value: Option<&str>, limit: Option<&str>, compare: CompareMethod) -> Judgement {
    let given = |text: Option<&str>| text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let Some(limit) = given(limit) else {
        let message = format!("没有登记限值，不作判定（{}）", law::DECISION_NOT_JUDGED.text());
        return Judgement::new(ItemVerdict::NotJudged, message);
    };
    let Some(value) = given(value) else {
        return Judgement::new(ItemVerdict::NotJudged, "没有检验结果，不作判定");
    };
    match (Reading::parse(&value), Limit::parse(&limit)) {
        (Ok(reading), Ok(limit)) => judge(&reading, &limit, compare),
        (Err(error), _) | (_, Err(error)) => {
            Judgement::new(ItemVerdict::Undecided, format!("{}，请检验人员写明判定", error.words()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use CompareMethod::{FullValue, RoundedValue};
    use ItemVerdict::{Fail, NotJudged, Pass, Undecided};

    /// Value, limit, verdict by full value, verdict by rounded value.
    #[track_caller]
    fn check(value: &str, limit: &str, full: ItemVerdict, rounded: ItemVerdict) {
        let reading = Reading::parse(value).expect("reading");
        let parsed = Limit::parse(limit).expect("limit");
        for (compare, expected) in [(FullValue, full), (RoundedValue, rounded)] {
            let judged = judge(&reading, &parsed, compare);
            assert_eq!(judged.verdict, expected, "{value} {limit} {compare:?}: {}", judged.message);
            assert!(!judged.message.is_empty());
        }
    }

    /// Every comparison of regulations §10.4.
    #[test]
    fn gb8170_comparison_vectors() {
        check("97.01", "≥97.0", Pass, Pass);
        check("97.00", ">=97.0", Pass, Pass);
        check("96.96", "≥97.0", Fail, Pass);
        check("96.94", "≥97.0", Fail, Fail);
        check("0.452", "≤0.5", Pass, Pass);
        check("0.549", "≤0.5", Fail, Pass);
        check("0.551", "≤0.5", Fail, Fail);
        check("9.89", "10.0±0.1", Fail, Pass);
        check("9.85", "10.0±0.1", Fail, Fail);
        check("9.94", "10.0±0.1（不含端值）", Pass, Fail);
        check("10.05", "10.0±0.1（不含端值）", Pass, Pass);
        check("9.94", "(9.9,10.1)", Pass, Fail);
        check("10.05", "(9.9,10.1)", Pass, Pass);
    }

    /// Limits in every spelling; the ends decide.
    #[test]
    fn limits_as_written_in_rules() {
        for limit in ["≥97.0", ">=97.0", "＞＝97.0", "≧97.0", "不小于97.0", "不低于 97.0", "大于或等于97.0", "≥ 97.0"]
        {
            check("97.0", limit, Pass, Pass);
            check("96.9", limit, Fail, Fail);
        }
        for limit in ["<0.5", "小于0.5", "＜0.5"] {
            check("0.5", limit, Fail, Fail);
            check("0.4", limit, Pass, Pass);
        }
        for limit in ["不大于0.5", "不超过0.5", "≤0.5", "⩽0.5", "小于或等于0.5"] {
            check("0.5", limit, Pass, Pass);
            check("0.6", limit, Fail, Fail);
        }
        check("9.9", "[9.9,10.1)", Pass, Pass);
        check("10.1", "[9.9,10.1)", Fail, Fail);
        check("10.1", "［9.9，10.1］", Pass, Pass);
        for limit in ["5.0~9.0", "5.0～9.0", "5.0-9.0", "5.0—9.0", "5.0至9.0", "≥5.0且≤9.0"] {
            check("5.0", limit, Pass, Pass);
            check("9.0", limit, Pass, Pass);
            check("9.1", limit, Fail, Fail);
        }
        check("-4", "-5~-3", Pass, Pass);
        check("-2", "-5至-3", Fail, Fail);
        check("12.3", "10±2", Fail, Pass);
        check("12.04", "10±2.0", Fail, Pass);
        check("0", "<=0", Pass, Pass);
        check("-0.04", ">=0.0", Fail, Pass);
    }

    /// settled.md: rounded uses the digits of the limit, the larger where bounds differ.
    #[test]
    fn rounded_value_uses_the_larger_number_of_digits() {
        check("10.06", "[9,10.1]", Pass, Pass);
        check("10.14", "[9,10.1]", Fail, Pass);
        check("10.15", "[9,10.1]", Fail, Fail);
    }

    /// settled.md: `<x` is any value below x.
    #[test]
    fn below_a_detection_limit() {
        check("<0.01", "<0.5", Pass, Pass);
        check("<0.5", "<=0.5", Pass, Pass);
        check("<0.5", "<0.5", Pass, Undecided);
        check("<0.6", "<=0.5", Undecided, Undecided);
        check("<0.5", ">=0.5", Fail, Undecided);
        check("<0.01", ">=0.5", Fail, Fail);
        check("<1", "[0.2,5]", Undecided, Undecided);
        check("＜0.01", "≤0.01", Pass, Pass);
        check(">100", "≥97.0", Pass, Pass);
        check(">100", "≤97.0", Fail, Fail);
        check("≤0.5", "≤0.5", Pass, Pass);
    }

    /// GB/T 8170: a suffix says on which side the measured value lay.
    #[test]
    fn a_suffix_keeps_the_full_value_decidable() {
        check("15.5(−)", "≤15", Fail, Pass);
        check("15.5(+)", "≤15", Fail, Fail);
        check("15.5(-)", "<15.5", Pass, Undecided);
        check("15.5(+)", "≤15.5", Fail, Undecided);
        check("15.5（－）", "≥15.5", Fail, Undecided);
        check("15.5(+)", ">15.5", Pass, Undecided);
        check("15.5", "≤15", Fail, Fail);
        check("15.5(-)", "≤15.47", Undecided, Undecided);
    }

    #[test]
    fn words_meet_words() {
        check("未检出", "不得检出", Pass, Pass);
        check("ND", "不得检出", Pass, Pass);
        check("<0.01", "不得检出", Pass, Pass);
        check("0.02", "不得检出", Fail, Fail);
        check("检出", "不应检出", Fail, Fail);
        check("0", "不得检出", Undecided, Undecided);
        check("符合", "符合", Pass, Pass);
        check("不符合", "应符合要求", Fail, Fail);
        check("0.5", "符合", Undecided, Undecided);
        check("未检出", "≤0.5", Undecided, Undecided);
        check("符合", "≥97.0", Undecided, Undecided);
    }

    /// Decision 无限值不判定: no limit, no pass; what cannot be read waits for a person.
    #[test]
    fn an_item_without_a_limit_is_not_judged() {
        for (value, limit, verdict) in [
            (Some("0.3"), None, NotJudged),
            (Some("0.3"), Some(" "), NotJudged),
            (None, Some("≤0.5"), NotJudged),
            (Some("0.3"), Some("见表2"), Undecided),
            (Some("约0.3"), Some("≤0.5"), Undecided),
            (Some("0.3"), Some("≤0.5"), Pass),
            (Some("0.6"), Some("≤0.5"), Fail),
        ] {
            let judged = judge_item(value, limit, FullValue);
            assert_eq!(judged.verdict, verdict, "{value:?} {limit:?}: {}", judged.message);
            assert!(!judged.message.is_empty());
        }
    }
}
