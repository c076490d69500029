/** Kinds of films: all films of one kind are alike to every filter, so that counting kinds counts films. */
import { STATES, type State } from "../../core/lifecycle.ts";
import type { ChannelKind, HdrKind, MediaKind, Resolution, SubtitleKind } from "../../core/media-kind.ts";
import { whyOf } from "../../core/plan.ts";
import { isProblemCode, PROBLEMS, type ProblemCode } from "../../core/problem.ts";
import { REASONS, type ReasonCode } from "../../core/reasons.ts";
import type { Work } from "../../core/work.ts";
import { wordSearch } from "./asset-words.ts";
import { changesOf } from "./changes.ts";
import { numberOf, textOf, textsOf, wordOf } from "./columns.ts";
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
};

/** How many films there are of each kind, by its id. */
export type Tally = ReadonlyMap<number, number>;

export type FacetCounts = Readonly<Record<Facet, Readonly<Record<string, number>>>>;

export type Kinds = {
  readonly byId: (id: number) => Kind | null;
  /** Of all films. */
  readonly tally: () => Tally;
  /** The first films that words match. */
  readonly withWords: (match: string) => readonly number[];
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

const toKind = (row: Row): Kind => {
  const state = wordOf(row, "state", STATES);
  const [library, work, problem] = [textOf(row, "library"), textOf(row, "work"), textOf(row, "problem")];
  const reasons = textsOf(row, "reasons");
  const media = readMediaColumn(textOf(row, "media"));
  const one = (value: string | undefined): readonly string[] => (value ? [value] : []);
  const hdr = media?.hdr;
  return {
    id: numberOf(row, "id"),
    state,
    library,
    why: phraseOf(state, problem, reasons),
    values: {
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
    },
  };
};

/** The kinds of `database`. What a kind is never changes, so it is read once; a rollback may give its number to another. */
export const kindsOf = (database: Database): Kinds => {
  const known = new Map<number, Kind>();
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
    const kind = toKind(row);
    known.set(id, kind);
    return kind;
  };
  let kept: { readonly changes: string; readonly tally: Tally } | null = null;
  return {
    byId,
    withWords: wordSearch(database),
    tally: () => {
      const changes = changesOf(database);
      refresh();
      if (known.size === 0)
        for (const row of database.sql(`SELECT * FROM asset_kinds WHERE count > 0`).all())
          known.set(numberOf(row, "id"), toKind(row));
      if (kept?.changes !== changes)
        kept = {
          changes,
          tally: new Map(
            database
              .sql(`SELECT id, count FROM asset_kinds WHERE count > 0`)
              .all()
              .map((row) => [numberOf(row, "id"), numberOf(row, "count")]),
          ),
        };
      return kept.tally;
    },
  };
};

/** What of `filter` a kind does not meet; `libraries` is met or the kind is not there at all. */
const misses = (kind: Kind, filter: KindFilter, given: readonly Facet[]): readonly Facet[] =>
  given.filter((facet) => !kind.values[facet].includes(filter[facet] ?? ""));

const facetsIn = (filter: KindFilter): readonly Facet[] =>
  FACETS.filter((each) => filter[each] !== undefined);

const isOfLibraries = (filter: KindFilter): ((kind: Kind) => boolean) => {
  const libraries = filter.libraries === undefined ? null : new Set(filter.libraries);
  return (kind) => libraries === null || libraries.has(kind.library);
};

/** The kinds of a tally whose films meet the filter. */
export const matchingKinds = (kinds: Kinds, tally: Tally, filter: KindFilter): readonly Kind[] => {
  const [given, isOf] = [facetsIn(filter), isOfLibraries(filter)];
  const found: Kind[] = [];
  for (const id of tally.keys()) {
    const kind = kinds.byId(id);
    if (kind && isOf(kind) && misses(kind, filter, given).length === 0) found.push(kind);
  }
  return found;
};

/** For each value of each facet, how many films there would be if it were chosen instead of what is chosen of it now. */
export const facetCounts = (kinds: Kinds, tally: Tally, filter: KindFilter): FacetCounts => {
  const [given, isOf] = [facetsIn(filter), isOfLibraries(filter)];
  const counts = Object.fromEntries(FACETS.map((each) => [each, {}])) as Record<
    Facet,
    Record<string, number>
  >;
  for (const [id, count] of tally) {
    const kind = kinds.byId(id);
    if (!kind || !isOf(kind)) continue;
    const missed = misses(kind, filter, given);
    const [only] = missed;
    if (missed.length > 1) continue;
    for (const facet of only === undefined ? FACETS : [only])
      for (const value of kind.values[facet]) counts[facet][value] = (counts[facet][value] ?? 0) + count;
  }
  return counts;
};
