-- Films that other machines work on: to which queue a claim was handed, and who took it. A claim with a queue is not given back at a start.
ALTER TABLE jobs ADD COLUMN pool TEXT;
ALTER TABLE jobs ADD COLUMN worker TEXT;
CREATE INDEX jobs_by_token ON jobs (token);
CREATE INDEX jobs_of_pools ON jobs (started_at, pool) WHERE pool IS NOT NULL;

-- Machines that convert for this one, by the names they give themselves; a pause outlives their restarts and ours.
CREATE TABLE workers (
  name TEXT PRIMARY KEY,
  paused INTEGER NOT NULL DEFAULT 0 CHECK (paused IN (0, 1)),
  first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  hello TEXT NOT NULL CHECK (json_valid(hello))
) STRICT, WITHOUT ROWID;
