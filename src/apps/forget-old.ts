/** What is not kept for ever: attempts, events, and probes of contents that are gone. */
import type { Settings } from "../core/settings.ts";
import type { Log } from "../edges/log.ts";
import type { Store } from "../edges/store/store.ts";

const DAY_MS = 86_400_000;

/** The history of a film is kept at least this long; days. */
const HISTORY_DAYS = 30;

/** Once a day: old attempts, old events, and probes of contents that no film has any more. */
export const forgetOld = (
  { settings, log }: { readonly settings: Settings; readonly log: Log },
  store: Store,
): void => {
  const { retention_days } = settings.logging;
  try {
    store.jobs.prune(Date.now() - retention_days * DAY_MS);
    store.events.prune(Date.now() - Math.max(retention_days, HISTORY_DAYS) * DAY_MS);
    store.probes.prune();
  } catch (thrown) {
    log.error({ err: thrown }, "old rows stay");
  }
};
