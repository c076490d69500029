/** How a state changes: an event of the lifecycle. */
import { type AssetEvent, transition } from "../../core/lifecycle.ts";
import { type Asset, type AssetFields, assignmentsOf, toAsset } from "./asset-row.ts";
import type { Database } from "./database.ts";
import type { Events } from "./events.ts";

export type ApplyInput = Partial<AssetFields> & {
  readonly now: number;
  /** The claim token: needed when the asset is Processing, set by the event `claimed`. */
  readonly token?: string;
  /** More for the event's row. */
  readonly data?: Readonly<Record<string, unknown>>;
};

export type ApplyResult =
  | { readonly kind: "moved"; readonly asset: Asset }
  | { readonly kind: "removed" }
  | { readonly kind: "refused"; readonly message: string };

const NO_PROBLEM = { problemCode: null, problemDetail: null, availableAt: null } as const;
const NOT_ASSESSED = {
  ...NO_PROBLEM,
  work: null,
  why: null,
  action: null,
  reasonCodes: [],
  media: null,
  expectedBytes: null,
  playingSeconds: null,
  resultBytes: null,
  attempt: 0,
} as const;

/** What an event sets back by itself; fields given with the event come over it. */
const RESETS: Readonly<Record<AssetEvent, Partial<AssetFields>>> = {
  "assessed-plays": NO_PROBLEM,
  "assessed-needs-work": NO_PROBLEM,
  "assessed-hopeless": { availableAt: null },
  claimed: { availableAt: null },
  // A place in the queue is of one time in it.
  "published-kept": { ...NO_PROBLEM, priority: 0 },
  "published-moved": { ...NO_PROBLEM, priority: 0 },
  interrupted: {},
  failed: { availableAt: null },
  reprocess: { ...NO_PROBLEM, attempt: 0, resultBytes: null },
  changed: NOT_ASSESSED,
  gone: {},
  restored: { ...NOT_ASSESSED, archivePath: null },
};

export const byId = (database: Database, id: number): Asset | null => {
  const row = database.sql(`SELECT * FROM assets WHERE id = :id`).get({ id });
  return row ? toAsset(row) : null;
};

/** A film waits from its first time in the queue until it is done or failed, whatever is tried or planned meanwhile. */
const WAITING = `waiting_since = CASE WHEN :to IN ('Completed', 'Archived', 'Failed') THEN NULL
  WHEN :to = 'Queued' THEN ifnull(waiting_since, :now) ELSE waiting_since END`;

const refused = (message: string): ApplyResult => ({ kind: "refused", message });

/**
 * Applies `event` to the asset in one transaction with its row in the events. Refused, with a sentence, when the
 * table of transitions has no such change or the token of a Processing asset is not `input.token`.
 */
export const applyEvent = (
  database: Database,
  events: Events,
  id: number,
  event: AssetEvent,
  { now, token, data, ...fields }: ApplyInput,
): ApplyResult =>
  database.transaction(() => {
    const asset = byId(database, id);
    if (!asset) return refused("There is no such film any more.");
    const change = transition(asset.state, event);
    if (change.kind === "refused") return change;
    if (asset.state === "Processing" && asset.token !== (token ?? ""))
      return refused("The film was given to another attempt meanwhile.");
    const note = { ...(fields.problemCode ? { problem: fields.problemCode } : {}), ...data };
    if (change.kind === "removed") {
      database.sql(`DELETE FROM assets WHERE id = :id AND state = :state`).run({ id, state: asset.state });
      events.append({
        at: now,
        assetId: id,
        kind: event,
        path: asset.path,
        data: { library: asset.library, ...note },
      });
      return { kind: "removed" };
    }
    if (change.to === "Processing" && token === undefined) return refused("A claim needs a token.");
    const { sql, parameters } = assignmentsOf({ ...RESETS[event], ...fields });
    // The state in the WHERE makes a lost race a refusal, whoever else writes to the file.
    const { changes } = database
      .sql(
        `UPDATE assets SET ${[...sql, "state = :to", "outcome = :outcome", "token = :newToken", "state_at = :now", WAITING].join(", ")}
         WHERE id = :id AND state = :from AND token IS :heldToken`,
      )
      .run({
        ...parameters,
        id,
        from: asset.state,
        heldToken: asset.token,
        to: change.to,
        outcome: change.outcome,
        newToken: change.to === "Processing" ? (token ?? null) : null,
        now,
      });
    const moved = byId(database, id);
    if (changes !== 1 || !moved) return refused("The film was changed by another meanwhile.");
    events.append({
      at: now,
      assetId: id,
      kind: event,
      path: moved.path,
      data: { library: moved.library, from: asset.state, to: change.to, why: moved.why, ...note },
    });
    return { kind: "moved", asset: moved };
  });
