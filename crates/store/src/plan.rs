//! Rows of `plan`. Hand-written queries stand beside the records.

use crate::{columns, record};
use hengjian_domain::plan::{
    PlanLine, PlanSnapshot, PlanState, SamplingField, SpotCheckPlan, SpotCheckTask, TaskKind, TaskState,
};

columns! { code: PlanState, TaskState, TaskKind, SamplingField; }
record!(SpotCheckPlan in "plan": id, version, org_id, year, tier, title, state, edition, previous_id, adjustment_reason, document_number, issued_on, goals, body, scan_acknowledged_at_us, scan_findings, drafted_by, approved_by, decided_at_us, decision_reason, filed_on, filing_receipt, created_at_us);
record!(PlanLine in "plan_line": id, version, org_id, plan_id, seq, category_id, product_code, product_name, field, region, quarters, batches, enterprises, unit_cost_fen, budget_fen, lead_section, laboratory_name, focus, reason, source_text);
record!(PlanSnapshot in "plan_snapshot": id, version, org_id, plan_id, edition, event, content, at_us);
record!(SpotCheckTask in "task": id, version, org_id, plan_id, plan_line_id, number, name, kind, origin_tier, state, state_before_suspension, category_id, rules_id, product_scope, region_scope, field, batches, sampling_from_on, sampling_until_on, testing_until_on, handling_until_on, division_of_work, sampling_body, laboratory_id, agreement_number, agreement_signed_on, rules_published_at_us, budget_fen, summary, drafted_by, reason, created_at_us);
