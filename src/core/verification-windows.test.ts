import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { packetsAt } from "../../test/support/media.ts";
import { type Part, partsOfCopy, partsOfEncode } from "./verification-windows.ts";

const told = (part: Part): string =>
  typeof part === "string"
    ? part
    : `${part.startSeconds}+${part.seconds ?? "end"}${part.isDecoded ? "" : " compared only"}`;

const copied = (seconds: number, wanted: readonly string[]): void => {
  test(`a copy of ${seconds} s`, () => assert.deepEqual(partsOfCopy(seconds, "matroska").map(told), wanted));
};
test("a copy of a transport stream, in which a seek finds no keyframe", () => {
  assert.deepEqual(partsOfCopy(7200, "mpegts").map(told), ["0+1", "7188+end compared only"]);
  assert.deepEqual(partsOfCopy(12, "mpegts"), ["all"]);
});
copied(0.5, ["all"]);
copied(5, ["all"]);
copied(60, ["0+1", "59+end compared only"]);
copied(7200, ["0+1", "7199+end compared only"]);

const parts = (
  name: string,
  work: "audio" | "video",
  seconds: number,
  keySeconds: number,
  wanted: readonly string[],
): void => {
  test(`${work}, ${name}`, () => {
    const pictures = packetsAt(25, seconds * 25, { keyEvery: keySeconds * 25 });
    assert.deepEqual(partsOfEncode(pictures, work).map(told), wanted);
  });
};
parts("five seconds", "audio", 5, 2, ["all"]);
parts("one keyframe in all", "audio", 15, 15, ["0+1", "0.01+2", "0.01+end compared only"]);
parts("a minute", "video", 60, 2, [...["0+2", "14.01+1", "30.01+1", "44.01+1", "58.01+end"], "keyframes"]);
parts("a minute", "audio", 60, 2, [...["0+2", "14.01+1", "30.01+1", "44.01+1", "58.01+end"]]);
parts("two minutes", "video", 120, 2, [
  ...["0+4", "16.01+1", "34.01+1", "50.01+1", "68.01+1", "84.01+1", "102.01+1", "116.01+end"],
  "keyframes",
]);
parts("twelve seconds", "video", 12, 2, ["0+1", "10.01+end", "keyframes"]);

test("of any film at most a quarter and six seconds, never more than twenty, are decoded beside its keyframes, and both ends are read", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 6, max: 400 }),
      fc.integer({ min: 1, max: 20 }),
      fc.constantFrom("audio" as const, "video" as const),
      (seconds, keySeconds, work) => {
        const read = partsOfEncode(packetsAt(5, seconds * 5, { keyEvery: keySeconds * 5 }), work);
        const windows = read.filter((part) => typeof part !== "string");
        const decoded = windows
          .filter((part) => part.isDecoded)
          .reduce((sum, part) => sum + (part.seconds ?? seconds - part.startSeconds), 0);
        assert.ok(decoded <= 0.25 * seconds + 6 && decoded <= 20, `${decoded} of ${seconds} s`);
        assert.equal(windows[0]?.startSeconds, 0);
        assert.equal(windows.at(-1)?.seconds, null);
        assert.equal(read.includes("keyframes"), work === "video");
      },
    ),
  );
});
