//! The scan of a plan line against checks of superiors and of our own: warns, blocks nothing. The line names no firm yet.

use super::{
    Authority, Relation, described,
    identity::{Agreement, products_agree},
    only_arranged,
};
use crate::{code::Code, deadline::blocked_until, exchange::EarlierCheck};
use jiff::civil::Date;

/// Period of a plan line: its quarters of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinePeriod {
    /// First day of the first quarter.
    pub first: Date,
    /// Last day of the last quarter.
    pub last: Date,
}

impl LinePeriod {
    /// From `1,3` and a year; the whole year when no quarter can be read. `None` for a year that does not exist.
    pub fn of_quarters(year: i64, quarters: &str) -> Option<Self> {
        let year = i16::try_from(year).ok()?;
        let named: Vec<i8> =
            quarters.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect();
        let quarters: Vec<i8> = named.into_iter().filter(|quarter| (1..=4).contains(quarter)).collect();
        let first = quarters.iter().min().copied().unwrap_or(1);
        let last = quarters.iter().max().copied().unwrap_or(4);
        Some(Self {
            first: Date::new(year, first * 3 - 2, 1).ok()?,
            last: Date::new(year, last * 3, 1).ok()?.last_of_month(),
        })
    }
}

/// An earlier or arranged check that a plan line meets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineFinding {
    /// Organised by us or above.
    pub relation: Relation,
    /// Arranged and not yet carried out.
    pub arranged: bool,
    /// Last day on which the same product of the same firm would be a repetition.
    pub until: Date,
    /// Firm it concerns, empty when none is named.
    pub firm: String,
    /// In words, one sentence.
    pub text: String,
}

/// Checks of our own or of superiors for the product of a line whose six months reach into its period; arranged ones
/// first, then the latest. Peers and lower authorities do not bind us and are left out.
pub fn scan<'a>(
    product_name: &str,
    category: &str,
    period: LinePeriod,
    rows: impl IntoIterator<Item = &'a EarlierCheck>,
    authority: &Authority,
) -> Vec<LineFinding> {
    let mut findings: Vec<LineFinding> = rows
        .into_iter()
        .filter_map(|check| {
            let relation = authority.relation(check);
            let start = check.sampled_on.or(check.arranged_from_on).or(check.published_on)?;
            let until = blocked_until(start);
            // An arranged check also blocks the six months before it.
            let reaches = until >= period.first
                && if only_arranged(check) { start <= blocked_until(period.last) } else { start <= period.last };
            let same = products_agree(&[product_name, category], &[&check.product_name, &check.category]);
            if relation == Relation::PeerOrLower || same != Agreement::Same || !reaches {
                return None;
            }
            let firm = [&check.enterprise_name, &check.producer_name]
                .into_iter()
                .map(|name| name.trim())
                .find(|name| !name.is_empty())
                .unwrap_or_default();
            let whom = if firm.is_empty() {
                "未指明企业，请与组织部门核对企业名单".to_owned()
            } else {
                format!("{firm}的同一产品{until} 及以前不再抽")
            };
            let text = format!("{}：{}；{whom}", relation.title(), described(check));
            Some(LineFinding { relation, arranged: only_arranged(check), until, firm: firm.to_owned(), text })
        })
        .collect();
    findings.sort_by(|a, b| (!a.arranged, b.until, &a.text).cmp(&(!b.arranged, a.until, &b.text)));
    findings
}
