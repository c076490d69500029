/** The menus of the list with their counts, and the filters that are set, each with its way out. */

import { codecName } from "../../../core/codec-names.ts";
import type { HdrKind } from "../../../core/media-kind.ts";
import { ACTION_OF } from "../../../core/plan.ts";
import { isProblemCode, PROBLEMS } from "../../../core/problem.ts";
import { REASONS, type ReasonCode } from "../../../core/reasons.ts";
import { containerWord } from "../../../core/stream-words.ts";
import { WORKS } from "../../../core/work.ts";
import type { FacetCounts } from "../../../edges/store/asset-facets.ts";
import { FACETS, type Facet, type VerdictWord } from "../../../edges/store/asset-kinds.ts";
import { type Html, html } from "../html.ts";
import { FILTERS, type LibraryInput } from "../input.ts";
import { FROM_START, type LibraryView, libraryUrl } from "./library-view.ts";
import { foreign } from "./words.ts";

const HDR_WORDS: Readonly<Record<HdrKind | "hdr", string>> = {
  hdr: "HDR of any kind",
  sdr: "SDR",
  hdr10: "HDR10",
  hlg: "HLG",
  "dolby-vision": "Dolby Vision",
};

const VERDICT_WORDS: Readonly<Record<VerdictWord, string>> = {
  plays: "plays",
  some: "plays on some devices",
  no: "does not play",
  unknown: "not looked at yet",
};

const SUBTITLE_WORDS: Readonly<Record<string, string>> = {
  none: "no subtitles",
  text: "as text",
  picture: "as pictures",
};

const isReason = (code: string): code is ReasonCode => Object.hasOwn(REASONS, code);
const orNone = (value: string, what: string, word: (value: string) => string): string =>
  value === "none" ? `no ${what}` : word(value);
const wordIn = (words: Readonly<Record<string, string>>, value: string): string =>
  Object.hasOwn(words, value) ? (words[value] ?? value) : value;

type Menu = { readonly label: string; readonly any: string; readonly word: (value: string) => string };

const MENUS: Readonly<Record<Exclude<Facet, "state">, Menu>> = {
  library: { label: "Library", any: "All libraries", word: (value) => value },
  work: {
    label: "Work",
    any: "Any work",
    word: (value) => {
      const work = WORKS.find((each) => each === value);
      return work === undefined || work === "none" ? "plays as it is" : ACTION_OF[work];
    },
  },
  verdict: { label: "Verdict", any: "Any verdict", word: (value) => wordIn(VERDICT_WORDS, value) },
  reason: {
    label: "Reason",
    any: "Any reason",
    word: (value) => (isReason(value) ? REASONS[value].phrase : value),
  },
  problem: {
    label: "Problem",
    any: "Any problem",
    word: (value) => (isProblemCode(value) ? PROBLEMS[value].title.replace(/\.$/, "") : value),
  },
  codec: { label: "Video codec", any: "Any video", word: (value) => orNone(value, "picture", codecName) },
  resolution: {
    label: "Resolution",
    any: "Any resolution",
    word: (value) => orNone(value, "picture", (each) => (each === "smaller" ? "below 480p" : each)),
  },
  hdr: { label: "HDR", any: "HDR or not", word: (value) => wordIn(HDR_WORDS, value) },
  audio: { label: "Audio codec", any: "Any audio", word: (value) => orNone(value, "sound", codecName) },
  channels: {
    label: "Channels",
    any: "Any channels",
    word: (value) => orNone(value, "sound", (each) => (each === "other" ? "other layouts" : each)),
  },
  subtitles: { label: "Subtitles", any: "Any subtitles", word: (value) => wordIn(SUBTITLE_WORDS, value) },
  container: { label: "Container", any: "Any container", word: containerWord },
};

/** Each is a menu of the same name, whose choices are read again with the list. */
export const MENU_FACETS = FACETS.filter((each): each is Exclude<Facet, "state"> => each !== "state");
/** Those that stand in sight; the others are behind "More filters". */
const FIRST = new Set<Facet>(["library", "work"]);

const option = (value: string, text: string, isChosen: boolean): Html =>
  html`<option value="${value}"${isChosen ? html` selected` : null}>${text}</option>`;

/** The values that there are, the most frequent first, and the one that is chosen; `null` counts: words without counts. */
const menu = (
  facet: (typeof MENU_FACETS)[number],
  input: LibraryInput,
  counts: FacetCounts,
  isCounted: boolean,
): Html => {
  const { label, any, word } = MENUS[facet];
  const chosen = input[facet];
  const values = Object.entries(counts[facet]).toSorted(([, left], [, right]) => right - left);
  const named = values.map(([value]) => value);
  const all = chosen === undefined || named.includes(chosen) ? values : [...values, [chosen, 0] as const];
  return html`<select id="${facet}" class="form-select" name="${facet}" aria-label="${label}">${option("", any, chosen === undefined)}${all.map(([value, films]) => option(value, isCounted ? `${word(value)} (${films.toLocaleString("en")})` : word(value), value === chosen))}</select>`;
};

/** The menus of one part of the form. */
export const menus = ({ control, input, page }: LibraryView, part: "first" | "more"): Html => {
  const counted = page.facets();
  const counts = counted ?? control.store.assets.count({}).facets();
  const facets = MENU_FACETS.filter((each) => FIRST.has(each) === (part === "first"));
  return html`<div class="menus">${counts === null ? null : facets.map((each) => menu(each, input, counts, counted !== null))}</div>`;
};

/** How many of the menus that are out of sight are set. */
export const moreSet = (input: LibraryInput): number =>
  MENU_FACETS.filter((each) => !FIRST.has(each) && input[each] !== undefined).length;

export const isFiltered = (input: LibraryInput): boolean => FILTERS.some((each) => input[each] !== undefined);

const setWords = (input: LibraryInput, filter: (typeof FILTERS)[number]): string => {
  const value = String(input[filter] ?? "");
  if (filter === "q") return `“${value}”`;
  if (filter === "show") return value;
  if (filter === "season") return value === "0" ? "Specials" : `Season ${value}`;
  if (filter === "state") return value;
  return `${MENUS[filter].label}: ${MENUS[filter].word(value)}`;
};

/** What of the filter a person would say: `Resolution: 2160p`, in the order of the address. */
export const filterWords = (input: LibraryInput): readonly string[] =>
  FILTERS.filter((each) => input[each] !== undefined).map((each) => setWords(input, each));

/** The filters that are set; each is a link to the list without it. */
export const activeFilters = ({ input }: LibraryView): Html => {
  const set = FILTERS.filter((each) => input[each] !== undefined && each !== "state");
  const without = (filter: (typeof FILTERS)[number]) => ({
    [filter]: undefined,
    ...(filter === "show" ? { season: undefined } : {}),
    ...FROM_START,
  });
  return html`<div id="active" class="active">${
    set.length === 0
      ? null
      : html`${set.map((each) => html`<a class="set" href="${libraryUrl("/library", input, without(each))}" aria-label="Without ${setWords(input, each)}">${foreign(setWords(input, each))}<span aria-hidden="true"> ×</span></a>`)}<a href="/library">Show all films</a>`
  }${
    input.state === "Archived"
      ? html`<a href="${libraryUrl("/restore", input, { state: undefined, sort: undefined, order: undefined, limit: undefined, ...FROM_START })}">Bring these originals back…</a><a href="/archive">The archive</a>`
      : null
  }</div>`;
};
