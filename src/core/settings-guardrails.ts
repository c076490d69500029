/** When work rests by itself, as the settings say it. */
import { z } from "zod";
import { isWindow } from "./schedule.ts";
import { isTimeZone } from "./wall-clock.ts";

/** Keys of `operational`. */
export const GUARDRAIL_SETTINGS = {
  gpu_temperature_cutoff: z.number().int().min(30).max(110).default(85),
  max_disk_usage_percent: z.number().min(10).max(100).default(90),
  max_other_load_percent: z.number().int().min(0).max(100).default(0),
  min_free_memory_mb: z.union([z.literal("auto"), z.number().int().min(0).max(999_999)]).default("auto"),
  pause_while_watching: z.boolean().default(false),
  pause_after_failures: z.number().int().min(0).max(100).default(5),
  schedule: z
    .array(z.string().refine(isWindow, "must look like 22:00-07:00 or sat-sun 00:00-24:00"))
    .max(50)
    .default([]),
  time_zone: z
    .string()
    .refine(isTimeZone, "must be the name of a time zone, as Europe/Berlin; empty: this machine's")
    .default(""),
} as const;
