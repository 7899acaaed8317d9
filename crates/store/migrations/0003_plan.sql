-- A yearly plan, one row per edition.
CREATE TABLE plan (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  org_id TEXT NOT NULL, -- Organiser.
  year BIGINT NOT NULL, -- Year.
  tier TEXT NOT NULL, -- Level.
  title TEXT NOT NULL, -- Title.
  state TEXT NOT NULL, -- State.
  edition BIGINT NOT NULL, -- 1 for the first, +1 with every adjustment.
  previous_id TEXT, -- Edition it adjusts.
  adjustment_reason TEXT NOT NULL, -- Why it was adjusted; empty for the first.
  document_number TEXT, -- 文号.
  issued_on TEXT, -- Date of issue.
  goals TEXT NOT NULL, -- Goals and focus.
  body TEXT NOT NULL, -- Text of the notice, paragraphs parted by blank lines.
  scan_acknowledged_at_us BIGINT, -- When the conflict scan was acknowledged; emptied by any change of lines.
  scan_findings TEXT NOT NULL, -- What the scan found, as acknowledged.
  drafted_by TEXT NOT NULL, -- Drafter.
  approved_by TEXT, -- Approver.
  decided_at_us BIGINT, -- When approved or returned.
  decision_reason TEXT NOT NULL, -- Reason of return or cancellation.
  filed_on TEXT, -- Date of the filing receipt.
  filing_receipt TEXT NOT NULL, -- Receipt number.
  created_at_us BIGINT NOT NULL -- When entered.
);
CREATE INDEX plan_1 ON plan (org_id, year, id);
CREATE INDEX plan_2 ON plan (org_id, created_at_us, id);

-- A line of a plan.
CREATE TABLE plan_line (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  org_id TEXT NOT NULL, -- Organiser.
  plan_id TEXT NOT NULL, -- Plan.
  seq BIGINT NOT NULL, -- Order.
  category_id TEXT, -- Category.
  product_code TEXT NOT NULL, -- Product code.
  product_name TEXT NOT NULL, -- Product.
  field TEXT NOT NULL, -- Field.
  region TEXT NOT NULL, -- Target region.
  quarters TEXT NOT NULL, -- Quarters, `1` to `4` separated by commas.
  batches BIGINT NOT NULL, -- Batches.
  enterprises BIGINT NOT NULL, -- Enterprises, 0 when not fixed.
  unit_cost_fen BIGINT NOT NULL, -- Cost of a batch, fen.
  budget_fen BIGINT NOT NULL, -- Budget, fen.
  lead_section TEXT NOT NULL, -- Lead section.
  laboratory_name TEXT NOT NULL, -- Proposed laboratory.
  focus TEXT NOT NULL, -- Focus tag of the notice.
  reason TEXT NOT NULL, -- Why this product.
  source_text TEXT NOT NULL -- What of the imported row did not fit a column.
);
CREATE INDEX plan_line_1 ON plan_line (plan_id, seq);

-- A plan as it stood at a decision, for the readable diff.
CREATE TABLE plan_snapshot (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  org_id TEXT NOT NULL, -- Organiser.
  plan_id TEXT NOT NULL, -- Plan.
  edition BIGINT NOT NULL, -- Edition.
  event TEXT NOT NULL, -- What was decided then.
  content TEXT NOT NULL, -- JSON of plan and lines.
  at_us BIGINT NOT NULL -- When.
);
CREATE INDEX plan_snapshot_1 ON plan_snapshot (plan_id, at_us);

-- A task with its scheme (方案).
CREATE TABLE task (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  org_id TEXT NOT NULL, -- Organiser.
  plan_id TEXT NOT NULL, -- Plan.
  plan_line_id TEXT, -- Line.
  number TEXT NOT NULL, -- Task number.
  name TEXT NOT NULL, -- Name.
  kind TEXT NOT NULL, -- Kind.
  origin_tier TEXT NOT NULL, -- Level.
  state TEXT NOT NULL, -- State.
  state_before_suspension TEXT, -- State to return to.
  category_id TEXT, -- Product.
  rules_id TEXT, -- Bound 实施细则.
  product_scope TEXT NOT NULL, -- Product scope.
  region_scope TEXT NOT NULL, -- Area, code prefix.
  field TEXT NOT NULL, -- Field.
  batches BIGINT NOT NULL, -- Batches to take.
  sampling_from_on TEXT, -- Sampling begins.
  sampling_until_on TEXT, -- Sampling ends.
  testing_until_on TEXT, -- Testing ends.
  handling_until_on TEXT, -- Handling ends.
  division_of_work TEXT NOT NULL, -- Division of work.
  sampling_body TEXT NOT NULL, -- Who samples; empty: the authority itself.
  laboratory_id TEXT, -- Testing laboratory.
  agreement_number TEXT NOT NULL, -- Number of the agreement.
  agreement_signed_on TEXT, -- Day of signature.
  rules_published_at_us BIGINT, -- When the rule was public for this task.
  budget_fen BIGINT NOT NULL, -- Budget, fen.
  summary TEXT NOT NULL, -- Summary report on closing.
  drafted_by TEXT NOT NULL, -- Drafter.
  reason TEXT NOT NULL, -- Reason of suspension or cancellation.
  created_at_us BIGINT NOT NULL -- When entered.
);
CREATE INDEX task_1 ON task (org_id, created_at_us, id);
CREATE INDEX task_2 ON task (plan_id);
CREATE INDEX plan_3 ON plan (previous_id);
CREATE INDEX plan_4 ON plan (org_id, state, year, id);
CREATE INDEX task_3 ON task (org_id, state, created_at_us, id);
CREATE INDEX task_4 ON task (plan_line_id);
