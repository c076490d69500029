/** Subtitles that are painted into the picture, judged by the pictures that come out. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { runCli } from "./support/cli.ts";
import { encodeText } from "./support/legacy-text.ts";
import { filesBelow, newHouse } from "./support/orchestrator.ts";
import { makeSubtitled, srtOf } from "./support/subtitles.ts";
import { tempFolder } from "./support/temp.ts";

const PGS = fileURLToPath(new URL("../../shared/media/h264-two-languages-pgs-forced.mkv", import.meta.url));
const noFilm = existsSync(PGS) ? false : "../shared/media is not there";
const noFont = existsSync("/usr/share/fonts/truetype") ? false : "no font is installed";

/** The brightness of every pixel of the picture shown at a time, 0 to 255. */
const shown = (path: string, seconds: number): Uint8Array =>
  execFileSync(
    "ffmpeg",
    [
      ...["-v", "error", "-nostdin", "-i", `file:${path}`, "-ss", String(seconds), "-frames:v", "1"],
      ...["-f", "rawvideo", "-pix_fmt", "gray", "-"],
    ],
    { maxBuffer: 1e8 },
  );

/** The share of pixels that differ by more than an encoder makes them, 0 to 1. */
const difference = (left: Uint8Array, right: Uint8Array): number => {
  assert.equal(left.length, right.length);
  return left.filter((each, index) => Math.abs(each - (right[index] ?? 0)) > 60).length / left.length;
};

test("forced pictures of the sound's language are in the picture while they are on", {
  skip: noFilm,
}, async (context) => {
  const house = newHouse(context, { library: { burn_in: "forced" } });
  copyFileSync(PGS, join(house.root, "Film.mkv"));
  await house.start();
  const asset = await house.becomes("Film.mkv", "Completed", "Failed");
  assert.equal(asset.state, "Completed", asset.problemDetail ?? "");
  assert.deepEqual(asset.reasonCodes.includes("forced-subtitles"), true);
  assert.deepEqual(filesBelow(house.root), ["Film.mkv", "Film.mp4"]);
  const differs = (seconds: number): number =>
    difference(shown(join(house.root, "Film.mkv"), seconds), shown(join(house.root, "Film.mp4"), seconds));
  assert.ok(differs(1) > 0.004, `${differs(1)} while it is on`);
  assert.ok(differs(3.14) < 0.001, `${differs(3.14)} between two of them`);
});

test("text of one film on request, whatever its character set and name", {
  skip: noFont,
}, async (context) => {
  const folder = tempFolder(context);
  const film = join(folder, "a, [b]:'c';%03d\\.mkv");
  const content = encodeText(srtOf("Где ты был вчера вечером?"), "windows-1251");
  await makeSubtitled(film, [{ file: "a.srt", content, options: ["-c:s:N", "copy"] }]);
  const wrong = await runCli(context, ["convert", film, "--encoder", "software", "--burn-in", "0"]);
  assert.deepEqual([wrong.code, /holds no subtitles/.test(wrong.err)], [2, true], wrong.err);
  const { code, err } = await runCli(context, ["convert", film, "--encoder", "software", "--burn-in", "1"]);
  assert.equal(code, 0, err);
  const made = film.replace(/mkv$/, "mp4");
  assert.deepEqual(filesBelow(folder), [film, made].map((each) => each.slice(folder.length + 1)).sort());
  const differs = (seconds: number): number => difference(shown(film, seconds), shown(made, seconds));
  assert.ok(differs(0.7) > 0.005, `${differs(0.7)} while it is on`);
  assert.ok(differs(1.5) < 0.001, `${differs(1.5)} after it`);
});
