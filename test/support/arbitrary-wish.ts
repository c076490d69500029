/** Households and encoding profiles of every kind that the settings accept, for property tests. */
import fc from "fast-check";
import { findDevice } from "../../src/core/device-settings.ts";
import { DEVICES } from "../../src/core/devices.ts";
import type { Wish } from "../../src/core/plan.ts";
import { defaultEncodingProfile, TARGET_LEVELS } from "../../src/core/settings-profile.ts";

/** Devices as settings may describe them. */
const OWN_DEVICES = [
  findDevice("theatre", {
    theatre: { like: "chromecast-ultra", passthrough: ["ac3", "eac3"], hdr: ["hlg"] },
  }),
  findDevice("old", { old: { passthrough: ["ac3"], video: { h264: { level: "4.1" }, vp8: "none" } } }),
].filter((each) => each !== null);

/** Any household and any encoding profile that the settings accept. */
export const anyWish: fc.Arbitrary<Wish> = fc.record({
  devices: fc.subarray([...Object.values(DEVICES), ...OWN_DEVICES], { minLength: 1 }),
  languages: fc.subarray(["en", "de", "pt", "fi"]),
  sidecarFormats: fc.subarray(["vtt", "srt"] as const),
  keepsOriginal: fc.boolean(),
  burnIn: fc.oneof(fc.constantFrom("none" as const, "forced" as const), fc.integer({ min: 0, max: 8 })),
  profile: fc.record({
    codec: fc.constant(defaultEncodingProfile.codec),
    profile: fc.constantFrom("main" as const, "high" as const),
    level: fc.constantFrom(...TARGET_LEVELS),
    resolution: fc.constantFrom(
      { width: 1280, height: 720 },
      { width: 1920, height: 1080 },
      { width: 640, height: 360 },
      { width: 426, height: 240 },
    ),
    max_fps: fc.constantFrom(24, 25, 30, 50, 60, 29.97),
    max_bitrate: fc.constantFrom(1e6, 8e6, 12e6),
    bufsize: fc.constantFrom(2e6, 16e6),
    preset: fc.constantFrom("p1" as const, "p5" as const),
    rc: fc.constantFrom("vbr" as const, "vbr_hq" as const, "cbr" as const),
    cq: fc.integer({ min: 1, max: 51 }),
    audio: fc.record({
      codec: fc.constant(defaultEncodingProfile.audio.codec),
      bitrate: fc.constantFrom(96e3, 192e3),
      channels: fc.constantFrom(1 as const, 2 as const),
      surround: fc.constantFrom("drop" as const, "keep" as const),
    }),
    reencode: fc.constantFrom("unplayable" as const, "over_profile" as const),
    strict: fc.boolean(),
    crop_black_bars: fc.boolean(),
  }),
});
