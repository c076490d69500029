-- Films are judged by more than was kept of them before: what was read of each content and what it was planned by are
-- forgotten, so that the next start looks at every film anew. What was read of converted films stays, as their results
-- play: by it a change of settings is noticed. No film is touched and no history is lost.
DELETE FROM probes WHERE fingerprint NOT IN
  (SELECT fingerprint FROM assets WHERE outcome = 'converted' AND fingerprint IS NOT NULL);
DELETE FROM wishes;
