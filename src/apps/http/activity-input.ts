/** What may be asked of the activity and of the log. */
import { z } from "zod";
import { kindsOf, TOPICS } from "../../core/event-words.ts";
import { LOG_LEVELS } from "../../core/log-levels.ts";
import type { ActivityFilter } from "../../edges/store/activity.ts";
import { rangeOf } from "../local-day.ts";
import { optional } from "./input.ts";

const count = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER);

export const activityFilterSchema = z.object({
  topic: optional(z.enum(TOPICS)),
  kind: optional(z.string().max(100)),
  library: optional(z.string().max(200)),
  q: optional(z.string().max(500)),
  day: optional(z.iso.date()),
});

export const activitySchema = activityFilterSchema.extend({
  cursor: optional(z.string().max(100)),
  limit: optional(count.max(200)),
});
export type ActivityInput = z.output<typeof activitySchema>;

export const logSchema = z.object({
  level: optional(z.enum(LOG_LEVELS)),
  source: optional(z.string().max(100)),
  q: optional(z.string().max(500)),
  before: optional(count),
  after: optional(z.coerce.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER)),
  limit: optional(count.max(500)),
  live: optional(z.enum(["off"])),
});
export type LogInput = z.output<typeof logSchema>;

/** What the store is asked; a kind within a topic is that kind alone. */
export const toActivityFilter = ({
  topic,
  kind,
  library,
  q,
  day: on,
}: z.output<typeof activityFilterSchema>): ActivityFilter => ({
  ...(kind !== undefined ? { kinds: [kind] } : topic !== undefined ? { kinds: kindsOf(topic) } : {}),
  ...(library === undefined ? {} : { library }),
  ...(q === undefined ? {} : { q }),
  ...((on === undefined ? null : rangeOf(on)) ?? {}),
});

/** `path` with what was asked, some of it changed; undefined takes one away. */
export const urlWith = (
  path: string,
  input: Readonly<Record<string, unknown>>,
  changes: Readonly<Record<string, unknown>> = {},
): string => {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries({ ...input, ...changes }))
    if (value !== undefined && value !== "") query.set(key, String(value));
  const text = query.toString();
  return text === "" ? path : `${path}?${text}`;
};
