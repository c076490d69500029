-- Our own earlier files that a publication replaces, as they were when it began: [{path, sizeBytes, modifiedUs}]. They go
-- before the new state is written, also after a crash in between.
ALTER TABLE journal ADD COLUMN superseded TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(superseded));
