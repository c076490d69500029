/** The settings of what is kept of what was done, as a person meets them. */
import type { LogLevel } from "./log-levels.ts";
import { choice, fieldsOf, number, type SettingField } from "./setting-field.ts";

const LEVELS: Readonly<Record<LogLevel, string>> = {
  debug: "everything (debug)",
  info: "what happens (info)",
  warn: "what may want you (warn)",
  error: "what went wrong (error)",
};

export const RECORD_FIELDS: readonly SettingField[] = fieldsOf("records", "", {
  "logging.level": {
    label: "The log says",
    help: "Printed and kept from here on; a terminal shows warnings and errors alone.",
    kind: choice(LEVELS),
  },
  "logging.retention_days": {
    label: "Logs are kept for",
    help: "The program's own, and those of attempts.",
    kind: number(1, 3650),
    unit: "days",
  },
  "logging.max_size_mb": {
    label: "The program's log takes at most",
    help: "Its oldest files go first.",
    kind: number(5, 100_000),
    unit: "MB",
  },
  "logging.attempts_max_size_mb": {
    label: "Logs of attempts take at most",
    help: "Of older attempts only what ffmpeg said is forgotten, not how they ended.",
    kind: number(5, 100_000),
    unit: "MB",
  },
  "logging.history_days": {
    label: "The history of films is kept for",
    help: "Never shorter than the logs.",
    kind: number(1, 36_500),
    unit: "days",
  },
  "operational.database_backup_days": {
    label: "Backups of the database are kept for",
    help: "The newest good one always stays.",
    kind: number(1, 3650),
    unit: "days",
  },
});
