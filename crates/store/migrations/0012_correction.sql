-- One corrected fact.
CREATE TABLE correction (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  org_id TEXT NOT NULL, -- Authority.
  unit_id TEXT, -- Station of the thing.
  subject_kind TEXT NOT NULL, -- Kind of the thing.
  subject_id TEXT NOT NULL, -- Thing.
  field TEXT NOT NULL, -- Field.
  field_title TEXT NOT NULL, -- Field in Chinese.
  old_value TEXT NOT NULL, -- Old value.
  new_value TEXT NOT NULL, -- New value.
  reason TEXT NOT NULL, -- Why.
  proof TEXT NOT NULL, -- Proof.
  needs_second BIGINT NOT NULL, -- Moves a deadline, a party or a published fact.
  state TEXT NOT NULL, -- State.
  effects TEXT NOT NULL, -- What was computed anew, in words.
  proposed_by TEXT NOT NULL, -- Who.
  decided_by TEXT, -- Second person.
  decision_reason TEXT NOT NULL, -- Why it was not agreed to.
  created_at_us BIGINT NOT NULL -- When.
);
CREATE INDEX correction_1 ON correction (subject_id, created_at_us, id);
CREATE INDEX correction_2 ON correction (org_id, created_at_us, id);
CREATE INDEX correction_3 ON correction (org_id, state, created_at_us, id);
CREATE INDEX correction_4 ON correction (unit_id, created_at_us, id);
