//! The conclusion of a report from the verdicts on its items.

use crate::{
    rules::ItemClass,
    testing::{InspectionConclusion, ItemVerdict, Severity},
};

/// What the conclusion needs of an item: its final verdict (after an overruling, if any).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ItemOutcome<'a> {
    /// Name as printed.
    pub item: &'a str,
    /// Importance.
    pub class: ItemClass,
    /// Final verdict.
    pub verdict: ItemVerdict,
}

/// Conclusion of a report from its items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conclusion {
    /// Conclusion.
    pub conclusion: InspectionConclusion,
    /// Only with a failure: serious when an item of class A fails.
    pub severity: Option<Severity>,
    /// Wording for the report. Never says that the product is 合格.
    pub text: String,
    /// Failed items, parted by 、.
    pub failed_items: String,
    /// Items that still wait for a decision, parted by 、; a report with such items should not be signed.
    pub undecided_items: String,
}

/// Any failure → nonconforming, serious when an A-class item fails; nothing judged, or something still undecided
/// without a failure → not judged. Items without a verdict are named.
pub fn conclude(items: &[ItemOutcome<'_>]) -> Conclusion {
    let named = |verdict: ItemVerdict| {
        items.iter().filter(|item| item.verdict == verdict).map(|item| item.item).collect::<Vec<_>>().join("、")
    };
    let (failed_items, undecided_items, not_judged) =
        (named(ItemVerdict::Fail), named(ItemVerdict::Undecided), named(ItemVerdict::NotJudged));
    let serious = items.iter().any(|item| item.verdict == ItemVerdict::Fail && item.class == ItemClass::A);
    let passed = items.iter().any(|item| item.verdict == ItemVerdict::Pass);
    let (conclusion, severity, mut text) = if !failed_items.is_empty() {
        let (severity, words) =
            if serious { (Severity::Serious, "不合格（严重）") } else { (Severity::General, "不合格") };
        (InspectionConclusion::Nonconforming, Some(severity), format!("{words}。不合格项目：{failed_items}"))
    } else if !undecided_items.is_empty() {
        (InspectionConclusion::NotJudged, None, "有项目待判，未作结论".to_owned())
    } else if passed {
        (InspectionConclusion::NoNonconformityFound, None, "所检项目未发现不合格".to_owned())
    } else {
        (InspectionConclusion::NotJudged, None, "没有可以判定的项目，未作结论".to_owned())
    };
    if !undecided_items.is_empty() {
        text.push_str(&format!("；待判项目：{undecided_items}"));
    }
    if !not_judged.is_empty() {
        text.push_str(&format!("；未作判定的项目：{not_judged}"));
    }
    text.push('。');
    Conclusion { conclusion, severity, text, failed_items, undecided_items }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ItemVerdict::{Fail, NotJudged, Pass, Undecided};

    /// 实施细则: any failing item → 不合格, an A-class one → 严重; 未发现不合格 is never 合格.
    #[test]
    fn conclusion_from_items() {
        let item = |item, class, verdict| ItemOutcome { item, class, verdict };
        let (a, b) = (ItemClass::A, ItemClass::B);
        for (items, conclusion, severity, words) in [
            (
                vec![item("甲醛", a, Pass), item("外观", b, Pass)],
                InspectionConclusion::NoNonconformityFound,
                None,
                "所检项目未发现不合格。",
            ),
            (
                vec![item("甲醛", a, Pass), item("外观", b, Fail)],
                InspectionConclusion::Nonconforming,
                Some(Severity::General),
                "不合格。不合格项目：外观。",
            ),
            (
                vec![item("甲醛", a, Fail), item("外观", b, Fail), item("标识", b, NotJudged)],
                InspectionConclusion::Nonconforming,
                Some(Severity::Serious),
                "不合格（严重）。不合格项目：甲醛、外观；未作判定的项目：标识。",
            ),
            (
                vec![item("甲醛", a, Pass), item("标识", b, NotJudged)],
                InspectionConclusion::NoNonconformityFound,
                None,
                "所检项目未发现不合格；未作判定的项目：标识。",
            ),
            (
                vec![item("甲醛", a, Pass), item("气味", b, Undecided)],
                InspectionConclusion::NotJudged,
                None,
                "有项目待判，未作结论；待判项目：气味。",
            ),
            (
                vec![item("标识", b, NotJudged)],
                InspectionConclusion::NotJudged,
                None,
                "没有可以判定的项目，未作结论；未作判定的项目：标识。",
            ),
            (vec![], InspectionConclusion::NotJudged, None, "没有可以判定的项目，未作结论。"),
        ] {
            let concluded = conclude(&items);
            assert_eq!((concluded.conclusion, concluded.severity), (conclusion, severity), "{items:?}");
            assert_eq!(concluded.text, words);
        }
    }
}
