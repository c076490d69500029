/**
 * Measures how fast the encoders that do the work are: once for each card, driver, ffmpeg and options, while nothing is
 * encoded, and when a person asks. Estimates begin with it.
 */
import { cpus } from "node:os";
import { ENCODERS } from "../core/encoders.ts";
import { profileOf, type Settings } from "../core/settings.ts";
import { defaultEncodingProfile, type EncodingProfile } from "../core/settings-profile.ts";
import { measureSpeed } from "../edges/encoder-speed.ts";
import { type Engine, readCapabilities } from "../edges/gpu.ts";
import type { Calibration, Measured } from "../edges/store/calibrations.ts";
import type { Loop } from "./assess-loop.ts";
import { enginesOf } from "./card-places.ts";
import type { EncoderAnswer, Running } from "./running.ts";

export type Speeds = Loop & {
  readonly now: () => {
    /** `waiting`: a person asked, and films that are encoded are waited for. */
    readonly state: "idle" | "waiting" | "measuring";
    readonly measured: readonly Calibration[];
  };
  /** A person wants all measured anew; nothing is begun before that is done. */
  readonly again: () => void;
};

/** That of the first library, since most have one. */
const usedProfile = (settings: Settings): EncodingProfile => {
  const [library] = Object.values(settings.libraries);
  return library === undefined ? defaultEncodingProfile : profileOf(settings, library);
};

const processor = (): string => {
  const all = cpus();
  return `${all.length} × ${all[0]?.model.trim() || "processor"}`;
};

const describe = (
  { encoder, card, gpu }: Engine,
  { cards }: EncoderAnswer,
  ffmpeg: string,
  options: string,
): Measured => {
  const seen =
    encoder.name === "nvenc" ? cards?.find(({ uuid }) => gpu === null || uuid === gpu.uuid) : undefined;
  return {
    encoder: encoder.codec,
    device: seen?.uuid ?? "",
    name: seen?.name ?? (encoder.isHardware ? "the graphics card" : processor()),
    driver: seen?.driver ?? "",
    ...{ ffmpeg, options, decodesOnCard: card !== null },
  };
};

const isSame = (a: Measured, b: Measured): boolean =>
  (["encoder", "device", "name", "driver", "ffmpeg", "options", "decodesOnCard"] as const).every(
    (key) => a[key] === b[key],
  );

/** `measures` false: only when a person asks. */
export const createSpeeds = (running: Running, measures: boolean): Speeds => {
  const { store, ffmpeg, cards, log, now, signal, settings } = running;
  const profile = usedProfile(settings);
  let looking: Promise<void> | null = null;
  let isMeasuring = false;
  /** Epoch ms; what is older was asked for anew. */
  let askedAt: number | null = null;
  /** The answer of which all that can be measured is. */
  let settled: EncoderAnswer | null = null;
  /** What could not be measured is not tried for ever. */
  let failed: readonly Measured[] = [];

  /** A person who asks waits for the films in work, and the next ones for the person. */
  const hold = (): void => cards.setMeasured(isMeasuring || askedAt !== null);
  const isWanted = (what: Measured): boolean => {
    if (failed.some((each) => isSame(each, what))) return false;
    const known = store.calibrations.all().find((each) => isSame(each, what));
    return known === undefined || (askedAt !== null && known.measuredAt < askedAt);
  };

  const letGo = (): void => {
    if (askedAt === null) return;
    askedAt = null;
    hold();
    running.changed({ kind: "overview" });
    running.wake();
  };

  const measure = async (engine: Engine, what: Measured): Promise<void> => {
    isMeasuring = true;
    hold();
    running.changed({ kind: "overview" });
    try {
      const framesPerSecond = await measureSpeed(ffmpeg, engine, profile, signal);
      if (signal.aborted) return;
      // A clock that was set back must not have it measured again and again.
      if (framesPerSecond === null) failed = [...failed, what];
      else store.calibrations.put({ ...what, framesPerSecond, measuredAt: Math.max(now(), askedAt ?? 0) });
      log.info({ encoder: what.encoder, card: what.name, framesPerSecond }, "speed measured");
    } finally {
      isMeasuring = false;
      hold();
      running.changed({ kind: "overview" });
      running.wake();
    }
  };

  /** Measures one that is wanted; films may come between it and the next. */
  const look = async (answer: EncoderAnswer): Promise<void> => {
    const { version } = await readCapabilities(ffmpeg, signal);
    for (const engine of enginesOf(answer)) {
      const what = describe(
        engine,
        answer,
        version,
        ENCODERS[engine.encoder.name].options(profile).join(" "),
      );
      if (!isWanted(what)) continue;
      if (!running.hasEncodes() && !signal.aborted) await measure(engine, what);
      return;
    }
    settled = answer;
    letGo();
  };

  return {
    now: () => ({
      state: isMeasuring ? "measuring" : askedAt === null ? "idle" : "waiting",
      measured: store.calibrations.all(),
    }),
    again: () => {
      if (askedAt !== null) return;
      [askedAt, settled, failed] = [now(), null, []];
      hold();
      running.wake();
    },
    pump: () => {
      const answer = running.encoder();
      if (looking !== null || signal.aborted || (!measures && askedAt === null)) return;
      if (answer.encoder === null || answer === settled) return;
      if (running.hasEncodes()) return;
      looking = look(answer)
        .catch((thrown: unknown) => {
          log.warn({ err: thrown }, "speed could not be measured");
          settled = answer;
          letGo();
        })
        .finally(() => {
          looking = null;
        });
    },
    idle: async () => void (await looking),
  };
};
