/** One action for every film that a filter finds, with the count before it. */
import { isKept, type State } from "../core/lifecycle.ts";
import { toProblem } from "../core/problem.ts";
import type { Counted, Matched } from "../edges/store/asset-page.ts";
import type { AssetFilter } from "../edges/store/asset-select.ts";
import type { Control } from "./control.ts";

/** In one transaction, before the program does something else. */
const FILMS_AT_ONCE = 200;
/** Films named for each reason of a refusal. */
const REFUSED_NAMED_MAX = 20;

/** Why films were refused: a sentence, how many, and the numbers of the first. */
export type Refusal = {
  readonly detail: string;
  readonly films: number;
  readonly ids: readonly number[];
};
export type BulkResult = {
  readonly done: number;
  readonly refused: number;
  readonly refusals: readonly Refusal[];
};

/** What a film's number came to: null, or why it was refused. */
type Outcome = string | null;
type Acting = Pick<Control, "store" | "reprocess" | "cancel" | "restoreAll" | "ignore">;

type BulkWord = {
  /** On a button. */
  readonly label: string;
  /** `Re-process 12 films?` */
  readonly question: string;
  /** What it means, for who is asked. */
  readonly about: string;
  /** `12 films are in the queue again.` */
  readonly done: string;
  /** States that it can do something for; films of others are refused. */
  readonly takes: readonly State[];
  readonly act: (control: Acting, ids: readonly number[]) => readonly Outcome[];
};

/** Whether a film let it be done: a refusal is an outcome, anything else that goes wrong ends the whole. */
const attempt = (act: () => unknown): Outcome => {
  try {
    act();
    return null;
  } catch (thrown) {
    const { code, detail, message } = toProblem(thrown);
    if (code !== "state-refuses" && code !== "asset-not-found") throw thrown;
    return detail || message;
  }
};

/** What a person keeps as it is was said of that film, not of many. */
const reprocess = (control: Acting, id: number): Outcome => {
  const asset = control.store.assets.byId(id);
  if (asset && isKept(asset)) return "A person keeps it as it is.";
  const isQueued = asset?.state === "Queued" && asset.availableAt === null;
  return isQueued ? null : attempt(() => control.reprocess(id));
};

const ignore = (control: Acting, id: number): Outcome => {
  const asset = control.store.assets.byId(id);
  return asset && isKept(asset) ? null : attempt(() => control.ignore(id));
};

/** What can be asked for many films at once. A row here is a button of the list and a word of the API. */
export const BULK_WORDS = {
  reprocess: {
    label: "Re-process",
    question: "Re-process",
    about:
      "They go back into the queue and are looked at as the settings are today. Originals are not touched.",
    done: "in the queue again",
    takes: ["Failed", "Completed", "Queued"],
    act: (control, ids) => control.store.transaction(() => ids.map((id) => reprocess(control, id))),
  },
  ignore: {
    label: "Keep as they are",
    question: "Do not convert",
    about: "They are not converted until you re-process them, as long as their contents are the same.",
    done: "kept as they are",
    takes: ["New", "Queued", "Failed"],
    act: (control, ids) => control.store.transaction(() => ids.map((id) => ignore(control, id))),
  },
  cancel: {
    label: "Cancel",
    question: "Stop the work on",
    about: "What was made of them so far is thrown away. Originals stay as they are.",
    done: "taken out of the work",
    takes: ["Processing"],
    act: (control, ids) => ids.map((id) => attempt(() => control.cancel(id))),
  },
  restore: {
    label: "Restore originals",
    question: "Bring back the originals of",
    about:
      "Each original returns to its old place, byte for byte, one after the other; its converted film is set aside. Nothing is overwritten.",
    done: "being brought back, one after the other",
    takes: ["Archived"],
    act: (control, ids) => {
      const can = new Set(control.store.assets.archived({ ids }));
      if (can.size > 0) control.restoreAll({ ids: [...can] });
      return ids.map((id) => (can.has(id) ? null : "Its original is not in the archive."));
    },
  },
} as const satisfies Record<string, BulkWord>;

export type BulkAction = keyof typeof BULK_WORDS;
export const BULK_ACTIONS = Object.keys(BULK_WORDS) as [BulkAction, ...BulkAction[]];

/** Every film that `filter` finds. All at first: working through a list that changes meanwhile would skip some. */
export const matching = ({ store }: Pick<Control, "store">, filter: AssetFilter): Matched =>
  store.assets.matched(filter);

/** How many of the films that match are in a state that the action takes. */
export const takenOf = (action: BulkAction, { states }: Pick<Counted, "states">): number =>
  BULK_WORDS[action].takes.reduce((sum, state) => sum + (states[state] ?? 0), 0);

/** Does it to each film, some hundred at once; how many are so now, and why the others were refused. */
export const actOnAll = async (
  control: Acting,
  action: BulkAction,
  ids: readonly number[],
): Promise<BulkResult> => {
  let done = 0;
  const refusals = new Map<string, { films: number; readonly ids: number[] }>();
  for (let start = 0; start < ids.length; start += FILMS_AT_ONCE) {
    const some = ids.slice(start, start + FILMS_AT_ONCE);
    for (const [at, detail] of BULK_WORDS[action].act(control, some).entries()) {
      const id = some[at];
      if (detail === null || id === undefined) {
        done++;
        continue;
      }
      const same = refusals.get(detail) ?? { films: 0, ids: [] };
      refusals.set(detail, same);
      same.films++;
      if (same.ids.length < REFUSED_NAMED_MAX) same.ids.push(id);
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  return {
    done,
    refused: ids.length - done,
    refusals: [...refusals].map(([detail, { films, ids: first }]) => ({ detail, films, ids: first })),
  };
};
