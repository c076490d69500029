/** What the probe process and who asks it say to each other: one line of JSON each. */
import { z } from "zod";
import type { Evidence } from "../../core/ffprobe-json.ts";
import type { Look } from "./look-at-film.ts";

export type Asked = { readonly path: string } | Look;

const number = z.number().nullable();
const packets = z.strictObject({
  ...{ peakFrameRate: number, peakBitrateBps: number, longestKeyframeGapSeconds: number },
  ...{ discardedPackets: z.number(), packetsWithoutPts: z.number() },
});
const sps = z.strictObject({
  ...{ profileIdc: z.number(), levelIdc: z.number(), maxReferenceFrames: z.number() },
  ...{ decodedPictureBuffer: z.number(), frameMbsOnly: z.boolean(), widthMbs: z.number() },
  ...{ heightMbs: z.number(), cropBottomPixels: z.number(), fullRange: z.boolean().nullable() },
  sampleAspectRatio: z.strictObject({ num: z.number(), den: z.number() }).nullable(),
});
const evidence = z.strictObject({
  mp4: z.strictObject({ moovBeforeMdat: z.boolean(), isFragmented: z.boolean() }).nullable(),
  ...{ isTruncated: z.boolean(), isEncrypted: z.boolean() },
  ...{ sps: sps.nullable(), packets: packets.nullable() },
}) satisfies z.ZodType<Evidence>;

/** What filters said of one window. */
const looked = z.strictObject({ said: z.string().max(10_000), seconds: z.number().min(0) });

const said = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("ready"), version: z.string().max(100) }),
  /** The package cannot be loaded. */
  z.strictObject({ kind: z.literal("unable"), why: z.string().max(2000) }),
  /** ffprobe is to be asked. */
  z.strictObject({ kind: z.literal("declined"), why: z.string().max(2000) }),
  z.strictObject({
    kind: z.literal("read"),
    /** As ffprobe's; `parseFfprobe` takes any. */
    json: z.unknown(),
    /** Of its main picture. */
    evidence,
  }),
  z.strictObject({ kind: z.literal("looked"), seen: z.array(looked).max(100) }),
]);

export type Looked = z.infer<typeof looked>;
export type Said = z.infer<typeof said>;
export type Answer = Extract<Said, { readonly kind: "read" | "looked" }>;
export type Read = Extract<Said, { readonly kind: "read" }>;

/** A line of the probe process; null when it is none of ours. */
export const toSaid = (line: string): Said | null => {
  try {
    return said.parse(JSON.parse(line));
  } catch {
    return null;
  }
};
