/** Kinds of films: all films of one kind are alike to every filter, so that counting kinds counts films. */
import { STATES, type State } from "../../core/lifecycle.ts";
import type { ChannelKind, HdrKind, MediaKind, Resolution, SubtitleKind } from "../../core/media-kind.ts";
import { whyOf } from "../../core/plan.ts";
import { isProblemCode, PROBLEMS, type ProblemCode } from "../../core/problem.ts";
import { REASONS, type ReasonCode } from "../../core/reasons.ts";
import type { Work } from "../../core/work.ts";
import { type Found, wordSearch, wordSearchIn } from "./asset-words.ts";
import { changesOf } from "./changes.ts";
import { numberOf, numbersOf, textOf, textsOf, wordOf } from "./columns.ts";
import type { Database, Row } from "./database.ts";
import { readMediaColumn } from "./media-column.ts";

/** What a list can be filtered by, in the order of its menus. */
export const FACETS = [
  "state",
  "verdict",
  "library",
  "work",
  "reason",
  "problem",
  "codec",
  "resolution",
  "hdr",
  "audio",
  "channels",
  "subtitles",
  "container",
] as const;
export type Facet = (typeof FACETS)[number];

/** `plays`: can be cast now. `some`: only on some of the devices. `unknown`: not looked at. */
export const VERDICTS = ["plays", "some", "no", "unknown"] as const;
export type VerdictWord = (typeof VERDICTS)[number];

/** A value of a facet that some film has. */
export type FacetValue = { readonly facet: Facet; readonly value: string };

export type KindFilter = {
  readonly state?: State;
  readonly verdict?: VerdictWord;
  readonly library?: string;
  readonly work?: Work;
  /** A reason code that the film has. */
  readonly reason?: string;
  readonly problem?: ProblemCode;
  readonly codec?: string;
  readonly resolution?: Resolution | "none";
  /** `hdr`: any kind of it. */
  readonly hdr?: HdrKind | "hdr";
  readonly audio?: string;
  readonly channels?: ChannelKind;
  readonly subtitles?: SubtitleKind;
  readonly container?: string;
  /** Only films of these libraries. */
  readonly libraries?: readonly string[];
};

export type Kind = {
  readonly id: number;
  readonly state: State;
  readonly library: string;
  /** Why its films are where they are, as the list says it. */
  readonly why: string;
  readonly values: Readonly<Record<Facet, readonly string[]>>;
  /** The numbers of all these values: counting by numbers is ten times as fast. */
  readonly numbers: readonly number[];
};

/** How many films there are of each kind, by its id. */
export type Tally = ReadonlyMap<number, number>;

/** Films of a library that are in one state and need or needed the same work; `work` is empty while it is not known. */
export type FilmSum = {
  readonly library: string;
  readonly state: State;
  readonly work: string;
  readonly films: number;
};

export type Kinds = {
  readonly byId: (id: number) => Kind | null;
  /** Of all films. */
  readonly tally: () => Tally;
  /** The tally, summed up by what the queue and the front page ask for. */
  readonly sums: () => readonly FilmSum[];
  /** The values that have numbers, each at its own. */
  readonly values: () => readonly FacetValue[];
  /** The first films that words match. */
  readonly withWords: (match: string) => Found;
  /** All films of some kinds, by their ids, that words match. */
  readonly withWordsIn: (match: string, kinds: readonly number[]) => readonly number[];
};

/** Whether the film can be cast, of a film in this state whose content is of that kind. */
export const verdictWord = (state: State, media: MediaKind | null): VerdictWord => {
  if (state === "Completed" || state === "Archived") return "plays";
  if (media === null) return "unknown";
  if (media.failsOn.length === 0) return "plays";
  return media.playsOn.length > 0 ? "some" : "no";
};

const isReason = (code: string): code is ReasonCode => Object.hasOwn(REASONS, code);

const phraseOf = (state: State, problem: string, reasons: readonly string[]): string => {
  if (state === "Failed" && isProblemCode(problem)) return PROBLEMS[problem].title;
  if (state === "New") return "";
  return whyOf(reasons.filter(isReason).map((code) => ({ code, stream: null, detail: "" })));
};

const toKind = (row: Row, numberOfValue: (facet: Facet, value: string) => number): Kind => {
  const state = wordOf(row, "state", STATES);
  const [library, work, problem] = [textOf(row, "library"), textOf(row, "work"), textOf(row, "problem")];
  const reasons = textsOf(row, "reasons");
  const media = readMediaColumn(textOf(row, "media"));
  const one = (value: string | undefined): readonly string[] => (value ? [value] : []);
  const hdr = media?.hdr;
  const values: Kind["values"] = {
    state: [state],
    verdict: [verdictWord(state, media)],
    library: [library],
    work: one(work),
    reason: [...new Set(reasons)],
    problem: one(problem),
    codec: one(media?.codec),
    resolution: one(media?.resolution),
    hdr: hdr === undefined ? [] : hdr === "sdr" ? ["sdr"] : ["hdr", hdr],
    audio: one(media?.audio),
    channels: one(media?.channels),
    subtitles: media?.subtitles ?? [],
    container: one(media?.container),
  };
  return {
    ...{ id: numberOf(row, "id"), state, library, values },
    why: phraseOf(state, problem, reasons),
    numbers: FACETS.flatMap((facet) => values[facet].map((value) => numberOfValue(facet, value))),
  };
};

/** Gives each value of a facet the next number when it is first met. */
const numberedValues = () => {
  const values: FacetValue[] = [];
  const numbers = new Map<string, number>();
  return {
    values,
    numberOfValue: (facet: Facet, value: string): number => {
      const key = `${facet} ${value}`;
      const known = numbers.get(key);
      if (known !== undefined) return known;
      numbers.set(key, values.length);
      return values.push({ facet, value }) - 1;
    },
  };
};

const readTally = (database: Database): Tally => {
  const row = database
    .sql(
      // One row of text is read in half the time of some thousand rows.
      `SELECT json_group_array(id) AS ids, json_group_array(count) AS counts FROM asset_kinds WHERE count > 0`,
    )
    .get();
  const [ids, counts] = row ? [numbersOf(row, "ids"), numbersOf(row, "counts")] : [[], []];
  return new Map(ids.map((id, at) => [id, counts[at] ?? 0]));
};

const sumsOf = (tally: Tally, byId: Kinds["byId"]): readonly FilmSum[] => {
  const sums = new Map<string, { -readonly [key in keyof FilmSum]: FilmSum[key] }>();
  for (const [id, films] of tally) {
    const kind = byId(id);
    if (!kind) continue;
    const { library, state, values } = kind;
    const work = values.work[0] ?? "";
    const key = `${state} ${work} ${library}`;
    const sum = sums.get(key);
    if (sum) sum.films += films;
    else sums.set(key, { library, state, work, films });
  }
  return [...sums.values()];
};

/** The kinds of `database`. What a kind is never changes, so it is read once; a rollback may give its number to another. */
export const kindsOf = (database: Database): Kinds => {
  const known = new Map<number, Kind>();
  const { values, numberOfValue } = numberedValues();
  let rollbacks = 0;
  const refresh = (): void => {
    if (database.rollbacks() !== rollbacks) known.clear();
    rollbacks = database.rollbacks();
  };
  const byId = (id: number): Kind | null => {
    refresh();
    const kept = known.get(id);
    if (kept) return kept;
    const row = database.sql(`SELECT * FROM asset_kinds WHERE id = :id`).get({ id });
    if (!row) return null;
    const kind = toKind(row, numberOfValue);
    known.set(id, kind);
    return kind;
  };
  type Kept = { readonly changes: string; readonly tally: Tally; sums: readonly FilmSum[] | null };
  let kept: Kept | null = null;
  const now = (): Kept => {
    const changes = changesOf(database);
    refresh();
    if (known.size === 0)
      for (const row of database.sql(`SELECT * FROM asset_kinds WHERE count > 0`).all())
        known.set(numberOf(row, "id"), toKind(row, numberOfValue));
    if (kept?.changes !== changes) kept = { changes, tally: readTally(database), sums: null };
    return kept;
  };
  return {
    byId,
    withWords: wordSearch(database),
    withWordsIn: wordSearchIn(database),
    tally: () => now().tally,
    sums: () => {
      const all = now();
      all.sums ??= sumsOf(all.tally, byId);
      return all.sums;
    },
    values: () => values,
  };
};
