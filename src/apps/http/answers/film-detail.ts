/** One film with all that is known and computed about it; made by `asset-json.ts`. */
import { z } from "zod";
import { CONTAINERS } from "../../../core/media-info.ts";
import { PROBLEM_CODES } from "../../../core/problem.ts";
import { REASON_CODES } from "../../../core/reasons.ts";
import { WORKS } from "../../../core/work.ts";
import { JOB_OUTCOMES } from "../../../edges/store/jobs.ts";
import { filmSchema, time } from "./film.ts";

const reasonSchema = z
  .object({
    code: z.enum(REASON_CODES),
    stream: z.number().int().nullable().describe("null for the container"),
    detail: z.string(),
  })
  .meta({ id: "Reason", description: "Why a film does not play" });

const KINDS = ["video", "audio", "subtitle", "data", "attachment"] as const;

const streamSchema = z
  .looseObject({
    index: z.number().int(),
    kind: z.enum(KINDS),
    codec: z.string(),
    language: z.string().nullable(),
    title: z.string().nullable(),
    isDefault: z.boolean(),
    isForced: z.boolean(),
    durationSeconds: z.number().nullable(),
    bitrateBps: z.number().nullable(),
  })
  .meta({ id: "Stream", description: "A track of a file; further keys by its kind, as width or channels" });

const mediaSchema = z
  .looseObject({
    container: z.enum(CONTAINERS),
    formatName: z.string(),
    durationSeconds: z.number().nullable(),
    sizeBytes: z.number().nullable(),
    bitrateBps: z.number().nullable(),
    chapterCount: z.number().int(),
    streams: z.array(streamSchema),
  })
  .meta({ id: "Media", description: "What a file is, as ffprobe and its own bytes say" });

const deviceVerdictSchema = z.object({
  label: z.string(),
  playable: z.boolean(),
  reasons: z.array(reasonSchema),
});

const planSchema = z.object({
  work: z.enum(WORKS),
  reasons: z.array(reasonSchema),
  streams: z.array(
    z.object({
      stream: z.number().int(),
      kind: z.enum(KINDS),
      action: z.enum(["copy", "repair", "encode", "extract", "drop"]),
      why: z.string(),
      detail: z.string(),
    }),
  ),
  sidecars: z.array(z.object({ stream: z.number().int(), format: z.string(), label: z.string() })),
});

/** What happened to films, for people. */
export const eventSchema = z
  .object({
    id: z.number().int(),
    at: time,
    assetId: z.number().int().nullable(),
    kind: z.string(),
    path: z.string(),
    data: z.unknown(),
  })
  .meta({ id: "Event" });

const paceSchema = z
  .array(
    z.object({
      seconds: z.number().describe("Since ffmpeg was started"),
      speed: z.number().nullable().describe("Multiples of playing time"),
      fps: z.number().nullable(),
      bitrateBps: z.number().nullable(),
      degrees: z.number().nullable().describe("Of the graphics card, Celsius"),
    }),
  )
  .describe("How fast it went; at most 240 points");

/** An attempt; its claim's token stays inside. */
export const jobSchema = z
  .object({
    id: z.number().int(),
    assetId: z.number().int(),
    attempt: z.number().int(),
    work: z.enum(WORKS),
    encoder: z.string().nullable(),
    command: z.array(z.string()),
    startedAt: time,
    finishedAt: time.nullable(),
    outcome: z.enum(JOB_OUTCOMES).nullable().describe("null while it runs"),
    problemCode: z.enum(PROBLEM_CODES).nullable(),
    problemDetail: z.string().nullable(),
    log: z.string().describe("The end of ffmpeg's output"),
    seconds: z.number().nullable(),
    outputBytes: z.number().nullable(),
    pool: z.string().nullable().describe("The queue of the workers it was handed to; null: this machine"),
    worker: z.string().nullable().describe("Who worked on it; null: this machine, or nobody yet"),
    checks: z.unknown().describe("What was asked of the result, each with `name`, `passed` and `detail`"),
    pace: paceSchema,
  })
  .meta({ id: "Attempt" });

export const filmDetailAnswer = z.object({
  asset: filmSchema,
  streams: z.array(streamSchema).nullable(),
  media: mediaSchema.nullable(),
  verdict: z
    .object({
      playable: z.boolean(),
      devices: z.record(z.string(), deviceVerdictSchema),
      notes: z.array(reasonSchema),
    })
    .nullable(),
  plan: planSchema.nullable(),
  command: z
    .array(z.string())
    .nullable()
    .describe("What ffmpeg is told by the job that runs, else by the next"),
  running: z
    .object({
      command: z.array(z.string()),
      text: z.string().describe("The end of what ffmpeg says"),
      pace: paceSchema,
    })
    .nullable()
    .describe("The job that runs"),
  estimate: z.object({ seconds: z.array(z.number()).length(2), bytes: z.number() }).nullable(),
  events: z.array(eventSchema).describe("Newest first"),
  jobs: z.array(jobSchema).describe("The last attempts, newest first"),
});
