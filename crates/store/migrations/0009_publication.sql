-- A publication of results.
CREATE TABLE publication (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  org_id TEXT NOT NULL, -- Organiser.
  public_code TEXT NOT NULL, -- Random code of its public address.
  title TEXT NOT NULL, -- Title.
  document_number TEXT, -- Number.
  period TEXT NOT NULL, -- Period.
  body TEXT NOT NULL, -- Accompanying text.
  state TEXT NOT NULL, -- State.
  drafted_by TEXT NOT NULL, -- Drafter.
  business_by TEXT, -- Business reviewer.
  secrecy_by TEXT, -- Secrecy reviewer.
  approved_by TEXT, -- Approver.
  published_at_us BIGINT, -- When published.
  snapshot_digest TEXT NOT NULL, -- Digest of the frozen entries.
  reason TEXT NOT NULL, -- Reason of return or withdrawal.
  created_at_us BIGINT NOT NULL -- When drafted.
);
CREATE UNIQUE INDEX publication_1 ON publication (public_code);
CREATE INDEX publication_2 ON publication (org_id, created_at_us, id);
CREATE INDEX publication_3 ON publication (published_at_us, id);

-- One published batch.
CREATE TABLE publication_entry (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  org_id TEXT NOT NULL, -- Organiser.
  publication_id TEXT NOT NULL, -- Publication.
  inspection_id TEXT NOT NULL, -- Report.
  public_code TEXT NOT NULL, -- Random code of its public address.
  seq BIGINT NOT NULL, -- Order.
  state TEXT NOT NULL, -- State.
  category TEXT NOT NULL, -- 产品种类.
  product_name TEXT NOT NULL, -- 产品名称.
  model TEXT NOT NULL, -- 规格型号.
  trademark TEXT NOT NULL, -- 商标.
  batch_text TEXT NOT NULL, -- 生产日期/批号.
  sampled_name TEXT NOT NULL, -- 受检单位.
  sampled_address TEXT NOT NULL, -- 受检单位地址.
  producer_name TEXT NOT NULL, -- 标称生产单位.
  producer_address TEXT NOT NULL, -- 标称生产单位地址.
  platform TEXT NOT NULL, -- 电商平台.
  conclusion TEXT NOT NULL, -- 检验结论.
  failed_items TEXT NOT NULL, -- 不合格项目.
  laboratory_name TEXT NOT NULL, -- 承检机构.
  remark TEXT NOT NULL, -- 备注.
  search_text TEXT NOT NULL, -- Bigrams of the searchable fields.
  corrects_id TEXT, -- Entry it corrects.
  correction_reason TEXT NOT NULL, -- Why corrected or withdrawn.
  published_at_us BIGINT -- When it became visible.
);
CREATE UNIQUE INDEX publication_entry_1 ON publication_entry (public_code);
CREATE INDEX publication_entry_2 ON publication_entry (publication_id, seq);
CREATE INDEX publication_entry_3 ON publication_entry (state, published_at_us, id);
CREATE INDEX publication_entry_4 ON publication_entry (inspection_id);

-- Words of visible entries: overlapping pairs of characters, made in the program, the same on both databases.
CREATE TABLE publication_word (
  word TEXT NOT NULL, published_at_us BIGINT NOT NULL, entry_id TEXT NOT NULL,
  PRIMARY KEY (word, published_at_us, entry_id)
);

-- A result from the day on which it was final for every recipient; written once. What may be published, what is counted.
CREATE TABLE final_result (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  org_id TEXT NOT NULL, -- Organiser.
  inspection_id TEXT NOT NULL, -- Report.
  final_on TEXT NOT NULL, -- First day on which nobody can object any more.
  conclusion TEXT NOT NULL, -- Conclusion after re-inspection.
  failed_items TEXT NOT NULL, -- Items that still fail.
  remark TEXT NOT NULL -- Remark for the published table.
);
CREATE UNIQUE INDEX final_result_1 ON final_result (inspection_id);
CREATE INDEX final_result_2 ON final_result (org_id, final_on, id);
