import assert from "node:assert/strict";
import { test } from "node:test";
import { type LevelDemand, levelName, lowestLevel, maxReferenceFrames } from "./h264-levels.ts";

const check = (
  name: string,
  width: number,
  height: number,
  wanted: number | null,
  more: Partial<LevelDemand> = {},
): void => {
  test(name, () =>
    assert.equal(
      lowestLevel({
        widthMbs: Math.ceil(width / 16),
        heightMbs: Math.ceil(height / 16),
        framesPerSecond: 30,
        decodedPictureBuffer: 4,
        peakBitrateBps: 5_000_000,
        ...more,
      }),
      wanted,
    ),
  );
};

// Table A-1 and the sizes of the notes
check("128x96 at 15", 128, 96, 10, { framesPerSecond: 15, peakBitrateBps: 60_000 });
check("720x576 at 25", 720, 576, 30, { framesPerSecond: 25 });
check("720p30", 1280, 720, 31);
check("720p30 with five references", 1280, 720, 31, { decodedPictureBuffer: 5 });
check("720p30 with six references", 1280, 720, 40, { decodedPictureBuffer: 6 });
check("720p30 with nine references", 1280, 720, 40, { decodedPictureBuffer: 9 });
check("720p30 with ten references", 1280, 720, 50, { decodedPictureBuffer: 10 });
check("720p60", 1280, 720, 32, { framesPerSecond: 60 });
check("1080p30", 1920, 1080, 40);
check("1080p30 by timestamps of milliseconds", 1920, 1080, 40, { framesPerSecond: 30.3 });
check("1080p30 with five references", 1920, 1080, 50, { decodedPictureBuffer: 5 });
check("1080p30 with sixteen references", 1920, 1080, 51, { decodedPictureBuffer: 16 });
check("1080p60", 1920, 1080, 42, { framesPerSecond: 60 });
check("2160p30", 3840, 2160, 51);
check("2160p60", 3840, 2160, 52, { framesPerSecond: 60 });
check("2160p120", 3840, 2160, null, { framesPerSecond: 120 });
check("4320p", 7680, 4320, null);
check("720p30 at 22.9 Mb/s (the header said 3.1)", 1280, 720, 32, { peakBitrateBps: 22_900_000 });
check("1080p30 at 36 Mb/s", 1920, 1080, 41, { peakBitrateBps: 36_000_000 });
check("400 Mb/s", 1280, 720, null, { peakBitrateBps: 400_000_000 });
check("too wide for its area", 4096, 16, 40);
check("too tall for its area", 16, 4096, 40);
check("nothing known", 0, 0, 10, { framesPerSecond: 0, decodedPictureBuffer: 0, peakBitrateBps: 0 });

for (const [level, macroblocks, wanted] of [
  [31, 3600, 5],
  [41, 8160, 4],
  [41, 6120, 5],
  [41, 1620, 16],
  [51, 32_400, 5],
  [51, 0, 16],
  [99, 3600, 0],
] as const)
  test(`references of level ${level} at ${macroblocks} macroblocks`, () =>
    assert.equal(maxReferenceFrames(level, macroblocks), wanted));

for (const [level, wanted] of [
  [41, "4.1"],
  [30, "3.0"],
] as const)
  test(`level ${level} is written ${wanted}`, () => assert.equal(levelName(level), wanted));
