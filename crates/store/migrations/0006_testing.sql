-- An inspection and its report.
CREATE TABLE inspection (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  org_id TEXT NOT NULL, -- Organiser.
  unit_id TEXT, -- Laboratory's node of the organisation tree.
  laboratory_id TEXT, -- Laboratory.
  laboratory_name TEXT NOT NULL, -- Its name as printed.
  task_id TEXT, -- Task.
  record_id TEXT, -- Sampling record.
  sample_id TEXT, -- Tested sample.
  rules_id TEXT, -- Rule whose items are tested.
  origin TEXT NOT NULL, -- Where made.
  purpose TEXT NOT NULL, -- Why.
  purpose_id TEXT, -- Objection or case it belongs to.
  tier TEXT NOT NULL, -- Level of the spot check.
  organiser_name TEXT NOT NULL, -- Organiser of the check as printed.
  state TEXT NOT NULL, -- State.
  product_name TEXT NOT NULL, -- Product.
  trademark TEXT NOT NULL, -- Trademark.
  model TEXT NOT NULL, -- Model.
  model_key TEXT NOT NULL, -- match_key of the model.
  batch_text TEXT NOT NULL, -- Production date or batch.
  sampled_enterprise_id TEXT, -- Sampled party.
  sampled_name TEXT NOT NULL, -- Its name.
  sampled_address TEXT NOT NULL, -- Its address.
  producer_name TEXT NOT NULL, -- Labelled producer.
  producer_address TEXT NOT NULL, -- Its address.
  sampled_on TEXT, -- Day of sampling.
  received_on TEXT, -- Day the sample (or the outside report) arrived.
  licence_checked BIGINT NOT NULL, -- Licence gate answered.
  licence_text TEXT NOT NULL, -- Number, holder, scope, validity on the production date; `不适用` when none is needed.
  licence_ok BIGINT NOT NULL, -- Licence gate passed.
  receiver_id TEXT, -- Who received.
  tester_id TEXT, -- 主检.
  reviewer_id TEXT, -- 审核.
  signer_id TEXT, -- 批准.
  signatories_text TEXT NOT NULL, -- Signatories as printed, for reports made outside.
  report_number TEXT, -- Report number.
  edition BIGINT NOT NULL, -- 1 for the first report, +1 with every amendment.
  amends_id TEXT, -- Report it replaces.
  conclusion TEXT, -- Conclusion as reported.
  severity TEXT, -- Severity.
  our_conclusion TEXT, -- Our judgement beside the one reported outside.
  conclusion_text TEXT NOT NULL, -- Wording.
  failed_items TEXT NOT NULL, -- Failed items, parted by 、.
  serious_quality_problem BIGINT NOT NULL, -- Authority's flag (严重质量问题).
  excluded BIGINT NOT NULL, -- Voided by a decision: not counted, not published.
  issued_on TEXT, -- Day of signature.
  submitted_on TEXT, -- Day of submission.
  confirmed_by TEXT, -- Who confirmed.
  confirmed_on TEXT, -- When confirmed.
  alerted_at_us BIGINT, -- Same-day alert.
  reason TEXT NOT NULL, -- Reason of rejection, termination or amendment.
  created_at_us BIGINT NOT NULL -- When begun.
);
CREATE UNIQUE INDEX inspection_1 ON inspection (org_id, laboratory_name, report_number, edition);
CREATE INDEX inspection_2 ON inspection (org_id, created_at_us, id);
CREATE INDEX inspection_3 ON inspection (unit_id, state, id);
CREATE INDEX inspection_4 ON inspection (record_id);
CREATE INDEX inspection_5 ON inspection (purpose_id);
CREATE INDEX inspection_6 ON inspection (sample_id);
CREATE INDEX inspection_7 ON inspection (amends_id);
CREATE INDEX inspection_8 ON inspection (unit_id, created_at_us, id);
CREATE INDEX inspection_9 ON inspection (org_id, state, created_at_us, id);
CREATE INDEX inspection_10 ON inspection (org_id, conclusion, created_at_us, id);

-- Result of one item.
CREATE TABLE item_result (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  org_id TEXT NOT NULL, -- Organiser.
  inspection_id TEXT NOT NULL, -- Inspection.
  seq BIGINT NOT NULL, -- Order.
  item TEXT NOT NULL, -- Item.
  class TEXT NOT NULL, -- Importance.
  standard TEXT NOT NULL, -- Judging basis.
  method TEXT NOT NULL, -- Method.
  unit TEXT NOT NULL, -- Unit.
  rule_limit TEXT, -- Limit of the rule.
  declared_limit TEXT, -- Limit the product declares.
  applied_limit TEXT, -- Limit judged by.
  mandatory BIGINT NOT NULL, -- Mandatory requirement.
  compare TEXT NOT NULL, -- Comparison.
  interval TEXT, -- Rounding interval.
  value_text TEXT, -- Value as measured, exact.
  not_tested_reason TEXT NOT NULL, -- Why not tested.
  verdict TEXT NOT NULL, -- Our verdict.
  verdict_reason TEXT NOT NULL, -- Why.
  reported_verdict TEXT, -- Verdict printed by others.
  overruled_verdict TEXT, -- Verdict of the reviewer against the automatic one.
  overruled_reason TEXT NOT NULL -- Reason of that.
);
CREATE INDEX item_result_1 ON item_result (inspection_id, seq);

-- 问题报告 on a sample: opens verification, never counts as a failed batch, is never published.
CREATE TABLE problem_report (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  org_id TEXT NOT NULL, -- Organiser.
  record_id TEXT, -- Sampling record.
  inspection_id TEXT, -- Inspection.
  what TEXT NOT NULL, -- What was seen.
  evidence TEXT NOT NULL, -- Evidence.
  urgent BIGINT NOT NULL, -- Higher risk: at once.
  reported_by TEXT NOT NULL, -- Who.
  reported_on TEXT NOT NULL, -- When.
  case_id TEXT -- Case it opened.
);
CREATE INDEX problem_report_1 ON problem_report (org_id, reported_on, id);
CREATE INDEX problem_report_2 ON problem_report (inspection_id);
CREATE INDEX problem_report_3 ON problem_report (record_id);
