/** How the program works, as the settings say it: encoder, places, limits, days. */
import { z } from "zod";

export const ENCODER_CHOICES = ["auto", "nvenc", "qsv", "vaapi", "videotoolbox", "software"] as const;
export type EncoderChoice = (typeof ENCODER_CHOICES)[number];

/** The schema of `operational`. */
export const operational = z.strictObject({
  encoder: z.enum(ENCODER_CHOICES).default("auto"),
  gpu_only: z.boolean().default(true),
  max_concurrent_jobs: z.number().int().min(1).max(32).default(1),
  max_concurrent_copies: z.number().int().min(1).max(32).default(2),
  gpu_temperature_cutoff: z.number().int().min(30).max(110).default(85),
  max_disk_usage_percent: z.number().min(10).max(100).default(90),
  remove_original_after_success: z.boolean().default(false),
  archive_retention_days: z.number().int().min(0).max(36_500).default(0),
  max_attempts: z.number().int().min(1).max(20).default(3),
  settle_seconds: z.number().min(0).max(3600).default(30),
  rescan_minutes: z.number().min(1).max(10_080).default(60),
  poll_seconds: z.number().int().min(5).max(86_400).default(60),
  database_backup_days: z.number().int().min(1).max(3650).default(14),
  schedule: z.array(z.string().regex(/^\d\d:\d\d-\d\d:\d\d$/, "must look like 22:00-07:00")).default([]),
});
