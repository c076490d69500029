/** What can go wrong while folders are watched: no film waits for it. */
import { row } from "./problem-row.ts";

export const WATCH_PROBLEMS = {
  "watch-limit": row(
    "The system does not allow all folders of a library to be watched.",
    "Raise the limit with the command named, and write it into a file in /etc/sysctl.d so that it stays; on Docker do it on the host.",
    { http: 503, exit: 3, retry: "wait" },
  ),
} as const;
