-- What each file of `sidecar_paths` held when it was published, in the same order; '' or none: not known.
ALTER TABLE assets ADD COLUMN sidecar_fingerprints TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(sidecar_fingerprints));
