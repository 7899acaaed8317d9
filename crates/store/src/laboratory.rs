//! Rows of `laboratory`. Hand-written queries stand beside the records.

use crate::record;
use hengjian_domain::laboratory::{Laboratory, LaboratoryScope};

record!(Laboratory in "laboratory": id, version, org_id, organisation_id, name, address, accreditation_number, accreditation_until_on, single_in_province, note);
record!(LaboratoryScope in "laboratory_scope": id, version, org_id, laboratory_id, item, item_key, method, valid_from_on, valid_until_on);
