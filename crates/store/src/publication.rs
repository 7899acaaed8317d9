//! Rows of `publication`. Hand-written queries stand beside the records.

use crate::{columns, record};
use hengjian_domain::publication::{EntryState, Publication, PublicationEntry, PublicationState};

columns! { code: PublicationState, EntryState; }
record!(Publication in "publication": id, version, org_id, public_code, title, document_number, period, body, state, drafted_by, business_by, secrecy_by, approved_by, published_at_us, snapshot_digest, reason, created_at_us);
record!(PublicationEntry in "publication_entry": id, version, org_id, publication_id, inspection_id, public_code, seq, state, category, product_name, model, trademark, batch_text, sampled_name, sampled_address, producer_name, producer_address, platform, conclusion, failed_items, laboratory_name, remark, search_text, corrects_id, correction_reason, published_at_us);
