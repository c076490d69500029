-- How fast a job went over its time: [[seconds, speed, fps, bits a second], …], bounded by core/pace.ts.
ALTER TABLE jobs ADD COLUMN pace TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(pace));
