/** What becomes of a film in parts when one of them fails, when it is ended, and when the disk is full. */
import assert from "node:assert/strict";
import { copyFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { createFfmpeg, type Ffmpeg } from "../src/edges/ffmpeg.ts";
import type { EncodePart } from "../src/steps/encode-parts.ts";
import { decoded, H264, inParts, madeFile, PICTURE, roomWith, SURROUND } from "./support/in-parts.ts";
import { fillDisk, smallDisk } from "./support/small-disk.ts";

const FILM = [...PICTURE("25"), ...SURROUND, "-map", "0", "-map", "1", ...H264(50), "-c:a", "ac3"];
const real = createFfmpeg();

/** The real ffmpeg, but for the runs that write a file whose name ends so: those get `worse` arguments. */
const spoiling = (
  ending: string,
  times: number,
  worse: (args: readonly string[]) => readonly string[],
): Ffmpeg & { readonly spoilt: () => number } => {
  let spoilt = 0;
  return {
    ...real,
    spoilt: () => spoilt,
    run: (args, options) => {
      const isMeant = args.some((each) => each.endsWith(ending)) && spoilt < times;
      if (isMeant) spoilt++;
      return real.run(isMeant ? worse(args) : args, options);
    },
  };
};

const before = (args: readonly string[], ...more: readonly string[]): readonly string[] =>
  args.toSpliced(args.lastIndexOf("-f"), 0, ...more);

test("a part that comes out short is made once more, alone", async (context) => {
  const ffmpeg = spoiling("part-002.mp4", 1, (args) => before(args, "-frames:v", "7"));
  const room = await roomWith(context, "a.mkv", FILM, ffmpeg);
  const converted = await inParts(room);
  assert.deepEqual(decoded(madeFile(converted)), { pictures: 600, said: "" });
  assert.equal(ffmpeg.spoilt(), 1);
  assert.match(converted.log, /^In 4 parts/);
  assert.ok(converted.checks.some((each) => each.name === "joints" && each.passed));
});

test("a part that fails twice: the film is made in one piece, and its log says why", async (context) => {
  const ffmpeg = spoiling("part-002.mp4", 2, (args) => before(args, "-frames:v", "7"));
  const converted = await inParts(await roomWith(context, "a.mkv", FILM, ffmpeg));
  assert.deepEqual(decoded(madeFile(converted)), { pictures: 600, said: "" });
  assert.match(converted.log, /In one piece: part 2 failed \(it has 7 pictures, 150 were planned\)\./);
  assert.ok(!converted.checks.some((each) => each.name === "joints"));
});

test("no part can be made: the others are not begun", async (context) => {
  const room = await roomWith(context, "a.mkv", FILM);
  let asked = 0;
  const encodePart: EncodePart = () => {
    asked++;
    return Promise.resolve({ problem: { code: "gpu-failed", detail: "gone" }, stderr: "", log: "" });
  };
  const converted = await inParts(room, { encodePart: () => encodePart });
  madeFile(converted);
  assert.match(converted.log, /In one piece: part 1 failed \(gone\)\./);
  assert.ok(asked < 4, `${asked} parts were begun`);
});

test("parts that differ in their headers are not joined", async (context) => {
  const ffmpeg = spoiling("part-003.mp4", 1, (args) =>
    before(args, "-refs:v", "2", "-x264-params", "cabac=0"),
  );
  const converted = await inParts(await roomWith(context, "a.mkv", FILM, ffmpeg));
  madeFile(converted);
  assert.match(converted.log, /In one piece: headers: 2 kinds of headers in the parts\./);
});

test("a film that is joined badly is not taken", async (context) => {
  const ffmpeg = spoiling("partial.mp4", 1, (args) =>
    args.includes("concat") ? before(args, "-bsf:v", "noise=drop=eq(n\\,100)") : args,
  );
  const converted = await inParts(await roomWith(context, "a.mkv", FILM, ffmpeg));
  assert.equal(decoded(madeFile(converted)).pictures, 600);
  assert.match(converted.log, /In one piece: (?:joints: 599 pictures of 600|joining failed)/);
});

test("ended in the middle: nothing is left", async (context) => {
  for (const reason of ["cancelled", "shutdown"] as const) {
    const room = await roomWith(context, "a.mkv", FILM);
    const cancel = new AbortController();
    const onParts = (parts: { readonly done: number } | null): void => {
      if (parts && parts.done >= 1) cancel.abort(reason);
    };
    const converted = await inParts(room, { onParts }, {}, cancel.signal);
    assert.equal(converted.kind, "failed");
    if (converted.kind === "failed")
      assert.equal(converted.problem.code, reason === "shutdown" ? "interrupted" : reason);
    assert.deepEqual(readdirSync(room.folder), ["a.mkv"]);
  }
});

test("a full disk ends all parts, and nothing is left", async (context) => {
  const disk = smallDisk(context, 3 * 2 ** 20);
  if (disk === null) return context.skip("no tmpfs may be mounted here");
  const room = await roomWith(context, "a.mkv", FILM);
  const source = join(disk, basename(room.source));
  copyFileSync(room.source, source);
  fillDisk(disk, 200_000);
  const converted = await inParts(room, {}, { sourcePath: source, folder: disk, base: disk });
  assert.equal(converted.kind, "failed");
  if (converted.kind === "failed") assert.equal(converted.problem.code, "disk-full");
  assert.deepEqual(readdirSync(disk).toSorted(), ["a.mkv", "ballast"]);
});
