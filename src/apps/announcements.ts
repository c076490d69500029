/** Puts into the outbox what the servers are to be told: each folder in which a file of ours appeared or went. */
import { CHANGING_EVENTS, changedFolders } from "../core/changed-folders.ts";
import { usedServers } from "../core/servers.ts";
import type { Loop } from "./assess-loop.ts";
import type { Running } from "./running.ts";
import { type FolderChanged, serverTarget } from "./servers.ts";

/** A season that is converted film by film is told of once, not at each; ms. */
const GATHERED_MS = 10_000;

/** The loop over the history; without a server it only goes on in it. */
export const createAnnouncements = ({
  store,
  settings,
  now,
  signal,
}: Pick<Running, "store" | "settings" | "now" | "signal">): Loop => ({
  pump: () => {
    if (signal.aborted) return;
    store.eventReaders.read("servers", CHANGING_EVENTS, (events) => {
      const folders = new Set(events.flatMap((each) => changedFolders(each, settings.libraries)));
      for (const name of usedServers(settings))
        for (const folder of folders)
          store.deliveries.ask(serverTarget(name), {
            key: folder,
            payload: { folder } satisfies FolderChanged,
            now: now(),
            dueAt: now() + GATHERED_MS,
          });
    });
  },
  idle: async () => {},
});
