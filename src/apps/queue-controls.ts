/** What a person may ask of the queue: hold it, let it run, move a film in it, keep a film out of it. */

import { counted } from "../core/human-text.ts";
import { HELD_UNTIL, keptContent, type State } from "../core/lifecycle.ts";
import { PROBLEMS, Problem } from "../core/problem.ts";
import type { Holder, HoldKind } from "../core/queue-hold.ts";
import { momentWords } from "../core/wall-clock.ts";
import type { Work } from "../core/work.ts";
import type { Asset } from "../edges/store/asset-row.ts";
import type { Control, LaneStatus } from "./control.ts";
import type { LaneWork } from "./job-lane.ts";
import { LANES, laneOf, type Pause } from "./pauses.ts";
import type { Running } from "./running.ts";

type Around = Pick<
  Running,
  "store" | "now" | "changed" | "wake" | "pauses" | "encoder" | "limits" | "settings" | "remote"
>;

type Controls = Pick<
  Control,
  "hold" | "pauseQueue" | "drainQueue" | "resumeQueue" | "lanes" | "ignore" | "prioritise"
>;

/** What is converted by itself and may be kept from it; what is in work is stopped first. */
const KEEPABLE: ReadonlySet<State> = new Set(["New", "Queued", "Failed"]);

const isDone = (work: Work | null): boolean => work === "copy" || work === "audio" || work === "video";

/** The controls of the queue; `lanes` is what runs now. */
export const createQueueControls = (running: Around, lanes: () => readonly LaneWork[]): Controls => {
  const { store } = running;
  const found = (id: number): Asset => {
    const asset = store.assets.byId(id);
    if (!asset) throw new Problem("asset-not-found", `Film ${id}.`);
    return asset;
  };
  const told = (id: number): Asset => {
    running.changed({ kind: "asset", assetId: id });
    return found(id);
  };
  const holdIt =
    (kind: HoldKind): Control["pauseQueue"] =>
    (reason = null, by: Holder = "api") => {
      store.holds.hold({ kind, why: reason?.trim() || null, since: running.now(), by });
      running.changed({ kind: "overview" });
      return store.holds.queue();
    };
  return {
    hold: store.holds.queue,
    pauseQueue: holdIt("paused"),
    drainQueue: holdIt("draining"),
    resumeQueue: () => {
      store.holds.release();
      running.changed({ kind: "overview" });
      running.wake();
      return store.holds.queue();
    },
    lanes: () => lanes().map((each) => statusOf(running, each)),
    ignore: (id) => {
      const asset = found(id);
      if (!KEEPABLE.has(asset.state))
        throw new Problem(
          "state-refuses",
          `It is ${asset.state}; only New, Queued and Failed films are kept as they are.`,
        );
      store.transaction(() => keep(running, asset));
      return told(id);
    },
    prioritise: (id, where) => {
      const asset = found(id);
      if (asset.state !== "Queued" || asset.availableAt === HELD_UNTIL)
        throw new Problem(
          "state-refuses",
          asset.state === "Queued"
            ? "It waits for you; re-process it first."
            : `It is ${asset.state}; only films in the queue have a place in it.`,
        );
      const line = { works: LANES[laneOf(asset.work)], now: running.now() };
      if (store.queue.move(id, where, line) === "too-far")
        throw new Problem("state-refuses", "Too many films are before it; move it to the front first.");
      return told(id);
    },
  };
};

/** One that failed waits in the queue from now on, if there is anything that could be done with it. */
const keep = ({ store, now }: Around, asset: Asset): void => {
  const { id, path, library } = asset;
  store.assets.touch(id, { keptFingerprint: keptContent(asset) });
  if (asset.state === "Queued") store.assets.touch(id, { availableAt: HELD_UNTIL });
  if (asset.state === "Failed" && isDone(asset.work))
    store.assets.apply(id, "reprocess", { now: now(), availableAt: HELD_UNTIL });
  store.events.append({ at: now(), assetId: id, kind: "kept-as-it-is", path, data: { library } });
};

const statusOf = (around: Around, lane: LaneWork): LaneStatus => {
  const { store, pauses, encoder, remote } = around;
  const isElsewhere = (remote?.slots(lane.lane) ?? 0) > 0;
  const counts = store.queue.counts({ works: LANES[lane.lane] });
  const each = { ...lane, note: lane.lane === "encodes" ? cardTakes(around) : null };
  const pause = pauses.ofLane(each.lane, isElsewhere ? "elsewhere" : "here") ?? pauseOfAll(around, each);
  if (pause) {
    const { code, until } = pause;
    return { ...each, ...counts, pause: { code, sentence: pauses.sentence(pause), until } };
  }
  const { status } = encoder();
  if (each.lane === "copies" || status.kind !== "none" || isElsewhere)
    return { ...each, ...counts, pause: null };
  const sentence = `${PROBLEMS["encoder-unavailable"].title} ${status.why}`;
  return { ...each, ...counts, pause: { code: "encoder-unavailable", sentence, until: null } };
};

/** The pause of a lane in which nothing runs and whose films are all of libraries that rest; null when any may be begun. */
const pauseOfAll = (
  { store, pauses, settings, remote }: Around,
  { lane, running }: LaneWork,
): Pause | null => {
  if (running.length > 0) return null;
  const waiting = Object.keys(settings.libraries).filter((library) => {
    const { queued, held } = store.queue.counts({ works: LANES[lane], libraries: [library] });
    return queued > held;
  });
  const where = (remote?.slots(lane) ?? 0) > 0 ? "elsewhere" : "here";
  const held = waiting.map((library) => pauses.ofFilm({ library, lane }, where));
  return held.includes(null) ? null : (held[0] ?? null);
};

/** What was learned of the card. */
const cardTakes = ({ limits, now, settings }: Around): string | null => {
  const learned = limits.learned();
  if (learned === null) return null;
  const { places, until } = learned;
  const when = until > now() ? momentWords(until, now(), settings.operational.time_zone) : "now";
  return `The card takes ${counted(places, "encode")} at a time; one more is tried ${when}.`;
};
