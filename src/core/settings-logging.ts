/** What the program says and keeps of what it did, as the settings have it. */
import { z } from "zod";
import { LOG_LEVELS } from "./log-levels.ts";

/** The schema of `logging`. */
export const logging = z.strictObject({
  level: z.enum(LOG_LEVELS).default("info"),
  retention_days: z.number().int().min(1).max(3650).default(7),
  max_size_mb: z.number().int().min(5).max(100_000).default(100),
  attempts_max_size_mb: z.number().int().min(5).max(100_000).default(200),
  history_days: z.number().int().min(1).max(36_500).default(30),
});

/** As disks are sold. */
export const MEGABYTE = 1_000_000;
