//! Rows of `enterprise`. Hand-written queries stand beside the records.

use crate::{columns, record};
use hengjian_domain::enterprise::{
    CreditClass, Enterprise, EnterpriseKind, EnterpriseProduct, EnterpriseScale, EnterpriseStatus, ProductRole,
};

columns! { code: EnterpriseKind, EnterpriseScale, EnterpriseStatus, CreditClass, ProductRole; }
record!(Enterprise in "enterprise": id, version, org_id, unit_id, uscc, uscc_valid, legacy_number, name, name_key, kind, address, address_key, region_code, town_code, legal_representative, contact_name, contact_phone, scale, staff_count, annual_revenue_fen, credit_class, status, source, created_at_us);
record!(EnterpriseProduct in "enterprise_product": id, version, org_id, enterprise_id, category_id, role, models, licence_number, licence_until_on);
