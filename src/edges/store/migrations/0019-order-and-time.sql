-- Since when a film waits for its turn, whatever was tried meanwhile; no value: since its state of now.
ALTER TABLE assets ADD COLUMN waiting_since INTEGER;

-- What the orders of the queue sort by, each as a number that is smaller for what comes sooner (core/queue-order.ts).
ALTER TABLE assets ADD COLUMN wait_rank INTEGER AS (ifnull(waiting_since, state_at)) VIRTUAL;
-- The day it was first seen, then the time of its file, the later the sooner.
ALTER TABLE assets ADD COLUMN newest_rank INTEGER AS (
  -((found_at / 86400000) * 4294967296 + max(0, min(4294967295, modified_us / 1000000)))
) VIRTUAL;
-- How long the work would take on a machine of plain figures, ms (core/nominal-time.ts has the same formula).
ALTER TABLE assets ADD COLUMN nominal_ms INTEGER AS (
  CAST(min(604800000.0, 1000.0 + CASE work
    WHEN 'copy' THEN size_bytes / 100000.0
    WHEN 'audio' THEN size_bytes / 100000.0 + ifnull(playing_seconds, size_bytes / 750000.0) * 1000.0 / 35.0
    ELSE ifnull(playing_seconds, size_bytes / 750000.0) * 1000.0 * CASE
      WHEN instr(media, '"4320p"') > 0 THEN 12.0
      WHEN instr(media, '"2160p"') > 0 THEN 4.0
      WHEN instr(media, '"1440p"') > 0 THEN 2.0
      WHEN instr(media, '"1080p"') > 0 THEN 1.5
      ELSE 1.0 END
    END) AS INTEGER)
) VIRTUAL;
-- What of a picture its encode's time depends on, as `1080p` or `2160p hdr`.
ALTER TABLE assets ADD COLUMN picture TEXT AS (
  CASE WHEN work = 'video' AND media <> ''
    THEN json_extract(media, '$[2]') || CASE json_extract(media, '$[3]') WHEN 'sdr' THEN '' ELSE ' hdr' END
    ELSE '' END
) VIRTUAL;

-- One index for each order; films that wait for a person (until the end of the year 9999) have no place in any.
DROP INDEX assets_queue;
CREATE INDEX assets_queue_quick ON assets (library, work, priority DESC, nominal_ms)
  WHERE state = 'Queued' AND available_at IS NOT 253402300799000;
CREATE INDEX assets_queue_newest ON assets (library, work, priority DESC, newest_rank)
  WHERE state = 'Queued' AND available_at IS NOT 253402300799000;
CREATE INDEX assets_queue_waiting ON assets (library, work, priority DESC, wait_rank)
  WHERE state = 'Queued' AND available_at IS NOT 253402300799000;

-- How many films a line began since one of them was the one that had waited longest.
CREATE TABLE queue_turns (
  line TEXT PRIMARY KEY,
  begun INTEGER NOT NULL CHECK (begun >= 0)
) STRICT, WITHOUT ROWID;

-- What the queue holds, now by what its time is told by.
DROP TRIGGER workload_left;
DROP TRIGGER workload_came;
DROP TRIGGER workload_was_removed;
DROP TABLE workload;
CREATE TABLE workload (
  library TEXT NOT NULL,
  work TEXT NOT NULL,
  picture TEXT NOT NULL,
  films INTEGER NOT NULL CHECK (films >= 0),
  bytes INTEGER NOT NULL CHECK (bytes >= 0),
  nominal_ms INTEGER NOT NULL CHECK (nominal_ms >= 0),
  PRIMARY KEY (library, work, picture)
) STRICT, WITHOUT ROWID;

INSERT INTO workload
  SELECT library, ifnull(work, ''), picture, count(*), sum(size_bytes), sum(nominal_ms) FROM assets
  WHERE state = 'Queued' AND available_at IS NOT 253402300799000 GROUP BY 1, 2, 3;

CREATE TRIGGER workload_left
AFTER UPDATE OF library, state, work, size_bytes, available_at, playing_seconds, media ON assets
WHEN OLD.state = 'Queued' AND OLD.available_at IS NOT 253402300799000
BEGIN
  UPDATE workload SET films = films - 1, bytes = bytes - OLD.size_bytes, nominal_ms = nominal_ms - OLD.nominal_ms
    WHERE library = OLD.library AND work = ifnull(OLD.work, '') AND picture = OLD.picture;
END;

CREATE TRIGGER workload_came
AFTER UPDATE OF library, state, work, size_bytes, available_at, playing_seconds, media ON assets
WHEN NEW.state = 'Queued' AND NEW.available_at IS NOT 253402300799000
BEGIN
  INSERT INTO workload VALUES (NEW.library, ifnull(NEW.work, ''), NEW.picture, 1, NEW.size_bytes, NEW.nominal_ms)
    ON CONFLICT DO UPDATE SET films = films + 1, bytes = bytes + excluded.bytes,
      nominal_ms = nominal_ms + excluded.nominal_ms;
END;

CREATE TRIGGER workload_was_removed AFTER DELETE ON assets
WHEN OLD.state = 'Queued' AND OLD.available_at IS NOT 253402300799000
BEGIN
  UPDATE workload SET films = films - 1, bytes = bytes - OLD.size_bytes, nominal_ms = nominal_ms - OLD.nominal_ms
    WHERE library = OLD.library AND work = ifnull(OLD.work, '') AND picture = OLD.picture;
END;

-- What films took here, beside the nominal time and what they were expected to take (no value: by an earlier version).
-- By the first the next are told, by the second how well. They outlive the attempts, whose logs are what takes room.
CREATE TABLE past_runs (
  id INTEGER PRIMARY KEY,
  work TEXT NOT NULL,
  encoder TEXT NOT NULL,
  picture TEXT NOT NULL,
  nominal_seconds REAL NOT NULL CHECK (nominal_seconds > 0),
  seconds REAL NOT NULL CHECK (seconds > 0),
  expected_low REAL,
  expected_high REAL
) STRICT;
CREATE INDEX past_runs_of ON past_runs (work, encoder);

INSERT INTO past_runs (work, encoder, picture, nominal_seconds, seconds)
  SELECT j.work, ifnull(j.encoder, ''), a.picture, a.nominal_ms / 1000.0, j.seconds
  FROM (SELECT * FROM jobs WHERE outcome = 'done' AND seconds > 0 ORDER BY id DESC LIMIT 1000) AS j
  JOIN assets AS a ON a.id = j.asset_id AND a.work = j.work ORDER BY j.id;

DROP INDEX jobs_done;
