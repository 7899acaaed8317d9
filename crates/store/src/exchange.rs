//! Rows of `exchange`. Hand-written queries stand beside the records.

use crate::{columns, record};
use hengjian_domain::exchange::{EarlierCheck, Import, ImportKind, ImportState, ImportedRow};

columns! { code: ImportKind, ImportState; }
record!(Import in "import_run": id, version, org_id, kind, file_name, file_digest, row_digest, state, rows, imported, updated, unchanged, flagged, rejected, report, target_id, by_name, at_us);
record!(ImportedRow in "imported_row": id, version, org_id, import_id, row, row_key, subject_kind, subject_id, before);
record!(EarlierCheck in "earlier_check": id, version, org_id, tier, organiser_name, own, enterprise_id, enterprise_name, enterprise_key, uscc, category, product_name, product_key, trademark, model, model_key, standard, batch_text, producer_name, producer_key, arranged_from_on, sampled_on, published_on, conclusion, failed_items, source, record_id, created_at_us);
