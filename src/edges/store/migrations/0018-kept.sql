-- When a scan last could see the folder of a library; null: never.
ALTER TABLE roots ADD COLUMN seen_at INTEGER;
UPDATE roots SET seen_at = scanned_at WHERE problem_code IS NULL;

-- How much is kept of what ffmpeg said, told without reading any of it.
CREATE INDEX jobs_with_log ON jobs (id, octet_length(log)) WHERE log <> '';
