/** What lies in the archive. */
import { z } from "zod";
import { ARCHIVED_KINDS } from "../../../edges/store/archive.ts";
import { time } from "./film.ts";

const totals = z.object({ files: z.number().int(), bytes: z.number() });

export const archiveAnswer = z.object({
  retentionDays: z.number().int().describe("0: nothing leaves the archive"),
  totals: z.record(z.enum(ARCHIVED_KINDS), totals),
  files: z.array(
    z.object({
      kind: z.enum(ARCHIVED_KINDS),
      assetId: z.number().int(),
      library: z.string(),
      path: z.string().describe("Absolute"),
      sizeBytes: z.number().int(),
      modifiedUs: z.number(),
      since: time,
      leavesAt: time.nullable().describe("null: it stays"),
      keptFor: z.string().nullable().describe("Why it stays although its days are over"),
    }),
  ),
  next: z.string().nullable(),
});

export const restoreAnswer = z.object({ asked: z.number().int() });
