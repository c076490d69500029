/** The settings of when work rests by itself. */
import { fieldsOf, number, SWITCH } from "./setting-field.ts";

export const GUARDRAIL_FIELDS = fieldsOf("rest", "operational.", {
  schedule: {
    label: "Hours for encodes",
    help: "Empty: always. Each may begin with days. What is in work at the end goes on; fixes and sound go on at any time.",
    kind: { kind: "list", example: "22:00-07:00, sat-sun 00:00-24:00" },
  },
  time_zone: {
    label: "Time zone",
    help: "Of these hours, and of the times that pauses are said with. Empty: that of this machine, or of TZ in a container.",
    kind: { kind: "text", example: "Europe/Berlin" },
  },
  pause_while_watching: {
    label: "Encodes rest while somebody watches",
    help: "Jellyfin, Emby and Plex below are asked who plays something. A server that does not answer pauses nothing.",
    kind: SWITCH,
  },
  gpu_temperature_cutoff: {
    label: "Card rests from",
    help: "No encode is begun until it is 10 degrees cooler. 8 degrees above it, running encodes are stopped and queued again.",
    kind: number(30, 110),
    unit: "°C",
  },
  max_disk_usage_percent: {
    label: "Disk counts as full from",
    help: "Nothing is begun that writes to a fuller disk, nor a film that would make it fuller. 100: only what does not fit at all waits.",
    kind: number(10, 100, "any"),
    unit: "%",
  },
  max_other_load_percent: {
    label: "Encodes rest while other programs use",
    help: "So much of the processor, for a minute. 0: whatever they use.",
    kind: number(0, 100),
    unit: "%",
  },
  min_free_memory_mb: {
    label: "New work waits below free memory of",
    help: "Megabytes. auto: when programs would soon be ended for want of it; 0: never.",
    kind: { kind: "word-or-number", example: "auto" },
  },
  pause_after_failures: {
    label: "Work rests after failures in a row",
    help: "So many different films that fail in the same way: then the way is at fault, and they keep their tries. 0: never.",
    kind: number(0, 100),
  },
});
