/** The figures that people like to see: how much plays, what was saved, what was done, and how fast. */
import { typicalEncodeSpeed } from "../core/estimate.ts";
import { isProblemCode, PROBLEMS, type ProblemCode } from "../core/problem.ts";
import { type Accuracy, accuracyOf } from "../core/queue-time.ts";
import type { Settings } from "../core/settings.ts";
import type { QueuedWork, Work } from "../core/work.ts";
import type { FacetCounts } from "../edges/store/asset-facets.ts";
import type { DayReady, DayWork, EncoderSum, OutcomeSum } from "../edges/store/figures.ts";
import type { Control } from "./control.ts";
import { dayOf } from "./local-day.ts";

export type DayDone = {
  readonly day: string;
  /** Films done, by kind of work. */
  readonly copy: number;
  readonly audio: number;
  readonly video: number;
  readonly failed: number;
};

/** `codec` is that of the picture, `audio` that of the sound. */
export const CONTENTS = ["container", "codec", "audio", "resolution"] as const;
export type Content = (typeof CONTENTS)[number];

export type Stats = {
  /** When they were gathered, epoch ms. */
  readonly at: number;
  readonly films: number;
  /** Films that play. */
  readonly ready: number;
  /** The last 90 days, oldest first, a row for each. */
  readonly readyByDay: readonly DayReady[];
  /** The last 30 days, oldest first, a row for each. */
  readonly doneByDay: readonly DayDone[];
  /** Films by the work they need or needed. */
  readonly work: Readonly<Record<Work, number>>;
  /** Films that play without their picture having been encoded. */
  readonly notEncoded: {
    readonly films: number;
    readonly playingSeconds: number;
    /** How long encoding them would have taken, less what was done instead. */
    readonly savedSeconds: number;
    /** Multiples of playing time by which that is counted. */
    readonly speed: number;
    /** Whether this machine's own encodes gave the speed. */
    readonly isMeasured: boolean;
  };
  /** Converted films. */
  readonly space: {
    readonly films: number;
    readonly beforeBytes: number;
    readonly afterBytes: number;
    /** Of their originals: those that are still in their places, and those in the archive. */
    readonly keptBytes: number;
    readonly archivedBytes: number;
  };
  /** What the films are made of, as they were found; the most first. */
  readonly contents: Readonly<Record<Content, readonly { readonly name: string; readonly films: number }[]>>;
  readonly failures: readonly {
    readonly code: ProblemCode;
    readonly title: string;
    readonly films: number;
  }[];
  readonly encoders: readonly (EncoderSum & { readonly speed: number })[];
  /** How good the times were that were told of the last films before they were begun. */
  readonly told: Accuracy & { readonly works: Readonly<Record<QueuedWork, Accuracy>> };
};

const READY_DAYS = 90;
const DONE_DAYS = 30;

/** Less of an encode than this says little about the machine. */
const MEASURED_MIN_SECONDS = 600;

/** The days up to today, oldest first. */
const lastDays = (count: number, now: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => {
    const date = new Date(now);
    // At noon, so that no change of the clock skips a day.
    date.setHours(12, 0, 0, 0);
    date.setDate(date.getDate() - (count - 1 - index));
    return dayOf(date.getTime());
  });

/** A row for each day from the first that is known; one without a row was like the one before. */
const filled = (days: readonly string[], known: readonly DayReady[]): readonly DayReady[] => {
  const byDay = new Map(known.map((each) => [each.day, each]));
  const rows: DayReady[] = [];
  for (const day of days) {
    const row = byDay.get(day) ?? rows.at(-1);
    if (row) rows.push({ ...row, day });
  }
  return rows;
};

const doneOf = (days: readonly string[], known: readonly DayWork[]): readonly DayDone[] =>
  days.map((day) => {
    const rows = known.filter((each) => each.day === day);
    const done = (work: Work): number =>
      rows.reduce((sum, each) => sum + (each.work === work ? each.done : 0), 0);
    return {
      day,
      copy: done("copy"),
      audio: done("audio"),
      video: done("video"),
      failed: rows.reduce((sum, each) => sum + each.failed, 0),
    };
  });

const sumOf = (rows: readonly OutcomeSum[], value: (row: OutcomeSum) => number): number =>
  rows.reduce((sum, each) => sum + value(each), 0);

const notEncoded = (
  outcomes: readonly OutcomeSum[],
  encoders: readonly EncoderSum[],
  isHardware: boolean,
): Stats["notEncoded"] => {
  const rows = outcomes.filter((each) => each.outcome === "direct-play" || each.work !== "video");
  const encodes = encoders.filter((each) => each.encoder !== "copy" && each.encoder !== "");
  const played = encodes.reduce((sum, each) => sum + each.playingSeconds, 0);
  const worked = encodes.reduce((sum, each) => sum + each.workSeconds, 0);
  const isMeasured = played >= MEASURED_MIN_SECONDS && worked > 0;
  const speed = isMeasured ? played / worked : typicalEncodeSpeed(isHardware);
  const copying = encoders.find((each) => each.encoder === "copy");
  const copied = sumOf(
    rows.filter((each) => each.outcome === "converted"),
    (each) => each.playingSeconds,
  );
  const spent = copying ? (copied * copying.workSeconds) / copying.playingSeconds : 0;
  const playingSeconds = sumOf(rows, (each) => each.playingSeconds);
  return {
    films: sumOf(rows, (each) => each.films),
    playingSeconds,
    savedSeconds: Math.max(0, playingSeconds / speed - spent),
    speed,
    isMeasured,
  };
};

const spaceOf = (outcomes: readonly OutcomeSum[], archivedBytes: number): Stats["space"] => {
  const rows = outcomes.filter((each) => each.outcome === "converted");
  return {
    films: sumOf(rows, (each) => each.films),
    beforeBytes: sumOf(rows, (each) => each.sizeBytes),
    afterBytes: sumOf(rows, (each) => each.resultBytes),
    keptBytes: sumOf(
      rows.filter((each) => each.state === "Completed"),
      (each) => each.sizeBytes,
    ),
    archivedBytes,
  };
};

/** The most first, those that are as many by name. */
const ranked = (counts: Readonly<Record<string, number>>): readonly { name: string; films: number }[] =>
  Object.entries(counts)
    .map(([name, films]) => ({ name, films }))
    .toSorted((a, b) => b.films - a.films || (a.name < b.name ? -1 : 1));

const contentsOf = (counts: FacetCounts | null): Stats["contents"] => ({
  container: ranked(counts?.container ?? {}),
  codec: ranked(counts?.codec ?? {}),
  audio: ranked(counts?.audio ?? {}),
  resolution: ranked(counts?.resolution ?? {}),
});

/** So many films say how good the times are that are told. */
const TOLD_READ = 200;

const toldOf = (told: ReturnType<Control["store"]["pastRuns"]["told"]>): Stats["told"] => {
  const of = (work: QueuedWork): Accuracy => accuracyOf(told.filter((each) => each.work === work));
  return { ...accuracyOf(told), works: { copy: of("copy"), audio: of("audio"), video: of("video") } };
};

type Asked = Pick<Control, "store" | "settings" | "overview">;

/** All figures as they are now; a few ms, however many films there are. */
export const readStats = ({ store, settings, overview }: Asked, now: number): Stats => {
  const { figures } = store;
  const libraries = Object.keys(settings.libraries);
  const { state, work, total } = store.assets.counts();
  const ready = state.Completed + state.Archived;
  const [readyDays, doneDays] = [lastDays(READY_DAYS, now), lastDays(DONE_DAYS, now)];
  const today = { day: dayOf(now), films: total, ready };
  const known = figures.ready({ libraries, since: readyDays[0] ?? "" });
  const outcomes = figures.outcomes({ libraries });
  const encoders = figures.encoders({ libraries });
  const { encoder } = overview();
  return {
    at: now,
    films: total,
    ready,
    readyByDay: filled(readyDays, [...known.filter((each) => each.day !== today.day), today]),
    doneByDay: doneOf(doneDays, figures.work({ libraries, since: doneDays[0] ?? "" })),
    work,
    notEncoded: notEncoded(outcomes, encoders, encoder.kind === "found" && encoder.isHardware),
    space: spaceOf(outcomes, store.archive.totals(libraries).original.bytes),
    contents: contentsOf(store.assets.count({}).facets()),
    failures: ranked(store.assets.count({ state: "Failed" }).facets()?.problem ?? {}).flatMap(
      ({ name, films }) => (isProblemCode(name) ? [{ code: name, title: PROBLEMS[name].title, films }] : []),
    ),
    encoders: encoders.map((each) => ({
      ...each,
      speed: each.workSeconds > 0 ? each.playingSeconds / each.workSeconds : 0,
    })),
    told: toldOf(store.pastRuns.told(TOLD_READ)),
  };
};

/** Gathered again when the last ones are older than this. */
const KEPT_MS = 60_000;

/** The figures, at most a minute old, and of the settings that are in use. */
export const keptStats = (asked: Asked, now: () => number): (() => Stats) => {
  let kept: { readonly stats: Stats; readonly settings: Settings } | null = null;
  const isFresh = ({ stats: { at }, settings }: NonNullable<typeof kept>): boolean =>
    settings === asked.settings && now() - at < KEPT_MS && now() >= at;
  return () => {
    if (kept === null || !isFresh(kept)) kept = { settings: asked.settings, stats: readStats(asked, now()) };
    return kept.stats;
  };
};
