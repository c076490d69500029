/** What comes from workers through Redis: read as text of strangers, with a limit for everything. What does not fit is null. */
import { z } from "zod";
import { ENCODER_NAMES } from "../core/encoders.ts";
import { isProblemCode } from "../core/problem.ts";
import { checksFrom } from "../core/verification-facts.ts";
import { NEWS_PHASES, type WorkerHello, type WorkNews, type WorkResult } from "../core/work-order.ts";

const word = z.string().max(200);
const path = z.string().max(8192);
/** What is a little too long (a log) is cut; what is far too long was not written by a worker of ours. */
const TEXT_MAX = 65_536;
const text = z
  .string()
  .max(64 * TEXT_MAX)
  .transform((all) => all.slice(-TEXT_MAX));
/** As much as Linux takes for one argument of a program. */
const ARGUMENT_MAX = 131_072;
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
  encoderWhy: z
    .string()
    .max(TEXT_MAX)
    .transform((all) => all.slice(0, 2000)),
  decodes: z.array(word).max(500),
  libraries: z.array(word).max(1000),
  access: z.enum(["mounts", "http"]),
  cards: z
    .array(
      z.object({
        ...{ index: z.number(), name: word, degrees: figure, encoderPercent: figure },
        isHot: z.boolean(),
      }),
    )
    .max(64),
  running: z.array(word).max(1000),
  state: z.enum(["working", "paused", "draining"]),
  loadPercent: figure,
});

const COMMAND_MAX = 1_000_000;
const isShort = (args: readonly string[]): boolean =>
  args.reduce((sum, each) => sum + each.length, 0) <= COMMAND_MAX;

const news = z.object({
  worker: word,
  encoder: word,
  phase: z.enum(NEWS_PHASES),
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
  command: z.array(z.string().max(ARGUMENT_MAX)).max(2000).refine(isShort, "is too long").nullable(),
  said: text,
});

const CHECKS_MAX = 200;
const checks = z
  .array(z.unknown())
  .max(CHECKS_MAX)
  .transform(checksFrom)
  .refine(
    (all) => all.every(({ name, detail }) => name.length <= 200 && detail.length <= TEXT_MAX),
    "is too long",
  );
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
      code: word.transform((code) => (isProblemCode(code) ? code : ("internal" as const))),
      detail: text,
    }),
  }),
]);

const parsed = <T>(schema: z.ZodType<T>, value: unknown): T | null => schema.safeParse(value).data ?? null;

export const readHello = (value: unknown): WorkerHello | null => parsed(hello, value);
export const readNews = (value: unknown): WorkNews | null => parsed(news, value);
export const readResult = (value: unknown): WorkResult | null => parsed(result, value);

const JSON_MAX = 8 * 1024 * 1024;

/** Text as JSON; null where it is none, or more than anybody here says. */
export const jsonOrNull = (said: string): unknown => {
  if (said.length > JSON_MAX) return null;
  try {
    return JSON.parse(said);
  } catch {
    return null;
  }
};
