//! Rows of `rules`. Hand-written queries stand beside the records.

use crate::{columns, record};
use hengjian_domain::rules::{CompareMethod, ItemClass, RulesItem, RulesState, SpotCheckRules};

columns! { code: RulesState, ItemClass, CompareMethod; }
record!(SpotCheckRules in "rules": id, version, org_id, code, edition, title, product, category_id, issued_by, state, published_at_us, published_at_url, sampling_place, sampling_method, minimum_stock, test_quantity, backup_quantity, unit, quantity_text, sealing, judging_rule, completeness, source, created_at_us);
record!(RulesItem in "rules_item": id, version, org_id, rules_id, seq, table_name, name, class, standard, method, limit_text, unit, interval, compare, mandatory, retestable, on_site);
