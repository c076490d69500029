import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { anyMedia } from "../../test/support/arbitrary-media.ts";
import { anyWish } from "../../test/support/arbitrary-wish.ts";
import { media, planFor, video } from "../../test/support/media.ts";
import type { DeviceProfile } from "./devices.ts";
import { highestFrameRate } from "./judge-video.ts";
import { type Fraction, type MediaInfo, toNumber } from "./media-info.ts";
import type { Wish } from "./plan.ts";
import type { VideoEncode } from "./plan-video.ts";
import { judge } from "./verdict.ts";

const encoded = (film: MediaInfo, wanted: Wish): VideoEncode | null => {
  const plan = planFor(film, wanted).video;
  return plan?.kind === "encode" ? plan : null;
};

const RUNS = { numRuns: 2000 };
const capOf = (wanted: Wish): number =>
  Math.min(
    wanted.profile.max_fps,
    ...wanted.devices.map((name) => Math.max(...modesOf(name).map((mode) => mode.maxFps))),
  );
const modesOf = (device: DeviceProfile) => device.video.find((each) => each.codec === "h264")?.modes ?? [];

const checkSize = (film: MediaInfo, wanted: Wish): void => {
  const made = encoded(film, wanted);
  const source = judge(film, wanted).video;
  if (!made || !source) return;
  const said = `${made.width}x${made.height}`;
  const { width, height } = wanted.profile.resolution;
  assert.ok(made.width % 2 === 0 && made.height % 2 === 0 && made.width >= 2 && made.height >= 2, said);
  assert.ok(made.width <= width && made.height <= height, `${said} in ${width}x${height}`);
  const fps = made.frameRate ? toNumber(made.frameRate) : highestFrameRate(source);
  for (const name of wanted.devices) {
    const fits = modesOf(name).some(
      (mode) => made.width <= mode.width && made.height <= mode.height && fps <= mode.maxFps * 1.02,
    );
    assert.ok(fits, `${said} at ${fps} on ${name}`);
  }
};

const checkShape = (
  width: number,
  height: number,
  sar: Fraction,
  rotationDegrees: number,
  wanted: Wish,
): void => {
  const picture = video({ codec: "mpeg4", width, height, sampleAspectRatio: sar, rotationDegrees });
  const made = encoded(media({ streams: [picture] }), wanted);
  assert.ok(made);
  const upright = [width * toNumber(sar), height];
  const [wide = 1, high = 1] = Math.abs(rotationDegrees) === 90 ? upright.toReversed() : upright;
  const said = `${made.width}x${made.height} from ${wide}x${high}`;
  assert.ok(made.width <= wide + 1 && made.height <= high + 1, `enlarged: ${said}`);
  // Each side is rounded to the nearest even number: off by at most one pixel at the same scale.
  const [least, most] = [
    Math.max((made.width - 1) / wide, (made.height - 1) / high),
    Math.min((made.width + 1) / wide, (made.height + 1) / high),
  ];
  assert.ok(least <= most + 1e-9, `out of shape: ${said}`);
};

const checkRate = (rate: Fraction, container: MediaInfo["container"], wanted: Wish): void => {
  const picture = video({ codec: "mpeg4", averageFrameRate: rate, nominalFrameRate: rate, packets: null });
  const made = encoded(media({ container, streams: [picture] }), wanted);
  assert.ok(made);
  const source = toNumber(rate);
  const fps = made.frameRate ? toNumber(made.frameRate) : source;
  const divisor = Math.round(source / fps);
  assert.ok(Math.abs(source / fps - divisor) < 1e-9, `${source} to ${fps}`);
  assert.ok(fps <= capOf(wanted) * 1.02, `${fps} of ${capOf(wanted)}`);
  assert.ok(
    divisor === 1 || source / (divisor - 1) > capOf(wanted) * 1.02,
    `${source} divided by ${divisor}`,
  );
};

describe("an encoded picture", () => {
  it("is even and within the profile and every device", () => {
    fc.assert(fc.property(anyMedia, anyWish, checkSize), RUNS);
  });

  it("keeps its shape, and is never enlarged", () => {
    const side = fc.integer({ min: 64, max: 4096 });
    const aspect = fc.constantFrom(
      { num: 1, den: 1 },
      { num: 64, den: 45 },
      { num: 16, den: 11 },
      { num: 8, den: 9 },
    );
    fc.assert(fc.property(side, side, aspect, fc.constantFrom(0, 90, -90, 180), anyWish, checkShape), RUNS);
  });

  it("has the source's rate divided by the least whole number that fits the cap", () => {
    const whole = fc.constantFrom(24, 25, 30, 48, 50, 60, 72, 100, 120, 240).map((num) => ({ num, den: 1 }));
    const broken = fc.constantFrom(24_000, 30_000, 60_000, 120_000).map((num) => ({ num, den: 1001 }));
    const container = fc.constantFrom("mp4" as const, "avi" as const, "matroska" as const);
    fc.assert(fc.property(fc.oneof(whole, broken), container, anyWish, checkRate), RUNS);
  });
});
