/** The figures; made by `readStats`. */
import { z } from "zod";
import { PROBLEM_CODES } from "../../../core/problem.ts";
import { QUEUED_WORKS, WORKS } from "../../../core/work.ts";
import { CONTENTS } from "../../stats.ts";
import { time } from "./film.ts";

const day = z.string().describe("Like 2026-11-24");
const films = z.number().int();
const bytes = z.number();
const seconds = z.number();

const accuracy = z.object({
  films,
  within: films.describe("Of those, how many took as long as the range said"),
  medianError: z
    .number()
    .nullable()
    .describe(
      "By how much the middle of the range was off for the film in the middle, as a share of what it took",
    ),
});

export const statsAnswer = z.object({
  at: time.describe("When they were gathered"),
  films,
  ready: films.describe("Films that play"),
  readyByDay: z.array(z.object({ day, films, ready: films })).describe("The last 90 days, oldest first"),
  doneByDay: z
    .array(z.object({ day, copy: films, audio: films, video: films, failed: films }))
    .describe("The last 30 days, oldest first"),
  work: z.record(z.enum(WORKS), films).describe("Films by the work that they need or needed"),
  notEncoded: z
    .object({
      films,
      playingSeconds: seconds,
      savedSeconds: seconds.describe("How long encoding would have taken, less what was done instead"),
      speed: z.number().describe("Multiples of playing time by which that is counted"),
      isMeasured: z.boolean().describe("Whether this machine's own encodes gave the speed"),
    })
    .describe("Films that play without their picture having been encoded"),
  space: z
    .object({
      films,
      beforeBytes: bytes,
      afterBytes: bytes,
      keptBytes: bytes.describe("Originals that are still in their places"),
      archivedBytes: bytes.describe("Originals in the archive"),
    })
    .describe("Converted films"),
  contents: z
    .record(z.enum(CONTENTS), z.array(z.object({ name: z.string(), films })))
    .describe("What the films are made of, as they were found"),
  failures: z.array(z.object({ code: z.enum(PROBLEM_CODES), title: z.string(), films })),
  encoders: z.array(
    z.object({
      encoder: z.string().describe("`copy`, or ffmpeg's name of the encoder"),
      films,
      playingSeconds: seconds.describe("How long they play"),
      workSeconds: seconds.describe("From the start of the work to the film in its place"),
      speed: z.number().describe("Multiples of playing time"),
    }),
  ),
  told: accuracy
    .extend({ works: z.record(z.enum(QUEUED_WORKS), accuracy) })
    .describe("How good the times were that were told of the last 200 films before they were begun"),
});
