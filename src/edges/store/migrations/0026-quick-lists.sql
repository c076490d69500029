-- The workload of a film that comes into the queue as it is inserted, so that what has a place is known whatever came how.
CREATE TRIGGER workload_was_inserted AFTER INSERT ON assets
WHEN NEW.state = 'Queued' AND NEW.available_at IS NOT 253402300799000
BEGIN
  INSERT INTO workload VALUES (NEW.library, ifnull(NEW.work, ''), NEW.picture, 1, NEW.size_bytes, NEW.nominal_ms)
    ON CONFLICT DO UPDATE SET films = films + 1, bytes = bytes + excluded.bytes,
      nominal_ms = nominal_ms + excluded.nominal_ms;
END;
-- How many films wait for a person is what the workload leaves of the counts.
DROP INDEX assets_held;

-- Another number once a path came, went or changed: what words find is asked for again then, and not when states change.
CREATE TABLE asset_words_changes (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  changes INTEGER NOT NULL
) STRICT;
INSERT INTO asset_words_changes VALUES (1, 0);
DROP TRIGGER assets_words_in;
CREATE TRIGGER assets_words_in AFTER INSERT ON assets
BEGIN
  INSERT INTO asset_words (rowid, path) VALUES (NEW.id, NEW.path);
  UPDATE asset_words_changes SET changes = changes + 1;
END;
DROP TRIGGER assets_words_out;
CREATE TRIGGER assets_words_out AFTER DELETE ON assets
BEGIN
  INSERT INTO asset_words (asset_words, rowid, path) VALUES ('delete', OLD.id, OLD.path);
  UPDATE asset_words_changes SET changes = changes + 1;
END;
DROP TRIGGER assets_words_over;
CREATE TRIGGER assets_words_over AFTER UPDATE OF path ON assets WHEN OLD.path <> NEW.path
BEGIN
  INSERT INTO asset_words (asset_words, rowid, path) VALUES ('delete', OLD.id, OLD.path);
  INSERT INTO asset_words (rowid, path) VALUES (NEW.id, NEW.path);
  UPDATE asset_words_changes SET changes = changes + 1;
END;
