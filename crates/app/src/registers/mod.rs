//! Registers (登记库): enterprises, product categories, laboratories, officers and samplers, 实施细则. They feed plan, draw and
//! sampling; nothing here is part of a running spot check. One file per register.

pub mod enterprises;
pub mod laboratories;
pub mod officers;
pub mod products;
pub mod rules;

pub use laboratories::uncovered_items;

use crate::{AppError, AppResult, FieldError, Work};
use hengjian_domain::{
    enterprise::EnterpriseRefused,
    laboratory::LaboratoryRefused,
    officer::OfficerRefused,
    organisation::{Organisation, OrganisationId, OrganisationKind},
    product::ProductRefused,
    rules::RulesRefused,
};

crate::refusals!(EnterpriseRefused, ProductRefused, LaboratoryRefused, OfficerRefused, RulesRefused);

/// Messages of the domain as messages beside the fields of a form.
fn fields(problems: Vec<(&'static str, String)>) -> AppResult<()> {
    if problems.is_empty() {
        return Ok(());
    }
    Err(AppError::Fields(problems.into_iter().map(|(field, message)| FieldError::new(field, message)).collect()))
}

/// Whose register is shown: the asked-for authority if the person may see it, else the person's own. A superior office
/// looks at one county's register at a time.
///
/// # Errors
/// [`AppError::NotFound`] for an authority outside the person's scope.
pub fn register_of(work: &mut Work<'_>, asked: Option<OrganisationId>) -> AppResult<OrganisationId> {
    let org = asked.unwrap_or(work.actor().org_id);
    if work.can_see(org, None)? { Ok(org) } else { Err(AppError::NotFound) }
}

/// Authorities whose registers the person may look at, the own one first.
///
/// # Errors
/// A fault.
pub fn registers_in_sight(work: &mut Work<'_>) -> AppResult<Vec<Organisation>> {
    let actor = work.actor();
    let own = work.organisation(actor.org_id)?;
    let mut found: Vec<Organisation> = if actor.unit_kind == OrganisationKind::Regulator {
        work.tx.organisations_below(&actor.scope_path)?
    } else {
        Vec::new()
    };
    found.retain(|node| node.kind == OrganisationKind::Regulator && node.id != own.id);
    found.insert(0, own);
    Ok(found)
}

/// Units of an authority of the given kinds: the stations, or whoever sends out samplers.
///
/// # Errors
/// A fault.
pub fn units_of(work: &mut Work<'_>, org: OrganisationId, kinds: &[OrganisationKind]) -> AppResult<Vec<Organisation>> {
    let path = work.organisation(org)?.path;
    let mut units = work.tx.organisations_below(&path)?;
    units.retain(|unit| kinds.contains(&unit.kind) && unit.is_open());
    Ok(units)
}

/// Numbers of rows for the entrance of the registers, counted as far as lists count.
#[derive(Debug, Clone, Default)]
pub struct Overview {
    /// Enterprises.
    pub enterprises: i64,
    /// Product categories.
    pub categories: i64,
    /// Laboratories.
    pub laboratories: i64,
    /// Officers and samplers.
    pub officers: i64,
    /// Rules.
    pub rules: i64,
}

/// Reads the numbers.
///
/// # Errors
/// A fault.
pub fn overview(work: &mut Work<'_>) -> AppResult<Overview> {
    use hengjian_store::Query;
    let org = work.actor().org_id;
    let mut count = |table: &'static str| -> AppResult<i64> {
        use hengjian_store::Column as _;
        Ok(Query::new().filter("org_id = ?", &[org.to_value()]).bounded_count(&mut work.tx, table)?)
    };
    Ok(Overview {
        enterprises: count("enterprise")?,
        categories: count("product_category")?,
        laboratories: count("laboratory")?,
        officers: count("officer")?,
        rules: count("rules")?,
    })
}
