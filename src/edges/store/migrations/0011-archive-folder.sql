-- Which folder the archive was when a publication began, so that one which is empty after a crash is told from the mount
-- point of a disk that is away.
ALTER TABLE journal ADD COLUMN archive_folder TEXT;
