//! Item results: what a person typed, the limit that applies, the automatic verdict, and the reviewer's overruling
//! beside it. Judging itself is `domain::judgement`'s; this file only keeps the two verdicts apart.

use super::{Inspection, InspectionOrigin, ItemResult, ItemVerdict, TestingRefused, stages::reason_of};
use crate::{
    actor::UserId,
    judgement::{Conclusion, ItemOutcome, Limit, NOT_DECLARED, applied_limit, conclude, judge_item},
};

/// What a person typed for one item.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ItemEntry {
    /// Value as measured; empty: none yet.
    pub value: String,
    /// Limit the product declares; empty: it follows the rule's standard; 未明示: it says nothing.
    pub declared_limit: String,
    /// Why the item was not tested; empty when it was.
    pub not_tested_reason: String,
    /// Verdict printed by others, for reports made elsewhere.
    pub reported_verdict: Option<ItemVerdict>,
}

/// What is wrong with an entry, for the message at its field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemProblem {
    /// Value and reason for having none.
    ValueAndReason,
    /// The declared limit cannot be read.
    DeclaredLimit(String),
}

impl ItemResult {
    /// Whether it has a value or a reason for having none.
    pub fn answered(&self) -> bool {
        self.value_text.is_some() || !self.not_tested_reason.is_empty()
    }
    /// The verdict that counts: the reviewer's where there is one, otherwise the automatic one.
    pub fn final_verdict(&self) -> ItemVerdict {
        self.overruled_verdict.unwrap_or(self.verdict)
    }
    /// The limit as printed under 要求: what it was judged by, or what it would have been judged by.
    pub fn requirement(&self) -> &str {
        self.applied_limit.as_deref().or(self.rule_limit.as_deref()).unwrap_or("/")
    }
    /// Takes what was typed and judges anew. A change of value or limit ends an overruling of the old verdict.
    ///
    /// # Errors
    /// [`ItemProblem`] for the field concerned.
    pub fn enter(mut self, entry: &ItemEntry) -> Result<Self, ItemProblem> {
        let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let (value, declared) = (given(&entry.value), given(&entry.declared_limit));
        let reason = entry.not_tested_reason.trim();
        if value.is_some() && !reason.is_empty() {
            return Err(ItemProblem::ValueAndReason);
        }
        if let Some(declared) = declared.as_deref().filter(|declared| *declared != NOT_DECLARED) {
            Limit::parse(declared).map_err(|error| ItemProblem::DeclaredLimit(error.words()))?;
        }
        let before = self.final_basis();
        self.value_text = value;
        self.declared_limit = declared;
        self.not_tested_reason = reason.to_owned();
        self.reported_verdict = entry.reported_verdict;
        self = self.judged();
        if self.final_basis() != before {
            self.overruled_verdict = None;
            self.overruled_reason = String::new();
        }
        Ok(self)
    }
    fn final_basis(&self) -> (Option<String>, Option<String>) {
        (self.value_text.clone(), self.applied_limit.clone())
    }
    /// Applies limit and automatic verdict to what is on the row.
    #[must_use]
    pub fn judged(mut self) -> Self {
        let applied = applied_limit(self.rule_limit.as_deref(), self.declared_limit.as_deref(), self.mandatory);
        self.applied_limit = applied.limit;
        if self.value_text.is_none() {
            self.verdict = ItemVerdict::NotJudged;
            self.verdict_reason = if self.not_tested_reason.is_empty() {
                String::new()
            } else {
                format!("未检：{}", self.not_tested_reason)
            };
            return self;
        }
        let judged = judge_item(self.value_text.as_deref(), self.applied_limit.as_deref(), self.compare);
        self.verdict = judged.verdict;
        self.verdict_reason = if self.applied_limit.is_none() {
            applied.reason
        } else if self.declared_limit.is_some() {
            format!("{}。{}", applied.reason, judged.message)
        } else {
            judged.message
        };
        self
    }
    /// The reviewer's verdict against the automatic one, with the reason; both are kept (decision 改判自动结论). `None`
    /// withdraws it.
    ///
    /// # Errors
    /// Tester, item without limit or value, same verdict, no reason.
    pub fn overrule(
        mut self,
        inspection: &Inspection,
        by: UserId,
        verdict: Option<ItemVerdict>,
        reason: &str,
    ) -> Result<Self, TestingRefused> {
        if inspection.tester_id == Some(by) {
            return Err(TestingRefused::OverruledByTester);
        }
        let Some(verdict) = verdict else {
            self.overruled_verdict = None;
            self.overruled_reason = String::new();
            return Ok(self);
        };
        let impossible = |why| TestingRefused::OverruleImpossible { item: self.item.clone(), why };
        if self.value_text.is_none() {
            return Err(impossible("没有检验，不能给出判定"));
        }
        if self.applied_limit.is_none() {
            return Err(impossible("没有限值，不能给出判定"));
        }
        if !matches!(verdict, ItemVerdict::Pass | ItemVerdict::Fail) {
            return Err(impossible("只能改判为合格或者不合格"));
        }
        if verdict == self.verdict {
            return Err(TestingRefused::OverruleSame { item: self.item });
        }
        self.overruled_reason = reason_of("改判", reason)?;
        self.overruled_verdict = Some(verdict);
        Ok(self)
    }
    /// What the report says beside the item: why it has no verdict, that it was overruled, what the laboratory printed.
    pub fn remark(&self) -> String {
        let mut parts = Vec::new();
        if self.final_verdict() == ItemVerdict::NotJudged && !self.verdict_reason.is_empty() {
            parts.push(self.verdict_reason.clone());
        }
        if self.overruled_verdict.is_some() {
            let automatic = crate::code::Code::title(self.verdict);
            parts.push(format!("自动判定{automatic}，审核改判：{}", self.overruled_reason));
        }
        parts.join("；")
    }
}

/// Conclusion = f(items). Rows of a report made elsewhere that nobody typed do not count as “not judged”.
pub fn summarise(items: &[ItemResult]) -> Conclusion {
    let outcomes: Vec<ItemOutcome<'_>> = items
        .iter()
        .map(|item| ItemOutcome { item: &item.item, class: item.class, verdict: item.final_verdict() })
        .collect();
    conclude(&outcomes)
}

/// Our conclusion on a report made elsewhere, from the items that are on file; `None` while there is none.
pub fn our_summary(origin: InspectionOrigin, items: &[ItemResult]) -> Option<Conclusion> {
    if origin == InspectionOrigin::Here {
        return None;
    }
    let typed: Vec<ItemResult> = items.iter().filter(|item| item.answered()).cloned().collect();
    (!typed.is_empty()).then(|| summarise(&typed))
}
