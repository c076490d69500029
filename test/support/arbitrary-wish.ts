/** Households and encoding profiles of every kind that the settings accept, for property tests. */
import fc from "fast-check";
import { DEVICE_NAMES } from "../../src/core/devices.ts";
import type { Wish } from "../../src/core/plan.ts";
import { defaultEncodingProfile, TARGET_LEVELS } from "../../src/core/settings.ts";

/** Any household and any encoding profile that the settings accept. */
export const anyWish: fc.Arbitrary<Wish> = fc.record({
  devices: fc.subarray([...DEVICE_NAMES], { minLength: 1 }),
  languages: fc.subarray(["en", "de", "pt", "fi"]),
  sidecarFormats: fc.subarray(["vtt", "srt"] as const),
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
    }),
    reencode: fc.constantFrom("unplayable" as const, "over_profile" as const),
    strict: fc.boolean(),
  }),
});
