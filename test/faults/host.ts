/**
 * The orchestrator in a process of its own, without its page, which takes twice as long to start: told over IPC what a
 * person would press, and telling when it has nothing left to do. Arguments: the settings file, the data folder.
 */
import { startOrchestrator } from "../../src/apps/orchestrator.ts";
import { loadSettings } from "../../src/apps/settings-source.ts";
import { HELD_UNTIL } from "../../src/core/lifecycle.ts";
import { toProblem } from "../../src/core/problem.ts";
import { createLog } from "../../src/edges/log.ts";

/** What the harness asks: what a person would press on the page; to tell anew when it is idle; its end, as by SIGTERM. */
export type Asked =
  | { readonly kind: "restore" | "reprocess"; readonly path: string }
  | { readonly kind: "look" }
  | { readonly kind: "end" };

/** What the child tells. */
export type Told =
  | { readonly kind: "started" }
  /** Nothing is in work, waits or is scanned. */
  | { readonly kind: "idle"; readonly isIdle: boolean }
  | { readonly kind: "answered"; readonly problem: string | null };

const LOOK_MS = 15;
/** Idle at this many looks in a row. */
const LOOKS = 3;

const [settingsFile = "", dataDirectory = "", option] = process.argv.slice(2);
const tell = (told: Told): void => void process.send?.(told);

const orchestrator = await startOrchestrator({
  settings: loadSettings(settingsFile),
  dataDirectory,
  log: createLog("warn"),
  works: option !== "--no-worker",
});
const { store } = orchestrator;

/** Queued is as far as a film comes without a worker. */
const isDone = (): boolean => {
  if (orchestrator.overview().scanning.length > 0 || (store.roots.all()[0]?.scannedAt ?? 0) === 0)
    return false;
  const { Queued, Processing, New } = store.assets.counts().state;
  if (New > 0 || Processing > 0 || store.restores.next(Number.MAX_SAFE_INTEGER) !== null) return false;
  if (option === "--no-worker" || Queued === 0) return true;
  return store.assets.inState("Queued").every((each) => each.availableAt === HELD_UNTIL);
};

let looks = 0;
let saidIdle = false;
const looking = setInterval(() => {
  looks = isDone() ? looks + 1 : 0;
  const isIdle = looks >= LOOKS;
  if (isIdle !== saidIdle) tell({ kind: "idle", isIdle });
  saidIdle = isIdle;
}, LOOK_MS);

const end = async (): Promise<void> => {
  clearInterval(looking);
  await orchestrator.stop();
  process.disconnect?.();
};

const press = async ({ kind, path }: Extract<Asked, { path: string }>): Promise<string | null> => {
  const asset = store.assets.byPath("films", path);
  if (!asset) return "asset-not-found";
  try {
    await orchestrator[kind](asset.id);
    return null;
  } catch (thrown) {
    return toProblem(thrown).code;
  }
};

const answer = async (asked: Asked): Promise<void> => {
  if (asked.kind === "end") return end();
  if (asked.kind === "look") {
    [looks, saidIdle] = [0, false];
    return;
  }
  const problem = await press(asked);
  // What was idle before the button was pressed is not what is asked for.
  [looks, saidIdle] = [0, false];
  tell({ kind: "answered", problem });
};

process.on("message", (asked: Asked) => void answer(asked));
// The harness is gone: so is this.
process.on("disconnect", () => process.exit());
tell({ kind: "started" });
