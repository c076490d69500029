/** A problem document of RFC 9457; made by `problem-reply.ts`. */
import { z } from "zod";
import { problemFactsSchema } from "./film.ts";

export const problemSchema = problemFactsSchema
  .extend({
    type: z.literal("about:blank"),
    status: z.number().int(),
    detail: z.string(),
    requestId: z.string().describe("By which the log has this request"),
  })
  .meta({ id: "Problem", description: "What went wrong (RFC 9457), with a code of ours" });
