//! Rows of `testing`. Hand-written queries stand beside the records.

use crate::{columns, record};
use hengjian_domain::testing::{
    Inspection, InspectionConclusion, InspectionOrigin, InspectionPurpose, InspectionState, ItemResult, ItemVerdict,
    ProblemReport, Severity,
};

columns! { code: InspectionOrigin, InspectionPurpose, InspectionState, InspectionConclusion, Severity, ItemVerdict; }
record!(Inspection in "inspection": id, version, org_id, unit_id, laboratory_id, laboratory_name, task_id, record_id, sample_id, rules_id, origin, purpose, purpose_id, tier, organiser_name, state, product_name, trademark, model, model_key, batch_text, sampled_enterprise_id, sampled_name, sampled_address, producer_name, producer_address, sampled_on, received_on, licence_checked, licence_text, licence_ok, receiver_id, tester_id, reviewer_id, signer_id, signatories_text, report_number, edition, amends_id, conclusion, severity, our_conclusion, conclusion_text, failed_items, serious_quality_problem, excluded, issued_on, submitted_on, confirmed_by, confirmed_on, alerted_at_us, reason, created_at_us);
record!(ItemResult in "item_result": id, version, org_id, inspection_id, seq, item, class, standard, method, unit, rule_limit, declared_limit, applied_limit, mandatory, compare, interval, value_text, not_tested_reason, verdict, verdict_reason, reported_verdict, overruled_verdict, overruled_reason);
record!(ProblemReport in "problem_report": id, version, org_id, record_id, inspection_id, what, evidence, urgent, reported_by, reported_on, case_id);
