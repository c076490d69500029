/** The guardrails, one row each: what it looks at, when that is over its limit, what rests then. A figure not known stops nothing. */
import type { RestCode } from "./guardrail-problems.ts";
import { counted, humanBytes } from "./human-text.ts";
import { nextOpening } from "./schedule.ts";
import type { Limits, Rest, Snapshot, WorkLane } from "./snapshot.ts";

export type Found = Pick<Rest, "detail"> &
  Partial<Pick<Rest, "lanes" | "libraries" | "stops" | "figure" | "limit" | "until">> & {
    /** Tells several of one guardrail apart. */
    readonly key?: string;
    readonly isOver: boolean;
  };

export type Given = { readonly snapshot: Snapshot; readonly limits: Limits; readonly now: number };

type Guardrail = {
  readonly lanes: readonly WorkLane[];
  /** So long it has to be over its limit before work rests, and so long below it before work goes on; ms. */
  readonly risingMs?: number;
  readonly quietMs?: number;
  /** `rests`: whether that key rests already, for which the limit is a lower one. */
  readonly look: (given: Given, rests: (key?: string) => boolean) => readonly Found[];
};

/** Degrees below the cut-off at which encodes go on: an idle card loses them within a minute or so. */
const COOLER_BY = 10;
const MINUTE_MS = 60_000;
const BOTH = ["copies", "encodes"] as const;
const MEBIBYTE = 2 ** 20;
/** The database and its backups are no films: their disk is full when it is over the limit and so little is left. */
const DATA_BYTES = 2e9;

/** `auto`: below this the kernel begins to end programs. ZFS counts its cache as used, and leaves more than this. */
const leastMemoryBytes = ({ min_free_memory_mb }: Limits, totalBytes: number): number =>
  min_free_memory_mb === "auto" ? Math.min(0.05 * totalBytes, 512 * MEBIBYTE) : min_free_memory_mb * MEBIBYTE;
/** Percent of time in which nothing went on for want of memory: above the first a machine thrashes. */
const STALLED = { from: 25, below: 10 };

const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join() : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;

/** Gravest first: the first that holds a film is the one that is said. */
export const GUARDRAILS: Readonly<Record<RestCode, Guardrail>> = {
  "card-lost": {
    lanes: ["encodes"],
    look: ({ snapshot: { cardLost } }) =>
      cardLost === null
        ? []
        : [
            {
              isOver: true,
              stops: cardLost.stops,
              detail: `${cardLost.why.replace(/\.?$/, ".")} ${cardLost.stops ? "Encodes go on once it is back." : "The processor encodes until it is back."}`,
            },
          ],
  },
  "failing-alike": {
    lanes: BOTH,
    look: ({ snapshot, now }) =>
      snapshot.failing.map(({ lane, films, detail, until }) => ({
        key: lane,
        isOver: true,
        lanes: [lane],
        // From then on one film at a time is tried.
        stops: until > now,
        figure: films,
        detail: `${counted(films, "film")} in a row: ${detail}`,
        until,
      })),
  },
  "card-too-hot": {
    lanes: ["encodes"],
    quietMs: 15_000,
    look: ({ snapshot: { cards }, limits: { gpu_temperature_cutoff: limit } }, rests) => {
      const isOver = ({ key, degrees }: (typeof cards)[number]): boolean =>
        rests(key) ? degrees > limit - COOLER_BY : degrees >= limit;
      // The others go on.
      const stops = cards.every((each) => isOver(each) || rests(each.key));
      return cards.map((card) => ({
        key: card.key,
        isOver: isOver(card),
        detail: `${card.name || "It"} has ${card.degrees} °C; encodes rest from ${limit} °C and go on at ${limit - COOLER_BY} °C.`,
        ...{ stops, figure: card.degrees, limit },
      }));
    },
  },
  "disk-over-limit": {
    lanes: BOTH,
    look: ({ snapshot, limits: { max_disk_usage_percent: limit } }, rests) =>
      snapshot.disks.map(({ device, folders, libraries, usedPercent, freeBytes }) => {
        const isFull = limit < 100 && usedPercent >= (rests(device) ? limit - 1 : limit);
        const least = rests(device) ? 1.25 * DATA_BYTES : DATA_BYTES;
        return {
          key: device,
          isOver: isFull && (libraries !== null || freeBytes < least),
          libraries,
          detail: `The disk of ${listed(folders)} is ${usedPercent.toFixed(1)} % full, with ${humanBytes(freeBytes)} free; the limit is ${limit} %.`,
          figure: usedPercent,
          limit,
        };
      }),
  },
  "no-room": {
    lanes: BOTH,
    look: ({ snapshot }) =>
      snapshot.tooLarge.map(({ lane, library, needsBytes, roomBytes }) => ({
        key: `${library} ${lane}`,
        isOver: true,
        lanes: [lane],
        libraries: [library],
        stops: false,
        detail: `The next one of ${library} takes about ${humanBytes(needsBytes)}, and ${humanBytes(Math.max(0, roomBytes))} may still be written there.`,
        figure: needsBytes,
        limit: Math.max(0, roomBytes),
      })),
  },
  "memory-short": {
    lanes: BOTH,
    risingMs: 10_000,
    quietMs: MINUTE_MS,
    look: ({ snapshot: { memory }, limits }, rests) => {
      if (memory === null || limits.min_free_memory_mb === 0) return [];
      const { availableBytes, totalBytes, stalledPercent } = memory;
      const least = leastMemoryBytes(limits, totalBytes);
      const isStalled = (stalledPercent ?? 0) >= (rests() ? STALLED.below : STALLED.from);
      return [
        {
          isOver: isStalled || availableBytes < (rests() ? 1.25 * least : least),
          detail: isStalled
            ? `For ${Math.round(stalledPercent ?? 0)} % of the time nothing goes on for want of it.`
            : `${humanBytes(availableBytes)} are free; new work waits below ${humanBytes(least)}.`,
          figure: availableBytes,
          limit: least,
        },
      ];
    },
  },
  "outside-hours": {
    lanes: ["encodes"],
    look: ({ limits: { schedule, time_zone }, now }) => {
      const until = nextOpening(schedule, time_zone, now);
      return [{ isOver: until !== now, detail: "", until }];
    },
  },
  "somebody-watches": {
    lanes: ["encodes"],
    quietMs: 5 * MINUTE_MS,
    look: ({ snapshot: { watching }, limits: { pause_while_watching } }) =>
      pause_while_watching
        ? [
            {
              isOver: watching.length > 0,
              detail: `${watching.join("; ")}. Encodes go on five minutes after the last one ends.`,
              figure: watching.length,
            },
          ]
        : [],
  },
  "machine-busy": {
    lanes: ["encodes"],
    risingMs: MINUTE_MS,
    quietMs: 2 * MINUTE_MS,
    look: ({ snapshot: { otherLoadPercent: figure }, limits: { max_other_load_percent: limit } }, rests) =>
      figure === null || limit === 0
        ? []
        : [
            {
              isOver: figure >= (rests() ? Math.max(1, limit - 10) : limit),
              detail: `They use ${Math.round(figure)} % of the processor; the limit is ${limit} %.`,
              ...{ figure, limit },
            },
          ],
  },
};
