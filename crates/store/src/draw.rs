//! Rows of `draw`. Hand-written queries stand beside the records.

use crate::{columns, record};
use hengjian_domain::draw::{Draw, DrawKind, DrawMember, DrawPerson, DrawPhase, MemberStatus};

columns! { code: DrawPhase, DrawKind, MemberStatus; }
record!(Draw in "draw": id, version, org_id, task_id, draw_name, kind, phase, quota, reserve, count_in, count_excluded, count_must, count_drawn, filters, roster_digest, release_at_us, prepared_by, frozen_at_us, executed_by, executed_at_us, confirmed_by, confirmed_at_us, void_reason, created_at_us);
record!(DrawMember in "draw_member": id, version, org_id, draw_id, uid, enterprise_id, stratum, weight, status, reason, reason_text, blocked_models);
record!(DrawPerson in "draw_person": id, version, org_id, draw_id, officer_id, may_lead, status, reason);
