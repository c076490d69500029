/** What is told to other programs: the loops of it, over every program that the settings name. */
import { createAnnouncements } from "./announcements.ts";
import type { Loop } from "./assess-loop.ts";
import { createDeliveryLoop, type DeliveryTarget } from "./delivery-loop.ts";
import type { Running } from "./running.ts";
import { serverTargets } from "./servers.ts";

/** The loops; they need nobody and nobody waits for them. */
export const createTelling = (running: Running): readonly Loop[] => {
  /** Each under a kind and name of its own. */
  const targets: readonly DeliveryTarget[] = [...serverTargets(running)];
  return [createAnnouncements(running), createDeliveryLoop(running, targets)];
};
