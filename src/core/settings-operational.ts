/** How the program works, as the settings say it: encoder, places, limits, days. */
import { z } from "zod";
import { QUEUE_ORDERS } from "./queue-order.ts";
import { GUARDRAIL_SETTINGS } from "./settings-guardrails.ts";

export const ENCODER_CHOICES = ["auto", "nvenc", "qsv", "vaapi", "videotoolbox", "software"] as const;
export type EncoderChoice = (typeof ENCODER_CHOICES)[number];

/** The schema of `operational`. */
export const operational = z.strictObject({
  encoder: z.enum(ENCODER_CHOICES).default("auto"),
  gpu_only: z.boolean().default(true),
  order: z.enum(QUEUE_ORDERS).default("quick"),
  max_concurrent_jobs: z.number().int().min(1).max(32).default(1),
  parallel_parts: z.number().int().min(0).max(16).default(0),
  parts_from_minutes: z.number().int().min(1).max(1440).default(30),
  max_concurrent_copies: z.number().int().min(1).max(32).default(2),
  remove_original_after_success: z.boolean().default(false),
  archive_retention_days: z.number().int().min(0).max(36_500).default(0),
  max_attempts: z.number().int().min(1).max(20).default(3),
  settle_seconds: z.number().min(0).max(3600).default(30),
  rescan_minutes: z.number().min(1).max(10_080).default(60),
  poll_seconds: z.number().int().min(5).max(86_400).default(60),
  database_backup_days: z.number().int().min(1).max(3650).default(14),
  ...GUARDRAIL_SETTINGS,
});
