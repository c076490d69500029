-- A result that a person moved is found by its size and time, without a look at all the others.
CREATE INDEX assets_by_output_size ON assets (output_size_bytes, output_modified_us) WHERE output_path IS NOT NULL;
