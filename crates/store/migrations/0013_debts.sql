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
