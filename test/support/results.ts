/** Films with two sound tracks, results made of them by real ffmpeg, and what the verification says of those. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { after, it } from "node:test";
import type { MediaInfo } from "../../src/core/media-info.ts";
import type { Wish } from "../../src/core/plan.ts";
import { createFfmpeg, reread } from "../../src/edges/ffmpeg.ts";
import { createFfprobe } from "../../src/edges/ffprobe.ts";
import { type Verified, verify } from "../../src/steps/verify.ts";
import { runFfmpeg } from "./ffmpeg.ts";
import { planFor, wish } from "./media.ts";
import { tempFolder } from "./temp.ts";

export const QUIET = ["-v", "error", "-nostdin", "-y"];
const SMALL = ["-preset", "ultrafast", "-g", "20", "-force_key_frames", "expr:gte(t,n_forced*2)"];
export const H264 = ["-c:v", "libx264", ...SMALL, "-pix_fmt", "yuv420p"];
export const COPY = ["-map", "0:0", "-map", "0:1", "-c", "copy"];
export const ENCODE = ["-map", "0:0", "-map", "0:1", ...H264, "-c:a", "copy"];
export const FAST = ["-movflags", "+faststart"];
/** Of a copy of six seconds what lies before 1 s and after 4 s is looked at, unless all of it is asked for. */
export const SECONDS = 6;

const ffprobe = createFfprobe();
const ffmpeg = createFfmpeg();
const folder = tempFolder({ after });
export const at = (name: string): string => join(folder, name);
export const made = (name: string, args: readonly string[]) => runFfmpeg([...QUIET, ...args, at(name)]);
export const withoutFfmpeg =
  spawnSync("ffmpeg", ["-version"]).status === 0 ? false : "ffmpeg is not installed";

/** `copy.mkv` plays but for its container; `encode.mkv` has ten bits. Each with a good result beside it. */
export const makeFilms = async (): Promise<void> => {
  if (withoutFfmpeg) return;
  const sound = (hertz: number) => ["-f", "lavfi", "-i", `sine=f=${hertz}:r=48000:d=${SECONDS}`];
  const two = ["-f", "lavfi", "-i", `testsrc2=s=320x240:r=10:d=${SECONDS}`, ...sound(440), ...sound(660)];
  const coded = [...H264, "-bf", "2", "-c:a", "aac", "-ac", "2", "-map", "0", "-map", "1", "-map", "2"];
  await made("copy.mkv", [...two, ...coded]);
  await made("encode.mkv", [...two, ...coded, "-pix_fmt", "yuv420p10le"]);
  await made("good-copy.mp4", ["-i", at("copy.mkv"), ...COPY, ...FAST]);
  await made("good-encode.mp4", ["-i", at("encode.mkv"), ...ENCODE, ...FAST]);
};

export type Look = {
  readonly asks?: Partial<Wish>;
  readonly readsAll?: boolean;
  readonly isHardware?: boolean;
};

const probed = new Map<string, Promise<MediaInfo>>();
const probe = (name: string): Promise<MediaInfo> => {
  const media = probed.get(name) ?? ffprobe.probe(at(name)).then((seen) => seen.media);
  probed.set(name, media);
  return media;
};

/** Verifies `output` as what the plan for `source` was to make. */
export const look = async (
  source: string,
  output: string,
  { asks = {}, ...how }: Look = {},
): Promise<Verified> => {
  const media = await probe(source);
  return verify(
    { ffprobe, reread: (path, reading, signal) => reread(ffmpeg, path, reading, signal) },
    {
      source: media,
      sourcePath: at(source),
      plan: planFor(media, asks),
      outputPath: at(output),
      wish: wish(asks),
      isHardware: false,
      log: "",
      readsAll: false,
      ...how,
    },
  );
};

export const failing = (verified: Verified): readonly string[] =>
  verified.checks.filter((each) => !each.passed).map((each) => each.name);

/** The result is refused, by these checks among others. */
export const refusesFile = async (
  source: string,
  output: string,
  checks: readonly string[],
  how?: Look,
): Promise<void> => {
  const verified = await look(source, output, how);
  const found = failing(verified);
  assert.equal(verified.kind, "failed");
  for (const check of checks) assert.ok(found.includes(check), `${check} is not among ${found.join(", ")}`);
};

/** A test that a result made of `source` by these arguments is refused, by these checks among others. */
export const refuses = (
  name: string,
  source: string,
  args: readonly string[],
  checks: readonly string[],
  how?: Look,
): void => {
  it(name, async () => {
    const output = `${name.replaceAll(/\W+/g, "-")}.mp4`;
    await made(output, ["-i", at(source), ...args]);
    await refusesFile(source, output, checks, how);
  });
};
