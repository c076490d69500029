/** A film as programs read it; made by `asset-json.ts`. */
import { z } from "zod";
import { OUTCOMES, STATES } from "../../../core/lifecycle.ts";
import { CHANNEL_KINDS, HDR_KINDS, RESOLUTIONS, SUBTITLE_KINDS } from "../../../core/media-kind.ts";
import { PROBLEM_CODES } from "../../../core/problem.ts";
import { RETRIES } from "../../../core/problem-row.ts";
import { WORKS } from "../../../core/work.ts";
import { VERDICTS } from "../../../edges/store/asset-kinds.ts";
import { JOB_PHASES } from "../../control.ts";

/** Epoch ms. */
export const time = z.number().int().describe("Milliseconds since 1970");

export const problemFactsSchema = z
  .object({
    code: z.enum(PROBLEM_CODES),
    title: z.string(),
    detail: z.string().nullable().describe("What exactly was met"),
    tried: z.string().describe("What the program did of itself"),
    hint: z.string().describe("What to do"),
    retry: z.enum(RETRIES).describe("Whether the program tries again by itself"),
  })
  .meta({ id: "ProblemFacts", description: "What went wrong with a film" });

export const progressSchema = z
  .object({
    phase: z.enum(JOB_PHASES),
    worker: z.string().optional().describe("Who works on it; missing: this machine, or nobody yet"),
    encoder: z.string().describe("`copy`, or ffmpeg's name of the encoder"),
    percent: z.number().nullable(),
    fps: z.number().nullable(),
    speed: z.number().nullable().describe("Multiples of playing time"),
    etaSeconds: z.number().nullable(),
    outTimeSeconds: z.number().nullable(),
    bytes: z.number().nullable(),
  })
  .meta({ id: "Progress", description: "How far the work on a film is" });

const mediaKindSchema = z
  .object({
    container: z.string(),
    codec: z.string(),
    resolution: z.enum([...RESOLUTIONS, "none"]),
    hdr: z.enum(HDR_KINDS),
    audio: z.string(),
    channels: z.enum(CHANNEL_KINDS),
    subtitles: z.array(z.enum(SUBTITLE_KINDS)),
    playsOn: z.array(z.string()).describe("Devices that play it as it is"),
    failsOn: z.array(z.string()),
  })
  .meta({ id: "MediaKind" });

export const filmSchema = z
  .object({
    id: z.number().int(),
    library: z.string(),
    path: z.string().describe("Below the library's folder, `/` between the parts"),
    title: z.string().describe("Of the film or of its show, read from its name"),
    year: z.number().int().nullable(),
    show: z.string().nullable(),
    episode: z.string().nullable().describe("`S01E02`"),
    state: z.enum(STATES),
    outcome: z.enum(OUTCOMES).nullable(),
    work: z
      .enum(WORKS)
      .nullable()
      .describe("The dearest thing that has to be done; null before it was looked at"),
    why: z.string().nullable().describe("Why it does not play, in a phrase"),
    action: z.string().nullable().describe("What is done about it, in a phrase"),
    reasons: z.array(z.string()).describe("Codes of the reasons"),
    verdict: z.enum(VERDICTS).describe("Whether it can be cast now; `some`: on some of the devices"),
    media: mediaKindSchema.nullable().describe("The kind of its media; null before it was looked at"),
    sizeBytes: z.number().int(),
    expectedBytes: z.number().nullable(),
    resultBytes: z.number().nullable(),
    outputPath: z.string().nullable().describe("The file that was made, absolute"),
    sidecarPaths: z.array(z.string()),
    archivePath: z.string().nullable().describe("Where the original was set aside, absolute"),
    fingerprint: z.string().nullable().describe("Of the content; null while it could not be read"),
    attempt: z.number().int(),
    availableAt: time
      .nullable()
      .describe("Not begun before; in the year 9999 for one that waits for a person"),
    priority: z.number().int().describe("Higher goes first"),
    kept: z.boolean().describe("A person keeps it as it is"),
    problem: problemFactsSchema.nullable(),
    waiting: z.string().nullable().describe("Why it waits, in a sentence"),
    progress: progressSchema.nullable(),
    foundAt: time,
    stateAt: time,
  })
  .meta({ id: "Film" });

export const filmAnswer = z.object({ asset: filmSchema });

export const filmsAnswer = z.object({
  assets: z.array(filmSchema),
  next: z.string().nullable().describe("`cursor` of the next page; null on the last"),
  total: z.number().int(),
  totalIsExact: z
    .boolean()
    .describe("False where words match so many films that they were not counted: there are at least `total`"),
});

export const bulkAnswer = z.object({
  matched: z.number().int(),
  states: z.partialRecord(z.enum(STATES), z.number().int()).describe("How many films of each state match"),
  done: z.number().int(),
  refused: z.number().int(),
  refusals: z
    .array(
      z.object({
        detail: z.string().describe("Why, in a sentence"),
        films: z.number().int(),
        ids: z.array(z.number().int()).describe("The first of them"),
      }),
    )
    .describe("Why films were refused"),
});
