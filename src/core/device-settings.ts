/** `device_profiles` of the settings: a known device with other figures, or a device of the household's own. */
import { z } from "zod";
import {
  DEVICE_CODECS,
  DEVICE_NAMES,
  DEVICES,
  type DeviceName,
  type DeviceProfile,
  HDR_TRANSFERS,
  MAX_PEAK_BITRATE_BPS,
  type Mode,
  PASSTHROUGH_CODECS,
  type VideoCapability,
} from "./devices.ts";

const isKnown = (name: string): name is DeviceName => DEVICE_NAMES.some((each) => each === name);

const mode = z.string().transform((text, context): Mode => {
  const [, width, height, maxFps] = /^(\d{3,4})x(\d{3,4})@(\d{2,3}(?:\.\d+)?)$/.exec(text) ?? [];
  if (maxFps !== undefined) return { width: Number(width), height: Number(height), maxFps: Number(maxFps) };
  context.addIssue({ code: "custom", message: `"${text}" must be WIDTHxHEIGHT@FPS, as 1920x1080@60` });
  return z.NEVER;
});

const capability = z.strictObject({
  level: z
    .union([z.string(), z.number().transform((level) => level.toFixed(1))])
    .pipe(z.string().regex(/^[3-6]\.[0-3]$/, 'must be a level from "3.0" to "6.3"'))
    .optional(),
  bit_depth: z.union([z.literal(8), z.literal(10)]).optional(),
  modes: z.array(mode).min(1).optional(),
});

const HDR_WORDS = { hdr10: HDR_TRANSFERS[0], hlg: HDR_TRANSFERS[1] } as const;

/** What may be written about one device; what is left out is as with the device it is `like`. */
export const deviceOverride = z.strictObject({
  like: z.enum(DEVICE_NAMES).optional(),
  label: z.string().min(1).max(60).optional(),
  hdr: z.array(z.enum(["hdr10", "hlg"])).optional(),
  dolby_vision: z.boolean().optional(),
  max_peak_mbps: z
    .number()
    .min(MAX_PEAK_BITRATE_BPS / 1e6, `at least ${MAX_PEAK_BITRATE_BPS / 1e6}, which an encode may reach`)
    .max(1000)
    .optional(),
  passthrough: z.array(z.enum(PASSTHROUGH_CODECS)).optional(),
  video: z.partialRecord(z.enum(DEVICE_CODECS), z.union([z.literal("none"), capability])).optional(),
});
export type DeviceOverride = z.output<typeof deviceOverride>;
type DeviceOverrides = Readonly<Record<string, DeviceOverride>>;

/** Every encode aims at H.264 4.1 at most, 1280x720 at 30 fps unless a profile says otherwise: less than this no Cast device has. */
const LEAST = { level: 41, width: 1280, height: 720, maxFps: 30 } as const;

/** Why a device could not play what we make, in words; null when it can. */
export const unusable = (device: DeviceProfile): string | null => {
  const able = device.video.find((each) => each.codec === "h264");
  const plays = able?.modes.some(
    (each) => each.width >= LEAST.width && each.height >= LEAST.height && each.maxFps >= LEAST.maxFps,
  );
  return plays && (able?.maxLevel ?? LEAST.level) >= LEAST.level
    ? null
    : "every encode is H.264, so its H.264 must be at least level 4.1 with 1280x720@30, as all Cast devices have";
};

/** The device of a name: ours, or ours with what the settings say; null when nobody knows the name. */
export const findDevice = (name: string, overrides: DeviceOverrides): DeviceProfile | null => {
  const override = Object.hasOwn(overrides, name) ? overrides[name] : undefined;
  if (override) return overridden(name, override);
  return isKnown(name) ? DEVICES[name] : null;
};

/** The names a person may write under `devices` or behind `--device`. */
export const deviceNames = (overrides: DeviceOverrides): readonly string[] => [
  ...new Set([...DEVICE_NAMES, ...Object.keys(overrides)]),
];

const overridden = (name: string, override: DeviceOverride): DeviceProfile => {
  const base = DEVICES[override.like ?? (isKnown(name) ? name : "chromecast-2")];
  return {
    name,
    label: override.label ?? (isKnown(name) ? base.label : name),
    video: DEVICE_CODECS.flatMap((codec) => videoOf(codec, base, override)),
    hdr: override.hdr?.map((word) => HDR_WORDS[word]) ?? base.hdr,
    dolbyVision: override.dolby_vision ?? base.dolbyVision,
    passthrough: override.passthrough ?? base.passthrough,
    maxPeakBitrateBps:
      override.max_peak_mbps === undefined ? base.maxPeakBitrateBps : override.max_peak_mbps * 1e6,
    source: `Your settings, else as ${base.label}`,
  };
};

/** A codec that the settings add is taken at the sizes of the device's own H.264 unless they say more. */
const videoOf = (
  codec: VideoCapability["codec"],
  base: DeviceProfile,
  { video }: DeviceOverride,
): readonly VideoCapability[] => {
  const own = base.video.find((each) => each.codec === codec);
  const said = video?.[codec];
  if (said === "none") return [];
  if (said === undefined) return own ? [own] : [];
  const h264 = video?.h264 === "none" ? undefined : video?.h264?.modes;
  const modes = said.modes ?? own?.modes ?? h264 ?? base.video[0]?.modes ?? [];
  const maxBitDepth = said.bit_depth ?? own?.maxBitDepth ?? 8;
  return [
    {
      codec,
      profiles: PROFILES[codec][maxBitDepth],
      maxLevel: said.level === undefined ? (own?.maxLevel ?? null) : levelNumber(codec, said.level),
      maxBitDepth,
      modes,
    },
  ];
};

const h264Profiles = DEVICES["chromecast-2"].video[0]?.profiles ?? [];
/** H.264 of more than 8 bits no Cast device decodes in hardware; who says otherwise of theirs is believed. */
const PROFILES: Readonly<Record<VideoCapability["codec"], Readonly<Record<8 | 10, readonly string[]>>>> = {
  h264: { 8: h264Profiles, 10: [...h264Profiles, "High 10"] },
  hevc: { 8: ["Main"], 10: ["Main", "Main 10"] },
  vp8: { 8: [], 10: [] },
  vp9: { 8: ["Profile 0"], 10: ["Profile 0", "Profile 2"] },
  av1: { 8: ["Main"], 10: ["Main"] },
};

/** A level as people write it (`5.1`) as ffprobe numbers it: H.264 and VP9 51, HEVC 153, AV1 13. */
const levelNumber = (codec: VideoCapability["codec"], level: string): number => {
  const [major = 0, minor = 0] = level.split(".").map(Number);
  if (codec === "hevc") return major * 30 + minor * 3;
  return codec === "av1" ? (major - 2) * 4 + minor : major * 10 + minor;
};
