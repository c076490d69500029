/** Why work rests by itself: no film's fault, so that no attempt is used up, and over by itself. */
import { row } from "./problem-row.ts";

export const GUARDRAIL_PROBLEMS = {
  "card-too-hot": row(
    "The graphics card is too hot.",
    "Clean its fans and give it air. `gpu_temperature_cutoff` in the settings is where it rests.",
    { http: 503, retry: "wait" },
  ),
  "card-lost": row(
    "The graphics card is lost to this program.",
    "Restart the container. It loses its card at `systemctl daemon-reload` unless its devices are named (`--device /dev/nvidia0` and those beside it) or Docker's cgroup driver is `cgroupfs`. Without a container: restart the machine, as after an update of the driver.",
    { http: 503, exit: 3, retry: "wait" },
  ),
  "disk-over-limit": row(
    "A disk is as full as the settings allow.",
    "Free some space, or raise `max_disk_usage_percent` in the settings.",
    { http: 507, retry: "wait" },
  ),
  "no-room": row(
    "A film does not fit on the disk it would go to.",
    "Free some space, or raise `max_disk_usage_percent` in the settings. Films that fit go on.",
    { http: 507, retry: "wait" },
  ),
  "machine-busy": row(
    "Other programs keep this machine busy.",
    "Nothing to do: it goes on when they are done. `max_other_load_percent` in the settings is the limit.",
    { http: 503, retry: "wait" },
  ),
  "memory-short": row(
    "Memory is short on this machine.",
    "End what takes it, or lower `max_concurrent_jobs`. `min_free_memory_mb` in the settings is the limit.",
    { http: 503, retry: "wait" },
  ),
  "outside-hours": row(
    "It is outside the hours for encodes.",
    "Nothing to do. The hours are `schedule` in the settings; fixes and sound go on at any time.",
    { http: 503, retry: "wait" },
  ),
  "somebody-watches": row(
    "Somebody is watching.",
    "Nothing to do: encodes go on some minutes after the film. `pause_while_watching` in the settings turns this off.",
    { http: 503, retry: "wait" },
  ),
  "failing-alike": row(
    "Films fail one after the other, all in the same way.",
    "Mend what they fail of, then press Try again. The films keep their attempts. `pause_after_failures` in the settings is how many it takes.",
    { http: 503, retry: "wait" },
  ),
} as const;

export type RestCode = keyof typeof GUARDRAIL_PROBLEMS;

export const isRestCode = (code: string): code is RestCode => Object.hasOwn(GUARDRAIL_PROBLEMS, code);
