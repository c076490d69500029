/** Clips whose headers leave a question open, assessed with a second look that is counted, and made as planned. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { scanSeen } from "../../src/core/combing.ts";
import { ENCODERS } from "../../src/core/encoders.ts";
import { toArgs } from "../../src/core/ffmpeg-args.ts";
import { mainVideo } from "../../src/core/media-info.ts";
import type { Wish } from "../../src/core/plan.ts";
import type { VideoEncode } from "../../src/core/plan-video.ts";
import type { Question } from "../../src/core/second-look.ts";
import { createFfmpeg, reread } from "../../src/edges/ffmpeg.ts";
import { createFfprobe } from "../../src/edges/ffprobe.ts";
import { createSecondLook, type SecondLook } from "../../src/edges/second-look.ts";
import { type Assessment, assessMedia } from "../../src/steps/assess.ts";
import { lookTwice } from "../../src/steps/look-twice.ts";
import { type VerifyDeps, verify } from "../../src/steps/verify.ts";
import { runFfmpeg } from "./ffmpeg.ts";
import { wish } from "./media.ts";
import { tempFolder } from "./temp.ts";

export const ffmpeg = createFfmpeg();
export const ffprobe = createFfprobe();
export const lookAt = createSecondLook(ffmpeg);

/** Soft edges, as of a film: the hard ones of a test picture look combed to idet. */
export const soft = (size: string, rate: string): string => `testsrc2=s=${size}:r=${rate}:d=3,gblur=sigma=4`;
export const H264 = [
  "-c:v",
  "libx264",
  "-preset",
  "ultrafast",
  "-pix_fmt",
  "yuv420p",
  "-movflags",
  "+faststart",
];
export const MPEG2 = ["-c:v", "mpeg2video", "-q:v", "3"];
export const FIELDS = ["-flags", "+ildct+ilme"];

/** A film of ffmpeg's own source. */
export const clip = async (
  context: TestContext,
  name: string,
  source: string,
  ...args: readonly string[]
) => {
  const path = join(tempFolder(context), name);
  await runFfmpeg(["-v", "error", "-nostdin", "-f", "lavfi", "-i", source, ...args, path]);
  return path;
};

/** Probed, looked at as far as its plan asks for it, and judged; and which looks that took. */
export const assessed = async (path: string, wanted: Wish = wish()) => {
  const looks: (readonly Question[])[] = [];
  const counting: SecondLook = (film, media, questions, signal) => {
    looks.push(questions);
    return lookAt(film, media, questions, signal);
  };
  const { media } = await ffprobe.probe(path);
  const assessment = assessMedia(await lookTwice(counting, path, media, wanted), wanted, false);
  return { looks, assessment, encode: encodeOf(assessment) };
};

const encodeOf = ({ plan }: Assessment): VideoEncode | null =>
  plan.video?.kind === "encode" ? plan.video : null;

/** Made by ffmpeg as planned, verified, and looked at again. */
export const made = async (
  context: TestContext,
  path: string,
  assessment: Assessment,
  wanted: Wish = wish(),
) => {
  const output = join(tempFolder(context), "made.mp4");
  const { plan, media } = assessment;
  await runFfmpeg([
    ...toArgs(plan, {
      paths: { input: path, output },
      encoder: ENCODERS.software,
      profile: wanted.profile,
      sourceFingerprint: null,
    }),
  ]);
  const deps: VerifyDeps = { ffprobe, reread: (file, reading) => reread(ffmpeg, file, reading) };
  const verified = await verify(deps, {
    source: media,
    sourcePath: path,
    plan,
    outputPath: output,
    wish: wanted,
    isHardware: false,
    log: "",
    readsAll: true,
  });
  assert.equal(verified.kind, "passed", JSON.stringify(verified.checks));
  const found = await lookAt(output, (await ffprobe.probe(output)).media, ["combing"]);
  const video = mainVideo(found);
  assert.ok(video);
  return { video, scan: scanSeen(video.combing).kind, path: output };
};
