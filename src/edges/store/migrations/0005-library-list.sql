-- What lists sort, filter and search by. Films that are there get theirs between the two parts, some thousand at a time
-- (fill-library-list.ts): a million of them in one transaction would fill memory and the disk with its log.
ALTER TABLE assets ADD COLUMN sort_name TEXT NOT NULL DEFAULT '';
ALTER TABLE assets ADD COLUMN year INTEGER NOT NULL DEFAULT 0;
ALTER TABLE assets ADD COLUMN show TEXT COLLATE NOCASE;
ALTER TABLE assets ADD COLUMN season INTEGER;
-- The kind of its media and the devices that play it, as JSON; empty until it was looked at.
ALTER TABLE assets ADD COLUMN media TEXT NOT NULL DEFAULT '';
ALTER TABLE assets ADD COLUMN kind INTEGER;
ALTER TABLE assets ADD COLUMN after_bytes INTEGER AS (coalesce(result_bytes, expected_bytes, -1)) VIRTUAL;

-- One row for all films that every filter treats alike, with their number, kept by triggers: some thousand rows however
-- many films there are, from which all counts are summed up.
CREATE TABLE asset_kinds (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  library TEXT NOT NULL,
  state TEXT NOT NULL,
  work TEXT NOT NULL,
  problem TEXT NOT NULL,
  reasons TEXT NOT NULL,
  media TEXT NOT NULL,
  count INTEGER NOT NULL DEFAULT 0 CHECK (count >= 0),
  UNIQUE (library, state, work, problem, reasons, media)
) STRICT;
-- then: films that are there
DROP TRIGGER assets_counted_in;
DROP TRIGGER assets_counted_out;
DROP TRIGGER assets_counted_over;
DROP TABLE asset_counts;
CREATE VIEW asset_counts AS
  SELECT library, state, work, sum(count) AS count FROM asset_kinds GROUP BY library, state, work;

-- One index for each order of the list, alone and for each kind; the id is at the end of every index.
DROP INDEX assets_of_state_by_path;
DROP INDEX assets_of_state_by_size;
CREATE INDEX assets_by_sort_name ON assets (sort_name);
CREATE INDEX assets_by_year ON assets (year);
CREATE INDEX assets_by_after ON assets (after_bytes);
CREATE INDEX assets_of_kind ON assets (kind);
CREATE INDEX assets_of_kind_by_path ON assets (kind, path COLLATE NOCASE);
CREATE INDEX assets_of_kind_by_sort_name ON assets (kind, sort_name);
CREATE INDEX assets_of_kind_by_year ON assets (kind, year);
CREATE INDEX assets_of_kind_by_size ON assets (kind, size_bytes);
CREATE INDEX assets_of_kind_by_after ON assets (kind, after_bytes);
CREATE INDEX assets_of_kind_by_state_at ON assets (kind, state_at);
CREATE INDEX assets_of_show ON assets (show, season, kind) WHERE show IS NOT NULL;

UPDATE asset_kinds SET count = (SELECT count(*) FROM assets WHERE assets.kind = asset_kinds.id);

CREATE TRIGGER assets_kind_in AFTER INSERT ON assets
BEGIN
  INSERT INTO asset_kinds (library, state, work, problem, reasons, media, count)
    VALUES (NEW.library, NEW.state, ifnull(NEW.work, ''), ifnull(NEW.problem_code, ''), NEW.reason_codes, NEW.media, 1)
    ON CONFLICT DO UPDATE SET count = count + 1;
  UPDATE assets SET kind = (SELECT id FROM asset_kinds WHERE library = NEW.library AND state = NEW.state
    AND work = ifnull(NEW.work, '') AND problem = ifnull(NEW.problem_code, '') AND reasons = NEW.reason_codes
    AND media = NEW.media) WHERE id = NEW.id;
END;

CREATE TRIGGER assets_kind_out AFTER DELETE ON assets
BEGIN
  UPDATE asset_kinds SET count = count - 1 WHERE id = OLD.kind;
END;

CREATE TRIGGER assets_kind_over AFTER UPDATE OF library, state, work, problem_code, reason_codes, media ON assets
WHEN OLD.library <> NEW.library OR OLD.state <> NEW.state OR OLD.work IS NOT NEW.work
  OR OLD.problem_code IS NOT NEW.problem_code OR OLD.reason_codes <> NEW.reason_codes OR OLD.media <> NEW.media
BEGIN
  UPDATE asset_kinds SET count = count - 1 WHERE id = OLD.kind;
  INSERT INTO asset_kinds (library, state, work, problem, reasons, media, count)
    VALUES (NEW.library, NEW.state, ifnull(NEW.work, ''), ifnull(NEW.problem_code, ''), NEW.reason_codes, NEW.media, 1)
    ON CONFLICT DO UPDATE SET count = count + 1;
  UPDATE assets SET kind = (SELECT id FROM asset_kinds WHERE library = NEW.library AND state = NEW.state
    AND work = ifnull(NEW.work, '') AND problem = ifnull(NEW.problem_code, '') AND reasons = NEW.reason_codes
    AND media = NEW.media) WHERE id = NEW.id;
END;

-- The words of all paths. Positions are left out: words are looked for, not phrases.
CREATE VIRTUAL TABLE asset_words USING fts5 (
  path, content = 'assets', content_rowid = 'id', detail = 'none', prefix = '1 2 3',
  tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO asset_words (asset_words) VALUES ('rebuild');

CREATE TRIGGER assets_words_in AFTER INSERT ON assets
BEGIN
  INSERT INTO asset_words (rowid, path) VALUES (NEW.id, NEW.path);
END;

CREATE TRIGGER assets_words_out AFTER DELETE ON assets
BEGIN
  INSERT INTO asset_words (asset_words, rowid, path) VALUES ('delete', OLD.id, OLD.path);
END;

CREATE TRIGGER assets_words_over AFTER UPDATE OF path ON assets WHEN OLD.path <> NEW.path
BEGIN
  INSERT INTO asset_words (asset_words, rowid, path) VALUES ('delete', OLD.id, OLD.path);
  INSERT INTO asset_words (rowid, path) VALUES (NEW.id, NEW.path);
END;
