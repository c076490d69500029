/** What happened and what was said; made by `activity-export.ts` and the kept log. */
import { z } from "zod";
import { TOPICS } from "../../../core/event-words.ts";
import { LOG_LEVELS } from "../../../core/log-levels.ts";
import { time } from "./film.ts";

export const happeningSchema = z.object({
  id: z.number().int(),
  at: time,
  kind: z.string().describe("What happened; kinds are added freely"),
  what: z.string().describe("The kind in words"),
  topic: z.enum(TOPICS).nullable(),
  library: z.string().nullable(),
  path: z.string(),
  assetId: z.number().int().nullable().describe("The film, while it is there"),
  problem: z.string().nullable().describe("The code of a problem"),
  detail: z.string().nullable(),
  data: z.unknown().describe("What else is kept of it"),
});

export const activityAnswer = z.object({
  events: z.array(happeningSchema).describe("Newest first"),
  next: z.string().nullable().describe("The cursor of the following page"),
  lookedBackTo: time
    .nullable()
    .describe("How far back was looked when a search found no full page; the next page looks further"),
});

export const logsAnswer = z.object({
  lines: z
    .array(
      z.object({
        id: z.number().int(),
        at: time,
        level: z.enum(LOG_LEVELS),
        source: z.string().describe("Which part of the program said it"),
        message: z.string(),
        data: z.string().nullable().describe("What else the line says, as JSON, cut when it is long"),
      }),
    )
    .describe("Newest first"),
  next: z
    .number()
    .int()
    .nullable()
    .describe("`before` of the following page; a search that found less than a page goes on with it too"),
  kept: z.object({
    days: z.number().int().describe("`logging.retention_days`"),
    sizeBytes: z.number(),
    maxBytes: z.number().describe("`logging.max_size_mb`; 0: lines are kept in memory alone"),
    oldestAt: time.nullable(),
    lost: z.number().int().describe("Lines that could not be kept since the start of the program"),
    trouble: z.string().nullable().describe("Why lines cannot be kept now, as the system's code"),
  }),
});
