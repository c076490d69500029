/** What can go wrong when another program is told something. No film's fault, and no work waits for it. */
import { row } from "./problem-row.ts";

export const DELIVERY_PROBLEMS = {
  "target-unreachable": row(
    "The other program does not answer as it should.",
    "Check that it runs and that the address in the settings is right, seen from this machine.",
    { http: 502, exit: 3, retry: "backoff" },
  ),
  "target-busy": row(
    "The other program asks to be left alone for a while.",
    "Nothing to do; if it happens often, choose fewer events for it.",
    { http: 502, exit: 3, retry: "backoff" },
  ),
  "target-refuses": row(
    "The other program does not let us in.",
    "Check the password, key or token in the settings, and what its account may do there.",
    { http: 502, exit: 3, retry: "backoff" },
  ),
  "target-not-found": row(
    "There is nobody for such messages at this address.",
    "Copy the address from the other program once more into the settings; it may have moved or been removed.",
    { http: 502, exit: 3, retry: "backoff" },
  ),
  "message-refused": row(
    "The other program does not take this message.",
    "Check that the settings name the right kind of program for this address.",
    { http: 502, exit: 3 },
  ),
} as const;

export type DeliveryProblemCode = keyof typeof DELIVERY_PROBLEMS;
