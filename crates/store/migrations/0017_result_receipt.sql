-- 后处理: when and how the party of a check organised elsewhere received its result; the last day to object is counted from it.
ALTER TABLE case_file ADD COLUMN result_received_on TEXT; -- Day of receipt.
ALTER TABLE case_file ADD COLUMN result_served_by TEXT NOT NULL DEFAULT ''; -- Authority that served it.
ALTER TABLE case_file ADD COLUMN result_service_method TEXT; -- How.
ALTER TABLE case_file ADD COLUMN result_service_proof TEXT NOT NULL DEFAULT ''; -- Number of the paper, waybill, signed receipt.
-- 异议: why there is no scan of the paper that was handed in.
ALTER TABLE objection ADD COLUMN no_paper_reason TEXT NOT NULL DEFAULT '';
