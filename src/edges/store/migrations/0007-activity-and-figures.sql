-- The events of one kind, newest first, without looking through those of all others.
CREATE INDEX events_by_kind ON events (kind, at);
