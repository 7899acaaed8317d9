//! Rows of `follow_up`. Hand-written queries stand beside the records.

use crate::{columns, record};
use hengjian_domain::follow_up::{Case, CaseRecheck, CaseSource, CaseState, ObjectionIntent, PenaltyState};

columns! { code: CaseSource, CaseState, ObjectionIntent, PenaltyState; }
record!(Case in "case_file": id, version, org_id, unit_id, number, source, tier, organiser_name, assigned_by, external_number, inspection_id, problem_report_id, enterprise_id, party_name, party_address, party_role, product_name, model, batch_text, producer_name, report_number, failed_items, state, received_on, dispatched_on, accepted_on, handler_id, verified_on, verification_text, stopped_on, quantity_made, quantity_sold, quantity_stock, value_fen, supplier_text, objection_intent, objection_open_until_on, reported_to_enforcement_on, order_number, order_text, order_on, order_served_on, order_service_proof, order_approved_by, correct_by_on, recheck_by_on, rectification_text, rectified_on, recheck_applied_on, announced_on, escalated_on, transferred_to, transferred_on, transfer_receipt_on, exempt_reason, exempt_approved_by, unprocessable_reason, penalty, penalty_text, closed_by, closed_on, close_text, return_reason, created_at_us);
record!(CaseRecheck in "case_recheck": id, version, org_id, case_id, seq, sampled_on, sample_text, inspection_id, report_number, passed, result_on, reason);
