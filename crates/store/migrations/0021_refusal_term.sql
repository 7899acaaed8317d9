-- A refused sampling has one step, enforcement's question whether to file a case (D20); the five working days of a failed
-- batch (S1, S2) no longer run on such cases.
UPDATE clock SET state = 'VOID', version = version + 1
WHERE state = 'OPEN' AND rule IN ('S1', 'S2') AND subject_kind = 'CASE'
  AND subject_id IN (SELECT id FROM case_file WHERE source = 'REFUSAL');
