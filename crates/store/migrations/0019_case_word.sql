-- Pairs of characters of what a case is found by: search by any part of it, the same on both databases. Built from the
-- rows before the program serves, and again whenever a case is saved.
CREATE TABLE case_word (
  word TEXT NOT NULL, case_id TEXT NOT NULL REFERENCES case_file (id) ON DELETE CASCADE, PRIMARY KEY (word, case_id)
);
CREATE INDEX case_word_of_case ON case_word (case_id);
ALTER TABLE case_file ADD COLUMN words_version BIGINT NOT NULL DEFAULT 0; -- Rule by which its words were made; 0: not yet made.
CREATE INDEX case_file_wordless ON case_file (id) WHERE words_version = 0;

-- A demonstration, whose accounts everybody knows and whose clock may be moved. One row, written with the first row of the
-- demonstration and never into anything that has data; no row: real data.
CREATE TABLE demonstration (
  id BIGINT PRIMARY KEY, -- Always 1.
  begun_at_us BIGINT NOT NULL, -- When it was begun.
  stands_at_us BIGINT -- Where its clock stands; NULL until it is built.
);
