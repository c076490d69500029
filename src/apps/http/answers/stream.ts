/** The data of the server-sent events; made by `live.ts`. */
import { z } from "zod";
import { filmSchema, progressSchema } from "./film.ts";
import { overviewSchema } from "./status.ts";

export const streamEvent = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("asset"),
    assetId: z.number().int(),
    asset: filmSchema.nullable().describe("null: it is gone"),
  }),
  z.object({ type: z.literal("progress"), assetId: z.number().int(), progress: progressSchema }),
  overviewSchema.extend({ type: z.literal("overview") }),
  z.object({ type: z.literal("reset") }).describe("Too much was missed: read everything again"),
]);
