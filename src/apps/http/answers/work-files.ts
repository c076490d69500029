/** What a worker without a shared folder is answered; made by `routes/work-files.ts`. */
import { z } from "zod";

const bytes = z.number().int().min(0);

export const subtitlesSchema = z.object({ names: z.array(z.string()) });

export const receivedSchema = z.object({
  receivedBytes: bytes.describe("Where the next block begins"),
});

export const doneSchema = z.object({
  files: z
    .array(z.object({ name: z.string(), path: z.string(), sizeBytes: bytes, fingerprint: z.string() }))
    .nullable()
    .describe("null: they are still being read back from disk; ask again"),
});
