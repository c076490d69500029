import assert from "node:assert/strict";
import { test } from "node:test";
import { type Progress, progressReader } from "./ffmpeg-progress.ts";

const block = (values: Readonly<Record<string, string>>, last = "continue"): string =>
  [...Object.entries(values).map(([key, value]) => `${key}=${value}`), `progress=${last}`, ""].join("\n");
const NOTHING: Progress = {
  percent: null,
  fps: null,
  speed: null,
  etaSeconds: null,
  outTimeSeconds: null,
  bytes: null,
};

const check = (
  name: string,
  chunks: readonly string[],
  durationSeconds: number | null,
  wanted: Partial<Progress> | null,
  ended = false,
): void => {
  test(name, () => {
    const reader = progressReader(durationSeconds);
    const seen = chunks.map(reader.feed);
    assert.deepEqual(seen.at(-1), wanted && { ...NOTHING, ...wanted });
    assert.equal(reader.ended(), ended);
  });
};

const half = {
  frame: "750",
  fps: "48.5",
  out_time_us: "30000000",
  out_time_ms: "30000000",
  total_size: "4096",
  speed: "2.0x",
};
const HALF = { fps: 48.5, speed: 2, outTimeSeconds: 30, bytes: 4096 };
check("half", [block(half)], 60, { ...HALF, percent: 50, etaSeconds: 15 });
check("no length known", [block(half)], null, HALF);
for (const wrong of [0, -1]) check(`a length of ${wrong}`, [block(half)], wrong, { ...HALF, etaSeconds: 0 });
check("N/A everywhere", [block({ fps: "N/A", out_time_us: "N/A", total_size: "N/A", speed: "N/A" })], 60, {});
check("before the first picture", [block({ out_time_us: "-9223372036854775807", speed: "0x" })], 60, {
  speed: 0,
});
check("no speed yet", [block({ out_time_us: "6000000", speed: "0x" })], 60, {
  percent: 10,
  outTimeSeconds: 6,
  speed: 0,
});
check("a copy has no pictures a second", [block({ out_time_us: "6000000" })], 60, {
  percent: 10,
  outTimeSeconds: 6,
});
check(
  "99 until it is published",
  [block({ out_time_us: "60000000" }, "end")],
  60,
  { percent: 99, outTimeSeconds: 60 },
  true,
);
check("longer than it said", [block({ out_time_us: "90000000", speed: "1x" })], 60, {
  percent: 99,
  outTimeSeconds: 90,
  speed: 1,
  etaSeconds: 0,
});
check("in pieces", ["out_time_", "us=6000000\nprog", "ress=continue\n"], 60, {
  percent: 10,
  outTimeSeconds: 6,
});
check("an unfinished block", ["fps=1\n"], 60, null);
check("two blocks: the newer", [block(half) + block({ out_time_us: "6000000" })], 60, {
  percent: 10,
  outTimeSeconds: 6,
});
check("nothing of a block is kept for the next", [block(half), block({})], 60, {});
check("Windows line ends", ["fps=25\r\nprogress=end\r\n"], 60, { fps: 25 }, true);
check("lines that are none", ["hello\n=5\n\nfps=1=2\nprogress=continue\n"], 60, { fps: 1 });
check("the end is remembered", [block({}, "end"), "fps=1\n"], 60, null, true);

test("a line without an end is thrown away", () => {
  const reader = progressReader(60);
  for (let piece = 0; piece < 100; piece++) assert.equal(reader.feed("x".repeat(10_000)), null);
  assert.deepEqual(reader.feed("\nfps=25\nprogress=continue\n"), { ...NOTHING, fps: 25 });
});
