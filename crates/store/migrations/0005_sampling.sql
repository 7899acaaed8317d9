-- A visit to one drawn unit. The enterprise stays sealed until check-in.
CREATE TABLE visit (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  org_id TEXT NOT NULL, -- Organiser.
  unit_id TEXT, -- Station that accompanies, written at check-in.
  task_id TEXT NOT NULL, -- Task.
  draw_id TEXT NOT NULL, -- Draw.
  team_key TEXT NOT NULL, -- Random label of the team's day package.
  replaces_id TEXT, -- Visit it replaces.
  enterprise_id TEXT, -- Enterprise; `None` until both samplers have checked in.
  lead_officer_id TEXT NOT NULL, -- First sampler.
  second_officer_id TEXT NOT NULL, -- Second sampler.
  accompanying_user_id TEXT, -- Station officer named at release.
  release_at_us BIGINT NOT NULL, -- From when the team sees it.
  state TEXT NOT NULL, -- State.
  outcome TEXT, -- Outcome.
  notice_number TEXT, -- 监督抽查通知书 number.
  notice_valid_until_on TEXT, -- Last day of the notice.
  lead_arrived_at_us BIGINT, -- Check-in of the first sampler.
  second_arrived_at_us BIGINT, -- Check-in of the second sampler.
  place TEXT NOT NULL, -- Where they checked in.
  ids_shown BIGINT NOT NULL, -- Identity cards and notice were shown.
  outcome_text TEXT NOT NULL, -- Facts of the outcome.
  witness TEXT NOT NULL, -- Witness, if invited.
  declaration TEXT NOT NULL, -- Declaration of both samplers as signed.
  declared_at_us BIGINT, -- When declared by both.
  review_reasons TEXT NOT NULL, -- Reasons of a return.
  submitted_at_us BIGINT, -- When submitted.
  papers TEXT NOT NULL, -- Small facts that are kept and printed.
  created_at_us BIGINT NOT NULL -- When made.
);
CREATE INDEX visit_1 ON visit (org_id, created_at_us, id);
CREATE INDEX visit_2 ON visit (draw_id);
CREATE INDEX visit_3 ON visit (lead_officer_id, state);
CREATE INDEX visit_4 ON visit (second_officer_id, state);
CREATE INDEX visit_5 ON visit (enterprise_id);
CREATE INDEX visit_7 ON visit (org_id, release_at_us, id);
CREATE INDEX visit_8 ON visit (accompanying_user_id);
CREATE INDEX visit_6 ON visit (task_id, state);

-- 抽样单: one product, one batch.
CREATE TABLE sampling_record (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  org_id TEXT NOT NULL, -- Organiser.
  unit_id TEXT, -- Station of the sampled party.
  visit_id TEXT, -- Visit; `None` for a re-check sample taken in a case.
  task_id TEXT, -- Task.
  number TEXT NOT NULL, -- 抽样单编号.
  state TEXT NOT NULL, -- State.
  enterprise_id TEXT NOT NULL, -- Sampled party.
  field TEXT NOT NULL, -- Field.
  category_id TEXT, -- Product category.
  product_name TEXT NOT NULL, -- Product.
  trademark TEXT NOT NULL, -- Trademark, `/` when none.
  model TEXT NOT NULL, -- Model.
  model_key TEXT NOT NULL, -- match_key of the model.
  grade TEXT NOT NULL, -- Grade.
  production_date_text TEXT NOT NULL, -- Production date as on the label.
  batch_code TEXT NOT NULL, -- Batch code.
  standard TEXT NOT NULL, -- Declared standard.
  producer_name TEXT NOT NULL, -- 标称生产者.
  producer_key TEXT NOT NULL, -- match_key of the labelled producer.
  producer_uscc TEXT NOT NULL, -- Its code, `/` when unknown.
  producer_address TEXT NOT NULL, -- Its address.
  producer_region TEXT NOT NULL, -- Its region code, empty when unknown.
  lot_size TEXT NOT NULL, -- 抽样基数, exact decimal.
  unit TEXT NOT NULL, -- Unit of the quantities.
  test_quantity TEXT NOT NULL, -- 检验样品数量.
  backup_quantity TEXT NOT NULL, -- 备用样品数量.
  purchase_basis TEXT NOT NULL, -- How paid.
  unit_price_fen BIGINT NOT NULL, -- Price of a unit, fen.
  amount_fen BIGINT NOT NULL, -- Amount, fen.
  random_method TEXT NOT NULL, -- Random method (GB/T 10111).
  random_numbers TEXT NOT NULL, -- Random numbers used.
  sampled_on TEXT, -- Day of sampling.
  form TEXT NOT NULL, -- All other F07 fields as written.
  party_signature TEXT NOT NULL, -- Name and method of the party's signature; empty when refused.
  refusal_to_sign TEXT NOT NULL, -- Reason noted when the party does not sign.
  signed_at_us BIGINT, -- When signed by all.
  created_at_us BIGINT NOT NULL -- When begun.
);
CREATE UNIQUE INDEX sampling_record_1 ON sampling_record (org_id, number);
CREATE INDEX sampling_record_2 ON sampling_record (org_id, created_at_us, id);
CREATE INDEX sampling_record_3 ON sampling_record (visit_id);
CREATE INDEX sampling_record_5 ON sampling_record (task_id, state);
CREATE INDEX sampling_record_4 ON sampling_record (enterprise_id, model_key, sampled_on);

-- A sealed unit.
CREATE TABLE sample (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  org_id TEXT NOT NULL, -- Organiser.
  unit_id TEXT, -- Laboratory that holds or will receive it.
  record_id TEXT NOT NULL, -- Sampling record.
  number TEXT NOT NULL, -- Record number with /J1, /B1 or /F1.
  kind TEXT NOT NULL, -- Purpose.
  state TEXT NOT NULL, -- State.
  quantity TEXT NOT NULL, -- Quantity with unit.
  seal_number TEXT NOT NULL, -- Seal; used once.
  holder TEXT NOT NULL, -- Who has it.
  place TEXT NOT NULL, -- Where.
  free BIGINT NOT NULL, -- Given without payment.
  expires_on TEXT, -- Last day of use.
  created_at_us BIGINT NOT NULL -- When sealed.
);
CREATE UNIQUE INDEX sample_1 ON sample (org_id, seal_number);
CREATE UNIQUE INDEX sample_2 ON sample (org_id, number);
CREATE INDEX sample_6 ON sample (seal_number);
CREATE INDEX sample_3 ON sample (record_id);
CREATE INDEX sample_4 ON sample (unit_id, state, id);
CREATE INDEX sample_5 ON sample (org_id, created_at_us, id);

-- One hand-over of a sealed unit.
CREATE TABLE custody_step (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  org_id TEXT NOT NULL, -- Organiser.
  sample_id TEXT NOT NULL, -- Sample.
  at_us BIGINT NOT NULL, -- When.
  state TEXT NOT NULL, -- State afterwards.
  giver TEXT NOT NULL, -- Who gave.
  taker TEXT NOT NULL, -- Who took.
  place TEXT NOT NULL, -- Where.
  condition TEXT NOT NULL, -- Condition of package and seal.
  seal_intact BIGINT NOT NULL, -- Seal whole.
  transport TEXT NOT NULL, -- Carrier and waybill.
  note TEXT NOT NULL -- Remark.
);
CREATE INDEX custody_step_1 ON custody_step (sample_id, at_us);

-- 样品退还/处置单 (F36): proposed by one person, approved by another.
CREATE TABLE sample_disposal (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  org_id TEXT NOT NULL, -- Organiser.
  sample_id TEXT NOT NULL, -- Sample.
  target TEXT NOT NULL, -- What is to become of it.
  reason TEXT NOT NULL, -- Why and how.
  taker TEXT NOT NULL, -- To whom it goes, or who destroys it.
  place TEXT NOT NULL, -- Where.
  state TEXT NOT NULL, -- State.
  proposed_by TEXT NOT NULL, -- Who proposed.
  proposed_by_name TEXT NOT NULL, -- Name of that person.
  proposed_at_us BIGINT NOT NULL, -- When proposed.
  decided_by TEXT, -- Who decided.
  decided_at_us BIGINT, -- When decided.
  decision_reason TEXT NOT NULL -- Reason of the decision.
);
CREATE INDEX sample_disposal_1 ON sample_disposal (sample_id, proposed_at_us);
