-- A possible industry-wide or regional risk seen in a report, and its report upward (S5).
CREATE TABLE industry_risk (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  org_id TEXT NOT NULL, -- Authority.
  inspection_id TEXT NOT NULL, -- Report in which it was seen.
  scope TEXT NOT NULL, -- How far it may reach.
  grounds TEXT NOT NULL, -- Why it is thought so.
  raised_by TEXT NOT NULL, -- Who found it.
  raised_on TEXT NOT NULL, -- When found.
  reported_to TEXT NOT NULL, -- To whom it was reported.
  reported_on TEXT, -- When reported.
  receipt TEXT NOT NULL -- Number of the paper or receipt.
);
CREATE INDEX industry_risk_1 ON industry_risk (inspection_id, raised_on, id);

-- Attachments of problem reports on a sample were kept under the report as if it were a sample, and could not be opened.
UPDATE stored_file SET subject_kind = 'PROBLEM'
WHERE subject_kind = 'SAMPLE' AND subject_id IN (SELECT id FROM problem_report);
