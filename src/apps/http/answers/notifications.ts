/** Who is told something, and how that went; made by `notifiers.ts` of the apps. */
import { z } from "zod";
import { NOTICE_NAMES } from "../../../core/notices.ts";
import { NOTIFIER_KINDS } from "../../../core/settings-notifiers.ts";
import { time } from "./film.ts";

const problem = z.object({
  code: z.string(),
  sentence: z.string(),
  mend: z.string().describe("What to do"),
});

export const notifierAnswer = z.object({
  name: z.string(),
  kind: z.enum(NOTIFIER_KINDS),
  events: z.array(z.enum(NOTICE_NAMES)),
  waiting: z.number().int().describe("Messages that have not arrived yet"),
  arrivedAt: time.nullable().describe("When the last one arrived"),
  problem: problem.nullable().describe("Why the last one did not arrive"),
});
export const notifiersAnswer = z.object({ notifiers: z.array(notifierAnswer) });

export const testSchema = z.strictObject({ name: z.string().max(200) });
export const testAnswer = z.object({ arrived: z.boolean(), notifier: notifierAnswer });
