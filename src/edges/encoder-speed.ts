/** Measures an encoder with a real encode. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { MEASURED_MS, type Reached, speedArgs, speedClipArgs, speedOf } from "../core/encoder-speed.ts";
import { classifyFailure } from "../core/ffmpeg-failure.ts";
import type { EncodingProfile } from "../core/settings-profile.ts";
import { type Ffmpeg, runBriefly } from "./ffmpeg.ts";
import type { Engine } from "./gpu.ts";

/** For the two seconds that are measured with; on a slow processor they take some. */
import { makeScratchFolder } from "./scratch-folder.ts";

const CLIP_MS = 30_000;

/** Frames a second, 1080p made 720p, in at most `measuredMs` and what the clip takes; null when it did not come to that. */
export const measureSpeed = async (
  ffmpeg: Ffmpeg,
  { encoder, card }: Engine,
  profile: EncodingProfile,
  signal: AbortSignal,
  measuredMs = MEASURED_MS,
): Promise<number | null> => {
  const folder = await makeScratchFolder("speed").catch(() => null);
  if (folder === null) return null;
  try {
    const clip = join(folder, "clip.mp4");
    const made = await runBriefly(ffmpeg, speedClipArgs(encoder, profile, clip), {
      ...{ durationSeconds: null, limitMs: CLIP_MS, stallMs: CLIP_MS, signal },
    });
    if (classifyFailure(made.end) !== null || signal.aborted) return null;
    const reached: Reached[] = [];
    const { end } = await runBriefly(ffmpeg, speedArgs(encoder, profile, card, clip), {
      durationSeconds: null,
      limitMs: 2 * measuredMs,
      signal: AbortSignal.any([signal, AbortSignal.timeout(measuredMs)]),
      onProgress: ({ outTimeSeconds }) =>
        void reached.push({ atMs: performance.now(), playingSeconds: outTimeSeconds ?? 0 }),
    });
    // It is ended when its time is over; one that failed by itself is no measure.
    return signal.aborted || (end.stopped === null && end.exitCode !== 0) ? null : speedOf(reached);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
