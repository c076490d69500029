import assert from "node:assert/strict";
import { test } from "node:test";
import { audio, inContainer, media, planFor, video } from "../../test/support/media.ts";
import { type Estimate, estimate, longestSeconds } from "./estimate.ts";
import type { MediaInfo } from "./media-info.ts";

/** A minute of 40 MB with 128 kb/s of sound. */
const check = (name: string, film: MediaInfo, wanted: Estimate, isHardware = false): void => {
  test(name, () => assert.deepEqual(estimate(film, planFor(film), isHardware), wanted));
};
const mkv = (more: Partial<MediaInfo> = {}): MediaInfo => inContainer("matroska", more);
const picture = { codec: "hevc" };

check("nothing", media(), { seconds: [0, 0], bytes: 40_000_000 });
check("nothing of an unknown size", media({ sizeBytes: null }), { seconds: [0, 0], bytes: 0 });
check("copy", mkv(), { seconds: [0.1, 1], bytes: 40_000_000 });
check("sound", mkv({ streams: [video(), audio({ codec: "ac3", bitrateBps: 448_000 })] }), {
  seconds: [0.85, 5],
  bytes: 40_000_000 - 3_360_000 + 1_440_000,
});
check("sound of an unknown rate", mkv({ streams: [video(), audio({ codec: "ac3", bitrateBps: null })] }), {
  seconds: [0.85, 5],
  bytes: 41_440_000,
});
check(
  "sound larger than the file",
  mkv({ sizeBytes: 100_000, streams: [video(), audio({ codec: "ac3" })] }),
  {
    seconds: [0.75, 4],
    bytes: 1_440_000,
  },
);
check("picture in software", mkv({ streams: [video(picture), audio()] }), {
  seconds: [10, 75],
  bytes: 17_280_000 + 960_000,
});
check(
  "picture on a card",
  mkv({ streams: [video(picture), audio()] }),
  { seconds: [3, 15], bytes: 17_280_000 + 960_000 },
  true,
);
check("picture and sound", mkv({ streams: [video(picture), audio({ codec: "dts" })] }), {
  seconds: [10, 75],
  bytes: 17_280_000 + 1_440_000,
});
check(
  "picture at a new rate",
  mkv({
    streams: [
      video({
        ...picture,
        nominalFrameRate: { num: 50, den: 1 },
        averageFrameRate: { num: 50, den: 1 },
        packets: null,
      }),
    ],
  }),
  { seconds: [10, 75], bytes: 17_280_000 },
);
check("no length", mkv({ durationSeconds: null, sizeBytes: null, streams: [video(picture)] }), {
  seconds: [0, 0],
  bytes: 0,
});

test("a film that says it lasts for ever is expected to grow to twenty times its size", () => {
  const film = mkv({ durationSeconds: 9.2e12, streams: [video(picture), audio({ codec: "dts" })] });
  const { bytes } = estimate(film, planFor(film), false);
  assert.equal(bytes, 20 * (film.sizeBytes ?? 0));
});

for (const [high, longest] of [
  [1, 900],
  [1000, 6000],
  [1e12, 604_800],
] as const)
  test(`work of at most ${high} s is ended after ${longest} s`, () =>
    assert.equal(longestSeconds({ seconds: [0, high] }), longest));
