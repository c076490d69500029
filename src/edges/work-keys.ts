/** The names by which an orchestrator and its workers find each other in Redis. */
import { createHash } from "node:crypto";
import type { WorkLane } from "../core/snapshot.ts";
import { poolOf, type WorkerHello } from "../core/work-order.ts";

/** Of all keys, those of BullMQ too. */
export const PREFIX = "cvc";

/** The queue that workers of one pool share for a lane. */
export const queueOf = (lane: WorkLane, hello: WorkerHello): string =>
  `${lane}-${createHash("sha256").update(poolOf(lane, hello)).digest("hex").slice(0, 12)}`;

/** Ids of all workers that said something lately; of each one there is a key, which goes with its silence. */
export const WORKERS_KEY = `${PREFIX}:workers`;
export const helloKey = (id: string): string => `${PREFIX}:worker:${id}`;
/** By the worker's name, so that a pause outlives its restart. */
export const wishKey = (name: string): string => `${PREFIX}:wish:${name}`;
export const LIBRARIES_KEY = `${PREFIX}:libraries`;
/** Is there: whoever works on this token stops. */
export const cancelledKey = (token: string): string => `${PREFIX}:cancelled:${token}`;
export const CANCELLED_SECONDS = 86_400;

/** What is said here acts at once; all of it is in the keys as well, so that a lost message costs a heartbeat. */
export const CONTROL_CHANNEL = `${PREFIX}:control`;
export type ControlMessage =
  | { readonly kind: "cancel"; readonly token: string }
  | { readonly kind: "wish"; readonly name: string }
  | { readonly kind: "libraries" };
