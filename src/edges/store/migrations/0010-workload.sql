-- How long a film plays, whole seconds, so that the time all queued work takes can be added up. No value: not known, or
-- looked at by an earlier version.
ALTER TABLE assets ADD COLUMN playing_seconds INTEGER CHECK (playing_seconds >= 0);

-- What the queue holds, kept by triggers as asset_counts is. Films that wait for a person (until the end of the year
-- 9999) are not work that will be done.
CREATE TABLE workload (
  library TEXT NOT NULL,
  work TEXT NOT NULL,
  films INTEGER NOT NULL CHECK (films >= 0),
  bytes INTEGER NOT NULL CHECK (bytes >= 0),
  timed_films INTEGER NOT NULL CHECK (timed_films >= 0),
  playing_seconds INTEGER NOT NULL CHECK (playing_seconds >= 0),
  PRIMARY KEY (library, work)
) STRICT, WITHOUT ROWID;

INSERT INTO workload
  SELECT library, ifnull(work, ''), count(*), sum(size_bytes), 0, 0 FROM assets
  WHERE state = 'Queued' AND available_at IS NOT 253402300799000 GROUP BY 1, 2;

CREATE TRIGGER workload_left AFTER UPDATE OF library, state, work, size_bytes, available_at, playing_seconds ON assets
WHEN OLD.state = 'Queued' AND OLD.available_at IS NOT 253402300799000
BEGIN
  UPDATE workload SET films = films - 1, bytes = bytes - OLD.size_bytes,
    timed_films = timed_films - (OLD.playing_seconds IS NOT NULL),
    playing_seconds = playing_seconds - ifnull(OLD.playing_seconds, 0)
    WHERE library = OLD.library AND work = ifnull(OLD.work, '');
END;

CREATE TRIGGER workload_came AFTER UPDATE OF library, state, work, size_bytes, available_at, playing_seconds ON assets
WHEN NEW.state = 'Queued' AND NEW.available_at IS NOT 253402300799000
BEGIN
  INSERT INTO workload VALUES (NEW.library, ifnull(NEW.work, ''), 1, NEW.size_bytes,
      NEW.playing_seconds IS NOT NULL, ifnull(NEW.playing_seconds, 0))
    ON CONFLICT DO UPDATE SET films = films + 1, bytes = bytes + excluded.bytes,
      timed_films = timed_films + excluded.timed_films, playing_seconds = playing_seconds + excluded.playing_seconds;
END;

CREATE TRIGGER workload_was_removed AFTER DELETE ON assets
WHEN OLD.state = 'Queued' AND OLD.available_at IS NOT 253402300799000
BEGIN
  UPDATE workload SET films = films - 1, bytes = bytes - OLD.size_bytes,
    timed_films = timed_films - (OLD.playing_seconds IS NOT NULL),
    playing_seconds = playing_seconds - ifnull(OLD.playing_seconds, 0)
    WHERE library = OLD.library AND work = ifnull(OLD.work, '');
END;

-- The last results, and the last ones of a kind by which the speed of this machine is told.
CREATE INDEX jobs_by_finish ON jobs (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX jobs_done ON jobs (work, encoder, finished_at) WHERE outcome = 'done';
