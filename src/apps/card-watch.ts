/** How hot the graphics card is, and whether it is there at all. */
import type { Heat } from "../core/nvidia-smi.ts";
import { createHeatReader } from "../edges/gpu.ts";
import type { Running } from "./running.ts";
import { createSensor } from "./sensor.ts";

const EVERY_MS = 5000;
/** A card that said something before and does not now is asked again so much later, one that never did after longer. */
const SILENT_MS = { now: 30_000, always: 10 * 60_000 };
/** A driver that is busy may not answer for a moment: so long the last figure stands. */
const STANDS_MS = 60_000;
const READINGS_KEPT = 10;

type Degrees = Extract<Heat, { kind: "degrees" }>;
type Asked = Pick<Running, "encoder" | "now" | "signal">;

export type CardWatch = {
  /** Asks the card when it is time to. */
  readonly pump: () => void;
  /**
   * Celsius of one card, by its number with nvidia-smi, or of the hottest; null before the first reading, and always where
   * no NVIDIA card encodes.
   */
  readonly degrees: (card?: number) => number | null;
  /** False while the first word of a card that encodes is waited for. */
  readonly hasRead: () => boolean;
  /** The last readings in a row of one card, or of the hottest at the time, newest last. */
  readonly readings: (card?: number) => readonly number[];
  /** What says that the card is lost, and since when; null: nothing does. */
  readonly lost: () => { readonly why: string; readonly since: number } | null;
  readonly idle: () => Promise<void>;
};

/** Watches the card of the encoder; `read` asks it. */
export const createCardWatch = (
  { encoder, now, signal }: Asked,
  read: (signal?: AbortSignal) => Promise<Heat> = createHeatReader(),
): CardWatch => {
  let readings: readonly Degrees[] = [];
  let saidAt = Number.NEGATIVE_INFINITY;
  let lost: { readonly why: string; readonly since: number } | null = null;
  const isSaid = (): boolean => Math.abs(now() - saidAt) < STANDS_MS;
  const heat = createSensor(() => read(signal), {
    now,
    every: ({ kind }) => {
      if (kind !== "silent" || isSaid()) return EVERY_MS;
      return readings.length > 0 ? SILENT_MS.now : SILENT_MS.always;
    },
    onRead: (said) => {
      if (said.kind === "degrees") {
        readings = [...readings, said].slice(-READINGS_KEPT);
        saidAt = now();
      }
      // That nothing is said leaves what was known.
      if (said.kind !== "silent")
        lost = said.kind === "lost" ? (lost ?? { why: said.why, since: now() }) : null;
    },
  });
  const readingsOf = (card?: number): readonly number[] =>
    isSaid()
      ? readings
          .map(({ degrees, cards }) => (card === undefined ? degrees : cards[card]))
          .filter((each) => typeof each === "number")
      : [];
  const isNvidia = (): boolean => encoder().encoder?.name === "nvenc";
  return {
    // A card that was heard of is asked until it is back.
    pump: () => {
      if ((isNvidia() || heat.value() !== null) && !signal.aborted) heat.pump();
    },
    degrees: (card) => (isNvidia() ? (readingsOf(card).at(-1) ?? null) : null),
    hasRead: () => !isNvidia() || heat.hasRead(),
    readings: readingsOf,
    lost: () => lost,
    idle: heat.idle,
  };
};
