-- Voiding a draw takes two people: proposed by the witness, decided by the approver of a void. Proposals stay.
CREATE TABLE draw_void (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  org_id TEXT NOT NULL, -- Organiser.
  draw_id TEXT NOT NULL, -- Draw.
  reason TEXT NOT NULL, -- Reason code.
  words TEXT NOT NULL, -- Facts and material.
  state TEXT NOT NULL, -- State.
  proposed_by TEXT NOT NULL, -- Who proposed.
  proposed_at_us BIGINT NOT NULL, -- When proposed.
  decided_by TEXT, -- Who decided.
  decided_at_us BIGINT, -- When decided.
  decision_words TEXT NOT NULL -- Reason of the decision; a refused proposal always has one.
);
CREATE INDEX draw_void_1 ON draw_void (draw_id, proposed_at_us, id);

-- A unit that was closed (a station merged into another) stays for its history and takes nothing new.
ALTER TABLE organisation ADD COLUMN closed_on TEXT;

-- Lookups that went through a whole table.
CREATE INDEX clock_of_user ON clock (owner_user_id, state);
CREATE INDEX draw_3 ON draw (phase, id);
CREATE INDEX draw_member_3 ON draw_member (enterprise_id);
CREATE INDEX number_use_by_subject ON number_use (subject_id);
CREATE INDEX sampling_record_6 ON sampling_record (unit_id, id);
CREATE INDEX sampling_record_7 ON sampling_record (category_id);
CREATE INDEX inspection_of_party ON inspection (sampled_enterprise_id);
CREATE INDEX notice_of_party ON notice (enterprise_id);
CREATE INDEX case_file_7 ON case_file (enterprise_id);
CREATE INDEX case_file_8 ON case_file (org_id, external_number);
CREATE INDEX case_recheck_2 ON case_recheck (org_id, sampled_on, id);
CREATE INDEX plan_line_of_category ON plan_line (category_id);
CREATE INDEX task_of_category ON task (category_id);
CREATE INDEX earlier_check_10 ON earlier_check (enterprise_id);
CREATE INDEX recusal_4 ON recusal (org_id, id);
CREATE INDEX visit_9 ON visit (org_id, state, id);
