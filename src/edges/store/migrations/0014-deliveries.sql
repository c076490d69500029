-- What other programs are still to be told. A row is there until it arrived or was given up.
CREATE TABLE deliveries (
  id INTEGER PRIMARY KEY,
  target_kind TEXT NOT NULL,
  target_name TEXT NOT NULL,
  -- Of equal ones only the newest waits.
  key TEXT NOT NULL,
  payload TEXT NOT NULL,
  -- Counts how often it was asked for, so that one that was asked for again while it was sent is sent again.
  revision INTEGER NOT NULL DEFAULT 1,
  created_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  UNIQUE (target_kind, target_name, key)
) STRICT;
CREATE INDEX deliveries_due ON deliveries (target_kind, target_name, due_at);

-- How the last deliveries to each target went.
CREATE TABLE delivery_targets (
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  arrived_at INTEGER,
  failed_at INTEGER,
  -- Of the last failure, until one arrives.
  problem_code TEXT,
  problem_detail TEXT,
  failures INTEGER NOT NULL DEFAULT 0,
  rests_until INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;
