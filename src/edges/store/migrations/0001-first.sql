-- Assets: one row a file of a library, well under 1 kB. Times are epoch milliseconds, file times microseconds.
CREATE TABLE assets (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  library TEXT NOT NULL,
  path TEXT NOT NULL CHECK (path <> ''),
  state TEXT NOT NULL DEFAULT 'New'
    CHECK (state IN ('New', 'Queued', 'Processing', 'Completed', 'Failed', 'Archived')),
  outcome TEXT CHECK (outcome IN ('direct-play', 'converted')),
  work TEXT CHECK (work IN ('none', 'copy', 'audio', 'video', 'impossible')),
  size_bytes INTEGER NOT NULL CHECK (size_bytes >= 0),
  modified_us INTEGER NOT NULL,
  fingerprint TEXT,
  why TEXT,
  action TEXT,
  reason_codes TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(reason_codes)),
  expected_bytes INTEGER CHECK (expected_bytes >= 0),
  result_bytes INTEGER CHECK (result_bytes >= 0),
  output_path TEXT,
  output_size_bytes INTEGER,
  output_modified_us INTEGER,
  sidecar_paths TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(sidecar_paths)),
  archive_path TEXT,
  attempt INTEGER NOT NULL DEFAULT 0 CHECK (attempt >= 0),
  available_at INTEGER,
  token TEXT,
  problem_code TEXT,
  problem_detail TEXT,
  priority INTEGER NOT NULL DEFAULT 0,
  found_at INTEGER NOT NULL,
  state_at INTEGER NOT NULL,
  CHECK ((state = 'Processing') = (token IS NOT NULL)),
  UNIQUE (library, path)
) STRICT;

-- One index for each order of the list, alone and behind the state filter; the id is at the end of every index.
CREATE INDEX assets_by_path ON assets (path COLLATE NOCASE);
CREATE INDEX assets_by_state_at ON assets (state_at);
CREATE INDEX assets_by_size ON assets (size_bytes);
CREATE INDEX assets_of_state_by_path ON assets (state, path COLLATE NOCASE);
CREATE INDEX assets_of_state_by_state_at ON assets (state, state_at);
CREATE INDEX assets_of_state_by_size ON assets (state, size_bytes);
CREATE INDEX assets_by_fingerprint ON assets (fingerprint);
CREATE INDEX assets_by_output ON assets (output_path) WHERE output_path IS NOT NULL;
CREATE INDEX assets_queue ON assets (library, work, priority DESC, size_bytes) WHERE state = 'Queued';
CREATE INDEX assets_new ON assets (library) WHERE state = 'New';

CREATE TRIGGER assets_state_is_legal BEFORE UPDATE OF state ON assets
WHEN OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN (
  'New>Completed',
  'New>Queued',
  'New>Failed',
  'Queued>Processing',
  'Processing>Completed',
  'Processing>Archived',
  'Processing>Queued',
  'Processing>Failed',
  'Failed>Queued',
  'Completed>Queued',
  'New>New',
  'Queued>New',
  'Failed>New',
  'Completed>New',
  'Archived>New'
)
BEGIN
  SELECT RAISE(ABORT, 'illegal state change');
END;

CREATE TRIGGER assets_removal_is_legal BEFORE DELETE ON assets
WHEN OLD.state IN ('Processing', 'Archived')
BEGIN
  SELECT RAISE(ABORT, 'illegal removal');
END;

-- How many assets there are of each kind, kept by triggers, because a GROUP BY over a million rows takes 70 ms.
CREATE TABLE asset_counts (
  library TEXT NOT NULL,
  state TEXT NOT NULL,
  work TEXT NOT NULL,
  count INTEGER NOT NULL CHECK (count >= 0),
  PRIMARY KEY (library, state, work)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER assets_counted_in AFTER INSERT ON assets
BEGIN
  INSERT INTO asset_counts VALUES (NEW.library, NEW.state, ifnull(NEW.work, ''), 1)
    ON CONFLICT DO UPDATE SET count = count + 1;
END;

CREATE TRIGGER assets_counted_out AFTER DELETE ON assets
BEGIN
  UPDATE asset_counts SET count = count - 1
    WHERE library = OLD.library AND state = OLD.state AND work = ifnull(OLD.work, '');
END;

CREATE TRIGGER assets_counted_over AFTER UPDATE OF library, state, work ON assets
WHEN OLD.library <> NEW.library OR OLD.state <> NEW.state OR OLD.work IS NOT NEW.work
BEGIN
  UPDATE asset_counts SET count = count - 1
    WHERE library = OLD.library AND state = OLD.state AND work = ifnull(OLD.work, '');
  INSERT INTO asset_counts VALUES (NEW.library, NEW.state, ifnull(NEW.work, ''), 1)
    ON CONFLICT DO UPDATE SET count = count + 1;
END;

-- What ffprobe said of a content, once, whatever its paths: deflated JSON.
CREATE TABLE probes (
  fingerprint TEXT PRIMARY KEY,
  media BLOB NOT NULL,
  raw BLOB NOT NULL,
  probed_at INTEGER NOT NULL
) STRICT;

-- History of attempts. They outlive their asset until they are pruned.
CREATE TABLE jobs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  asset_id INTEGER NOT NULL,
  token TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  work TEXT NOT NULL CHECK (work IN ('none', 'copy', 'audio', 'video', 'impossible')),
  encoder TEXT,
  command TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(command)),
  started_at INTEGER NOT NULL,
  finished_at INTEGER,
  outcome TEXT CHECK (outcome IN ('done', 'failed', 'interrupted', 'cancelled')),
  problem_code TEXT,
  problem_detail TEXT,
  log TEXT NOT NULL DEFAULT '',
  seconds REAL,
  output_bytes INTEGER,
  checks TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(checks))
) STRICT;
CREATE INDEX jobs_of_asset ON jobs (asset_id);
CREATE INDEX jobs_by_start ON jobs (started_at);

-- What happened, for people: append-only. Rows stay when their asset is removed.
CREATE TABLE events (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  asset_id INTEGER,
  kind TEXT NOT NULL,
  path TEXT NOT NULL,
  data TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(data))
) STRICT;
CREATE INDEX events_of_asset ON events (asset_id);
CREATE INDEX events_by_time ON events (at);

-- Holds the limit of a pruning under way; empty otherwise, and then no event can be deleted.
CREATE TABLE events_pruning (before INTEGER NOT NULL) STRICT;

CREATE TRIGGER events_are_not_changed BEFORE UPDATE ON events
BEGIN
  SELECT RAISE(ABORT, 'events are append-only');
END;

CREATE TRIGGER events_are_not_deleted BEFORE DELETE ON events
WHEN NOT EXISTS (SELECT 1 FROM events_pruning WHERE OLD.at < before)
BEGIN
  SELECT RAISE(ABORT, 'events are append-only');
END;

-- Publishing under way: what to finish or to roll back after a crash.
CREATE TABLE journal (
  token TEXT PRIMARY KEY,
  asset_id INTEGER NOT NULL,
  step TEXT NOT NULL CHECK (step IN ('planned', 'published', 'original-done')),
  partial_path TEXT NOT NULL,
  final_path TEXT NOT NULL,
  sidecars TEXT NOT NULL CHECK (json_valid(sidecars)),
  source_path TEXT NOT NULL,
  original TEXT NOT NULL CHECK (original IN ('keep', 'archive', 'delete')),
  archive_path TEXT,
  source_fingerprint TEXT NOT NULL,
  output_fingerprint TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

-- What each library root was at its last scan: by it a disk that is not mounted is told from films deleted.
CREATE TABLE roots (
  library TEXT PRIMARY KEY,
  root TEXT NOT NULL,
  device TEXT NOT NULL,
  mounts TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(mounts)),
  file_count INTEGER NOT NULL,
  scanned_at INTEGER NOT NULL,
  problem_code TEXT
) STRICT;

-- What each library's films were last planned by (JSON of the wish), so that a change of settings plans them anew.
CREATE TABLE wishes (
  library TEXT PRIMARY KEY,
  wish TEXT NOT NULL
) STRICT;
