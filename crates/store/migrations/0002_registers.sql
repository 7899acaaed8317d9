-- A market participant.
CREATE TABLE enterprise (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  org_id TEXT NOT NULL, -- Authority whose register this is.
  unit_id TEXT, -- Station responsible for its town.
  uscc TEXT, -- 统一社会信用代码 as received; an invalid one is kept and flagged.
  uscc_valid BIGINT NOT NULL, -- Check character fits.
  legacy_number TEXT, -- 15-digit registration number or an id given by the bureau.
  name TEXT NOT NULL, -- Name.
  name_key TEXT NOT NULL, -- match_key of the name, for search and duplicates.
  kind TEXT NOT NULL, -- Kind.
  address TEXT NOT NULL, -- Place of business.
  address_key TEXT NOT NULL, -- match_key of the address.
  region_code TEXT NOT NULL, -- GB/T 2260 code.
  town_code TEXT, -- Statistical code of the town.
  legal_representative TEXT, -- Legal representative or operator; personal data.
  contact_name TEXT, -- Contact; personal data.
  contact_phone TEXT, -- Telephone; personal data.
  scale TEXT NOT NULL, -- Size class.
  staff_count BIGINT, -- Employees.
  annual_revenue_fen BIGINT, -- Yearly revenue, fen.
  credit_class TEXT NOT NULL, -- Credit risk class.
  status TEXT NOT NULL, -- Status.
  source TEXT NOT NULL, -- Where the row came from (手工登记 or the import).
  created_at_us BIGINT NOT NULL, -- When entered.
  words_version BIGINT NOT NULL DEFAULT 0 -- Rule by which its words below were made; 0: not yet made.
);
CREATE UNIQUE INDEX enterprise_1 ON enterprise (org_id, uscc);
-- One index for every filter of the list, each in the order of the list.
CREATE INDEX enterprise_2 ON enterprise (org_id, name_key, id);
CREATE INDEX enterprise_3 ON enterprise (org_id, unit_id, name_key, id);
CREATE INDEX enterprise_4 ON enterprise (org_id, created_at_us, id);
CREATE INDEX enterprise_5 ON enterprise (org_id, town_code, name_key, id);
CREATE INDEX enterprise_6 ON enterprise (org_id, credit_class, name_key, id);
CREATE INDEX enterprise_7 ON enterprise (org_id, status, name_key, id);
CREATE INDEX enterprise_8 ON enterprise (org_id, address_key);
CREATE INDEX enterprise_9 ON enterprise (id) WHERE words_version = 0;
-- Pairs of characters of the names: search by any part of a name. Built from the rows, can be built again.
CREATE TABLE enterprise_word (
  owner_id TEXT NOT NULL, word TEXT NOT NULL, enterprise_id TEXT NOT NULL, PRIMARY KEY (owner_id, word, enterprise_id)
);

-- A product line of an enterprise.
CREATE TABLE enterprise_product (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  org_id TEXT NOT NULL, -- Authority.
  enterprise_id TEXT NOT NULL, -- Enterprise.
  category_id TEXT NOT NULL, -- Product.
  role TEXT NOT NULL, -- Producer or seller.
  models TEXT NOT NULL, -- Known models, one a line; empty when not known.
  licence_number TEXT, -- Licence or CCC number.
  licence_until_on TEXT -- Last day of the licence.
);
CREATE INDEX enterprise_product_1 ON enterprise_product (enterprise_id);
CREATE INDEX enterprise_product_2 ON enterprise_product (category_id, role, enterprise_id);

-- A product category of a code table.
CREATE TABLE product_category (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  org_id TEXT NOT NULL, -- Authority.
  code TEXT NOT NULL, -- Code of the table, TMP-… until the official table is supplied.
  name TEXT NOT NULL, -- Name.
  name_key TEXT NOT NULL, -- match_key of the name.
  parent_id TEXT, -- Category above.
  level BIGINT NOT NULL, -- 1 大类, 2 中类, 3 小类.
  licensed BIGINT NOT NULL, -- Under production licence.
  ccc BIGINT NOT NULL, -- Under compulsory certification.
  mandatory_standard BIGINT NOT NULL, -- Has a mandatory standard.
  table_version TEXT NOT NULL, -- Version of the code table.
  valid_from_on TEXT, -- First day.
  valid_until_on TEXT -- Last day.
);
CREATE UNIQUE INDEX product_category_1 ON product_category (org_id, table_version, code);
CREATE INDEX product_category_2 ON product_category (org_id, name_key, id);

-- A testing laboratory.
CREATE TABLE laboratory (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  org_id TEXT NOT NULL, -- Authority whose register this is.
  organisation_id TEXT, -- Node of the organisation tree whose accounts belong to it.
  name TEXT NOT NULL, -- Name.
  address TEXT NOT NULL, -- Address.
  accreditation_number TEXT NOT NULL, -- CMA number.
  accreditation_until_on TEXT, -- Last day of the accreditation.
  single_in_province BIGINT NOT NULL, -- Only qualified laboratory of the province for its field, with evidence.
  note TEXT NOT NULL -- Remark.
);
CREATE INDEX laboratory_1 ON laboratory (org_id, name, id);

-- One accredited item and method.
CREATE TABLE laboratory_scope (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  org_id TEXT NOT NULL, -- Authority.
  laboratory_id TEXT NOT NULL, -- Laboratory.
  item TEXT NOT NULL, -- Test item.
  item_key TEXT NOT NULL, -- match_key of the item.
  method TEXT NOT NULL, -- Method standard; empty: any method of the item.
  valid_from_on TEXT, -- First day.
  valid_until_on TEXT -- Last day.
);
CREATE INDEX laboratory_scope_1 ON laboratory_scope (laboratory_id, item_key);

-- A person who may be assigned to a visit.
CREATE TABLE officer (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  org_id TEXT NOT NULL, -- Authority.
  unit_id TEXT, -- Section, station or sampling body.
  user_id TEXT, -- Account, if the person has one.
  name TEXT NOT NULL, -- Name.
  staff_number TEXT NOT NULL, -- Staff number; member id of the draw.
  certificate_number TEXT NOT NULL, -- 执法证 or letter of authority.
  certificate_until_on TEXT, -- Last day of the certificate; expiry blocks dispatch.
  may_lead BIGINT NOT NULL, -- Holds an enforcement certificate.
  skills TEXT NOT NULL, -- Skill codes separated by spaces.
  laboratory_id TEXT, -- Employer, when laboratory staff (抽检分离).
  status TEXT NOT NULL -- Status.
);
CREATE UNIQUE INDEX officer_1 ON officer (org_id, staff_number);

-- A declared conflict of interest (回避).
CREATE TABLE recusal (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  org_id TEXT NOT NULL, -- Authority.
  officer_id TEXT NOT NULL, -- Who recuses.
  kind TEXT NOT NULL, -- From whom.
  enterprise_id TEXT, -- Enterprise.
  colleague_id TEXT, -- Colleague.
  reason TEXT NOT NULL, -- Reason.
  from_on TEXT NOT NULL, -- First day.
  until_on TEXT -- Last day.
);
CREATE INDEX recusal_1 ON recusal (officer_id);
CREATE INDEX recusal_3 ON recusal (colleague_id);
CREATE INDEX recusal_2 ON recusal (enterprise_id);

-- A rule document (实施细则).
CREATE TABLE rules (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  org_id TEXT NOT NULL, -- Authority that uses it.
  code TEXT NOT NULL, -- Rule code.
  edition TEXT NOT NULL, -- Edition or year.
  title TEXT NOT NULL, -- Title.
  product TEXT NOT NULL, -- Product as the rule names it.
  category_id TEXT, -- Category it applies to.
  issued_by TEXT NOT NULL, -- Issuing body.
  state TEXT NOT NULL, -- State.
  published_at_us BIGINT, -- When it became public.
  published_at_url TEXT NOT NULL, -- Where it is public.
  sampling_place TEXT NOT NULL, -- Where samples may be taken.
  sampling_method TEXT NOT NULL, -- Method of taking units.
  minimum_stock TEXT, -- 抽样基数 below which nothing is taken, exact decimal.
  test_quantity TEXT, -- Quantity of the test sample, exact decimal.
  backup_quantity TEXT, -- Quantity of the backup sample, exact decimal.
  unit TEXT NOT NULL, -- Unit of the quantities.
  quantity_text TEXT NOT NULL, -- Quantities as printed, when they are not plain numbers.
  sealing TEXT NOT NULL, -- Sealing, storage and transport.
  judging_rule TEXT NOT NULL, -- Judging rule as printed.
  completeness TEXT NOT NULL, -- 完整 or 部分, as known of the source.
  source TEXT NOT NULL, -- Where it was taken from.
  created_at_us BIGINT NOT NULL -- When entered.
);
CREATE UNIQUE INDEX rules_1 ON rules (org_id, code, edition);
CREATE INDEX rules_2 ON rules (org_id, title, id);

-- A test item of a rule.
CREATE TABLE rules_item (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  org_id TEXT NOT NULL, -- Authority.
  rules_id TEXT NOT NULL, -- Rule.
  seq BIGINT NOT NULL, -- Order.
  table_name TEXT NOT NULL, -- Table of the rule it stands in.
  name TEXT NOT NULL, -- Item.
  class TEXT NOT NULL, -- Importance.
  standard TEXT NOT NULL, -- Judging basis: standard and clause.
  method TEXT NOT NULL, -- Method standards.
  limit_text TEXT, -- Limit as `domain::judgement` reads it; `None`: none on file, the item is not judged.
  unit TEXT NOT NULL, -- Unit.
  interval TEXT, -- Rounding interval.
  compare TEXT NOT NULL, -- Comparison.
  mandatory BIGINT NOT NULL, -- Mandatory requirement.
  retestable BIGINT NOT NULL, -- Can be re-inspected.
  on_site BIGINT NOT NULL -- Tested on site.
);
CREATE INDEX rules_item_1 ON rules_item (rules_id, seq);
-- Divisions (GB/T 2260 and statistical town codes), versioned by import.
CREATE TABLE division (
  code TEXT PRIMARY KEY, name TEXT NOT NULL, level TEXT NOT NULL, parent_code TEXT NOT NULL, retired BIGINT NOT NULL
);
CREATE INDEX division_by_parent ON division (parent_code, code);
