-- The events of one kind, newest first, without looking through those of all others.
CREATE INDEX events_by_kind ON events (kind, at);

CREATE INDEX assets_without_length ON assets (id) WHERE outcome IS NOT NULL AND playing_seconds IS NULL;

-- Sums of the films that play, kept by triggers, so that a million of them need not be read.
CREATE TABLE outcome_sums (
  library TEXT NOT NULL,
  state TEXT NOT NULL,
  outcome TEXT NOT NULL,
  work TEXT NOT NULL,
  films INTEGER NOT NULL,
  playing_seconds INTEGER NOT NULL,
  size_bytes INTEGER NOT NULL,
  result_bytes INTEGER NOT NULL,
  PRIMARY KEY (library, state, outcome, work)
) STRICT, WITHOUT ROWID;

INSERT INTO outcome_sums
  SELECT library, state, outcome, ifnull(work, ''), count(*), ifnull(sum(playing_seconds), 0), sum(size_bytes), ifnull(sum(result_bytes), 0)
    FROM assets WHERE outcome IS NOT NULL GROUP BY 1, 2, 3, 4;

CREATE TRIGGER assets_summed_in AFTER INSERT ON assets WHEN NEW.outcome IS NOT NULL
BEGIN
  INSERT INTO outcome_sums VALUES (NEW.library, NEW.state, NEW.outcome, ifnull(NEW.work, ''), 1,
      ifnull(NEW.playing_seconds, 0), NEW.size_bytes, ifnull(NEW.result_bytes, 0))
    ON CONFLICT DO UPDATE SET films = films + 1, playing_seconds = playing_seconds + excluded.playing_seconds,
      size_bytes = size_bytes + excluded.size_bytes, result_bytes = result_bytes + excluded.result_bytes;
END;

CREATE TRIGGER assets_summed_out AFTER DELETE ON assets WHEN OLD.outcome IS NOT NULL
BEGIN
  UPDATE outcome_sums SET films = films - 1, playing_seconds = playing_seconds - ifnull(OLD.playing_seconds, 0),
      size_bytes = size_bytes - OLD.size_bytes, result_bytes = result_bytes - ifnull(OLD.result_bytes, 0)
    WHERE library = OLD.library AND state = OLD.state AND outcome = OLD.outcome AND work = ifnull(OLD.work, '');
END;

CREATE TRIGGER assets_summed_over
AFTER UPDATE OF library, state, outcome, work, playing_seconds, size_bytes, result_bytes ON assets
WHEN (OLD.outcome IS NOT NULL OR NEW.outcome IS NOT NULL) AND (OLD.outcome IS NOT NEW.outcome
  OR OLD.library <> NEW.library OR OLD.state <> NEW.state OR OLD.work IS NOT NEW.work
  OR OLD.playing_seconds IS NOT NEW.playing_seconds OR OLD.size_bytes <> NEW.size_bytes
  OR OLD.result_bytes IS NOT NEW.result_bytes)
BEGIN
  UPDATE outcome_sums SET films = films - 1, playing_seconds = playing_seconds - ifnull(OLD.playing_seconds, 0),
      size_bytes = size_bytes - OLD.size_bytes, result_bytes = result_bytes - ifnull(OLD.result_bytes, 0)
    WHERE library = OLD.library AND state = OLD.state AND outcome = OLD.outcome AND work = ifnull(OLD.work, '');
  INSERT INTO outcome_sums SELECT NEW.library, NEW.state, NEW.outcome, ifnull(NEW.work, ''), 1,
      ifnull(NEW.playing_seconds, 0), NEW.size_bytes, ifnull(NEW.result_bytes, 0) WHERE NEW.outcome IS NOT NULL
    ON CONFLICT DO UPDATE SET films = films + 1, playing_seconds = playing_seconds + excluded.playing_seconds,
      size_bytes = size_bytes + excluded.size_bytes, result_bytes = result_bytes + excluded.result_bytes;
END;

-- How many films there were and how many of them played at the end of each day, by the clock of this machine.
CREATE TABLE daily_ready (
  day TEXT NOT NULL,
  library TEXT NOT NULL,
  films INTEGER NOT NULL,
  ready INTEGER NOT NULL,
  PRIMARY KEY (day, library)
) STRICT, WITHOUT ROWID;

-- The days before: today's figures less what the events say has come since. `gone` does not say what a film was before.
WITH changes AS (
  SELECT at, kind, json_extract(data, '$.library') AS library, json_extract(data, '$.to') AS now_is,
    CASE kind WHEN 'gone' THEN (
      SELECT json_extract(earlier.data, '$.to') FROM events AS earlier
      WHERE earlier.asset_id = events.asset_id AND earlier.id < events.id AND json_extract(earlier.data, '$.why') IS NOT NULL
      ORDER BY earlier.id DESC LIMIT 1
    ) ELSE json_extract(data, '$.from') END AS was
  FROM events WHERE asset_id IS NOT NULL AND kind NOT IN ('moved', 'output-moved')
), days AS (
  SELECT date(at / 1000, 'unixepoch', 'localtime') AS day, library,
    sum((kind = 'found') - (kind = 'gone')) AS films,
    sum((ifnull(now_is, '') IN ('Completed', 'Archived')) - (ifnull(was, '') IN ('Completed', 'Archived'))) AS ready
  FROM changes WHERE library IS NOT NULL GROUP BY 1, 2
), today AS (
  SELECT library, sum(count) AS films, sum(count * (state IN ('Completed', 'Archived'))) AS ready
  FROM asset_counts GROUP BY 1
)
INSERT INTO daily_ready
  SELECT day, library, max(0, today.films - later_films), max(0, today.ready - later_ready)
  FROM (
    SELECT day, library,
      sum(films) OVER later - films AS later_films, sum(ready) OVER later - ready AS later_ready
    FROM days WHERE day IS NOT NULL
    WINDOW later AS (PARTITION BY library ORDER BY day DESC)
  ) JOIN today USING (library);

-- What was done on each day, by kind of work and encoder; it outlives the attempts themselves.
CREATE TABLE daily_work (
  day TEXT NOT NULL,
  library TEXT NOT NULL,
  work TEXT NOT NULL,
  encoder TEXT NOT NULL,
  done INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  -- Of those done whose length is known: how long they play, and how long the work took.
  playing_seconds INTEGER NOT NULL,
  work_seconds REAL NOT NULL,
  PRIMARY KEY (day, library, work, encoder)
) STRICT, WITHOUT ROWID;

INSERT INTO daily_work
  SELECT ifnull(date(finished_at / 1000, 'unixepoch', 'localtime'), ''),
    ifnull((SELECT library FROM assets WHERE assets.id = asset_id), ''), work, ifnull(encoder, ''),
    sum(outcome = 'done'), sum(outcome = 'failed'), 0, 0
  FROM jobs WHERE outcome IN ('done', 'failed') GROUP BY 1, 2, 3, 4;

CREATE TRIGGER jobs_counted AFTER UPDATE OF outcome ON jobs
WHEN OLD.outcome IS NULL AND NEW.outcome IN ('done', 'failed')
BEGIN
  INSERT INTO daily_work
    SELECT ifnull(date(NEW.finished_at / 1000, 'unixepoch', 'localtime'), ''), ifnull(library, ''), NEW.work,
      ifnull(NEW.encoder, ''), NEW.outcome = 'done', NEW.outcome = 'failed', ifnull(seconds, 0),
      CASE WHEN seconds > 0 THEN ifnull(NEW.seconds, 0) ELSE 0 END
    FROM (
      SELECT (SELECT library FROM assets WHERE id = NEW.asset_id) AS library,
        (SELECT playing_seconds FROM assets WHERE id = NEW.asset_id AND NEW.outcome = 'done') AS seconds
    ) WHERE true
    ON CONFLICT DO UPDATE SET done = done + excluded.done, failed = failed + excluded.failed,
      playing_seconds = playing_seconds + excluded.playing_seconds,
      work_seconds = work_seconds + excluded.work_seconds;
END;
