/** Reads what an orchestrator says to its workers. Whatever else stands there is as good as nothing. Total. */
import { z } from "zod";
import type { LibrariesSaid, WorkerWish } from "./work-order.ts";

const control = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("cancel"), token: z.string().max(64) }),
  z.object({ kind: z.literal("wish"), name: z.string().max(200) }),
  z.object({ kind: z.literal("libraries") }),
]);

/** A message of the channel: each says only where to look anew, or what to stop at once. */
export type Control = z.output<typeof control>;

const wish = z.object({ isPaused: z.boolean(), refusal: z.string().max(2000) });

const folder = z.string().min(1).max(4096);
const libraries = z
  .array(
    z.object({
      library: z.string().min(1).max(200),
      root: folder,
      output: folder,
      known: z.object({ path: folder, sizeBytes: z.number().int().min(0) }).nullable(),
    }),
  )
  .max(1000);

const read =
  <T>(schema: z.ZodType<T>) =>
  (text: string | null): T | null => {
    const json = z
      .string()
      .transform((value, context) => {
        try {
          return JSON.parse(value) as unknown;
        } catch {
          context.addIssue({ code: "custom", message: "is no JSON" });
          return z.NEVER;
        }
      })
      .safeParse(text);
    const parsed = json.success ? schema.safeParse(json.data) : null;
    return parsed?.success ? parsed.data : null;
  };

export const readControl: (text: string | null) => Control | null = read(control);
export const readWish: (text: string | null) => WorkerWish | null = read(wish);
export const readLibraries: (text: string | null) => LibrariesSaid | null = read(libraries);
