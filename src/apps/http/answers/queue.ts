/** How the queue stands; made by `queueJson`. */
import { z } from "zod";
import { PROBLEM_CODES } from "../../../core/problem.ts";
import { HOLD_KINDS, HOLDERS } from "../../../core/queue-hold.ts";
import { QUEUED_WORKS } from "../../../core/work.ts";
import { LANE_NAMES } from "../../pauses.ts";
import { filmSchema, time } from "./film.ts";

export const holdSchema = z.object({
  kind: z
    .enum(["running", ...HOLD_KINDS])
    .describe("`paused` and `draining` begin nothing new; what is in work goes on to its end"),
  why: z.string().nullable(),
  since: time.nullable(),
  by: z.enum(HOLDERS).nullable(),
});

const seconds = z
  .tuple([z.number(), z.number()])
  .describe("Low and high; nine of ten lie between them. Learned from what this machine did lately");
const kindTime = z.object({ films: z.number().int(), bytes: z.number(), seconds });

export const queueAnswer = z.object({
  hold: holdSchema.extend({ sentence: z.string() }),
  timeLeft: z
    .object({
      films: z.number().int(),
      seconds,
      works: z.record(z.enum(QUEUED_WORKS), kindTime).describe("One film after the other"),
    })
    .describe("For all films that wait for their turn, without those in work"),
  lanes: z.array(
    z.object({
      lane: z.enum(LANE_NAMES),
      places: z.number().int().describe("Places by the settings, here and elsewhere"),
      slots: z
        .number()
        .int()
        .describe(
          "How many films may be in work: one more for each place whose film is only checked any more",
        ),
      running: z.array(z.number().int()).describe("Their numbers"),
      queued: z.number().int(),
      held: z.number().int().describe("How many of those queued wait for a person"),
      note: z.string().nullable().describe("Why fewer are in work at once than the settings say"),
      pause: z
        .object({ code: z.enum(PROBLEM_CODES), sentence: z.string(), until: time.nullable() })
        .nullable(),
    }),
  ),
});

export const queuePageAnswer = queueAnswer.extend({
  assets: z.array(filmSchema).describe("In the order in which they are begun"),
  next: z.string().nullable(),
});
