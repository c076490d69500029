-- A person holds the queue: the one row says how, since when and why, also after a restart. No row: it runs.
CREATE TABLE queue_hold (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  kind TEXT NOT NULL CHECK (kind IN ('paused', 'draining')),
  why TEXT,
  since INTEGER NOT NULL,
  held_by TEXT NOT NULL CHECK (held_by IN ('page', 'api', 'cli'))
) STRICT;

-- The content that a person keeps as it is ('' for one that could not be read): with another content it says nothing.
ALTER TABLE assets ADD COLUMN kept_fingerprint TEXT;

-- Films that wait for a person (until the end of the year 9999) have no place in the queue's order: a claim never walks
-- over them, and they are counted by themselves.
DROP INDEX assets_queue;
CREATE INDEX assets_queue ON assets (library, work, priority DESC, size_bytes)
  WHERE state = 'Queued' AND available_at IS NOT 253402300799000;
CREATE INDEX assets_held ON assets (library, work) WHERE state = 'Queued' AND available_at = 253402300799000;
