-- How fast each encoder was when it was last measured here. It stands while card, driver, ffmpeg and options are the same.
CREATE TABLE calibrations (
  encoder TEXT NOT NULL,
  -- The card's UUID; '' of what is no NVIDIA card.
  device TEXT NOT NULL,
  name TEXT NOT NULL,
  driver TEXT NOT NULL,
  ffmpeg TEXT NOT NULL,
  options TEXT NOT NULL,
  decodes_on_card INTEGER NOT NULL CHECK (decodes_on_card IN (0, 1)),
  frames_per_second REAL NOT NULL CHECK (frames_per_second > 0),
  measured_at INTEGER NOT NULL,
  PRIMARY KEY (encoder, device)
) STRICT, WITHOUT ROWID;
