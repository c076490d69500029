import assert from "node:assert/strict";
import { test } from "node:test";
import { audio, inContainer, planFor, screens, video } from "../../test/support/media.ts";
import { copiedStreams, sameHashes } from "./copied-streams.ts";
import type { Part } from "./verification-windows.ts";

const copied = (name: string, film: Parameters<typeof planFor>[0], wanted: readonly string[]): void => {
  test(`copied: ${name}`, () =>
    assert.deepEqual(
      copiedStreams(planFor(film, { devices: screens("google-tv-streamer") })).map(
        (each) => `${each.kind} ${each.source}>${each.output} ${each.filter}`,
      ),
      wanted,
    ));
};
copied("picture and sound", inContainer("matroska"), [
  "video 0>0 filter_units=pass_types=1-5",
  "audio 1>1 aac_adtstoasc",
]);
copied(
  "in another order",
  inContainer("mpegts", {
    streams: [audio({ index: 0 }), video({ index: 1, codec: "hevc", profile: "Main" })],
  }),
  ["video 1>0 filter_units=pass_types=0-31", "audio 0>1 aac_adtstoasc"],
);
copied("AV1 as it is", inContainer("matroska", { streams: [video({ codec: "av1", profile: "Main" })] }), [
  "video 0>0 null",
]);
copied("the sound is encoded", inContainer("matroska", { streams: [video(), audio({ codec: "dts" })] }), [
  "video 0>0 filter_units=pass_types=1-5",
]);
copied("the picture is encoded", inContainer("matroska", { streams: [video({ codec: "vc1" }), audio()] }), [
  "audio 1>1 aac_adtstoasc",
]);

const START: Part = { startSeconds: 0, seconds: 1, isDecoded: true };
const MIDDLE: Part = { startSeconds: 60, seconds: 1, isDecoded: true };
const END: Part = { startSeconds: 110, seconds: null, isDecoded: true };

/** One letter a packet, as framehash writes it, with the lines of the progress between. */
const frames = (letters: string, stream = 0): string =>
  `#format: frame checksums\nframe=1\n${[...letters]
    .map(
      (letter, at) =>
        `${stream}, ${at * 40}, ${at * 40}, 40, 1${at === 0 ? "0" : "1"}, ${letter}, S=1, 1, 72\n`,
    )
    .join("progress=continue\n")}`.replaceAll(/, 1[01], /g, ", 10, ");

const same = (name: string, part: Part, source: string, output: string, wanted: boolean): void => {
  test(`${name}: ${source || "nothing"} and ${output || "nothing"}`, () =>
    assert.equal(sameHashes(frames(source), frames(output), [part], 1), wanted));
};
same("the beginning", START, "abcdef", "abcdef", true);
same("the beginning, a little more of one", START, "abcdefg", "abcdef", true);
same("the beginning was cut off", START, "abcdef", "bcdef", false);
same("a packet changed", START, "abcdef", "abXdef", false);
same("most of the window is missing", START, "abcdef", "ab", false);
same("the middle, sought to another keyframe", MIDDLE, "vwxyabcdef", "abcdef", true);
same("the middle, both ends apart", MIDDLE, "xyabcdef", "abcdefgh", true);
same("silence, of which every packet is alike", MIDDLE, "ssssssss", "sssss", true);
same("alike to begin with", MIDDLE, "ssssabcd", "ssabcd", true);
same("a packet of the middle changed", MIDDLE, "abcdef", "abcXef", false);
same("a packet of the middle is missing", MIDDLE, "abcdefgh", "abcefgh", false);
same("a packet of the middle stands twice", MIDDLE, "abcdef", "abccdef", false);
same("two in another order", MIDDLE, "abcdef", "abdcef", false);
same("nothing in common", MIDDLE, "abcdef", "uvwxyz", false);
same("less than half in common", MIDDLE, "uvwxab", "abyzzz", false);
same("the end, sought to another keyframe", END, "vwxyabcdef", "abcdef", true);
same("the end was cut off", END, "abcdef", "abcde", false);
same("the end has more than its source", END, "abcdef", "abcdefg", false);
same("the sound ended before, in both", END, "", "", false);
same("nothing was read of one", END, "abcdef", "", false);

test("of several windows and streams one has no packets in either file", () => {
  const both = (sound: string) => frames("abc", 0) + frames("xyz", 1) + frames("def", 2) + frames(sound, 3);
  assert.equal(sameHashes(both(""), both(""), [START, END], 2), true);
  assert.equal(sameHashes(both("u"), both(""), [START, END], 2), false);
  assert.equal(sameHashes(both("uv"), both("u"), [START, END], 2), false);
});

const whole = (picture: string, sound: string): string =>
  `out_time_us=1\n0,v,murmur3=${picture}\n1,a,murmur3=${sound}\nprogress=end\n`;
test("whole streams", () => {
  assert.equal(sameHashes(whole("aa", "bb"), whole("aa", "bb"), ["all"], 2), true);
  assert.equal(sameHashes(whole("aa", "bb"), whole("aa", "bc"), ["all"], 2), false);
  assert.equal(sameHashes(whole("aa", "bb"), "0,v,murmur3=aa\n", ["all"], 2), false);
  assert.equal(sameHashes("", "", ["all"], 2), false);
});

test("keyframes are decoded, never compared", () =>
  assert.equal(sameHashes(frames("abc"), frames("abc"), [START, "keyframes"], 1), true));
