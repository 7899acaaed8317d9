//! Parameters of an authority. A new value counts for what begins afterwards; terms that run keep theirs.

use crate::{AppError, AppResult, Event, Work};
use hengjian_domain::{
    organisation::OrganisationId,
    parameter::{self, Parameter},
};

/// A parameter with its value.
#[derive(Debug, Clone)]
pub struct ParameterView {
    /// Which.
    pub parameter: &'static Parameter,
    /// Value in force.
    pub value: String,
    /// Whether it was set, or is the default.
    pub set: bool,
}

impl Work<'_> {
    /// Value of a parameter in an authority, its default where none is set.
    ///
    /// # Errors
    /// A fault.
    pub fn parameter(&mut self, org: OrganisationId, parameter: &Parameter) -> AppResult<String> {
        let set = self.tx.parameter(org, parameter.name)?;
        Ok(set.filter(|value| parameter.read(value).is_ok()).unwrap_or_else(|| parameter.default.to_owned()))
    }
    /// The same as a whole number.
    ///
    /// # Errors
    /// A fault when the parameter is no number.
    pub fn parameter_number(&mut self, org: OrganisationId, parameter: &Parameter) -> AppResult<i64> {
        let value = self.parameter(org, parameter)?;
        value.parse().map_err(|_| AppError::fault(format!("parameter {} is no number", parameter.name)))
    }
}

/// All parameters of the administrator's authority.
///
/// # Errors
/// A fault.
pub fn list(work: &mut Work<'_>) -> AppResult<Vec<ParameterView>> {
    let set = work.tx.parameters(work.actor().org_id)?;
    Ok(parameter::ALL
        .iter()
        .map(|parameter| {
            let value = set.iter().find(|(name, value)| name == parameter.name && parameter.read(value).is_ok());
            ParameterView {
                parameter,
                set: value.is_some(),
                value: value.map_or_else(|| parameter.default.to_owned(), |(_, value)| value.clone()),
            }
        })
        .collect())
}

/// Sets parameters; only those that differ are written. Each change is an event of its own.
///
/// # Errors
/// Messages beside fields, [`AppError::NotFound`] for an unknown name.
pub fn set(work: &mut Work<'_>, values: &[(String, String)]) -> AppResult<usize> {
    let org = work.actor().org_id;
    let mut problems = Vec::new();
    let mut changes = Vec::new();
    for (name, text) in values {
        let parameter = parameter::named(name).ok_or(AppError::NotFound)?;
        let old = work.parameter(org, parameter)?;
        match parameter.read(text) {
            Ok(value) if value != old => changes.push((parameter, old, value)),
            Ok(_) => {}
            Err(message) => problems.push(crate::FieldError::new(name.clone(), message)),
        }
    }
    if !problems.is_empty() {
        return Err(AppError::Fields(problems));
    }
    for (parameter, old, value) in &changes {
        work.tx.set_parameter(org, parameter.name, value)?;
        work.mark_changed();
        work.record(
            Event::new("admin.parameter", format!("参数“{}”改为{}", parameter.title, parameter.words(value)))
                .about(org)
                .fact("原值", parameter.words(old))
                .basis(parameter.basis),
        );
    }
    Ok(changes.len())
}
