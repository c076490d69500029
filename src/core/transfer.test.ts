import assert from "node:assert/strict";
import { test } from "node:test";
import type { ConversionPlan } from "./plan.ts";
import {
  BLOCK_MAX_BYTES,
  contentRangeOf,
  digestOf,
  ENDING,
  endingOf,
  rangeOf,
  resultMaxBytes,
  retryMs,
  scratchBytes,
  toContentRange,
  toDigest,
} from "./transfer.ts";

const HASH = "n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=";

test("a range is one range of the file, and no more than a block", () => {
  const rows: readonly (readonly [string, number, ReturnType<typeof rangeOf>])[] = [
    ["bytes=0-9", 100, { start: 0, length: 10 }],
    ["bytes=90-200", 100, { start: 90, length: 10 }],
    ["bytes=10-", 100, { start: 10, length: 90 }],
    ["bytes=-10", 100, { start: 90, length: 10 }],
    ["bytes=-200", 100, { start: 0, length: 100 }],
    ["bytes=0-", 3 * BLOCK_MAX_BYTES, { start: 0, length: BLOCK_MAX_BYTES }],
    ...["bytes=100-", "bytes=5-4", "bytes=-0", "bytes=-", "bytes=0-1,3-4", "items=0-1", "", " bytes=0-1"].map(
      (each) => [each, 100, null] as const,
    ),
    ["bytes=0-", 0, null],
    [`bytes=${"9".repeat(17)}-`, 100, null],
  ];
  for (const [header, size, expected] of rows) assert.deepEqual(rangeOf(header, size), expected, header);
});

test("a block says where it belongs", () => {
  assert.deepEqual(contentRangeOf("bytes 0-9/20"), { start: 0, length: 10, totalBytes: 20 });
  assert.equal(toContentRange({ start: 10, length: 10 }, 20), "bytes 10-19/20");
  const wrong = [
    "bytes 0-9",
    "bytes 0-9/*",
    "bytes */20",
    "bytes 10-9/20",
    "bytes 0-20/20",
    "",
    "bytes -1-2/3",
  ];
  for (const each of [
    ...wrong,
    `bytes 0-${BLOCK_MAX_BYTES}/${2 * BLOCK_MAX_BYTES}`,
    `bytes 0-1/${"9".repeat(16)}`,
  ])
    assert.equal(contentRangeOf(each), null, each);
});

test("a digest is found among others, and no other stands for it", () => {
  assert.equal(digestOf(toDigest(HASH)), HASH);
  assert.equal(digestOf(`sha-512=:${HASH}:, sha-256=:${HASH}:`), HASH);
  for (const each of [
    "",
    HASH,
    `sha-256=${HASH}`,
    `xsha-256=:${HASH}:`,
    "sha-256=:AAAA:",
    `sha-512=:${HASH}:`,
  ])
    assert.equal(digestOf(each), null, each);
});

test("of a name a worker chooses the end alone, and that is no way to another folder", () => {
  for (const each of ["mp4", "vtt", "en.srt", "pt-br.forced.sdh.2.vtt", "en.SRT", "en.sup"])
    assert.match(each, ENDING);
  const wrong = [
    "",
    ".mp4",
    "../mp4",
    "a/b.mp4",
    "a\\b.mp4",
    "exe",
    "mp4.exe",
    "en..srt",
    "mp4\n",
    "é.srt",
    "a b.srt",
  ];
  for (const each of [...wrong, `${"a".repeat(41)}.srt`, `${"a.".repeat(7)}srt`])
    assert.doesNotMatch(each, ENDING, each);
  assert.equal(endingOf("/films/.Film.0123456789abcdef.partial.en.vtt", "0123456789abcdef"), "en.vtt");
  assert.equal(endingOf("/films/Film.mp4", "0123456789abcdef"), null);
});

test("what a film may take is bounded", () => {
  const order = { sourceBytes: 1e9, estimate: { seconds: [1, 2], bytes: 2e9 } } as const;
  assert.ok(resultMaxBytes(order, "mp4") > 2.5 * order.estimate.bytes);
  assert.ok(resultMaxBytes(order, "en.sup") < 2 * order.sourceBytes);
  const encode = { video: { kind: "encode" } } as unknown as ConversionPlan;
  assert.ok(scratchBytes({ ...order, plan: encode }) >= 6e9);
  assert.deepEqual([0, 1, 3, 50].map(retryMs), [250, 500, 2000, 15_000]);
});
