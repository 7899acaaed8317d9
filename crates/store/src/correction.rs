//! Rows of `correction`. Hand-written queries stand beside the records.

use crate::{columns, record};
use hengjian_domain::correction::{Correction, CorrectionState};

columns! { code: CorrectionState; }
record!(Correction in "correction": id, version, org_id, unit_id, subject_kind, subject_id, field, field_title, old_value, new_value, reason, proof, needs_second, state, effects, proposed_by, decided_by, created_at_us);
