//! Administration: accounts and roles (三员分立), the organisation tree with towns, parameters, calendar, journal. None of it is
//! business: no administrator sees or changes a spot check from here.

pub mod accounts;
pub mod calendar;
pub mod journal;
pub mod organisations;
pub mod parameters;
pub mod recount;

use hengjian_domain::{administration::AccountRefused, organisation::UnitRefused};

crate::refusals!(AccountRefused);
crate::refusals!(UnitRefused);
