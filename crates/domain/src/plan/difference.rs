//! Two editions of a plan compared, in words a person reads.

use super::PlanLine;
use crate::{code::Code, money::yuan};

/// One difference between two editions, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineChange {
    /// Product.
    pub product: String,
    /// What changed: field, before, after. Empty before: new line; empty after: line gone.
    pub changes: Vec<(&'static str, String, String)>,
}

/// Readable difference between the lines of two editions. Lines are matched by product and field; where one product
/// stands several times in a field, first with first, second with second.
pub fn difference(before: &[PlanLine], after: &[PlanLine]) -> Vec<LineChange> {
    let mut left: Vec<&PlanLine> = before.iter().collect();
    let mut result = Vec::new();
    for new in after {
        let old = left.iter().position(|old| old.product_name == new.product_name && old.field == new.field);
        let changes = match old {
            Some(place) => compare(left.remove(place), new),
            None => vec![("整行", String::new(), summary(new))],
        };
        if !changes.is_empty() {
            result.push(LineChange { product: new.product_name.clone(), changes });
        }
    }
    result.extend(left.into_iter().map(|gone| LineChange {
        product: gone.product_name.clone(),
        changes: vec![("整行", summary(gone), String::new())],
    }));
    result
}

fn summary(line: &PlanLine) -> String {
    format!("{}，{}，{} 批", line.field.title(), line.quarter_words(), line.batches)
}

fn compare(old: &PlanLine, new: &PlanLine) -> Vec<(&'static str, String, String)> {
    let number = |value: i64| value.to_string();
    let fields = [
        ("产品代码", old.product_code.clone(), new.product_code.clone()),
        ("区域", old.region.clone(), new.region.clone()),
        ("季度", old.quarter_words(), new.quarter_words()),
        ("批次", number(old.batches), number(new.batches)),
        ("企业数", number(old.enterprises), number(new.enterprises)),
        ("单批费用（元）", yuan(old.unit_cost_fen), yuan(new.unit_cost_fen)),
        ("预算（元）", yuan(old.budget_fen), yuan(new.budget_fen)),
        ("牵头股室", old.lead_section.clone(), new.lead_section.clone()),
        ("拟承检机构", old.laboratory_name.clone(), new.laboratory_name.clone()),
        ("抽查重点", old.focus.clone(), new.focus.clone()),
        ("选择理由", old.reason.clone(), new.reason.clone()),
    ];
    fields.into_iter().filter(|(_, before, after)| before != after).collect()
}
