/** How the machine stands and who works; made by `system.ts` and `workers.ts` of the apps. */
import { z } from "zod";
import { WORKS } from "../../../core/work.ts";
import { KEPT_KINDS } from "../../kept.ts";
import { LANE_NAMES } from "../../pauses.ts";
import { WORKER_STATES } from "../../workers.ts";
import { watchingSchema } from "./events.ts";
import { progressSchema, time } from "./film.ts";
import { serverState } from "./servers.ts";
import { encoderSchema } from "./status.ts";

const bytes = z.number();

const cardsSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("cards"),
    cards: z.array(
      z.object({
        index: z.number().int().describe("As nvidia-smi counts"),
        uuid: z.string(),
        name: z.string(),
        driver: z.string(),
        temperatureCelsius: z.number().nullable(),
        usedPercent: z.number().nullable(),
        memoryUsedBytes: bytes.nullable(),
        memoryTotalBytes: bytes.nullable(),
        encodes: z.number().nullable().describe("Of all programs"),
      }),
    ),
  }),
  z.object({ kind: z.literal("none"), why: z.string() }),
]);

export const checksAnswer = z.object({
  at: time.nullable().describe("When the last one ended"),
  isRunning: z.boolean(),
  findings: z.array(
    z.object({
      check: z.string(),
      state: z.enum(["ok", "note", "bad"]).describe("`note`: works without it"),
      detail: z.string(),
      mend: z.string().describe("What to do; empty when nothing is to be done"),
    }),
  ),
});

const speedsSchema = z.object({
  state: z
    .enum(["idle", "waiting", "measuring"])
    .describe("`waiting`: somebody asked, and films that are encoded are waited for"),
  measured: z.array(
    z.object({
      encoder: z.string(),
      device: z.string().describe("The card's UUID; empty of what is no NVIDIA card"),
      name: z.string(),
      driver: z.string(),
      ffmpeg: z.string(),
      options: z.string(),
      decodesOnCard: z.boolean(),
      framesPerSecond: z.number().describe("1080p made 720p"),
      measuredAt: time,
    }),
  ),
});

export const probeAnswer = z.object({
  encoder: encoderSchema.describe("As it was found the last time"),
  lookedAt: time.nullable().describe("When that look ended; a later time says that this one has"),
});

export const measureAnswer = speedsSchema;

export const systemAnswer = z.object({
  versions: z.object({
    program: z.string(),
    node: z.string(),
    ffmpeg: z.string().nullable(),
    sqlite: z.string(),
    system: z.string(),
  }),
  probing: z.string().describe("What looks into films: ffprobe alone, or a probe process beside it"),
  startedAt: time,
  processors: z.number().int(),
  memory: z.object({ programBytes: bytes, freeBytes: bytes, totalBytes: bytes }),
  cards: cardsSchema,
  encoders: z
    .object({
      at: time,
      trials: z.array(
        z.object({
          codec: z.string(),
          works: z.boolean(),
          why: z.string(),
          mend: z.string().describe("What to do; empty when that is not known or nothing is to be done"),
          card: z
            .object({ index: z.number().int(), name: z.string() })
            .nullable()
            .describe("Which of several NVIDIA cards"),
        }),
      ),
      decoding: z.object({ isProven: z.boolean(), why: z.string() }).nullable(),
    })
    .nullable(),
  speeds: speedsSchema,
  disks: z.array(
    z.object({
      folders: z.array(z.object({ what: z.string(), path: z.string() })),
      space: z.object({ totalBytes: bytes, freeBytes: bytes, usedPercent: z.number() }).nullable(),
      why: z.string().describe("Why its space is not known"),
    }),
  ),
  database: z.object({
    file: z.string(),
    sizeBytes: bytes,
    backups: z.array(
      z.object({
        name: z.string(),
        path: z.string(),
        madeAt: time,
        reason: z.string(),
        sizeBytes: bytes,
      }),
    ),
  }),
  watching: watchingSchema.describe("How changes in each library come to be known"),
  kept: z
    .array(
      z.object({
        what: z.enum(KEPT_KINDS),
        count: z.number().int().nullable(),
        bytes: bytes.nullable().describe("Of rows in the database about"),
        limitBytes: bytes.nullable(),
        limitDays: z.number().int().nullable(),
        oldestAt: time.nullable(),
        setting: z.string().nullable().describe("The key of the settings that bounds it"),
      }),
    )
    .describe("What the program keeps besides films"),
  servers: z.array(serverState),
  checks: checksAnswer,
});

const elsewhereSchema = z.object({
  id: z.string().describe("Of this run of it"),
  version: z.string(),
  startedAt: time,
  state: z.enum(WORKER_STATES).describe("`silent`: it said nothing for a while"),
  heardAt: time.describe("When it last said something"),
  isPaused: z.boolean().describe("By a person"),
  refusal: z.string().describe("Why it is given nothing; empty when all is well"),
  access: z.enum(["mounts", "http"]).describe("How it reaches the films"),
  libraries: z.array(z.string()).describe("Those whose films it reaches"),
  cards: z.array(
    z.object({
      index: z.number(),
      name: z.string(),
      degrees: z.number().nullable().describe("Celsius"),
      encoderPercent: z.number().nullable(),
      isHot: z.boolean().describe("It takes no film before it is cooler"),
    }),
  ),
  loadPercent: z.number().nullable().describe("Of its processor, by all"),
});

export const workersAnswer = z.object({
  redis: z
    .object({
      address: z.string(),
      state: z.enum(["connecting", "ready", "away", "refuses"]),
      why: z.string(),
    })
    .nullable()
    .describe("Where workers on other machines find their films; null without one"),
  workers: z.array(
    z.object({
      name: z.string(),
      elsewhere: elsewhereSchema.nullable().describe("null: this machine"),
      encoder: encoderSchema,
      lanes: z.array(
        z.object({
          lane: z.enum(LANE_NAMES),
          slots: z.number().int().describe("How many films may be in work at once"),
          running: z.array(
            z.object({
              id: z.number().int(),
              library: z.string(),
              path: z.string(),
              work: z.enum(WORKS).nullable(),
              progress: progressSchema.nullable(),
            }),
          ),
        }),
      ),
    }),
  ),
});
