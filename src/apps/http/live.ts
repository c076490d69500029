/** Server-sent events: what changes is gathered for a moment, then told to every open page and program. */
import type { ServerResponse } from "node:http";
import { Problem } from "../../core/problem.ts";
import type { Control, JobProgress, LiveChange } from "../control.ts";
import { assetJson } from "./asset-json.ts";
import { markupOf } from "./html.ts";
import { createWorkTeller } from "./live-work.ts";
import { filmRow } from "./pages/film-row.ts";
import { progressState } from "./pages/state.ts";
import { tabLine } from "./pages/tab.ts";

export const LISTENER_KINDS = ["json", "html"] as const;
export type ListenerKind = (typeof LISTENER_KINDS)[number];

const LISTENERS_MAX = 64;
const HEARTBEAT_MS = 15_000;
/** Rows are told soon; progress and counts at most once a second. */
const ROWS_EVERY_MS = 250;
const PROGRESS_EVERY_MS = 1000;
/** More changed films than this at once are told as "read the list again". */
const ROWS_AT_ONCE_MAX = 100;
/** Events kept for a listener that lost its connection for a while. */
const EVENTS_KEPT = 500;
/** A listener that lets this much pile up has gone away without saying so. */
const BACKLOG_MAX_BYTES = 1024 * 1024;

type Frame = { readonly id: number; readonly text: string };
type Listener = {
  readonly kind: ListenerKind;
  readonly response: ServerResponse;
  /** Asked from time to time: a session ends, a token is revoked. */
  readonly mayListen: () => boolean;
};

export type Live = {
  readonly lastId: () => string;
  /** Takes a place for a listener that has seen events up to `seen`. Throws Problem `too-many-listeners`. */
  readonly admit: (
    kind: ListenerKind,
    seen: string | null,
    mayListen?: () => boolean,
  ) => (response: ServerResponse) => void;
  readonly close: () => void;
};

const frame = (name: string, id: string, data: string): string =>
  `event: ${name}\nid: ${id}\n${data
    .split(/\r\n|\r|\n/)
    .map((line) => `data: ${line}\n`)
    .join("")}\n`;

/** Listens to `control` until closed. Events: JSON `asset`, `progress`, `overview`, `reset`; HTML `row-ID`, `progress-ID`, `overview`, `list`, and those of `createWorkTeller`. */
export const openLive = (control: Control, now: () => number): Live => {
  const run = now().toString(36);
  const listeners = new Set<Listener>();
  const kept: Frame[] = [];
  let count = 0;
  let total = control.store.assets.counts().total;

  const idOf = (id: number): string => `${run}-${id}`;
  const send = (kind: ListenerKind, text: string): void => {
    for (const each of listeners) {
      if (each.kind !== kind) continue;
      if (each.response.writableLength > BACKLOG_MAX_BYTES) each.response.destroy();
      else each.response.write(text);
    }
  };
  const tellPrograms = (name: string, data: object): void => {
    count++;
    const text = frame(name, idOf(count), JSON.stringify({ type: name, ...data }));
    kept.push({ id: count, text });
    if (kept.length > EVENTS_KEPT) kept.shift();
    send("json", text);
  };
  const tellPages = (name: string, markup: string): void => send("html", frame(name, idOf(count), markup));

  const work = createWorkTeller(control, tellPages);

  const pending = gather({
    rows: (ids) => {
      for (const id of ids.slice(0, ROWS_AT_ONCE_MAX)) {
        const asset = control.store.assets.byId(id);
        tellPrograms("asset", { assetId: id, asset: asset && assetJson(control, asset) });
        if (asset) tellPages(`row-${id}`, markupOf(filmRow(control, asset, now())));
      }
      work.films();
      if (ids.length > ROWS_AT_ONCE_MAX) {
        tellPrograms("reset", {});
        tellPages("list", "");
      }
    },
    overview: () => {
      const counts = control.store.assets.counts();
      tellPrograms("overview", { counts, ...control.overview() });
      tellPages("overview", "");
      if (counts.total !== total) tellPages("list", "");
      total = counts.total;
      work.tab();
    },
    progress: (id, progress) => {
      // It may have ended within the interval.
      if (control.progressOf(id) === null) return;
      tellPrograms("progress", { assetId: id, progress });
      tellPages(`progress-${id}`, markupOf(progressState(progress)));
      work.progress(id, progress);
      work.tab();
    },
  });
  const unsubscribe = control.subscribe(pending.add);
  const heart = setInterval(() => {
    for (const { response, mayListen } of listeners) if (!mayListen()) response.end();
    for (const kind of LISTENER_KINDS) send(kind, ": still here\n\n");
  }, HEARTBEAT_MS).unref();

  /** What a listener missed: the events themselves, or word to read everything again. */
  const missed = (kind: ListenerKind, seen: string | null): readonly string[] => {
    if (seen === null || seen === idOf(count)) return [];
    const id = seen.startsWith(`${run}-`) ? Number(seen.slice(run.length + 1)) : Number.NaN;
    const isKept = Number.isSafeInteger(id) && id <= count && id + 1 >= (kept[0]?.id ?? count + 1);
    if (kind === "html") return ["list", "overview", "running"].map((name) => frame(name, idOf(count), ""));
    if (!isKept) return [frame("reset", idOf(count), JSON.stringify({ type: "reset" }))];
    return kept.filter((each) => each.id > id).map((each) => each.text);
  };

  return {
    lastId: () => idOf(count),
    admit: (kind, seen, mayListen = () => true) => {
      if (listeners.size >= LISTENERS_MAX) throw new Problem("too-many-listeners");
      return (response) => {
        const listener: Listener = { kind, response, mayListen };
        listeners.add(listener);
        response.on("close", () => listeners.delete(listener));
        response.on("error", () => listeners.delete(listener));
        response.write(`retry: 2000\n: hello\n\n${missed(kind, seen).join("")}`);
        if (kind === "html") response.write(frame("tab", idOf(count), tabLine(control)));
      };
    },
    close: () => {
      unsubscribe();
      pending.stop();
      clearInterval(heart);
      for (const { response } of listeners) response.end();
      listeners.clear();
    },
  };
};

type Tellers = {
  readonly rows: (ids: readonly number[]) => void;
  readonly overview: () => void;
  readonly progress: (assetId: number, progress: JobProgress) => void;
};

/** Gathers changes: each film's row and progress is told once for all that happened to it in the interval. */
const gather = (tell: Tellers) => {
  const rows = new Set<number>();
  const progress = new Map<number, JobProgress>();
  let overviewChanged = false;
  let rowTimer: NodeJS.Timeout | null = null;
  let slowTimer: NodeJS.Timeout | null = null;

  const flushRows = (): void => {
    rowTimer = null;
    const ids = [...rows];
    rows.clear();
    tell.rows(ids);
  };
  const flushSlow = (): void => {
    slowTimer = null;
    const changed = [...progress];
    progress.clear();
    for (const [id, value] of changed) tell.progress(id, value);
    if (overviewChanged) tell.overview();
    overviewChanged = false;
  };
  return {
    add: (change: LiveChange): void => {
      if (change.kind === "asset") {
        rows.add(change.assetId);
        rowTimer ??= setTimeout(flushRows, ROWS_EVERY_MS).unref();
      }
      if (change.kind === "progress") progress.set(change.assetId, change.progress);
      // The counts may have changed with any film.
      else overviewChanged = true;
      slowTimer ??= setTimeout(flushSlow, PROGRESS_EVERY_MS).unref();
    },
    stop: (): void => {
      if (rowTimer) clearTimeout(rowTimer);
      if (slowTimer) clearTimeout(slowTimer);
    },
  };
};
