-- An empty folder that took the place of a library's folder on the same disk is another folder: `st_dev:st_ino` of the last
-- scan; '' where that was before this version.
ALTER TABLE roots ADD COLUMN identity TEXT NOT NULL DEFAULT '';
