-- One import.
CREATE TABLE import_run (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  org_id TEXT NOT NULL, -- Authority.
  kind TEXT NOT NULL, -- Kind.
  file_name TEXT NOT NULL, -- Name of the file.
  file_digest TEXT NOT NULL, -- SHA-256 of the file.
  row_digest TEXT NOT NULL, -- SHA-256 of the staged rows.
  state TEXT NOT NULL, -- State.
  rows BIGINT NOT NULL, -- Data rows.
  imported BIGINT NOT NULL, -- New.
  updated BIGINT NOT NULL, -- Changed.
  unchanged BIGINT NOT NULL, -- Same as before.
  flagged BIGINT NOT NULL, -- Taken with a remark.
  rejected BIGINT NOT NULL, -- Not taken.
  report TEXT NOT NULL, -- JSON of problems, skipped headers, unknown columns.
  target_id TEXT, -- Plan the lines went to, where one was made.
  by_name TEXT NOT NULL, -- Who.
  at_us BIGINT NOT NULL -- When.
);
CREATE INDEX import_run_1 ON import_run (org_id, at_us, id);

-- What an import did with one row, for idempotence and undo.
CREATE TABLE imported_row (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  org_id TEXT NOT NULL, -- Authority.
  import_id TEXT NOT NULL, -- Import.
  row BIGINT NOT NULL, -- Row of the sheet, from 1.
  row_key TEXT NOT NULL, -- Key by which the row is recognised when it comes again.
  subject_kind TEXT NOT NULL, -- What it became.
  subject_id TEXT NOT NULL, -- Which.
  before TEXT -- JSON of the thing before an update; `None` when it was new.
);
CREATE INDEX imported_row_1 ON imported_row (import_id, row);
CREATE INDEX imported_row_2 ON imported_row (org_id, row_key);

-- An earlier or arranged check of any level: feeds the no-repeat engine, plan scan and history statistics.
CREATE TABLE earlier_check (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  org_id TEXT NOT NULL, -- Authority whose register this is.
  tier TEXT NOT NULL, -- Level of the check.
  organiser_name TEXT NOT NULL, -- Organiser.
  own BIGINT NOT NULL, -- Organised by this authority.
  enterprise_id TEXT, -- Sampled party, when in the register.
  enterprise_name TEXT NOT NULL, -- Sampled party, empty when not published.
  enterprise_key TEXT NOT NULL, -- match_key of it.
  uscc TEXT NOT NULL, -- Its code, empty when unknown.
  category TEXT NOT NULL, -- Product category as published.
  product_name TEXT NOT NULL, -- Product.
  product_key TEXT NOT NULL, -- match_key of the product.
  trademark TEXT NOT NULL, -- Trademark.
  model TEXT NOT NULL, -- Model.
  model_key TEXT NOT NULL, -- match_key of the model.
  standard TEXT NOT NULL, -- Declared standard.
  batch_text TEXT NOT NULL, -- Date or batch.
  producer_name TEXT NOT NULL, -- Labelled producer.
  producer_key TEXT NOT NULL, -- match_key of it.
  arranged_from_on TEXT, -- Arranged, not yet sampled: first day of its period.
  sampled_on TEXT, -- Sampled.
  published_on TEXT, -- Published.
  conclusion TEXT, -- Conclusion.
  failed_items TEXT NOT NULL, -- Failed items.
  source TEXT NOT NULL, -- Announcement, plan or sampling record it is known from.
  record_id TEXT, -- Own sampling record.
  created_at_us BIGINT NOT NULL -- When entered.
);
CREATE INDEX earlier_check_1 ON earlier_check (org_id, enterprise_key, model_key);
CREATE INDEX earlier_check_2 ON earlier_check (org_id, producer_key, model_key);
CREATE INDEX earlier_check_3 ON earlier_check (org_id, uscc);
CREATE INDEX earlier_check_4 ON earlier_check (org_id, product_key, id);
CREATE INDEX earlier_check_5 ON earlier_check (org_id, created_at_us, id);
-- The no-repeat rule asks by day for a whole roster or plan, and by firm for one product.
CREATE INDEX earlier_check_6 ON earlier_check (org_id, sampled_on);
CREATE INDEX earlier_check_7 ON earlier_check (org_id, arranged_from_on);
CREATE INDEX earlier_check_8 ON earlier_check (org_id, published_on);
CREATE INDEX earlier_check_9 ON earlier_check (org_id, enterprise_id);
