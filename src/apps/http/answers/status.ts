/** How the program stands; made by `statusJson`. */
import { z } from "zod";
import { STATES } from "../../../core/lifecycle.ts";
import { PROBLEM_CODES } from "../../../core/problem.ts";
import { WORKS } from "../../../core/work.ts";
import { time } from "./film.ts";
import { holdSchema } from "./queue.ts";

const said = z.object({ code: z.enum(PROBLEM_CODES), sentence: z.string() });

export const encoderSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("probing") }),
  z.object({ kind: z.literal("found"), name: z.string(), codec: z.string(), isHardware: z.boolean() }),
  z.object({ kind: z.literal("none"), why: z.string() }),
]);

const overview = {
  version: z.string(),
  startedAt: time,
  encoder: encoderSchema,
  gpuOnly: z.boolean(),
  scanning: z.array(z.string()).describe("Libraries being scanned"),
  rootProblems: z.array(z.object({ library: z.string(), code: z.enum(PROBLEM_CODES), detail: z.string() })),
  waiting: said.nullable().describe("Why work waits although it is queued"),
  pauses: z
    .array(
      said.extend({
        lanes: z.array(z.enum(["copies", "encodes", "assessments"])),
        libraries: z.array(z.string()).nullable().describe("null: all"),
        figure: z.number().nullable().describe("What was measured, in the unit of its limit"),
        limit: z.number().nullable(),
        since: time,
        until: time.nullable().describe("null: nobody knows; it ends by itself"),
        films: z.number().int().describe("How many wait for it"),
      }),
    )
    .describe("What rests by itself, gravest first"),
  hold: holdSchema,
  warnings: z.array(said),
};

const countsSchema = z.object({
  state: z.record(z.enum(STATES), z.number().int()),
  work: z.record(z.enum(WORKS), z.number().int()),
  total: z.number().int(),
});

export const overviewSchema = z.object({ ...overview, counts: countsSchema });

export const statusAnswer = overviewSchema.extend({
  sentence: z.string().describe("How the libraries stand"),
  libraries: z.array(z.string()),
  devices: z.array(z.string()),
});

export const scanAnswer = z.object({ scanning: z.array(z.string()) });
