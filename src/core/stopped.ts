/** Why work ends that nobody waits for any more. */
import { Problem } from "./problem.ts";

/** Of an aborted signal: "shutdown" is its reason when the program ends. */
export const stoppedBy = (signal: AbortSignal | undefined): Problem =>
  new Problem(signal?.reason === "shutdown" ? "interrupted" : "cancelled");
