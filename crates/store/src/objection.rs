//! Rows of `objection`. Hand-written queries stand beside the records.

use crate::{columns, record};
use hengjian_domain::objection::{
    Authorship, Notice, NoticeState, Objection, ObjectionKind, ObjectionOutcome, ObjectionState, RecipientCapacity,
    ServiceAttempt, ServiceMethod,
};

columns! { code: RecipientCapacity, NoticeState, ServiceMethod, Authorship, ObjectionKind, ObjectionState, ObjectionOutcome; }
record!(Notice in "notice": id, version, org_id, unit_id, inspection_id, number, capacity, enterprise_id, recipient_name, recipient_address, state, issued_on, method, served_on, service_proof, announced_on, deemed_on, window_until_on, authorship, authorship_text, created_at_us);
record!(ServiceAttempt in "service_attempt": id, version, org_id, subject_kind, subject_id, method, on_date, succeeded, signer, proof, server);
record!(Objection in "objection": id, version, org_id, unit_id, inspection_id, notice_id, case_id, applicant, capacity, received_on, posted_on, channel, kind, items, reasons, organiser_name, relayed, state, accepted_on, decision_reason, outcome, decided_on, notified_on, procedure_done_on, laboratory_id, single_laboratory_evidence, appointed_on, sample_verified_text, reinspection_id, fee_fen, cost_bearer, cost_settled_on, answer_text, created_at_us);
