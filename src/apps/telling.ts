/** What is told to other programs: the loops of it, over every program that the settings name. */
import { createAnnouncements } from "./announcements.ts";
import type { Loop } from "./assess-loop.ts";
import { createDeliveryLoop, type DeliveryTarget } from "./delivery-loop.ts";
import { createNewsLoop } from "./news-loop.ts";
import { notifiersOf, notifierTargets } from "./notifiers.ts";
import { createNotifyLoop } from "./notify-loop.ts";
import type { Running } from "./running.ts";
import { serverTargets } from "./servers.ts";
import type { System } from "./system-facts.ts";

/** The loops; nobody waits for them. */
export const createTelling = (running: Running, system: System): readonly Loop[] => {
  const { settings, now } = running;
  const notifiers = notifiersOf(settings);
  /** Each under a kind and name of its own. */
  const targets: readonly DeliveryTarget[] = [...serverTargets(running), ...notifierTargets(settings, now)];
  return [
    createAnnouncements(running),
    createNewsLoop(
      running,
      system,
      notifiers.some((each) => each.events.includes("doctor")),
    ),
    createNotifyLoop(running, notifiers),
    createDeliveryLoop(running, targets),
  ];
};
