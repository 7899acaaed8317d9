//! The six-month question for plan, roster and visit: fetches the earlier checks that could block and lets
//! `domain::no_repeat` answer. Shared by three stages, so that the answer is given in one place. Reads only.

use crate::{AppResult, Work};
use hengjian_domain::{
    enterprise::{Enterprise, EnterpriseId},
    exchange::EarlierCheck,
    match_key::match_key,
    no_repeat::{self, Answer, Authority, LineFinding, LinePeriod, ProductFacts, RosterAnswer, RosterFirm},
    organisation::{Organisation, OrganisationId, OrganisationKind, Tier},
    plan::{PlanLine, TaskKind},
    product::ProductCategory,
    sampling::SamplingRecord,
};
use hengjian_store::no_repeat::FirmKeys;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// The checks that reach into one day, fetched once for a whole roster.
#[derive(Debug)]
pub struct RosterHistory {
    authority: Authority,
    on: Date,
    rows: Vec<EarlierCheck>,
    by_firm: BTreeMap<FirmKey, Vec<usize>>,
    without_firm: Vec<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum FirmKey {
    Id(EnterpriseId),
    Name(String),
    Code(String),
}

impl RosterHistory {
    /// Fetches what an authority knows around a day: three queries, whatever the size of the roster.
    ///
    /// # Errors
    /// A fault.
    pub fn load(work: &mut Work<'_>, org: OrganisationId, on: Date) -> AppResult<Self> {
        let rows = work.tx.checks_around(org, on, on)?;
        let mut history = Self {
            authority: authority(work, org)?,
            on,
            rows: Vec::new(),
            by_firm: BTreeMap::new(),
            without_firm: Vec::new(),
        };
        for (place, row) in rows.iter().enumerate() {
            let keys = keys_of_row(row);
            if keys.is_empty() {
                history.without_firm.push(place);
            }
            for key in keys {
                history.by_firm.entry(key).or_default().push(place);
            }
        }
        history.rows = rows;
        Ok(history)
    }

    /// Whether a firm stays in the roster of a category. `models` as the register keeps them, one a line.
    pub fn answer(&self, enterprise: &Enterprise, category: &str, models: &str, kind: TaskKind) -> RosterAnswer {
        let mut keys = vec![FirmKey::Id(enterprise.id)];
        if !enterprise.name_key.is_empty() {
            keys.push(FirmKey::Name(enterprise.name_key.clone()));
        }
        keys.extend(code_key(enterprise.uscc.as_deref().unwrap_or_default()));
        let mut places: Vec<usize> =
            keys.iter().filter_map(|key| self.by_firm.get(key)).flatten().chain(&self.without_firm).copied().collect();
        places.sort_unstable();
        places.dedup();
        let firm = RosterFirm::new(enterprise, category, models);
        no_repeat::roster(&firm, places.into_iter().map(|place| &self.rows[place]), &self.authority, kind, self.on)
    }
}

/// Names and codes under which a row is found; the producer counts as a firm of its own.
fn keys_of_row(row: &EarlierCheck) -> Vec<FirmKey> {
    let mut keys: Vec<FirmKey> = row.enterprise_id.map(FirmKey::Id).into_iter().collect();
    for name in [&row.enterprise_key, &row.producer_key] {
        if !name.is_empty() {
            keys.push(FirmKey::Name(name.clone()));
        }
    }
    keys.extend(code_key(&row.uscc));
    keys.dedup();
    keys
}

fn code_key(code: &str) -> Option<FirmKey> {
    let key = match_key(code);
    (!key.is_empty()).then_some(FirmKey::Code(key))
}

/// Whether one firm stays in the roster of a category on a day. For a whole roster load a [`RosterHistory`] once.
///
/// # Errors
/// A fault.
pub fn roster_answer(
    work: &mut Work<'_>,
    enterprise: &Enterprise,
    category: &str,
    models: &str,
    kind: TaskKind,
    on: Date,
) -> AppResult<RosterAnswer> {
    let keys = FirmKeys {
        enterprise_id: Some(enterprise.id),
        enterprise_key: enterprise.name_key.clone(),
        uscc: enterprise.uscc.clone().unwrap_or_default(),
        producer_key: String::new(),
    };
    let rows = work.tx.checks_of_firm(enterprise.org_id, &keys, on)?;
    let authority = authority(work, enterprise.org_id)?;
    Ok(no_repeat::roster(&RosterFirm::new(enterprise, category, models), &rows, &authority, kind, on))
}

/// Whether a product, as far as it is known, may be sampled on a day.
///
/// # Errors
/// A fault.
pub fn product_answer(
    work: &mut Work<'_>,
    org: OrganisationId,
    facts: &ProductFacts,
    kind: TaskKind,
    on: Date,
) -> AppResult<Answer> {
    let rows = rows_for(work, org, facts, on)?;
    let authority = authority(work, org)?;
    Ok(no_repeat::product(facts, &rows, &authority, kind, on))
}

/// The same for the product of a sampling record, which itself does not count.
///
/// # Errors
/// A fault.
pub fn record_answer(work: &mut Work<'_>, record: &SamplingRecord, kind: TaskKind, on: Date) -> AppResult<Answer> {
    let facts = facts_of_record(work, record)?;
    let mut rows = rows_for(work, record.org_id, &facts, on)?;
    rows.retain(|row| row.record_id != Some(record.id));
    let authority = authority(work, record.org_id)?;
    Ok(no_repeat::product(&facts, &rows, &authority, kind, on))
}

/// The facts of a sampling record that decide about “同一产品”.
///
/// # Errors
/// A fault.
pub fn facts_of_record(work: &mut Work<'_>, record: &SamplingRecord) -> AppResult<ProductFacts> {
    let enterprise: Option<Enterprise> = work.tx.get(&record.enterprise_id)?;
    let category: Option<ProductCategory> = match record.category_id {
        Some(id) => work.tx.get(&id)?,
        None => None,
    };
    Ok(ProductFacts {
        enterprise_id: Some(record.enterprise_id),
        enterprise_key: enterprise.as_ref().map(|party| party.name_key.clone()).unwrap_or_default(),
        uscc: enterprise.and_then(|party| party.uscc).unwrap_or_default(),
        product_name: record.product_name.clone(),
        category: category.map(|category| category.name).unwrap_or_default(),
        producer_name: record.producer_name.clone(),
        standard: record.standard.clone(),
        trademark: record.trademark.clone(),
        model: record.model.clone(),
    })
}

fn rows_for(work: &mut Work<'_>, org: OrganisationId, facts: &ProductFacts, on: Date) -> AppResult<Vec<EarlierCheck>> {
    let keys = FirmKeys {
        enterprise_id: facts.enterprise_id,
        enterprise_key: facts.enterprise_key.clone(),
        uscc: facts.uscc.clone(),
        producer_key: match_key(&facts.producer_name),
    };
    Ok(work.tx.checks_of_firm(org, &keys, on)?)
}

/// What a line of a plan of `year` meets. For all lines of a plan use [`scan_lines`].
///
/// # Errors
/// A fault.
pub fn scan_line(work: &mut Work<'_>, line: &PlanLine, year: i64) -> AppResult<Vec<LineFinding>> {
    Ok(scan_lines(work, std::slice::from_ref(line), year)?.into_iter().next().unwrap_or_default())
}

/// What each line of a plan of `year` meets, in the order of the lines; the history is fetched once.
///
/// # Errors
/// A fault.
pub fn scan_lines(work: &mut Work<'_>, lines: &[PlanLine], year: i64) -> AppResult<Vec<Vec<LineFinding>>> {
    let (Some(first), Some(whole)) = (lines.first(), LinePeriod::of_quarters(year, "")) else {
        return Ok(lines.iter().map(|_| Vec::new()).collect());
    };
    let authority = authority(work, first.org_id)?;
    let rows = work.tx.checks_around(first.org_id, whole.first, whole.last)?;
    let mut found = Vec::with_capacity(lines.len());
    for line in lines {
        let category: Option<ProductCategory> = match line.category_id {
            Some(id) => work.tx.get(&id)?,
            None => None,
        };
        let category = category.map(|category| category.name).unwrap_or_default();
        let period = LinePeriod::of_quarters(year, &line.quarters).unwrap_or(whole);
        found.push(no_repeat::scan(&line.product_name, &category, period, &rows, &authority));
    }
    Ok(found)
}

/// The authority that asks, with those above it in the tree.
fn authority(work: &mut Work<'_>, org: OrganisationId) -> AppResult<Authority> {
    let own = work.organisation(org)?;
    let (tier, region_code) = (own.tier.unwrap_or(Tier::County), own.region_code);
    let mut superiors = Vec::new();
    let mut above = own.parent_id;
    while let Some(id) = above {
        let node: Organisation = work.organisation(id)?;
        if node.kind == OrganisationKind::Regulator {
            superiors.push(node.name);
        }
        above = node.parent_id;
    }
    Ok(Authority { tier, superiors, region_code })
}
