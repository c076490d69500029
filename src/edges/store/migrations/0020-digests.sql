-- The day of the last summary to each who gets one, by the clock of this machine.
CREATE TABLE digests (
  name TEXT PRIMARY KEY,
  day TEXT NOT NULL
) STRICT, WITHOUT ROWID;
