/** What an encode aims at, as the settings say it. */
import { z } from "zod";
import { MAX_PEAK_BITRATE_BPS } from "./devices.ts";

const written = (bitsPerSecond: number): string =>
  bitsPerSecond >= 1e6 ? `${bitsPerSecond / 1e6}M` : `${bitsPerSecond / 1e3}k`;

const bitrate = (fallback: string, least: number, most: number) =>
  z
    .union([z.string(), z.number()])
    .default(fallback)
    .transform((text, context) => {
      const found = /^(\d+(?:\.\d+)?)\s*([kKmM]?)$/.exec(String(text).trim());
      if (!found) {
        context.addIssue({ code: "custom", message: `"${text}" is not a bitrate; write 8M or 192k` });
        return z.NEVER;
      }
      const unit = { "": 1, k: 1e3, m: 1e6 }[(found[2] ?? "").toLowerCase()] ?? 1;
      const bitsPerSecond = Math.round(Number(found[1]) * unit);
      if (bitsPerSecond >= least && bitsPerSecond <= most) return bitsPerSecond;
      context.addIssue({
        code: "custom",
        message: `"${text}" must be ${written(least)} to ${written(most)}`,
      });
      return z.NEVER;
    });

const onlyForCast = <T extends string>(right: T, why: string) =>
  z.string().transform((text, context) => {
    if (text.toLowerCase() === right) return right;
    context.addIssue({ code: "custom", message: `"${text}" would not play: ${why}` });
    return z.NEVER;
  });

const audioProfile = z.strictObject({
  codec: onlyForCast("aac", "an older Chromecast decodes AAC-LC for certain; write aac").default("aac"),
  bitrate: bitrate("192k", 32e3, 512e3),
  channels: z
    .union([z.literal(1), z.literal(2)], {
      error: "AAC with more than 2 channels is silent on a Chromecast; write 2",
    })
    .default(2),
  surround: z.enum(["drop", "keep"]).default("drop"),
});

const resolution = z
  .string()
  .default("1280x720")
  .transform((text, context) => {
    const found = /^(\d{2,4})x(\d{2,4})$/.exec(text);
    const [width, height] = [Number(found?.[1]), Number(found?.[2])];
    if (!found || width % 2 !== 0 || height % 2 !== 0 || width > 1920 || height > 1080) {
      context.addIssue({
        code: "custom",
        message: `"${text}" must be WIDTHxHEIGHT, even, at most 1920x1080`,
      });
      return z.NEVER;
    }
    return { width, height };
  });

/** H.264 levels an encode may aim at: nothing above 4.1, as a Chromecast 2 takes no more. */
export const TARGET_LEVELS = ["3.0", "3.1", "3.2", "4.0", "4.1"] as const;

const encodingProfileKeys = z.strictObject({
  codec: onlyForCast("h264", "a Chromecast 2 or 3 decodes no other codec we make; write h264").default(
    "h264",
  ),
  profile: z
    .enum(["main", "high"], { error: "must be main or high: nothing else plays everywhere" })
    .default("high"),
  level: z
    .union([z.string(), z.number().transform((level) => level.toFixed(1))])
    .pipe(
      z.enum(TARGET_LEVELS, {
        error: `must be one of ${TARGET_LEVELS.join(", ")}: a Chromecast 2 takes no higher level`,
      }),
    )
    .default("4.1"),
  resolution,
  max_fps: z.number().min(24).max(60).default(30),
  // A peak above what the Wi-Fi is trusted with would be judged unplayable again.
  max_bitrate: bitrate("8M", 100e3, MAX_PEAK_BITRATE_BPS),
  bufsize: bitrate("16M", 100e3, 2 * MAX_PEAK_BITRATE_BPS),
  preset: z.enum(["p1", "p2", "p3", "p4", "p5", "p6", "p7"]).default("p5"),
  rc: z.enum(["vbr", "vbr_hq", "cbr"]).default("vbr"),
  cq: z.number().int().min(1).max(51).default(18),
  audio: audioProfile.prefault({}),
  reencode: z.enum(["unplayable", "over_profile"]).default("unplayable"),
  strict: z.boolean().default(false),
  crop_black_bars: z.boolean().default(false),
});

/** The most an encoder may spend on two seconds: the rate, and a full buffer besides. The judge measures the same two seconds. */
const worstPeak = (profile: z.output<typeof encodingProfileKeys>): number =>
  profile.max_bitrate + profile.bufsize / 2;

/** What an encode aims at: the schema of one of `profiles`. */
export const encodingProfile = encodingProfileKeys.superRefine((profile, context) => {
  if (worstPeak(profile) > MAX_PEAK_BITRATE_BPS)
    context.addIssue({
      code: "custom",
      path: ["max_bitrate"],
      message: `with bufsize ${written(profile.bufsize)} two seconds may reach ${written(worstPeak(profile))}, which would not play; max_bitrate plus half of bufsize must be at most ${written(MAX_PEAK_BITRATE_BPS)}`,
    });
});

export type EncodingProfile = z.output<typeof encodingProfile>;

/** What every key is when nobody sets it. */
export const defaultEncodingProfile: EncodingProfile = encodingProfile.parse({});
