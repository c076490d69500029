/** Writes down when a pause begins and when it ends, once each, also over a restart. */
import { humanSeconds } from "../core/human-text.ts";
import { PROBLEMS, type ProblemCode } from "../core/problem.ts";
import type { Pause } from "./pauses.ts";
import type { Running } from "./running.ts";

/** Of a library's folder the scan says so itself, and a film that is missed is looked for within a minute. */
const SAID_ELSEWHERE: ReadonlySet<ProblemCode> = new Set([
  "root-missing",
  "root-empty",
  "root-other-device",
  "file-missing",
]);

/** One failure after another of the same pause is the same pause. */
const keyOf = ({ code, lanes, libraries }: Pause): string =>
  [code, lanes.join("+"), libraries?.join("+") ?? "*"].join(" ");

/** What rests, where an event of a film has its path. */
const nameOf = ({ lanes, libraries }: Pause): string => {
  const what = lanes.length > 1 ? "Work" : lanes[0] === "encodes" ? "Encodes" : "Fixes and sound";
  return libraries === null ? what : `${what} on ${libraries.join(", ")}`;
};

type Open = {
  readonly name: string;
  readonly code: string;
  readonly since: number;
  /** It began before the program did, and was not seen yet. */
  readonly isInherited: boolean;
};

/** After a start some things have to be looked at for a while before they are known. */
const SETTLED_MS = 90_000;

const EVENTS_LOOKED_AT = 200;

const textIn = (data: unknown, key: string): string => {
  const value: unknown = typeof data === "object" && data !== null ? Reflect.get(data, key) : null;
  return typeof value === "string" ? value : "";
};

/** What was begun and not ended when the program ended. */
const openOnes = ({ store }: Pick<Running, "store">): Map<string, Open> => {
  const kinds = ["pause-began", "pause-ended"];
  const { events } = store.activity.page({ kinds, limit: EVENTS_LOOKED_AT });
  const open = new Map<string, Open>();
  for (const { at, kind, path, data } of events.toReversed()) {
    const key = textIn(data, "key");
    if (kind === "pause-ended") open.delete(key);
    else open.set(key, { name: path, code: textIn(data, "code"), since: at, isInherited: true });
  }
  return open;
};

/** Compares what rests with what rested; true: something changed. */
export const createPauseHistory = ({ store, now }: Pick<Running, "store" | "now">) => {
  let open: Map<string, Open> | null = null;
  const startedAt = now();
  return (pauses: readonly Pause[]): { readonly began: readonly Pause[]; readonly ended: number } => {
    open ??= openOnes({ store });
    const known = open;
    const current = new Map(
      pauses.filter(({ code }) => !SAID_ELSEWHERE.has(code)).map((each) => [keyOf(each), each]),
    );
    const began = [...current].filter(([key]) => !known.has(key));
    const isSettled = Math.abs(now() - startedAt) > SETTLED_MS;
    const ended = [...known].filter(([key, each]) => !current.has(key) && (isSettled || !each.isInherited));
    for (const [key, each] of known)
      if (each.isInherited && current.has(key)) known.set(key, { ...each, isInherited: false });
    if (began.length + ended.length === 0) return { began: [], ended: 0 };
    store.transaction(() => {
      for (const [key, { name, code, since }] of ended) {
        const title = PROBLEMS[code as ProblemCode]?.title ?? code;
        const reason = `${title} That is over, after ${humanSeconds((now() - since) / 1000)}.`;
        store.events.append({
          at: now(),
          assetId: null,
          kind: "pause-ended",
          path: name,
          data: { key, code, reason },
        });
      }
      for (const [key, pause] of began) {
        const { code, detail, figure, limit, until, libraries } = pause;
        store.events.append({
          at: now(),
          assetId: null,
          kind: "pause-began",
          path: nameOf(pause),
          data: {
            ...{ key, code, problem: code, detail, figure, limit, until },
            ...(libraries?.length === 1 ? { library: libraries[0] } : {}),
          },
        });
      }
    });
    for (const [key] of ended) known.delete(key);
    for (const [key, pause] of began)
      known.set(key, { name: nameOf(pause), code: pause.code, since: now(), isInherited: false });
    return { began: began.map(([, pause]) => pause), ended: ended.length };
  };
};
