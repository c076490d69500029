import { longestSeconds } from "../core/estimate.ts";
import { Problem } from "../core/problem.ts";
import type { WorkLane } from "../core/snapshot.ts";
import { transferSeconds } from "../core/transfer.ts";
import { PROTOCOL, type WorkNews, type WorkOrder } from "../core/work-order.ts";
import { refusalOf } from "../edges/redis-refusals.ts";
import type { Look, WorkQueue } from "../edges/work-queue.ts";
import type { Converted } from "../steps/convert.ts";
import { acceptResult } from "./accept-result.ts";
import { type Attempt, type Hooks, type Place, show, workOf } from "./job-place.ts";
import type { Running } from "./running.ts";

/** A film that is out, and what the loop of the lanes knows of it. */
export type Out = {
  readonly token: string;
  readonly queue: string;
  readonly lane: WorkLane;
  readonly library: string;
  readonly assetId: number;
  /** Handed out before this program began. */
  readonly isAttached: boolean;
  /** Its workers fetch it over HTTP; of one that is attached it is not known yet. */
  readonly isFetched: boolean;
  /** In Redis, as far as is known. */
  isSent: boolean;
  /** Wakes whoever waits for it. */
  nudge: (news: WorkNews | null) => void;
};

export type ThereDeps = {
  readonly queue: WorkQueue;
  /** null while Redis does not answer, else since when it does; epoch ms. */
  readonly answersSince: () => number | null;
  /** When a worker last said anew that it works on it. */
  readonly signOf: (token: string) => number | null;
  /** Whether a worker that fetches over HTTP says that it works on it. */
  readonly fetches: (token: string) => boolean;
  /** Redis takes nothing: no worker can begin or end a film. */
  readonly refuses: () => boolean;
  /** Why one that still waits is to be taken back; null: it may wait. */
  readonly whyBack: (out: Out) => string | null;
  /** A network share may show a file that late; ms. */
  readonly patienceMs: number;
  /** After so long without a word a worker is believed gone; ms. */
  readonly silentMs: number;
};

/** How often a film that is out is looked at although nothing is told of it; ms. */
const LOOK_MS = 2_000;
/** Several runs and the checks, each of which the worker bounds itself: beyond that it lies or hangs. */
const RUNS_MAX = 4;

type There = { readonly running: Running; readonly attempt: Attempt; readonly hooks: Hooks };

/** Hands `out` to its pool, and gives what came of it. Throws Problem worker-lost, result-differs, redis-unreachable, redis-refuses, interrupted. */
export const convertThere = async (
  deps: ThereDeps,
  out: Out,
  there: There,
  signal: AbortSignal,
): Promise<Converted> => {
  const { running, attempt } = there;
  const { workFiles } = running;
  show(running, attempt.asset.id, { phase: "waiting", encoder: encoderName(running, attempt) });
  const order = await orderOf(running, out, attempt);
  const openFiles = (): void => {
    if (out.isFetched || deps.fetches(out.token)) workFiles.open(order, attempt.library.root);
  };
  let isKept = false;
  try {
    openFiles();
    const converted = await waitFor(deps, out, { ...there, order, openFiles }, signal);
    isKept = converted.kind === "converted";
    return converted;
  } catch (thrown) {
    // A worker goes on with it, and finds it again at the next start.
    isKept = signal.reason === "shutdown" && out.isSent;
    throw thrown;
  } finally {
    await workFiles.close(out.token, isKept ? "kept" : "swept");
  }
};

type Waited = There & { readonly order: WorkOrder; readonly openFiles: () => void };

const waitFor = async (
  deps: ThereDeps,
  out: Out,
  { running, attempt, hooks, order, openFiles }: Waited,
  signal: AbortSignal,
): Promise<Converted> => {
  if (!out.isAttached) await handOut(deps, out, order);
  let isChecked = !out.isAttached;
  const seen = followFilm(running, attempt, hooks);
  const waiting = createWaiting(out, seen.active);
  for (;;) {
    signal.throwIfAborted();
    openFiles();
    const look = await lookAt(deps, out);
    const since = deps.answersSince();
    signal.throwIfAborted();
    if (!isChecked && look !== null && look.kind !== "unknown") {
      await checkOrder(deps, out, order);
      isChecked = true;
    }
    if (look?.kind === "done") {
      const { patienceMs } = deps;
      return acceptResult({ patienceMs, ffprobe: running.ffprobe }, order, look.result, signal);
    }
    if (look?.kind === "waiting") await takeBack(deps, out);
    if (look?.kind === "active") {
      seen.active(look.news);
      const signs = [seen.lastAt(), deps.signOf(out.token) ?? 0, since ?? running.now()];
      if (running.now() - Math.max(...signs) > deps.silentMs) throw lost("It has said nothing any more.");
      if (running.now() - seen.activeAt() > longestMs(order)) throw lost("It never came to an end.");
    }
    if (look?.kind === "failed") throw lost(look.why);
    if (look?.kind === "unknown")
      throw seen.isActive() || out.isAttached
        ? lost("Redis knows nothing of it any more.")
        : new Problem("interrupted", "Redis lost it before a worker began.");
    await waiting.next(signal);
  }
};

const lost = (detail: string): Problem => new Problem("worker-lost", detail);

const longestMs = (order: WorkOrder): number =>
  (RUNS_MAX * longestSeconds(order.estimate) + transferSeconds(order)) * 1000;

const encoderName = (running: Running, { assessment }: Attempt): string =>
  assessment.plan.video?.kind === "encode" ? (running.encoder().encoder?.codec ?? "") : "copy";

const orderOf = async (running: Running, { lane }: Out, attempt: Attempt): Promise<WorkOrder> => {
  const { asset } = attempt;
  return {
    protocol: PROTOCOL,
    lane,
    library: asset.library,
    assetId: asset.id,
    sourceBytes: asset.sizeBytes,
    ...(await workOf(running, attempt)),
    // Whatever went wrong with a film before, its next attempt does not depend on a card's decoder.
    mayDecodeOnCard: asset.attempt === 0,
    ...(attempt.part ? { part: attempt.part } : {}),
  };
};

/** An order of before the start is only gone on with where it is still what would be asked for now. */
const checkOrder = async ({ queue }: ThereDeps, out: Out, order: WorkOrder): Promise<void> => {
  const before = await queue.orderOf(out.queue, out.token).catch(() => null);
  if (before !== null && before !== JSON.stringify(JSON.parse(JSON.stringify(order))))
    throw new Problem("interrupted", "The settings changed since it was handed out.");
};

const handOut = async ({ queue }: ThereDeps, out: Out, order: WorkOrder): Promise<void> => {
  await queue.send(out.queue, order).catch((cause: unknown) => {
    const why = refusalOf(cause);
    if (why !== null) throw new Problem("redis-refuses", why, cause);
    throw new Problem("redis-unreachable", cause instanceof Error ? cause.message : "", cause);
  });
  out.isSent = true;
};

/** null: Redis does not answer, which says nothing of the film. */
const lookAt = async ({ queue }: ThereDeps, { queue: name, token }: Out): Promise<Look | null> =>
  queue.look(name, token).catch(() => null);

/** What still waits is taken back when nothing of its kind is to be begun now. Throws Problem interrupted, redis-refuses. */
const takeBack = async (deps: ThereDeps, out: Out): Promise<void> => {
  // It may lie there on: who takes it later works under a token that is over, and the sweep sees to it.
  if (deps.refuses()) throw new Problem("redis-refuses", "It was not begun.");
  const why = deps.whyBack(out);
  if (why === null) return;
  const isBack = await deps.queue.remove(out.queue, out.token).catch(() => false);
  if (!isBack) return;
  out.isSent = false;
  throw new Problem("interrupted", why);
};

/** What is known of the film while a worker has it, shown as it comes. */
const followFilm = (running: Running, { asset }: Attempt, { onCommand, onTaken }: Hooks) => {
  let activeAt: number | null = null;
  let lastAt = 0;
  let lastWords = "";
  let command = "";
  const tell = (news: WorkNews): void => {
    const words = JSON.stringify(news);
    if (words === lastWords) return;
    lastWords = words;
    lastAt = running.now();
    const { phase, encoder, progress } = news;
    if (news.command !== null && JSON.stringify(news.command) !== command) {
      command = JSON.stringify(news.command);
      onCommand(news.command);
    }
    if (news.said !== "") running.watch.say(asset.id, news.said);
    // The way there and back is no pace of the work.
    if (progress !== null && (phase === "converting" || phase === "verifying"))
      running.watch.progress(asset.id, progress);
    show(running, asset.id, { ...progress, phase, encoder, worker: news.worker });
  };
  const active = (news: WorkNews | null): void => {
    if (activeAt === null) {
      activeAt = running.now();
      lastAt = activeAt;
      show(running, asset.id, { phase: "converting" });
    }
    if (news === null) return;
    if (lastWords === "") onTaken(news.worker, activeAt);
    tell(news);
  };
  return {
    active,
    isActive: () => activeAt !== null,
    activeAt: () => activeAt ?? running.now(),
    lastAt: () => lastAt,
  };
};

/** Waits until something is told of the film, or it is time to look. */
const createWaiting = (out: Out, onNews: (news: WorkNews) => void) => {
  let wake = (): void => {};
  let isNudged = false;
  out.nudge = (news) => {
    if (news !== null) return onNews(news);
    isNudged = true;
    wake();
  };
  return {
    next: async (signal: AbortSignal): Promise<void> => {
      if (!isNudged && !signal.aborted)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, LOOK_MS);
          wake = () => {
            clearTimeout(timer);
            signal.removeEventListener("abort", wake);
            resolve();
          };
          signal.addEventListener("abort", wake, { once: true });
        });
      isNudged = false;
    },
  };
};

/** What of a place elsewhere the loop of the lanes does not decide. */
export type PlaceParts = Pick<Place, "encoder" | "done" | "rests">;

export const placeThere = (deps: ThereDeps, out: Out, parts: PlaceParts): Place => ({
  ...parts,
  pool: out.queue,
  isOut: () => out.isSent,
  convert: (running, attempt, hooks, signal) => convertThere(deps, out, { running, attempt, hooks }, signal),
});
