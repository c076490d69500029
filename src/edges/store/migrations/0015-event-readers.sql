-- How far each reader of the history has come. What happened before this version is told to nobody.
CREATE TABLE event_readers (
  name TEXT PRIMARY KEY,
  event_id INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO event_readers SELECT 'servers', coalesce(max(id), 0) FROM events;
