-- 后处理: the visit a case arose from, the report on which an order was given, where a case stood when closing was proposed.
ALTER TABLE case_file ADD COLUMN visit_id TEXT; -- Visit of a refusal, or of the sample that a problem was found in.
ALTER TABLE case_file ADD COLUMN order_inspection_id TEXT; -- Report of the order, where it has been amended since.
ALTER TABLE case_file ADD COLUMN close_proposed_by TEXT; -- Who proposed to close.
ALTER TABLE case_file ADD COLUMN state_before_close TEXT; -- Where it stood then.
CREATE INDEX inspection_of_task ON inspection (task_id);
CREATE INDEX case_file_of_visit ON case_file (visit_id);
CREATE INDEX case_file_of_problem ON case_file (problem_report_id);
UPDATE case_file SET visit_id = (SELECT MIN(v.id) FROM visit v WHERE v.org_id = case_file.org_id AND v.notice_number = case_file.external_number)
  WHERE source = 'REFUSAL' AND external_number <> '';
UPDATE case_file SET visit_id = (SELECT r.visit_id FROM problem_report p JOIN sampling_record r ON r.id = p.record_id WHERE p.id = case_file.problem_report_id)
  WHERE source = 'PROBLEM_REPORT';
UPDATE case_file SET state_before_close = COALESCE(
    (SELECT CASE WHEN r.passed = 1 AND r.seq = 1 THEN 'RECHECK_PASSED' WHEN r.passed = 1 THEN 'SECOND_RECHECK_PASSED' WHEN r.seq = 3 THEN 'REVOKED' END
     FROM case_recheck r WHERE r.case_id = case_file.id ORDER BY r.seq DESC LIMIT 1),
    CASE WHEN recheck_applied_on IS NOT NULL THEN 'RECHECK_APPLIED' WHEN order_served_on IS NOT NULL THEN 'RECTIFYING'
         WHEN order_on IS NOT NULL THEN 'ORDERED' WHEN verified_on IS NOT NULL THEN 'STOPPED' ELSE 'VERIFYING' END)
  WHERE state = 'CLOSE_PROPOSED';
