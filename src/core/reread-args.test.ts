import assert from "node:assert/strict";
import { test } from "node:test";
import { ownComplaints, rereadArgs } from "./reread-args.ts";
import type { Part } from "./verification-windows.ts";

const PARTS: readonly Part[] = [
  { startSeconds: 0, seconds: 1, isDecoded: true },
  { startSeconds: 58.01, seconds: null, isDecoded: false },
  "keyframes",
];
const PICTURE = { kind: "video", source: 3, output: 0, filter: "filter_units=pass_types=1-5" } as const;
const SOUND = { kind: "audio", source: 5, output: 1, filter: null } as const;

const count = (args: readonly string[], word: string): number => args.filter((each) => each === word).length;

test("one process reads all parts, decodes strictly and hashes", () => {
  const args = rereadArgs("/a b.mp4", {
    parts: PARTS,
    hashed: [PICTURE, SOUND],
    side: "output",
    decodes: "strict",
  });
  assert.equal(count(args, "file:/a b.mp4"), 3);
  assert.equal(count(args, "-format_whitelist"), 3);
  assert.equal(count(args, "explode"), 3);
  assert.match(args.join(" "), /-threads 1 -t 1.000 .*-i .*-threads 1 -ss .*-i .*-threads 1 -skip_frame/);
  assert.equal(count(args, "null"), 2, "what is only compared is not decoded");
  const line = args.join(" ");
  assert.match(line, /-xerror/);
  assert.match(line, /-t 1\.000 .* -ss 58\.010 .* -skip_frame nokey/);
  assert.match(
    line,
    /-map 0:0 -map 0:1 -map 1:0 -map 1:1 -c copy -bsf:0 filter_units=pass_types=1-5 .*-f framehash/,
  );
});

test("the source is only hashed, by its own numbers", () => {
  const line = rereadArgs("/a.mkv", {
    parts: PARTS,
    hashed: [PICTURE, SOUND],
    side: "source",
    decodes: "not",
  }).join(" ");
  assert.doesNotMatch(line, /-xerror|explode|null|nokey/);
  assert.match(line, /-map 0:3 -map 0:5 -map 1:3 -map 1:5 -c copy/);
});

test("whole streams have one hash each", () =>
  assert.match(
    rereadArgs("/a.mp4", { parts: ["all"], hashed: [SOUND], side: "output", decodes: "patient" }).join(" "),
    /-i file:\/a\.mp4 -map 0:1 -c copy -f streamhash -hash murmur3 .* -map 0 -fps_mode vfr -f null -$/,
  ));

for (const [said, own] of [
  ["[h264 @ 0x1] mmco: unref short failure\n", ""],
  ["[h264 @ 0x1] mmco: unref short failure\n    Last message repeated 1 times\n", ""],
  [
    "[h264 @ 0x1] co located POCs unavailable\n[h264 @ 0x1] error while decoding MB 3 4\n",
    "[h264 @ 0x1] error while decoding MB 3 4\n",
  ],
  ["", ""],
] as const)
  test(`complaints of its own: ${JSON.stringify(said)}`, () => assert.equal(ownComplaints(said), own));
