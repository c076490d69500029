/** What the probe process and who asks it say to each other: one line of JSON each. */
import { z } from "zod";
import type { PacketFacts } from "../../core/media-info.ts";
import type { Look } from "./look-at-film.ts";

export type Asked = { readonly path: string } | Look;

const number = z.number().nullable();
const facts = z.strictObject({
  ...{ peakFrameRate: number, peakBitrateBps: number, longestKeyframeGapSeconds: number },
  ...{ discardedPackets: z.number(), packetsWithoutPts: z.number() },
}) satisfies z.ZodType<PacketFacts>;

/** An SPS has some dozens of bytes; nobody's headers have more than this. Characters of hexadecimal digits. */
const MAX_EXTRADATA = 200_000;

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
    /** Of the main picture, H.264 outside of an MP4, in hexadecimal digits; else empty. */
    extradata: z
      .string()
      .max(MAX_EXTRADATA)
      .regex(/^([0-9a-f]{2})*$/),
    /** Of the main picture; null where the index of an MP4 tells, or nobody asks. */
    packets: facts.nullable(),
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
