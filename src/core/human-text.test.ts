import assert from "node:assert/strict";
import { test } from "node:test";
import {
  counted,
  humanAge,
  humanBitrate,
  humanBytes,
  humanSeconds,
  roughRange,
  shellQuoted,
  visibleJson,
  visibleText,
} from "./human-text.ts";

const table = <I, O>(name: string, say: (input: I) => O, rows: readonly (readonly [I, O])[]): void => {
  for (const [input, wanted] of rows)
    test(`${name}: ${JSON.stringify(input)}`, () => assert.deepEqual(say(input), wanted));
};

table("counted", (count: number) => counted(count, "film"), [
  [0, "0 films"],
  [1, "1 film"],
  [2, "2 films"],
]);
table("bytes", humanBytes, [
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1.0 kB"],
  [999_499, "999 kB"],
  [999_999, "1.0 MB"],
  [1_440_000_000, "1.4 GB"],
  [99_960_000, "100 MB"],
  [3e18, "3000 PB"],
]);
table("seconds", humanSeconds, [
  [-1, "0 s"],
  [59.4, "59 s"],
  [60, "1 min"],
  [3600, "1 h"],
  [7500, "2 h 5 min"],
  [86_400, "1 d"],
  [100_000, "1 d 3 h"],
]);
table("age", (ms: number) => humanAge(0, ms), [
  [-5000, "just now"],
  [44_000, "just now"],
  [50_000, "1 min ago"],
  [3_599_000, "59 min ago"],
  [7_200_000, "2 h ago"],
  [90_000_000, "yesterday"],
  [260_000_000, "3 days ago"],
]);
table("bitrate", humanBitrate, [
  [640_000, "640 kb/s"],
  [8_249_000, "8.2 Mb/s"],
]);
table("visible", visibleText, [
  ["plain é 日本", "plain é 日本"],
  ["a\u202egpj.exe\u2066", "a\uFFFDgpj.exe\uFFFD"],
  ["a\u001b[2Jb\nc\u0085\u2028", "a\uFFFD[2Jb\uFFFDc\uFFFD\uFFFD"],
]);
table("shell", shellQuoted, [
  [
    ["ffmpeg", "-i", "file:/a b.mkv"],
    ["ffmpeg", "-i", "'file:/a b.mkv'"],
  ],
  [
    ["it's", "", "$(rm)"],
    ["'it'\\''s'", "''", "'$(rm)'"],
  ],
  [["a\u001b[2J'\\\n\u202eé"], ["$'a\\x1b[2J\\'\\\\\\x0a\\xe2\\x80\\xaeé'"]],
]);
table("json", visibleJson, [
  ['{"a":"plain é 日本 \\u001b"}', '{"a":"plain é 日本 \\u001b"}'],
  ['"\u009b2J\u007f\u202egpj.exe"', '"\\u009b2J\\u007f\\u202egpj.exe"'],
]);

test("a guess of a length of time is no finer than a guess can be", () => {
  const rows: readonly (readonly [readonly [number, number], string])[] = [
    [[0, 59], "under a minute"],
    [[10, 130], "up to 2 min"],
    [[1200, 3000], "20 to 50 min"],
    [[2400, 11_000], "40 min to 3 h"],
    [[10_700, 10_900], "3 h"],
    [[20 * 3600, 40 * 3600], "20 to 40 h"],
    [[30 * 3600, 9 * 86_400], "30 h to 9 days"],
    [[0, 1500 * 86_400], "up to 1,500 days"],
  ];
  for (const [range, said] of rows) assert.equal(roughRange(range), said);
});
