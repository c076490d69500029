-- Films are judged by more than was kept of them before: what was read of each content and what it was planned by are
-- forgotten, so that the next start looks at every film anew. No film is touched and no history is lost.
DELETE FROM probes;
DELETE FROM wishes;
