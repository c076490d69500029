/** Reads what an orchestrator leaves for its workers, from JSON. Whatever else stands there is as good as nothing. Total. */
import { z } from "zod";
import type { LibrariesSaid, WorkerWish } from "./work-order.ts";

const control = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("cancel"), token: z.string().max(64) }),
  z.object({ kind: z.literal("wish"), name: z.string().max(200) }),
  z.object({ kind: z.literal("libraries") }),
]);

/** A message of the channel: each says only where to look anew, or what to stop at once. */
export type Control = z.output<typeof control>;

const wish = z.object({
  isPaused: z.boolean(),
  refusal: z.string().max(2000),
  cardCutoff: z.number().min(0).max(1000).exactOptional(),
});

const folder = z.string().min(1).max(4096);
const libraries = z
  .array(
    z.object({
      library: z.string().min(1).max(200),
      root: folder,
      output: folder,
      known: z.array(z.object({ path: folder, sizeBytes: z.number().int().min(0) })).max(100),
    }),
  )
  .max(1000);

export const readControl = (json: unknown): Control | null => control.safeParse(json).data ?? null;
export const readWish = (json: unknown): WorkerWish | null => wish.safeParse(json).data ?? null;
export const readLibraries = (json: unknown): LibrariesSaid | null => libraries.safeParse(json).data ?? null;
