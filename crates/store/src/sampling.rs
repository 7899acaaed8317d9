//! Rows of `sampling`. Hand-written queries stand beside the records.

use crate::{columns, record};
use hengjian_domain::sampling::{
    CustodyStep, DisposalState, PurchaseBasis, RecordState, Sample, SampleDisposal, SampleKind, SampleState,
    SamplingForm, SamplingRecord, UnableReason, Visit, VisitOutcome, VisitPapers, VisitState,
};

columns! { code: VisitState, VisitOutcome, RecordState, SampleKind, SampleState, PurchaseBasis, DisposalState, UnableReason; }
columns! { json: SamplingForm, VisitPapers; }
record!(Visit in "visit": id, version, org_id, unit_id, task_id, draw_id, team_key, replaces_id, enterprise_id, lead_officer_id, second_officer_id, accompanying_user_id, release_at_us, state, outcome, notice_number, notice_valid_until_on, lead_arrived_at_us, second_arrived_at_us, place, ids_shown, outcome_text, witness, declaration, declared_at_us, review_reasons, submitted_at_us, papers, created_at_us);
record!(SamplingRecord in "sampling_record": id, version, org_id, unit_id, visit_id, task_id, number, state, enterprise_id, field, category_id, product_name, trademark, model, model_key, grade, production_date_text, batch_code, standard, producer_name, producer_key, producer_uscc, producer_address, producer_region, lot_size, unit, test_quantity, backup_quantity, purchase_basis, unit_price_fen, amount_fen, random_method, random_numbers, sampled_on, form, party_signature, refusal_to_sign, signed_at_us, created_at_us);
record!(Sample in "sample": id, version, org_id, unit_id, record_id, number, kind, state, quantity, seal_number, holder, place, free, expires_on, created_at_us);
record!(CustodyStep in "custody_step": id, version, org_id, sample_id, at_us, state, giver, taker, place, condition, seal_intact, transport, note);
record!(SampleDisposal in "sample_disposal": id, version, org_id, sample_id, target, reason, taker, place, state, proposed_by, proposed_by_name, proposed_at_us, decided_by, decided_at_us, decision_reason);
