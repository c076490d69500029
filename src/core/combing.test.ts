import assert from "node:assert/strict";
import { test } from "node:test";
import { countedAt, FILM, NTSC, parseIdet, type ScanSeen, scanSeen, sumOfCombing } from "./combing.ts";
import type { Combing } from "./media-info.ts";

const said = (repeats: string, single: string, multi: string): string =>
  [
    `[Parsed_idet_0 @ 0x5581] Repeated Fields: ${repeats}`,
    `[Parsed_idet_0 @ 0x5581] Single frame detection: ${single}`,
    `[Parsed_idet_0 @ 0x5581] Multi frame detection: ${multi}`,
  ].join("\n");

/** What idet of ffmpeg 5.1.9 printed of the first 100 pictures of a clip, and what it means. */
const check = (name: string, seconds: number, counts: readonly number[], wanted: ScanSeen): void => {
  const [top = 0, bottom = 0, tff = 0, bff = 0, progressive = 0, undecided = 0] = counts;
  const repeats = `Neither:    61 Top: ${top} Bottom:    ${bottom}`;
  const multi = `TFF:   ${tff} BFF: ${bff} Progressive:     ${progressive} Undetermined:  ${undecided}`;
  const single = "TFF:     1 BFF:     1 Progressive:     1 Undetermined:     98";
  test(name, () => assert.deepEqual(scanSeen(parseIdet(said(repeats, single, multi), seconds)), wanted));
};

const PROGRESSIVE: ScanSeen = { kind: "progressive" };
const UNCLEAR: ScanSeen = { kind: "unclear" };
const interlaced = (fieldOrder: "tff" | "bff"): ScanSeen => ({ kind: "interlaced", fieldOrder });
const telecined = (fieldOrder: "tff" | "bff"): ScanSeen => ({ kind: "telecined", fieldOrder });
const NTSC_100 = 100 / (30000 / 1001);

// repeated top, bottom; top first, bottom first, progressive, undecided
check("testsrc2 with interlaced lines", 4, [0, 0, 101, 0, 0, 0], interlaced("tff"));
check("the same, bottom field first", 4, [0, 0, 0, 101, 0, 0], interlaced("bff"));
check("interlaced under noise", 4, [0, 0, 101, 0, 0, 0], interlaced("tff"));
check("50 pictures of a progressive test clip", 2, [0, 0, 50, 0, 0, 0], UNCLEAR);
check("progressive testsrc2, whose bars look combed both ways", 4, [0, 0, 39, 37, 25, 0], UNCLEAR);
check("a progressive 720p film", 4, [0, 0, 0, 0, 100, 1], PROGRESSIVE);
check("a progressive film with B-pyramid, a little noisy", 4, [0, 0, 0, 13, 84, 4], PROGRESSIVE);
check("a cartoon of 8 pictures a second, held", 4, [0, 0, 0, 0, 99, 2], PROGRESSIVE);
check("a progressive film of 30 pictures that idet takes for combed", 1, [0, 0, 30, 0, 0, 0], UNCLEAR);
check("noise alone", 4, [0, 0, 0, 0, 0, 101], UNCLEAR);
check("black", 4, [0, 0, 0, 0, 0, 100], UNCLEAR);
check("telecined testsrc2", NTSC_100, [20, 20, 101, 0, 0, 0], telecined("tff"));
check("the same, bottom field first", NTSC_100, [20, 20, 4, 97, 0, 0], telecined("bff"));
check("telecined film", NTSC_100, [17, 16, 89, 0, 0, 12], telecined("tff"));
check(
  "telecined film under heavy grain is taken for video",
  NTSC_100,
  [3, 2, 97, 0, 4, 0],
  interlaced("tff"),
);
check("interlaced video with still parts", NTSC_100, [15, 10, 97, 0, 4, 0], interlaced("tff"));
check(
  "repeated fields at 25 pictures a second are no telecine",
  4,
  [20, 20, 101, 0, 0, 0],
  interlaced("tff"),
);

test("what is no answer of idet gives none", () => {
  for (const text of ["", "Conversion failed!", "Multi frame detection: TFF: x"])
    assert.equal(parseIdet(text, 4), null);
  assert.deepEqual(scanSeen(null), UNCLEAR);
});

const one: Combing = {
  topFirst: 1,
  bottomFirst: 2,
  progressive: 60,
  undecided: 4,
  repeated: 5,
  seconds: 2.8,
};

test("windows are added up, and those without an answer left out", () => {
  assert.equal(sumOfCombing([]), null);
  assert.equal(sumOfCombing([null, null]), null);
  assert.deepEqual(sumOfCombing([null, one]), one);
  const sum = { topFirst: 2, bottomFirst: 4, progressive: 120, undecided: 8, repeated: 10, seconds: 5.6 };
  assert.deepEqual(sumOfCombing([one, null, one]), sum);
});

test("the rate is what was counted", () => {
  assert.deepEqual([countedAt(one, FILM), countedAt(one, NTSC)], [true, false]);
  assert.equal(countedAt({ ...one, progressive: 3 }, FILM), false, "ten pictures are no rate");
  assert.equal(countedAt({ ...one, seconds: 0 }, FILM), false);
  assert.equal(countedAt(null, FILM), false);
});
