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
  where_text TEXT NOT NULL, -- Where an objection may be handed in: office, address.
  backup_text TEXT NOT NULL, -- Who keeps the backup sample and where.
  consent_text TEXT NOT NULL, -- Prior consent of the recipient to electronic service, with the named system; empty without.
  withdrawn_reason TEXT NOT NULL, -- Why withdrawn.
  authorship TEXT NOT NULL, -- Answer of the labelled producer.
  authorship_text TEXT NOT NULL, -- Proof of the answer.
  created_at_us BIGINT NOT NULL -- When drafted.
);
CREATE INDEX notice_1 ON notice (inspection_id);
CREATE INDEX notice_2 ON notice (org_id, created_at_us, id);
CREATE INDEX notice_3 ON notice (org_id, state, created_at_us, id);
CREATE INDEX notice_4 ON notice (unit_id, created_at_us, id);
CREATE INDEX notice_5 ON notice (org_id, deemed_on);

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
CREATE INDEX service_attempt_1 ON service_attempt (subject_id, on_date, id);

-- An objection, with its re-inspection.
CREATE TABLE objection (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  org_id TEXT NOT NULL, -- Authority that received it.
  unit_id TEXT, -- Station concerned.
  inspection_id TEXT, -- Contested report; `None` when it is not registered here (a case handed down from elsewhere).
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
  relayed_on TEXT, -- Day on which it was relayed to the organiser.
  relay_proof TEXT NOT NULL, -- Letter, waybill or receipt of the relay.
  state TEXT NOT NULL, -- State.
  number TEXT NOT NULL, -- Number of the 受理/不予受理通知书.
  accepted_on TEXT, -- Day of acceptance or refusal.
  investigation_text TEXT NOT NULL, -- Facts found and evidence.
  decision_reason TEXT NOT NULL, -- Reasons of the decision.
  decision_number TEXT NOT NULL, -- Number of the decision or of the notice of the final conclusion.
  outcome TEXT, -- Outcome.
  decided_on TEXT, -- Day of the decision.
  reinspection_notice_number TEXT NOT NULL, -- Number of the 复检通知书.
  formalities_text TEXT NOT NULL, -- Where and how the formalities are done, payee.
  notified_on TEXT, -- 复检通知 received by the applicant.
  notified_proof TEXT NOT NULL, -- Proof of that.
  formalities_until_on TEXT, -- Last day for the formalities (party-friendly).
  procedure_done_on TEXT, -- 复检手续 completed.
  procedure_text TEXT NOT NULL, -- Prepayment and confirmation.
  laboratory_id TEXT, -- 复检机构.
  single_laboratory_evidence TEXT NOT NULL, -- Evidence when it is the first laboratory.
  appointed_on TEXT, -- Day of appointment.
  backup_sample_id TEXT, -- Backup sample that is tested.
  sample_verified_text TEXT NOT NULL, -- Seal and form check of the backup sample.
  reinspection_id TEXT, -- Re-inspection.
  fee_fen BIGINT NOT NULL, -- Fee, fen.
  cost_bearer TEXT NOT NULL, -- Who bears it.
  cost_settled_on TEXT, -- Settled.
  cost_text TEXT NOT NULL, -- Receipts, refund, price of the backup sample.
  answer_text TEXT NOT NULL, -- Answer of the organiser elsewhere.
  answered_on TEXT, -- Day of that answer.
  created_at_us BIGINT NOT NULL -- When entered.
);
CREATE INDEX objection_1 ON objection (inspection_id);
CREATE INDEX objection_2 ON objection (org_id, created_at_us, id);
CREATE INDEX objection_3 ON objection (org_id, state, created_at_us, id);
CREATE INDEX objection_4 ON objection (unit_id, created_at_us, id);
CREATE INDEX objection_5 ON objection (case_id);
-- One re-inspection per result (R18 article 42): the conclusion of a re-inspection is final.
CREATE UNIQUE INDEX objection_6 ON objection (inspection_id) WHERE reinspection_id IS NOT NULL;
