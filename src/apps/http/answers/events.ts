/** What a folder watcher tells. */
import { z } from "zod";
import { isFolderPath } from "../../../core/dirty-folders.ts";
import { WATCH_MODES } from "../../../core/watch-kinds.ts";
import { time } from "./film.ts";

const FOLDERS_MAX = 1000;

const folders = z
  .array(
    z.string().max(4096).refine(isFolderPath, "must be relative to the library's folder, without .. in it"),
  )
  .max(FOLDERS_MAX)
  .default([]);

const count = z.number().int().min(0);

const watchSchema = z.object({
  mode: z.enum(WATCH_MODES).describe("`polled`: the times of all folders are compared every `pollSeconds`"),
  why: z.string().max(500),
  mend: z.string().max(500).describe("What to do where a limit of the system was met; empty else"),
  folders: count,
  watched: count.describe("Folders that tell of themselves"),
  lastEventAt: time.nullable(),
  pollSeconds: z.number().min(0),
  missed: count.describe("Folders whose change nothing told of"),
});

export const eventsSchema = z.object({
  id: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe("Of the message; one that was heard before is not heard again"),
  library: z.string().max(200),
  folders: folders.describe("Folders, relative to the library's, each for itself"),
  trees: folders.describe("Folders with all that is below them; an empty one is the whole library"),
  watch: watchSchema.optional().describe("How the library is watched, to be shown"),
});

export const eventsAnswer = z.object({
  accepted: count.describe("Folders that will be looked at"),
  isKnown: z.boolean().describe("A message of this id was heard before"),
});

/** How each library is watched. */
export const watchingSchema = z.array(
  watchSchema.extend({
    library: z.string(),
    by: z.string().describe("Who watches it"),
    heardAt: time.nullable().describe("When a watcher elsewhere said so; null for this program"),
  }),
);
