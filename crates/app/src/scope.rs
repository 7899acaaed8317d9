//! Whose each row is: the owning authority and, where a unit has it in hand, that unit. Work::load asks here, so a row
//! without a line in this file cannot be loaded for a person.

use crate::Scoped;
use hengjian_domain::{
    clock::Clock,
    correction::Correction,
    draw::{Draw, DrawConflict, DrawMember, DrawPerson, DrawVoid},
    enterprise::{Enterprise, EnterpriseProduct},
    exchange::{EarlierCheck, Import},
    follow_up::{Case, CaseRecheck},
    laboratory::{Laboratory, LaboratoryScope},
    objection::{Notice, Objection, ServiceAttempt},
    officer::{Officer, Recusal},
    organisation::OrganisationId,
    plan::{PlanLine, PlanSnapshot, SpotCheckPlan, SpotCheckTask},
    product::ProductCategory,
    publication::{Publication, PublicationEntry},
    rules::{RulesItem, SpotCheckRules},
    sampling::{CustodyStep, Sample, SampleDisposal, SamplingRecord, Visit},
    testing::{IndustryRisk, Inspection, ItemResult, ProblemReport},
};

macro_rules! owned {
    ($($kind:ty),+ $(,)?) => {$(
        impl Scoped for $kind {
            fn org_id(&self) -> OrganisationId { self.org_id }
        }
    )+};
}
macro_rules! in_hand {
    ($($kind:ty),+ $(,)?) => {$(
        impl Scoped for $kind {
            fn org_id(&self) -> OrganisationId { self.org_id }
            fn unit_id(&self) -> Option<OrganisationId> { self.unit_id }
        }
    )+};
}

owned!(
    SpotCheckPlan,
    PlanLine,
    PlanSnapshot,
    SpotCheckTask,
    Draw,
    DrawMember,
    DrawPerson,
    DrawConflict,
    DrawVoid,
    EnterpriseProduct,
    ProductCategory,
    Laboratory,
    LaboratoryScope,
    Recusal,
    SpotCheckRules,
    RulesItem,
    CustodyStep,
    SampleDisposal,
    ItemResult,
    ProblemReport,
    IndustryRisk,
    ServiceAttempt,
    CaseRecheck,
    Publication,
    PublicationEntry,
    EarlierCheck,
    Import,
);
in_hand!(Enterprise, Officer, Visit, SamplingRecord, Sample, Inspection, Notice, Objection, Case, Correction, Clock);
