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
  stratum TEXT NOT NULL, -- Stratum, a credit class.
  weight BIGINT NOT NULL, -- Balls, 0 when not in.
  status TEXT NOT NULL, -- Place.
  reason TEXT NOT NULL, -- Reason code, `-` when in.
  reason_text TEXT NOT NULL, -- Reason in words with its evidence.
  blocked_models TEXT NOT NULL -- Models that may not be taken there, one a line.
);
CREATE UNIQUE INDEX draw_member_1 ON draw_member (draw_id, uid);

-- A sampler in the pool of a draw.
CREATE TABLE draw_person (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  org_id TEXT NOT NULL, -- Organiser.
  draw_id TEXT NOT NULL, -- Draw.
  officer_id TEXT NOT NULL, -- Officer.
  may_lead BIGINT NOT NULL, -- May lead.
  status TEXT NOT NULL, -- In or excluded.
  reason TEXT NOT NULL -- Reason, `-` when in.
);
CREATE UNIQUE INDEX draw_person_1 ON draw_person (draw_id, officer_id);
