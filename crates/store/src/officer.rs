//! Rows of `officer`. Hand-written queries stand beside the records.

use crate::{columns, record};
use hengjian_domain::officer::{Officer, OfficerStatus, Recusal, RecusalKind};

columns! { code: OfficerStatus, RecusalKind; }
record!(Officer in "officer": id, version, org_id, unit_id, user_id, name, staff_number, certificate_number, certificate_until_on, may_lead, skills, laboratory_id, status);
record!(Recusal in "recusal": id, version, org_id, officer_id, kind, enterprise_id, colleague_id, reason, from_on, until_on);
