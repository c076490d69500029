/** Which encoder works here: found at the start, after a driver's failure, and every few minutes while none does. */
import type { Encoder } from "../core/encoders.ts";
import { toProblem } from "../core/problem.ts";
import type { Settings } from "../core/settings.ts";
import type { Ffmpeg } from "../edges/ffmpeg.ts";
import { chooseEncoder } from "../edges/gpu.ts";
import type { EncoderStatus } from "./control.ts";

export type EncoderChoice = {
  readonly now: () => { readonly status: EncoderStatus; readonly encoder: Encoder | null };
  /** Looks again, unless it is looking already. */
  readonly probe: () => void;
  /** Looks again when none works and the last look is old. */
  readonly pump: () => void;
  readonly idle: () => Promise<void>;
};

/** What a choice says to a person: the encoder found, or why each of those tried does not work. */
export const statusOf = ({ encoder, trials }: Awaited<ReturnType<typeof chooseEncoder>>): EncoderStatus =>
  encoder
    ? { kind: "found", name: encoder.name, codec: encoder.codec, isHardware: encoder.isHardware }
    : { kind: "none", why: trials.map((trial) => `${trial.encoder.codec}: ${trial.why}`).join("; ") };

const AGAIN_MS = 5 * 60_000;

/** `onFound` is called whenever the answer changed. */
export const createEncoderChoice = (
  ffmpeg: Ffmpeg,
  { operational }: Settings,
  onFound: (status: EncoderStatus) => void,
  signal?: AbortSignal,
): EncoderChoice => {
  let encoder: Encoder | null = null;
  let status: EncoderStatus = { kind: "probing" };
  let looking: Promise<void> | null = null;
  let lookedAt = 0;

  const look = async (): Promise<void> => {
    try {
      const found = await chooseEncoder(ffmpeg, operational.encoder, operational.gpu_only, signal);
      if (signal?.aborted) return;
      encoder = found.encoder;
      status = statusOf(found);
    } catch (thrown) {
      encoder = null;
      status = { kind: "none", why: toProblem(thrown).message };
    }
    lookedAt = Date.now();
    onFound(status);
  };
  const probe = (): void => {
    looking ??= look().finally(() => {
      looking = null;
    });
  };
  return {
    now: () => ({ status, encoder }),
    probe,
    pump: () => {
      if (encoder === null && looking === null && Date.now() - lookedAt > AGAIN_MS) probe();
    },
    idle: async () => void (await looking),
  };
};
