-- Which final result an entry was taken from: another one by the day of publishing means that the entry is out of date.
ALTER TABLE publication_entry ADD COLUMN result_id TEXT; -- Final result.
ALTER TABLE publication_entry ADD COLUMN result_version BIGINT NOT NULL DEFAULT 0; -- Its version.
UPDATE publication_entry SET
  result_id = (SELECT f.id FROM final_result f WHERE f.inspection_id = publication_entry.inspection_id
    AND f.conclusion = publication_entry.conclusion AND f.failed_items = publication_entry.failed_items),
  result_version = COALESCE((SELECT f.version FROM final_result f WHERE f.inspection_id = publication_entry.inspection_id
    AND f.conclusion = publication_entry.conclusion AND f.failed_items = publication_entry.failed_items), 0);
CREATE INDEX publication_entry_5 ON publication_entry (corrects_id);

-- What was taken out of a printed field before publication, and why. The public reads the entry, never this table.
CREATE TABLE publication_mask (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  org_id TEXT NOT NULL, -- Organiser.
  entry_id TEXT NOT NULL, -- Entry.
  field TEXT NOT NULL, -- Printed field.
  kind TEXT NOT NULL, -- What was taken out.
  part TEXT NOT NULL, -- The words taken out.
  reason TEXT NOT NULL, -- Why.
  masked_by TEXT NOT NULL, -- Who.
  created_at_us BIGINT NOT NULL -- When.
);
CREATE INDEX publication_mask_1 ON publication_mask (entry_id, created_at_us, id);

-- Key of the words by which a case is found, the same on both databases; made by the program.
ALTER TABLE case_file ADD COLUMN search_key TEXT NOT NULL DEFAULT '';

-- The public list of rules.
CREATE INDEX rules_public ON rules (state, published_at_us, id);
