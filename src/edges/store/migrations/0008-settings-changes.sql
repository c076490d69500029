-- Who changed which setting on the page or by the API, newest kept. Values as JSON, secrets masked before they come here.
CREATE TABLE settings_changes (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  who TEXT NOT NULL,
  key TEXT NOT NULL,
  before TEXT NOT NULL,
  after TEXT NOT NULL
) STRICT;
