-- 检验结果通知书 to one recipient.
CREATE TABLE notice (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  org_id TEXT NOT NULL, -- Organiser.
  unit_id TEXT, -- Station that serves it.
  inspection_id TEXT NOT NULL, -- Report.
  number TEXT, -- Document number.
  capacity TEXT NOT NULL, -- Capacity.
  enterprise_id TEXT, -- Recipient, when in the register.
  recipient_name TEXT NOT NULL, -- Recipient.
  recipient_address TEXT NOT NULL, -- Address.
  state TEXT NOT NULL, -- State.
  issued_on TEXT, -- Day of issue.
  method TEXT, -- How served.
  served_on TEXT, -- Day of receipt.
  service_proof TEXT NOT NULL, -- 送达回证: signer, relation, witness, waybill.
  announced_on TEXT, -- Day of the announcement.
  deemed_on TEXT, -- Deemed served.
  window_until_on TEXT, -- Last day to object (party-friendly).
  authorship TEXT NOT NULL, -- Answer of the labelled producer.
  authorship_text TEXT NOT NULL, -- Proof of the answer.
  created_at_us BIGINT NOT NULL -- When drafted.
);
CREATE INDEX notice_1 ON notice (inspection_id);
CREATE INDEX notice_2 ON notice (org_id, created_at_us, id);

-- One attempt to serve a paper.
CREATE TABLE service_attempt (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  org_id TEXT NOT NULL, -- Organiser.
  subject_kind TEXT NOT NULL, -- Kind of the paper.
  subject_id TEXT NOT NULL, -- Notice or order.
  method TEXT NOT NULL, -- How.
  on_date TEXT NOT NULL, -- When.
  succeeded BIGINT NOT NULL, -- Received.
  signer TEXT NOT NULL, -- Who signed, relation.
  proof TEXT NOT NULL, -- Proof.
  server TEXT NOT NULL -- Who served.
);
CREATE INDEX service_attempt_1 ON service_attempt (subject_id);

-- An objection, with its re-inspection.
CREATE TABLE objection (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  org_id TEXT NOT NULL, -- Authority that received it.
  unit_id TEXT, -- Station concerned.
  inspection_id TEXT NOT NULL, -- Contested report.
  notice_id TEXT, -- Notice of the applicant.
  case_id TEXT, -- Case it came up in.
  applicant TEXT NOT NULL, -- Applicant.
  capacity TEXT NOT NULL, -- Capacity.
  received_on TEXT NOT NULL, -- Day it arrived.
  posted_on TEXT, -- Postmark, counts as the day of filing.
  channel TEXT NOT NULL, -- How it arrived.
  kind TEXT NOT NULL, -- What is contested.
  items TEXT NOT NULL, -- Contested items, parted by 、.
  reasons TEXT NOT NULL, -- Facts and reasons.
  organiser_name TEXT NOT NULL, -- Organiser of the check, when it is another authority.
  relayed BIGINT NOT NULL, -- Check organised elsewhere: relayed, not decided here.
  state TEXT NOT NULL, -- State.
  accepted_on TEXT, -- Day of acceptance or refusal.
  decision_reason TEXT NOT NULL, -- Reasons of the decision.
  outcome TEXT, -- Outcome.
  decided_on TEXT, -- Day of the decision.
  notified_on TEXT, -- 复检通知 received by the applicant.
  procedure_done_on TEXT, -- 复检手续 completed.
  laboratory_id TEXT, -- 复检机构.
  single_laboratory_evidence TEXT NOT NULL, -- Evidence when it is the first laboratory.
  appointed_on TEXT, -- Day of appointment.
  sample_verified_text TEXT NOT NULL, -- Seal and form check of the backup sample.
  reinspection_id TEXT, -- Re-inspection.
  fee_fen BIGINT NOT NULL, -- Fee, fen.
  cost_bearer TEXT NOT NULL, -- Who bears it.
  cost_settled_on TEXT, -- Settled.
  answer_text TEXT NOT NULL, -- Answer of the organiser elsewhere.
  created_at_us BIGINT NOT NULL -- When entered.
);
CREATE INDEX objection_1 ON objection (inspection_id);
CREATE INDEX objection_2 ON objection (org_id, created_at_us, id);
