-- A draw of a task.
CREATE TABLE draw (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  org_id TEXT NOT NULL, -- Organiser.
  task_id TEXT NOT NULL, -- Task.
  draw_name TEXT NOT NULL, -- Short random id used in tickets, at most 12 characters.
  kind TEXT NOT NULL, -- Kind; never changes.
  phase TEXT NOT NULL, -- Phase.
  quota BIGINT NOT NULL, -- Units to draw.
  reserve BIGINT NOT NULL, -- Reserves.
  count_in BIGINT NOT NULL, -- Units that may be drawn.
  count_excluded BIGINT NOT NULL, -- Units left out.
  count_must BIGINT NOT NULL, -- Designated units.
  count_drawn BIGINT NOT NULL, -- Winners.
  filters TEXT NOT NULL, -- How the roster was chosen, in words.
  roster_digest TEXT NOT NULL, -- Digest of the frozen roster, hex.
  release_at_us BIGINT, -- From when teams see their visits.
  prepared_by TEXT NOT NULL, -- Operator.
  frozen_at_us BIGINT, -- When frozen.
  executed_by TEXT, -- Second person who drew.
  executed_at_us BIGINT, -- When drawn.
  confirmed_by TEXT, -- Witness.
  confirmed_at_us BIGINT, -- When confirmed.
  dispatcher_id TEXT, -- The dispatcher of this draw: the first to open the names, and the only one who can.
  dispatched_at_us BIGINT, -- When handed to the teams.
  closed_at_us BIGINT, -- When closed.
  close_reason TEXT NOT NULL, -- Why it was closed although a replacement was possible.
  void_reason TEXT NOT NULL, -- Reason code and words of a void.
  created_at_us BIGINT NOT NULL -- When begun.
);
CREATE INDEX draw_1 ON draw (org_id, created_at_us, id);
CREATE INDEX draw_2 ON draw (task_id);

-- A unit of the roster; says nothing about the result.
CREATE TABLE draw_member (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  org_id TEXT NOT NULL, -- Organiser.
  draw_id TEXT NOT NULL, -- Draw.
  uid TEXT NOT NULL, -- Id in tickets.
  enterprise_id TEXT NOT NULL, -- Enterprise.
  stratum TEXT NOT NULL, -- Stratum; an interim draw has one.
  credit_class TEXT NOT NULL, -- Credit risk class when the roster was made.
  weight BIGINT NOT NULL, -- Balls, 0 when not in.
  status TEXT NOT NULL, -- Place.
  reason TEXT NOT NULL, -- Reason code, `-` when in.
  reason_text TEXT NOT NULL, -- Reason in words with its evidence.
  by_hand BIGINT NOT NULL, -- A person excluded or designated it; the registers did not.
  blocked_models TEXT NOT NULL -- Models that may not be taken there, one a line.
);
CREATE UNIQUE INDEX draw_member_1 ON draw_member (draw_id, uid);
CREATE INDEX draw_member_2 ON draw_member (draw_id, status, reason, uid);

-- A sampler in the pool of a draw.
CREATE TABLE draw_person (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  org_id TEXT NOT NULL, -- Organiser.
  draw_id TEXT NOT NULL, -- Draw.
  officer_id TEXT NOT NULL, -- Officer.
  mid TEXT NOT NULL, -- Id in the assignment: the staff number.
  may_lead BIGINT NOT NULL, -- May lead.
  status TEXT NOT NULL, -- In or excluded.
  reason TEXT NOT NULL, -- Reason, `-` when in.
  reason_text TEXT NOT NULL, -- Reason in words.
  by_hand BIGINT NOT NULL -- A person excluded them; the register did not.
);
CREATE UNIQUE INDEX draw_person_1 ON draw_person (draw_id, officer_id);
CREATE UNIQUE INDEX draw_person_2 ON draw_person (draw_id, mid);

-- A conflict of interest as it stood at the freeze.
CREATE TABLE draw_conflict (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  org_id TEXT NOT NULL, -- Organiser.
  draw_id TEXT NOT NULL, -- Draw.
  mid TEXT NOT NULL, -- Staff number.
  with_colleague BIGINT NOT NULL, -- Another sampler (1) or a firm (0).
  target TEXT NOT NULL -- Staff number or id in tickets.
);
CREATE UNIQUE INDEX draw_conflict_1 ON draw_conflict (draw_id, mid, with_colleague, target);
