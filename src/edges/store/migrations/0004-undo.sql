-- Originals that a person asked back: a row from the wish until the state is written, so that a restart carries it through.
CREATE TABLE restores (
  asset_id INTEGER PRIMARY KEY,
  -- When it is to be tried: now, or later where a disk was away.
  asked_at INTEGER NOT NULL
) STRICT;
CREATE INDEX restores_by_time ON restores (asked_at, asset_id);

-- Files that we made and that an undo took out of the library, as they were then.
CREATE TABLE set_aside (
  path TEXT PRIMARY KEY,
  asset_id INTEGER NOT NULL,
  library TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  modified_us INTEGER NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX set_aside_by_time ON set_aside (at, path);

-- Files of the archive (by absolute path) whose days are over: announced first, removed a day later at the earliest.
CREATE TABLE removals (
  path TEXT PRIMARY KEY,
  step TEXT NOT NULL CHECK (step IN ('announced', 'removing', 'kept')),
  at INTEGER NOT NULL,
  why TEXT
) STRICT;

-- What a published film has not of its original, in words, and which streams were copied into it: what has to be known
-- before an archived original may ever be removed. No row: not known.
CREATE TABLE results (
  asset_id INTEGER PRIMARY KEY,
  lacks TEXT NOT NULL CHECK (json_valid(lacks)),
  copied TEXT NOT NULL CHECK (json_valid(copied))
) STRICT;

CREATE INDEX assets_archived ON assets (state_at, archive_path) WHERE archive_path IS NOT NULL;
