/** A film converted by the real step, in parts or in one piece, and what came of it. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { convertEdges } from "../../src/apps/convert-edges.ts";
import { settingsFrom } from "../../src/apps/settings-source.ts";
import { ENCODERS } from "../../src/core/encoders.ts";
import { wishOf } from "../../src/core/wish.ts";
import { createFfmpeg, type Ffmpeg } from "../../src/edges/ffmpeg.ts";
import { createFfprobe } from "../../src/edges/ffprobe.ts";
import { readPart } from "../../src/edges/film-part.ts";
import { fingerprintFile } from "../../src/edges/library-walk.ts";
import { assessMedia } from "../../src/steps/assess.ts";
import { type Converted, type ConvertInput, convert } from "../../src/steps/convert.ts";
import { convertInParts } from "../../src/steps/convert-parts.ts";
import type { InParts, PartsDeps } from "../../src/steps/encode-parts.ts";
import { runFfmpeg } from "./ffmpeg.ts";
import { QUIET } from "./results.ts";
import { tempFolder } from "./temp.ts";

export const TOKEN = "0123456789abcdef0123456789abcdef";

/** 24 seconds with a keyframe every two: parts of six are cut. */
export const PICTURE = (rate: string): readonly string[] => [
  ...["-f", "lavfi", "-i", `testsrc2=s=320x180:r=${rate}:d=24`],
];
const TONES = [440, 330, 220, 55, 550, 660].map((hertz) => `0.2*sin(${hertz}*2*PI*t)`).join("|");
export const SURROUND: readonly string[] = [
  ...["-f", "lavfi", "-i", `aevalsrc='${TONES}':s=48000:d=24:c=5.1`],
];
export const H264 = (every: number): readonly string[] => [
  ...["-c:v", "libx264", "-preset", "veryfast", "-bf", "3", "-g", String(every), "-pix_fmt", "yuv420p"],
];

export const hasEncoder = (name: string): false | string => {
  const { stdout } = spawnSync("ffmpeg", ["-hide_banner", "-encoders"], { encoding: "utf8" });
  return stdout?.includes(` ${name} `) ? false : `this ffmpeg has no ${name}`;
};

export type Room = {
  /** Absolute. */
  readonly source: string;
  readonly folder: string;
  readonly deps: PartsDeps;
  readonly input: (more?: Partial<ConvertInput>) => Promise<ConvertInput>;
};

/** A folder with a film made by ffmpeg, to be encoded whatever it is; `ffmpeg` is the program that converts. */
export const roomWith = async (
  context: TestContext,
  name: string,
  args: readonly string[],
  ffmpeg: Ffmpeg = createFfmpeg(),
): Promise<Room> => {
  const folder = join(tempFolder(context), "films");
  mkdirSync(folder);
  const source = join(folder, name);
  await runFfmpeg([...QUIET, ...args, `file:${source}`]);
  const ffprobe = createFfprobe();
  const deps = { ...convertEdges(ffmpeg, ffprobe), readPart };
  const settings = settingsFrom({
    profiles: { small: { max_bitrate: "2M", bufsize: "4M" } },
    libraries: { films: { root: folder, profile: "small" } },
  });
  const [library] = Object.values(settings.libraries);
  assert.ok(library);
  const wish = wishOf(settings, library);
  const input = async (more: Partial<ConvertInput> = {}): Promise<ConvertInput> => {
    const { media } = await ffprobe.probe(source);
    const { plan, estimate } = assessMedia(media, wish, false, true);
    const { size: sizeBytes } = statSync(source);
    return {
      ...{ token: TOKEN, media, plan, estimate, wish, encoder: ENCODERS.software, card: null },
      ...{ sourcePath: source, sourceFingerprint: await fingerprintFile(source, sizeBytes) },
      ...{ folder, base: folder, earlierSidecars: new Set<string>(), original: "keep" as const },
      ...{ onProgress: () => {}, onPhase: () => {}, onCommand: () => {} },
      ...more,
    };
  };
  return { source, folder, deps, input };
};

export const HERE: InParts = {
  ...{ atOnce: 2, leastSeconds: 1, partSeconds: 6, threads: 1, hasRoom: true },
  onParts: () => {},
};

const never = new AbortController().signal;

export const inParts = async (
  { deps, input }: Room,
  how: Partial<InParts> = {},
  more: Partial<ConvertInput> = {},
  signal = never,
): Promise<Converted> => convertInParts(deps, await input(more), { ...HERE, ...how }, signal);

/** In one piece, under a name of its own. */
export const inOnePiece = async ({ deps, input }: Room): Promise<Converted> =>
  convert(deps, await input({ token: "f".repeat(32) }));

/** The file that was made; fails with what was said when none was. */
export const madeFile = (converted: Converted): string => {
  const said = JSON.stringify([converted.log, converted.checks.filter((each) => !each.passed)]);
  assert.equal(
    converted.kind,
    "converted",
    `${converted.kind === "failed" ? converted.problem.detail : ""} ${said}`,
  );
  return converted.partial;
};

/** Presentation times of all packets of a stream, in the track's own unit, in order. */
export const timesOf = (path: string, stream: string): readonly string[] => {
  const asked = ["-show_entries", "packet=pts,duration", "-of", "csv=p=0"];
  const text = execFileSync("ffprobe", ["-v", "error", "-select_streams", stream, ...asked, `file:${path}`], {
    encoding: "utf8",
    maxBuffer: 1e8,
  });
  const lines = text.split("\n").filter((each) => each !== "");
  return lines.toSorted((left, right) => Number.parseInt(left, 10) - Number.parseInt(right, 10));
};

/** How many pictures a strict decoder gets, and what it says. */
export const decoded = (path: string): { readonly pictures: number; readonly said: string } => {
  const { stdout, stderr } = spawnSync(
    "ffmpeg",
    [
      "-v",
      "error",
      "-xerror",
      "-err_detect",
      "explode",
      "-i",
      `file:${path}`,
      "-map",
      "0:v",
      "-f",
      "framemd5",
      "-",
    ],
    { encoding: "utf8", maxBuffer: 1e8 },
  );
  return { pictures: stdout.split("\n").filter((each) => /^\d/.test(each)).length, said: stderr };
};
