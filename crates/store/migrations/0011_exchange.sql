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
  skipped_headers BIGINT NOT NULL, -- Header rows that came again.
  unknown_columns TEXT NOT NULL, -- Headings of no known column, one a line.
  mapping TEXT NOT NULL, -- heading TAB title, one a line.
  target_id TEXT, -- Plan the lines went to, where one was made.
  by_name TEXT NOT NULL, -- Who.
  at_us BIGINT NOT NULL -- When.
);
CREATE INDEX import_run_1 ON import_run (org_id, at_us, id);

-- What an import wrote, one row per thing it made or changed: the staging from which it is undone.
-- Insert-only until the undo. Ids grow with time, so both ends of the key are written in order.
CREATE TABLE imported_row (
  import_id TEXT NOT NULL, -- Import.
  thing TEXT NOT NULL, -- What it became.
  subject TEXT NOT NULL, -- Which: id, or code where there is no id.
  row BIGINT NOT NULL, -- Row of the sheet that touched it first, from 1.
  version_after BIGINT NOT NULL, -- Version of the thing when the import was done with it.
  before TEXT, -- JSON of the thing before an update; NULL when it was new.
  PRIMARY KEY (import_id, thing, subject)
);

-- What a person should look at, in the order of the table.
CREATE TABLE import_problem (
  import_id TEXT NOT NULL,
  seq BIGINT NOT NULL,
  row BIGINT NOT NULL, -- Row of the sheet, from 1.
  column_name TEXT NOT NULL, -- Column as the table names it.
  value TEXT NOT NULL, -- What stands there.
  reason TEXT NOT NULL, -- In Chinese.
  severity TEXT NOT NULL, -- error: not taken, warning: taken.
  PRIMARY KEY (import_id, seq)
);

-- How a row without number of its own is recognised when the same table comes again.
CREATE TABLE import_key (
  org_id TEXT NOT NULL,
  key TEXT NOT NULL, -- SHA-256 of what identifies the row.
  subject TEXT NOT NULL, -- Thing it became.
  PRIMARY KEY (org_id, key)
);
CREATE INDEX import_key_by_subject ON import_key (subject);

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
