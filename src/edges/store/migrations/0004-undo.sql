-- Originals that a person asked back: a row from the wish until the state is written, so that a restart carries it through.
CREATE TABLE restores (
  asset_id INTEGER PRIMARY KEY,
  asked_at INTEGER NOT NULL
) STRICT;

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

CREATE INDEX assets_archived ON assets (state_at, archive_path) WHERE archive_path IS NOT NULL;
