/** What a worker is able to do, as it says of itself: its encoder, its cards, how many films at once. */
import type { WorkLane } from "../core/snapshot.ts";
import type { WorkerCard, WorkerHello } from "../core/work-order.ts";
import type { Ffmpeg } from "../edges/ffmpeg.ts";
import { type Engine, readCards, readDecoders } from "../edges/gpu.ts";
import { isInstalled } from "../edges/installed.ts";
import type { Log } from "../edges/log.ts";
import { createBusyReader } from "../edges/machine.ts";
import { enginesOf } from "./card-places.ts";
import { createEncoderChoice } from "./encoder-choice.ts";
import type { EncoderAnswer } from "./running.ts";
import { createSensor } from "./sensor.ts";
import { settingsFrom } from "./settings-source.ts";
import { createWorkerHeat } from "./worker-heat.ts";

export type Places = {
  readonly copies: number;
  /** null: one, and of NVIDIA's cards that encode one each. */
  readonly encodes: number | null;
};

type Ability = Pick<WorkerHello, "slots" | "encoder" | "encoderWhy" | "decodes" | "cards" | "loadPercent">;

export type WorkerAbility = {
  readonly now: () => Ability;
  readonly encoder: () => EncoderAnswer;
  /** Cards, by their number with nvidia-smi, that take no film before they are cooler. */
  readonly hot: () => ReadonlySet<number>;
  /** Looks for a working encoder again. */
  readonly probe: () => void;
  /** Looks at what changes by itself; at each heartbeat. */
  readonly pump: () => void;
  readonly idle: () => Promise<void>;
};

export type AbilityOptions = {
  readonly places: Places;
  /** As in the settings: `auto` or one of the encoders. */
  readonly encoder: string;
  /** The processor encodes where no card does. */
  readonly allowCpu: boolean;
  readonly ffmpeg: Ffmpeg;
  readonly log: Log;
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** Celsius from which a card takes no film; null: that of the settings' default. */
  readonly cardCutoff?: () => number | null;
  /** The encoder, or what its cards take, is another than before. */
  readonly onChange: () => void;
};

/** Throws Problem settings-invalid for an encoder that nobody knows. */
export const createWorkerAbility = (options: AbilityOptions): WorkerAbility => {
  const { places, ffmpeg, log, now, signal, onChange } = options;
  const settings = settingsFrom({
    operational: { encoder: options.encoder, gpu_only: options.encoder === "auto" && !options.allowCpu },
  });
  let decodes: readonly string[] = [];
  const choice = createEncoderChoice(
    { ffmpeg, log, now },
    settings,
    (status) => {
      log.info({ encoder: status }, "looked for an encoder");
      onChange();
    },
    signal,
  );
  const decoders = createSensor(() => readDecoders(ffmpeg, signal).catch(() => []), {
    now,
    // One whose ffmpeg did not answer is asked again; another ffmpeg comes with a restart.
    every: (found) => (found.length > 0 ? Number.POSITIVE_INFINITY : AGAIN_MS),
    onRead: (found) => {
      decodes = found;
      onChange();
    },
  });
  const heat = createWorkerHeat(settings.operational, now);
  let hot: ReadonlySet<number> = new Set();
  const cards = createSensor(cardsOf, {
    now,
    every: (found) => (found.length > 0 ? 0 : AGAIN_MS),
    onRead: (found) => {
      const before = hot;
      hot = heat(found, options.cardCutoff?.() ?? null);
      const [hotter, cooler] = [without(hot, before), without(before, hot)];
      if (hotter.length + cooler.length === 0) return;
      if (hotter.length > 0) log.warn({ cards: hotter }, "too hot: no film is taken for these cards");
      if (cooler.length > 0) log.info({ cards: cooler }, "these cards are cooler: films are taken again");
      onChange();
    },
  });
  const busy = createBusyReader();
  let loadPercent: number | null = null;
  /** One card alone has no number. */
  const isHot = ({ encoder, gpu }: Engine): boolean =>
    gpu === null ? encoder.name === "nvenc" && hot.size > 0 : hot.has(gpu.index);
  const slots = (): Record<WorkLane, number> => {
    const engines = enginesOf(choice.now());
    const cool = engines.filter((each) => !isHot(each)).length;
    return {
      copies: places.copies,
      encodes: shareOf(places.encodes ?? engines.length, cool, engines.length),
    };
  };
  choice.probe();
  return {
    now: () => {
      const { status, encoder } = choice.now();
      return {
        slots: slots(),
        encoder: encoder && { name: encoder.name, codec: encoder.codec, isHardware: encoder.isHardware },
        encoderWhy:
          status.kind === "none" ? status.why : status.kind === "probing" ? "It is being looked for." : "",
        decodes,
        cards: (cards.value() ?? []).map((each) => ({ ...each, isHot: hot.has(each.index) })),
        loadPercent,
      };
    },
    encoder: choice.now,
    hot: () => hot,
    probe: choice.probe,
    pump: () => {
      choice.pump();
      decoders.pump();
      cards.pump();
      loadPercent = busy();
    },
    idle: async () => void (await Promise.all([choice.idle(), decoders.idle(), cards.idle()])),
  };
};

const without = (some: ReadonlySet<number>, others: ReadonlySet<number>): readonly number[] =>
  [...some].filter((each) => !others.has(each));

/** Of the places for all engines those for the cool ones; one at least while there is one. */
const shareOf = (places: number, cool: number, engines: number): number => {
  if (cool === 0) return 0;
  return cool === engines ? places : Math.min(places, Math.max(1, Math.floor((places * cool) / engines)));
};

/** Where nothing was found it is looked for again so much later. */
const AGAIN_MS = 5 * 60_000;

/** NVIDIA's alone: no other maker's driver comes with a program that says how its cards stand. Throws nothing. */
const cardsOf = async (): Promise<readonly Omit<WorkerCard, "isHot">[]> => {
  if (!(await isInstalled("nvidia-smi"))) return [];
  const found = await readCards();
  if (found.kind === "none") return [];
  return found.cards.map(({ name, temperatureCelsius }, index) => ({
    index,
    name,
    degrees: temperatureCelsius,
    // Not among what every driver says.
    encoderPercent: null,
  }));
};
