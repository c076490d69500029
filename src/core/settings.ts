/** The settings file: its schema, its defaults and what is wrong with it, in words. */
import { posix as path } from "node:path";
import { z } from "zod";
import { deviceNames, deviceOverride, findDevice, unusable } from "./device-settings.ts";
import { MAX_PEAK_BITRATE_BPS } from "./devices.ts";
import { folderIssues } from "./settings-folders.ts";
import { knownKeysAt, nearestKey } from "./settings-keys.ts";

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

const encodingProfile = encodingProfileKeys.superRefine((profile, context) => {
  if (worstPeak(profile) > MAX_PEAK_BITRATE_BPS)
    context.addIssue({
      code: "custom",
      path: ["max_bitrate"],
      message: `with bufsize ${written(profile.bufsize)} two seconds may reach ${written(worstPeak(profile))}, which would not play; max_bitrate plus half of bufsize must be at most ${written(MAX_PEAK_BITRATE_BPS)}`,
    });
});

export const ORIGINAL_POLICIES = ["keep", "archive", "delete"] as const;
export type OriginalPolicy = (typeof ORIGINAL_POLICIES)[number];

export const SIDECAR_FORMATS = ["vtt", "srt"] as const;

/** In one spelling, no slash at its end: what lies in it is told by `${folder}/` at the beginning of a path. */
const spelt = (folder: string): string =>
  folder.startsWith("/") ? path.normalize(folder).replace(/(?<=.)\/$/, "") : folder;

const library = z.strictObject({
  root: z.string().min(1).overwrite(spelt),
  depth: z.union([z.literal("max"), z.number().int().min(0).max(64)]).default("max"),
  profile: z.string().default("movies"),
  original: z.enum(ORIGINAL_POLICIES).default("keep"),
  output: z.string().min(1).overwrite(spelt).default("beside"),
  archive: z.string().overwrite(spelt).default(""),
  subtitles: z.array(z.enum(SIDECAR_FORMATS)).default(["vtt", "srt"]),
  languages: z.array(z.string().min(2)).default([]),
  burn_in: z.union([z.enum(["none", "forced"]), z.number().int().min(0).max(999)]).default("none"),
});

export const ENCODER_CHOICES = ["auto", "nvenc", "qsv", "vaapi", "videotoolbox", "software"] as const;
export type EncoderChoice = (typeof ENCODER_CHOICES)[number];

const operational = z.strictObject({
  encoder: z.enum(ENCODER_CHOICES).default("auto"),
  gpu_only: z.boolean().default(true),
  max_concurrent_jobs: z.number().int().min(1).max(32).default(1),
  max_concurrent_copies: z.number().int().min(1).max(32).default(2),
  gpu_temperature_cutoff: z.number().int().min(30).max(110).default(85),
  max_disk_usage_percent: z.number().min(10).max(100).default(90),
  remove_original_after_success: z.boolean().default(false),
  archive_retention_days: z.number().int().min(0).max(36_500).default(0),
  max_attempts: z.number().int().min(1).max(20).default(3),
  settle_seconds: z.number().min(0).max(3600).default(30),
  rescan_minutes: z.number().min(1).max(10_080).default(60),
  database_backup_days: z.number().int().min(1).max(3650).default(14),
  schedule: z.array(z.string().regex(/^\d\d:\d\d-\d\d:\d\d$/, "must look like 22:00-07:00")).default([]),
});

const origin = z
  .string()
  .regex(
    /^https?:\/\/[^\s/*]+$/,
    "must be the address of a site, as https://home.example:8123, without a path",
  );

export const settingsSchema = z
  .strictObject({
    devices: z.array(z.string()).min(1).max(100).default(["chromecast-2", "chromecast-3"]),
    device_profiles: z
      .record(z.string().regex(/^[\w-]+$/, "use letters, digits, - and _"), deviceOverride)
      .default({}),
    libraries: z.record(z.string().regex(/^[\w-]+$/, "use letters, digits, - and _"), library).default({}),
    profiles: z.record(z.string(), encodingProfile).default({}),
    operational: operational.prefault({}),
    server: z.strictObject({ cors_origins: z.array(origin).default([]) }).prefault({}),
    logging: z.strictObject({ retention_days: z.number().int().min(1).max(3650).default(7) }).prefault({}),
    notifiers: z
      .strictObject({ webhook: z.strictObject({ url: z.string().default("") }).prefault({}) })
      .prefault({}),
    jellyfin: z
      .strictObject({
        url: z.string().default(""),
        api_key: z.string().default(""),
        libraries: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
      })
      .nullish()
      .transform((value) => value ?? { url: "", api_key: "", libraries: {} }),
  })
  .superRefine((settings, context) => {
    for (const [index, name] of settings.devices.entries())
      if (findDevice(name, settings.device_profiles) === null)
        context.addIssue({
          code: "custom",
          path: ["devices", index],
          message: `there is no device "${name}"; known: ${deviceNames(settings.device_profiles).join(", ")}`,
        });
    for (const name of Object.keys(settings.device_profiles)) {
      const device = findDevice(name, settings.device_profiles);
      const message = device && unusable(device);
      if (message)
        context.addIssue({ code: "custom", path: ["device_profiles", name, "video", "h264"], message });
    }
    for (const [name, each] of Object.entries(settings.libraries)) {
      if (each.original === "delete" && !settings.operational.remove_original_after_success)
        context.addIssue({
          code: "custom",
          path: ["libraries", name, "original"],
          message: "deleting originals also needs operational.remove_original_after_success: true",
        });
      if (
        !Object.hasOwn(settings.profiles, each.profile) &&
        each.profile !== "movies" &&
        each.profile !== "series"
      )
        context.addIssue({
          code: "custom",
          path: ["libraries", name, "profile"],
          message: `there is no profile "${each.profile}"`,
        });
    }
    const { archive_retention_days, remove_original_after_success } = settings.operational;
    if (archive_retention_days > 0 && !remove_original_after_success)
      context.addIssue({
        code: "custom",
        path: ["operational", "archive_retention_days"],
        message: "removing archived originals also needs operational.remove_original_after_success: true",
      });
    for (const { library, key, message } of folderIssues(settings.libraries))
      context.addIssue({ code: "custom", path: ["libraries", library, key], message });
  });

export type Settings = z.output<typeof settingsSchema>;
export type LibrarySettings = Settings["libraries"][string];
export type EncodingProfile = Settings["profiles"][string];

/** What every key is when nobody sets it. */
export const defaultEncodingProfile: EncodingProfile = encodingProfile.parse({});

/** The encoding profile a library aims at; the two of the original (`movies`, `series`) exist without being written. */
export const profileOf = (settings: Settings, each: LibrarySettings): EncodingProfile =>
  settings.profiles[each.profile] ?? defaultEncodingProfile;

export type SettingsIssue = { readonly path: string; readonly message: string };
export type ParsedSettings =
  | { readonly kind: "ok"; readonly settings: Settings }
  | { readonly kind: "invalid"; readonly issues: readonly SettingsIssue[] };

/** Settings from whatever a YAML file held: the settings, or every problem with its key path. Never throws. */
export const parseSettings = (value: unknown): ParsedSettings => {
  const parsed = settingsSchema.safeParse(value ?? {});
  if (parsed.success) return { kind: "ok", settings: parsed.data };
  return { kind: "invalid", issues: parsed.error.issues.flatMap(toIssues) };
};

/** A file with more unknown keys than these is some other file. */
const KEYS_TOLD_MAX = 50;

const toIssues = (issue: z.core.$ZodIssue): SettingsIssue[] => {
  const path = issue.path.map(String);
  if (issue.code !== "unrecognized_keys")
    return [{ path: path.join(".") || "(file)", message: issue.message }];
  const known = knownKeysAt(settingsSchema, path);
  const more = issue.keys.length - KEYS_TOLD_MAX;
  const rest =
    more > 0 ? [{ path: path.join(".") || "(file)", message: `and ${more} more unknown keys` }] : [];
  const told = issue.keys.slice(0, KEYS_TOLD_MAX).map((key) => {
    const nearest = nearestKey(key, known);
    return {
      path: [...path, key || '""'].join("."),
      message: nearest
        ? `unknown key; did you mean ${nearest}?`
        : `unknown key; known here: ${known.join(", ")}`,
    };
  });
  return [...told, ...rest];
};
