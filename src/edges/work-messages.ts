/** What comes from workers through Redis: read as text of strangers, with a limit for everything. What does not fit is null. */
import { z } from "zod";
import { ENCODER_NAMES } from "../core/encoders.ts";
import { isProblemCode } from "../core/problem.ts";
import { checksFrom } from "../core/verification-facts.ts";
import type { WorkerHello, WorkNews, WorkResult } from "../core/work-order.ts";

const word = z.string().max(200);
const path = z.string().max(8192);
const text = z.string().transform((all) => all.slice(-65_536));
const count = z.number().int().min(0).max(1000);
const figure = z.number().nullable();
const bytes = z.number().int().nonnegative();

const hello = z.object({
  protocol: z.number().int(),
  version: word,
  id: word.min(1),
  name: word.min(1),
  startedAt: z.number(),
  at: z.number(),
  slots: z.object({ copies: count, encodes: count }),
  encoder: z.object({ name: z.enum(ENCODER_NAMES), codec: word, isHardware: z.boolean() }).nullable(),
  encoderWhy: z.string().transform((all) => all.slice(0, 2000)),
  decodes: z.array(word).max(500),
  libraries: z.array(word).max(1000),
  access: z.enum(["mounts", "http"]),
  cards: z
    .array(z.object({ index: z.number(), name: word, degrees: figure, encoderPercent: figure }))
    .max(64),
  running: z.array(word).max(1000),
  state: z.enum(["working", "paused", "draining"]),
  loadPercent: figure,
});

const news = z.object({
  worker: word,
  encoder: word,
  phase: z.enum(["converting", "verifying"]),
  progress: z
    .object({
      percent: figure,
      fps: figure,
      speed: figure,
      etaSeconds: figure,
      outTimeSeconds: figure,
      bytes: figure,
    })
    .nullable(),
  command: z.array(z.string()).max(2000).nullable(),
  said: text,
});

const checks = z.unknown().transform(checksFrom);
const file = z.object({ path, sizeBytes: bytes, fingerprint: word });
const ofWorker = { token: word, worker: word, encoder: word, checks, log: text };

const result = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("converted"),
    ...ofWorker,
    partial: file,
    sidecars: z.array(file.extend({ label: word, ending: word, isOfTrack: z.boolean() })).max(500),
    missing: z.array(z.string().max(2000)).max(500),
  }),
  z.object({
    kind: z.literal("failed"),
    ...ofWorker,
    problem: z.object({
      code: z.string().transform((code) => (isProblemCode(code) ? code : ("internal" as const))),
      detail: text,
    }),
  }),
]);

const parsed = <T>(schema: z.ZodType<T>, value: unknown): T | null => schema.safeParse(value).data ?? null;

export const readHello = (value: unknown): WorkerHello | null => parsed(hello, value);
export const readNews = (value: unknown): WorkNews | null => parsed(news, value);
export const readResult = (value: unknown): WorkResult | null => parsed(result, value);

/** Text as JSON; null where it is none. */
export const jsonOrNull = (said: string): unknown => {
  try {
    return JSON.parse(said);
  } catch {
    return null;
  }
};
