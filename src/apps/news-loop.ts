/** Writes into the history what no single step knows: that all work is done, and what the daily check found. */

import { counted } from "../core/human-text.ts";
import { textIn } from "../core/notices.ts";
import type { Loop } from "./assess-loop.ts";
import type { Running } from "./running.ts";
import type { System } from "./system-facts.ts";

const LOOK_EVERY_MS = 10_000;
/** Nothing came for so long: the next film may be on its way. */
const QUIET_MS = 120_000;
const DAY_MS = 86_400_000;
const FIRST_CHECK_MS = 600_000;

type Needs = Pick<Running, "store" | "now" | "signal" | "settings">;

/** `checksDaily`: somebody wants to know what the doctor says. */
export const createNewsLoop = (
  { store, now, signal, settings }: Needs,
  system: Pick<System, "checks" | "check">,
  checksDaily: boolean,
): Loop => {
  const beganAt = now();
  let lookedAt = beganAt;
  let quietSince: number | null = null;

  const lastOf = (...kinds: readonly string[]) => store.activity.page({ kinds, limit: 1 }).events[0] ?? null;
  const append = (kind: string, data: Readonly<Record<string, unknown>>): void =>
    void store.events.append({ at: now(), assetId: null, kind, path: "", data });

  const isQuiet = (): boolean => {
    const { state } = store.assets.counts();
    const queued = store.workload.queued(Object.keys(settings.libraries));
    return state.New + state.Processing === 0 && queued.every((each) => each.films === 0);
  };

  const noticeTheEnd = (): void => {
    if (!isQuiet()) {
      quietSince = null;
      return;
    }
    quietSince ??= now();
    if (now() - quietSince < QUIET_MS) return;
    const before = lastOf("all-done")?.at ?? beganAt;
    const done = store.events.counts(["published-kept", "published-moved"], before, now() + 1);
    const films = Object.values(done).reduce((sum, each) => sum + each, 0);
    if (films === 0) return;
    const { Failed } = store.assets.counts().state;
    const rest =
      Failed === 0 ? "nothing needs you" : `${counted(Failed, "film")} need${Failed === 1 ? "s" : ""} you`;
    append("all-done", {
      said: `${counted(films, "film")} ${films === 1 ? "was" : "were"} converted, and ${rest}.`,
    });
  };

  const noticeTheDoctor = (): void => {
    const { at, isRunning, findings } = system.checks();
    if (isRunning) return;
    if (at === null ? now() - beganAt >= FIRST_CHECK_MS : now() - at >= DAY_MS) system.check();
    if (at === null) return;
    const wrong = findings.filter((each) => each.state === "bad").map((each) => each.check);
    const said = wrong.join(", ");
    const before = lastOf("doctor-problem", "doctor-fine");
    if (said === (textIn(before?.data, "wrong") ?? "")) return;
    if (said === "") append("doctor-fine", {});
    else append("doctor-problem", { wrong: said, said: `Look at: ${said}. The System page says what to do` });
  };

  return {
    pump: () => {
      if (signal.aborted || Math.abs(now() - lookedAt) < LOOK_EVERY_MS) return;
      lookedAt = now();
      noticeTheEnd();
      if (checksDaily) noticeTheDoctor();
    },
    idle: async () => {},
  };
};
