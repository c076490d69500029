/** ITU-T H.264 Annex A, table A-1: what each level allows, and the level a stream really needs. */

type LevelRow = {
  /** ffprobe's and the SPS's number: 41 is level 4.1. */
  readonly level: number;
  readonly maxMacroblocksPerSecond: number;
  readonly maxFrameMacroblocks: number;
  readonly maxDpbMacroblocks: number;
  /** For Baseline and Main, bits per second; High takes 1.25 times as much, and every Cast decoder is one of High. */
  readonly maxBitrateBps: number;
};

const level = (number: number, mbps: number, frame: number, dpb: number, kbps: number): LevelRow => ({
  level: number,
  maxMacroblocksPerSecond: mbps,
  maxFrameMacroblocks: frame,
  maxDpbMacroblocks: dpb,
  maxBitrateBps: kbps * 1000,
});

const H264_LEVELS: readonly LevelRow[] = [
  level(10, 1_485, 99, 396, 64),
  level(11, 3_000, 396, 900, 192),
  level(12, 6_000, 396, 2_376, 384),
  level(13, 11_880, 396, 2_376, 768),
  level(20, 11_880, 396, 2_376, 2_000),
  level(21, 19_800, 792, 4_752, 4_000),
  level(22, 20_250, 1_620, 8_100, 4_000),
  level(30, 40_500, 1_620, 8_100, 10_000),
  level(31, 108_000, 3_600, 18_000, 14_000),
  level(32, 216_000, 5_120, 20_480, 20_000),
  level(40, 245_760, 8_192, 32_768, 20_000),
  level(41, 245_760, 8_192, 32_768, 50_000),
  level(42, 522_240, 8_704, 34_816, 50_000),
  level(50, 589_824, 22_080, 110_400, 135_000),
  level(51, 983_040, 36_864, 184_320, 240_000),
  level(52, 2_073_600, 36_864, 184_320, 240_000),
];

/** What a stream asks of its decoder. */
export type LevelDemand = {
  readonly widthMbs: number;
  readonly heightMbs: number;
  readonly framesPerSecond: number;
  readonly decodedPictureBuffer: number;
  readonly peakBitrateBps: number;
};

/** Timestamps rounded to milliseconds make 30 fps look like 30.3; within 2 % a rate is the rate meant. */
export const RATE_TOLERANCE = 1.02;

/** The lowest level (41 for 4.1) that holds the demand; null when none of the table does. */
export const lowestLevel = (demand: LevelDemand): number | null =>
  H264_LEVELS.find((row) => fits(demand, row))?.level ?? null;

/** How many reference frames a level allows at a size in macroblocks (A.3.1, at most 16). */
export const maxReferenceFrames = (level: number, frameMacroblocks: number): number => {
  const row = H264_LEVELS.find((each) => each.level === level);
  return row ? Math.min(16, Math.floor(row.maxDpbMacroblocks / Math.max(1, frameMacroblocks))) : 0;
};

const fits = (demand: LevelDemand, row: LevelRow): boolean => {
  const frame = demand.widthMbs * demand.heightMbs;
  const longestSide = Math.sqrt(8 * row.maxFrameMacroblocks);
  return (
    frame <= row.maxFrameMacroblocks &&
    demand.widthMbs <= longestSide &&
    demand.heightMbs <= longestSide &&
    frame * demand.framesPerSecond <= row.maxMacroblocksPerSecond * RATE_TOLERANCE &&
    demand.decodedPictureBuffer <= maxReferenceFrames(row.level, frame) &&
    demand.peakBitrateBps <= row.maxBitrateBps * 1.25
  );
};

/** 41 as people write it: 4.1. */
export const levelName = (number: number): string => (number / 10).toFixed(1);
