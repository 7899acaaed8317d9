-- The house: organisations, accounts, journal, clocks, number books, files.
-- Types: TEXT, BIGINT, BLOB only. *_on ISO date (Asia/Shanghai), *_at_us microseconds UTC, *_fen money, flags 0/1.
-- Every business row has org_id (whose row) and version (optimistic lock, grows by one with every save).

-- Organisation tree; path is /id/…/id/ so that own ∪ below is one prefix comparison.
CREATE TABLE organisation (
  id TEXT PRIMARY KEY, version BIGINT NOT NULL,
  parent_id TEXT REFERENCES organisation(id), path TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL, tier TEXT, name TEXT NOT NULL, short_name TEXT NOT NULL,
  region_code TEXT NOT NULL, created_at_us BIGINT NOT NULL
);
-- Towns (statistical division codes) of a station.
CREATE TABLE organisation_town (
  division_code TEXT PRIMARY KEY, organisation_id TEXT NOT NULL REFERENCES organisation(id)
);

-- People who log in. pseudonym is a random name, the only one that enters the journal's entries.
CREATE TABLE user_account (
  id TEXT PRIMARY KEY, version BIGINT NOT NULL,
  login TEXT NOT NULL UNIQUE, name TEXT NOT NULL, pseudonym TEXT NOT NULL UNIQUE,
  org_id TEXT NOT NULL REFERENCES organisation(id), unit_id TEXT NOT NULL REFERENCES organisation(id),
  password_hash TEXT, active BIGINT NOT NULL,
  failed_logins BIGINT NOT NULL, locked_until_us BIGINT NOT NULL, created_at_us BIGINT NOT NULL,
  password_until_us BIGINT NOT NULL -- 0: the person's own; else a one-time password, good until then and to be changed first
);
CREATE TABLE user_role (
  user_id TEXT NOT NULL REFERENCES user_account(id), role TEXT NOT NULL, PRIMARY KEY (user_id, role)
);
CREATE INDEX user_role_by_role ON user_role (role, user_id);
-- Sessions: the cookie holds 32 random bytes, the table only their SHA-256.
CREATE TABLE user_session (
  digest TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES user_account(id), csrf TEXT NOT NULL,
  created_at_us BIGINT NOT NULL, seen_at_us BIGINT NOT NULL, expires_at_us BIGINT NOT NULL, device TEXT NOT NULL
);
CREATE INDEX user_session_by_user ON user_session (user_id, expires_at_us);
-- One-time code of the first start; only its SHA-256, deleted when used.
CREATE TABLE setup_code (digest TEXT PRIMARY KEY, created_at_us BIGINT NOT NULL);

-- Parameters an administrator may set (values of regulations marked unverified, local choices).
CREATE TABLE parameter (
  org_id TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (org_id, name)
);
-- Exception days beyond the calendar the program carries, and local overlays.
CREATE TABLE calendar_day (
  day_on TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, source TEXT NOT NULL,
  local BIGINT NOT NULL DEFAULT 0 -- 1: day of this region only (HOL 第四条), makes no year known
);

-- Journal: insert-only, bytes never re-serialised; the tree and its checkpoints sit on top.
-- One log per organisation; log_id is that organisation's id.
CREATE TABLE journal_log (log_id TEXT PRIMARY KEY, size BIGINT NOT NULL);
CREATE TABLE journal_entry (
  log_id TEXT NOT NULL, seq BIGINT NOT NULL, at_us BIGINT NOT NULL, actor_pseudonym TEXT NOT NULL,
  type TEXT NOT NULL, entry_bytes BLOB NOT NULL, leaf_hash BLOB NOT NULL, PRIMARY KEY (log_id, seq)
);
-- Content behind an entry: readable, deletable; the entry holds only its salted hash.
CREATE TABLE journal_content (
  log_id TEXT NOT NULL, seq BIGINT NOT NULL, schema_version BIGINT NOT NULL, salt BLOB NOT NULL, bytes BLOB NOT NULL,
  PRIMARY KEY (log_id, seq)
);
-- Which things an entry is about: makes the timeline of a thing one index range.
CREATE TABLE journal_subject (
  subject_id TEXT NOT NULL, log_id TEXT NOT NULL, seq BIGINT NOT NULL, PRIMARY KEY (subject_id, log_id, seq)
);

-- Clocks: RightPeriod (kind RIGHT, a party's) and DutyDeadline (kind DUTY, an office's; these are the work list).
CREATE TABLE clock (
  id TEXT PRIMARY KEY, version BIGINT NOT NULL, org_id TEXT NOT NULL, unit_id TEXT,
  subject_kind TEXT NOT NULL, subject_id TEXT NOT NULL,
  kind TEXT NOT NULL, rule TEXT NOT NULL, title TEXT NOT NULL,
  trigger_on TEXT NOT NULL, proof TEXT NOT NULL,
  due_strict_on TEXT, due_party_on TEXT, provisional BIGINT NOT NULL, calendar_version TEXT NOT NULL, steps TEXT NOT NULL,
  owner_role TEXT, owner_user_id TEXT, state TEXT NOT NULL, done_on TEXT, opened_at_us BIGINT NOT NULL
);
CREATE INDEX clock_work_list ON clock (org_id, state, owner_role, due_strict_on, id);
CREATE INDEX clock_of_unit ON clock (unit_id, state, owner_role);
CREATE INDEX clock_by_subject ON clock (subject_id, state);

-- Number books: a number is used once, in order; a void keeps its number.
CREATE TABLE number_book (
  org_id TEXT NOT NULL, kind TEXT NOT NULL, year BIGINT NOT NULL, next BIGINT NOT NULL, PRIMARY KEY (org_id, kind, year)
);
CREATE TABLE number_block (
  id TEXT PRIMARY KEY, version BIGINT NOT NULL, org_id TEXT NOT NULL, kind TEXT NOT NULL, year BIGINT NOT NULL,
  first BIGINT NOT NULL, last BIGINT NOT NULL, holder TEXT NOT NULL, state TEXT NOT NULL
);
CREATE TABLE number_use (
  org_id TEXT NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL, year BIGINT NOT NULL, number BIGINT NOT NULL,
  subject_id TEXT, state TEXT NOT NULL, reason TEXT NOT NULL, at_us BIGINT NOT NULL, PRIMARY KEY (org_id, kind, text)
);

-- Forms sent twice: the token of a rendered form is spent by the act it triggers.
CREATE TABLE form_once (token TEXT PRIMARY KEY, at_us BIGINT NOT NULL, location TEXT NOT NULL);

-- Attachments: the bytes lie in files/sha256/ab/cd/<digest>; a file is reached through the thing it belongs to.
CREATE TABLE stored_file (
  id TEXT PRIMARY KEY, version BIGINT NOT NULL, org_id TEXT NOT NULL, subject_kind TEXT NOT NULL, subject_id TEXT NOT NULL,
  purpose TEXT NOT NULL, name TEXT NOT NULL, media_type TEXT NOT NULL, digest TEXT NOT NULL, size BIGINT NOT NULL,
  uploaded_by TEXT NOT NULL, at_us BIGINT NOT NULL
);
CREATE INDEX stored_file_by_subject ON stored_file (subject_id, at_us);

-- Secrets until release (drawn names): encrypted, outside lists, search, journal content and logs.
CREATE TABLE sealed_blob (
  id TEXT PRIMARY KEY, version BIGINT NOT NULL, org_id TEXT NOT NULL, subject_id TEXT NOT NULL, bytes BLOB NOT NULL
);
CREATE INDEX sealed_blob_by_subject ON sealed_blob (subject_id);
