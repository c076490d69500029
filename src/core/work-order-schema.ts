/**
 * Reads a work order that came over the network. What of it becomes part of a command or a path is checked word by word;
 * the rest is only read, and has to be plain and small.
 */
import { posix as path } from "node:path";
import { z } from "zod";
import { type DeviceProfile, HDR_TRANSFERS, PASSTHROUGH_CODECS } from "./devices.ts";
import type { MediaInfo } from "./media-info.ts";
import type { StreamPlan } from "./plan.ts";
import type { Reason } from "./reasons.ts";
import { ORIGINAL_POLICIES, SIDECAR_FORMATS } from "./settings.ts";
import { TARGET_LEVELS } from "./settings-profile.ts";
import { WORKS } from "./work.ts";
import { PROTOCOL, type WorkOrder } from "./work-order.ts";

/** Levels that plain data may nest, and the values of one order: a film has some 40 tracks with 40 facts each. */
const [DEPTH_MAX, VALUES_MAX] = [8, 50_000];
const TEXT_MAX = 10_000;
const KEY_MAX = 200;
const WHY_MAX = 500;
const OBJECTS_MAX = 1000;
const PATH_MAX = 4096;

/** Whether a value is of JSON and of a size that can be looked through. */
const isPlain = (value: unknown): boolean => {
  let left = VALUES_MAX;
  const look = (each: unknown, depth: number): boolean => {
    left -= 1;
    if (left < 0 || depth > DEPTH_MAX) return false;
    if (each === null || typeof each === "boolean") return true;
    if (typeof each === "number") return Number.isFinite(each);
    if (typeof each === "string") return each.length <= TEXT_MAX;
    if (typeof each !== "object") return false;
    if (!Array.isArray(each) && Object.keys(each).some((key) => key.length > KEY_MAX)) return false;
    return Object.values(each).every((inner) => look(inner, depth + 1));
  };
  return look(value, 0);
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Values that are only compared and counted, never written into a command. */
const objects = <T>() => z.array(z.custom<T>((value) => isObject(value) && isPlain(value))).max(OBJECTS_MAX);

const media = z.custom<MediaInfo>(
  (value) =>
    isObject(value) &&
    isPlain(value) &&
    Array.isArray(value.streams) &&
    value.streams.every((each) => isObject(each) && Number.isInteger(each.index)),
  "is no description of a film",
);

const whole = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const stream = z.number().int().min(0).max(9999);
const pixels = z.number().int().min(0).max(65_536);
const word = z.string().regex(/^[\w.-]{1,64}$/, "is no single word");
/** Of a film's own tags: an argument of its own, so that only its length matters. */
const tag = z.string().max(TEXT_MAX).exactOptional();
const level = z.string().regex(/^\d\.\d$/, "is no level");

const absolute = z
  .string()
  .max(PATH_MAX)
  .refine(
    (text) => path.isAbsolute(text) && path.normalize(text) === text && text !== "/" && !text.includes("\0"),
    "is no plain absolute path",
  );

const size = z.object({ width: pixels, height: pixels });

const videoCopy = z.object({
  kind: z.literal("copy"),
  stream,
  codec: word,
  setLevel: level.nullable(),
  squareSamples: size.nullable(),
  cropBottomPixels: pixels,
  hasDolbyVision: z.boolean(),
});

const videoEncode = z.object({
  kind: z.literal("encode"),
  stream,
  ...size.shape,
  level,
  frameRate: z.object({ num: whole, den: whole.min(1) }).nullable(),
  keyframeEveryFrames: z.number().int().min(1).max(100_000),
  deinterlace: z.enum(["none", "all", "flagged"]),
  fieldOrder: z.enum(["auto", "tff", "bff"]),
  detelecine: z.boolean(),
  crop: size.extend({ left: pixels, top: pixels }).nullable(),
  toneMap: z.enum(HDR_TRANSFERS).nullable(),
  fromFullRange: z.boolean(),
  fromRgb: z.boolean(),
});

const audioCopy = z.object({ kind: z.literal("copy"), stream, codec: word, language: tag, title: tag });

const audioEncode = z.object({
  kind: z.literal("encode"),
  stream,
  channels: z.number().int().min(1).max(2),
  sampleRateHz: z.number().int().min(8_000).max(192_000),
  bitrateBps: z.number().int().min(8_000).max(2_000_000),
  downmixes: z.boolean(),
  fillsLateStart: z.boolean(),
  language: tag,
  title: tag,
});

const plan = z.object({
  work: z.enum(WORKS),
  reasons: objects<Reason>(),
  streams: objects<StreamPlan>(),
  video: z.discriminatedUnion("kind", [videoCopy, videoEncode]),
  audio: z.discriminatedUnion("kind", [audioCopy, audioEncode]).nullable(),
  surround: z.object({ stream, codec: z.enum(PASSTHROUGH_CODECS), language: tag, title: tag }).nullable(),
  sidecars: z
    .array(
      z.object({
        stream,
        format: z.enum([...SIDECAR_FORMATS, "sup", "mks"]),
        label: z.string().regex(/^[\w.-]{0,64}$/),
      }),
    )
    .max(OBJECTS_MAX),
  burnIn: z.object({ kind: z.enum(["text", "pictures"]), stream }).nullable(),
});

/** As the settings made it: sizes and rates are numbers by now. */
const profile = z.object({
  codec: z.literal("h264"),
  profile: z.enum(["main", "high"]),
  level: z.enum(TARGET_LEVELS),
  resolution: size,
  max_fps: z.number().min(1).max(1000),
  max_bitrate: whole,
  bufsize: whole,
  preset: z.enum(["p1", "p2", "p3", "p4", "p5", "p6", "p7"]),
  rc: z.enum(["vbr", "vbr_hq", "cbr"]),
  cq: z.number().int().min(1).max(51),
  audio: z.object({
    codec: z.literal("aac"),
    bitrate: whole,
    channels: z.union([z.literal(1), z.literal(2)]),
    surround: z.enum(["drop", "keep"]),
  }),
  reencode: z.enum(["unplayable", "over_profile"]),
  strict: z.boolean(),
  crop_black_bars: z.boolean(),
});

const wish = z.object({
  devices: objects<DeviceProfile>(),
  languages: z.array(z.string().max(64)).max(100),
  profile,
  sidecarFormats: z.array(z.enum(SIDECAR_FORMATS)).max(10),
  keepsOriginal: z.boolean(),
  burnIn: z.union([z.enum(["none", "forced"]), stream]),
});

const seconds = z.number().min(0).max(604_800);
/** They become part of a command: these filters, with numbers, and no others. */
const partFilter = z
  .string()
  .regex(
    /^(?:setpts=PTS-STARTPTS(?:\+-?\d+\.\d+\/TB)?|trim=(?:start=\d+\.\d+)?:?(?:end=\d+\.\d+)?|fps=fps=\d+\/\d+:start_time=-?\d+\.\d+)$/,
    "is no filter of a part",
  );
const part = z.object({
  index: z.number().int().min(0).max(9999),
  seekSeconds: seconds.nullable(),
  filters: z.array(partFilter).max(5),
  mostPictures: whole.nullable(),
  pictures: whole.nullable(),
  seconds,
  betweenJoints: z.number().positive().max(604_800),
});

const order = z.object({
  protocol: z.literal(PROTOCOL),
  token: z.string().regex(/^[0-9a-f]{16,64}$/, "is no token"),
  lane: z.enum(["copies", "encodes"]),
  library: z.string().min(1).max(200),
  assetId: whole,
  sourcePath: absolute,
  sourceBytes: whole,
  sourceFingerprint: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .nullable(),
  folder: absolute,
  base: absolute,
  media,
  plan,
  estimate: z.object({ seconds: z.tuple([z.number().min(0), z.number().min(0)]), bytes: z.number().min(0) }),
  wish,
  original: z.enum(ORIGINAL_POLICIES),
  earlierSidecars: z.array(absolute).max(1000),
  mayDecodeOnCard: z.boolean(),
  part: part.exactOptional(),
});

export type OrderRead =
  | { readonly kind: "order"; readonly order: WorkOrder }
  | { readonly kind: "refused"; readonly why: string };

const isBelow = (inner: string, outer: string): boolean => inner === outer || inner.startsWith(`${outer}/`);

/** The order in what came, or why it is none. `id` is that of the job it came by. Total. */
export const readOrder = (data: unknown, id: string): OrderRead => {
  const protocol = isObject(data) ? data.protocol : undefined;
  if (typeof protocol === "number" && protocol !== PROTOCOL)
    return { kind: "refused", why: `It is of protocol ${protocol}; this worker speaks ${PROTOCOL}.` };
  const read = order.safeParse(data);
  if (!read.success) {
    const [first] = read.error.issues;
    const why = `${first?.path.join(".") || "It"}: ${first?.message ?? "cannot be read"}`;
    return { kind: "refused", why: why.slice(0, WHY_MAX) };
  }
  if (read.data.token !== id) return { kind: "refused", why: "Its token is not the job's." };
  if (!isBelow(read.data.folder, read.data.base))
    return { kind: "refused", why: `folder: does not lie in ${read.data.base}` };
  return { kind: "order", order: read.data };
};
