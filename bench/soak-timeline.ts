/** What goes wrong in the soak, and when: in parts of its length, so that a short one meets the same things. */
import { setTimeout as pause } from "node:timers/promises";
import type { House } from "./soak-house.ts";
import type { World } from "./soak-world.ts";

const MINUTE_MS = 60_000;
/** Sensors look each five to fifteen seconds: what is shorter may honestly not be seen. */
const LEAST_MS = 25_000;

type Step = { readonly from: number; readonly what: string; readonly run: () => Promise<void> | void };

/** The minute in which encodes may not run, as hours of `schedule` in UTC; `at`: epoch ms. */
export const hoursBut = (at: number): readonly string[] => {
  const said = (ms: number): string => new Date(ms).toISOString().slice(11, 16);
  const [closes, opens] = [said(at), said(at + MINUTE_MS)];
  return closes === "00:00" || opens === "00:00" ? ["00:00-24:00"] : [`${opens}-24:00`, `00:00-${closes}`];
};

type Given = {
  readonly house: House;
  readonly world: World;
  readonly lengthMs: number;
  readonly say: (what: string) => void;
};

/** It asks to end or is killed, stays away, and comes again. */
const outage =
  (house: House, signal: "SIGTERM" | "SIGKILL", awayMs: number, watches: boolean) =>
  async (): Promise<void> => {
    await house.end("serve", signal);
    await pause(awayMs);
    await house.serve(watches);
  };

const stepsOf = ({ house, world, lengthMs }: Given): readonly Step[] => {
  const { card, jellyfin, hook, disk } = world;
  const span = (from: number, part: number, what: string, begin: Step["run"], over: Step["run"]): Step => ({
    from,
    what,
    run: async () => {
      await begin();
      await pause(Math.max(LEAST_MS, part * lengthMs));
      await over();
    },
  });
  const away = (signal: "SIGTERM" | "SIGKILL", ms: number, watches: boolean) =>
    outage(house, signal, ms, watches);
  return [
    { from: 0.06, what: "orchestrator asked to end, away 4 s", run: away("SIGTERM", 4000, true) },
    span(0.1, 0.07, "Jellyfin away", jellyfin.away, jellyfin.back),
    { from: 0.13, what: "orchestrator killed, away 6 s", run: away("SIGKILL", 6000, true) },
    { from: 0.2, what: "orchestrator killed, back at once", run: away("SIGKILL", 0, true) },
    span(
      0.25,
      0.05,
      "card at 91 degrees",
      () => card.heat(91),
      () => card.heat(60),
    ),
    span(
      0.32,
      0.06,
      "webhook answers 503",
      () => hook.setAway(true),
      () => hook.setAway(false),
    ),
    span(0.4, 0.05, "card lost: NVML error", card.lose, card.bringBack),
    span(
      0.47,
      0.05,
      "small disk filled",
      () => disk?.fill(),
      () => disk?.empty(),
    ),
    span(
      0.62,
      0.04,
      "Jellyfin answers 503",
      () => {
        jellyfin.mood = "broken";
      },
      () => {
        jellyfin.mood = "fine";
      },
    ),
    {
      from: 0.72,
      what: "watcher as a service of its own from here on",
      run: async () => {
        await house.end("serve", "SIGTERM");
        house.watch();
        await pause(3000);
        await house.serve(false);
      },
    },
    {
      from: 0.8,
      what: "watcher killed, away 3 s",
      run: async () => {
        await house.end("watch", "SIGKILL");
        await pause(3000);
        house.watch();
      },
    },
    { from: 0.85, what: "orchestrator killed, away 8 s", run: away("SIGKILL", 8000, false) },
    { from: 0.92, what: "orchestrator asked to end, away 5 s", run: away("SIGTERM", 5000, false) },
  ];
};

/** Goes through all of it; gives what went on. */
export const disturb = async (given: Given): Promise<readonly string[]> => {
  const startedAt = Date.now();
  const going: Promise<void>[] = [];
  const met: string[] = [];
  for (const { from, what, run } of stepsOf(given)) {
    await pause(Math.max(0, startedAt + from * given.lengthMs - Date.now()));
    given.say(what);
    met.push(what);
    const step = Promise.resolve(run());
    going.push(step);
    // Two starts at once would be one too many.
    if (!what.startsWith("Jellyfin") && !what.includes("webhook")) await step;
  }
  await Promise.all(going);
  return met;
};
