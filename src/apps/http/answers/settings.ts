/** Settings and their changes; secrets are masked in all of it. */
import { z } from "zod";
import { WORKS } from "../../../core/work.ts";
import { time } from "./film.ts";

const tree = z.record(z.string(), z.unknown());

const change = z.object({
  key: z.string(),
  from: z.unknown().describe("Null: it was not there"),
  to: z.unknown().describe("Null: it is not there any more"),
});

export const settingsAnswer = z.object({
  source: z.enum(["file", "folders", "sample"]).describe("What the program works by"),
  file: z.string().describe("The settings file, or where one would be made"),
  version: z.string().describe("Another for every other content of the file; `none` without a file"),
  values: tree.describe("Every value, as a settings file has it"),
  written: tree.describe("What the file says: what is not in it has its default"),
  waiting: z.boolean().describe("Whether the file says something else than what is in use"),
});

const effect = z.object({
  sentences: z.array(z.string()),
  films: z.object({
    isComplete: z.boolean().describe("False: there are more films than could be looked at in the time"),
    looked: z.number().int(),
    changed: z.number().int().describe("Films whose plan is another then"),
    kinds: z.array(
      z.object({
        from: z.enum([...WORKS, "done"]),
        to: z.enum(WORKS),
        count: z.number().int(),
      }),
    ),
  }),
});

export const settingsChangeAnswer = z.object({
  saved: z.boolean(),
  version: z.string(),
  changes: z.array(change),
  waiting: z.boolean(),
  effect: effect.nullable().describe("What would come of it; of a dry run"),
});

export const settingsChangesAnswer = z.object({
  changes: z.array(change.extend({ id: z.number().int(), at: time, who: z.string() })),
  next: z.number().int().nullable().describe("`before` of the next page"),
});

export const settingsAppliedAnswer = z.object({ applied: z.boolean() });
