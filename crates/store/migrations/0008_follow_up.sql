-- A follow-up case of one party for one product result.
CREATE TABLE case_file (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  org_id TEXT NOT NULL, -- Handling authority.
  unit_id TEXT, -- Station.
  number TEXT NOT NULL, -- Case number.
  source TEXT NOT NULL, -- Source.
  tier TEXT NOT NULL, -- Level of the check.
  organiser_name TEXT NOT NULL, -- Organiser of the check.
  assigned_by TEXT NOT NULL, -- Who handed it down, empty for own.
  external_number TEXT NOT NULL, -- Number of the assigning letter or row.
  inspection_id TEXT, -- Report.
  problem_report_id TEXT, -- Problem report.
  enterprise_id TEXT, -- Party, when in the register.
  party_name TEXT NOT NULL, -- Party.
  party_address TEXT NOT NULL, -- Address.
  party_role TEXT NOT NULL, -- Seller or producer.
  product_name TEXT NOT NULL, -- Product.
  model TEXT NOT NULL, -- Model.
  batch_text TEXT NOT NULL, -- Date or batch.
  producer_name TEXT NOT NULL, -- Labelled producer.
  report_number TEXT NOT NULL, -- Report.
  failed_items TEXT NOT NULL, -- Failed items.
  state TEXT NOT NULL, -- State.
  received_on TEXT NOT NULL, -- Day the report or letter was received; triggers the clocks.
  dispatched_on TEXT, -- Sent to the station.
  accepted_on TEXT, -- 签收.
  handler_id TEXT, -- Handling officer.
  verified_on TEXT, -- Verified and disposed.
  verification_text TEXT NOT NULL, -- F28: identity, sources, flow, measures.
  stopped_on TEXT, -- Stop of the same product told.
  quantity_made TEXT, -- Made or bought in.
  quantity_sold TEXT, -- Sold.
  quantity_stock TEXT, -- In stock.
  value_fen BIGINT, -- 货值, fen.
  supplier_text TEXT NOT NULL, -- Source named by a seller.
  objection_intent TEXT NOT NULL, -- Answer of the party.
  objection_open_until_on TEXT, -- Until when an undecided party may still object.
  reported_to_enforcement_on TEXT, -- Reported to 执法二股.
  order_number TEXT, -- 责令改正通知书 number.
  order_text TEXT NOT NULL, -- Facts and scope of the order.
  order_on TEXT, -- Order date.
  order_served_on TEXT, -- Served.
  order_service_proof TEXT NOT NULL, -- Proof of service.
  order_approved_by TEXT, -- Approver.
  correct_by_on TEXT, -- 60 days, party-friendly.
  recheck_by_on TEXT, -- 75 days, strict.
  rectification_text TEXT NOT NULL, -- 整改报告: cause, measures, stock and sold goods.
  rectified_on TEXT, -- Report received.
  recheck_applied_on TEXT, -- 复查申请.
  announced_on TEXT, -- Announcement of the province.
  escalated_on TEXT, -- Reported upward.
  transferred_to TEXT NOT NULL, -- Authority it was transferred to.
  transferred_on TEXT, -- Sent.
  transfer_receipt_on TEXT, -- Receipt.
  exempt_reason TEXT NOT NULL, -- Why no rectification is possible, with proof.
  exempt_approved_by TEXT, -- Approver.
  unprocessable_reason TEXT NOT NULL, -- Why it cannot be processed.
  penalty TEXT NOT NULL, -- Penalty case.
  penalty_text TEXT NOT NULL, -- Numbers and dates of the penalty case.
  closed_by TEXT, -- Who confirmed.
  closed_on TEXT, -- When.
  close_text TEXT NOT NULL, -- Result in words.
  return_reason TEXT NOT NULL, -- Why a station sent it back.
  created_at_us BIGINT NOT NULL -- When opened.
);
CREATE UNIQUE INDEX case_file_1 ON case_file (org_id, number);
CREATE INDEX case_file_2 ON case_file (org_id, created_at_us, id);
CREATE INDEX case_file_3 ON case_file (org_id, state, id);
CREATE INDEX case_file_4 ON case_file (unit_id, state, id);
CREATE INDEX case_file_6 ON case_file (org_id, report_number);
CREATE INDEX case_file_5 ON case_file (inspection_id);

-- 复查 number one, two or three of a case.
CREATE TABLE case_recheck (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  org_id TEXT NOT NULL, -- Authority.
  case_id TEXT NOT NULL, -- Case.
  seq BIGINT NOT NULL, -- 1, 2 or 3.
  sampled_on TEXT NOT NULL, -- Day of sampling.
  sample_text TEXT NOT NULL, -- Record and sample numbers, free of charge.
  inspection_id TEXT, -- Report.
  report_number TEXT NOT NULL, -- Report number.
  passed BIGINT, -- Result.
  result_on TEXT, -- Day of the result.
  reason TEXT NOT NULL -- Reason when outside the window.
);
CREATE INDEX case_recheck_1 ON case_recheck (case_id, seq);
