import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ASSET_EVENTS,
  type AssetEvent,
  legalChanges,
  lifecycleDiagram,
  lifecycleTriggerSql,
  type Outcome,
  retryDelaySeconds,
  STATES,
  type State,
  transition,
} from "./lifecycle.ts";

/** Every state and event of the table in the architecture notes; what is not here is refused. */
const ALLOWED: Readonly<Record<State, Partial<Record<AssetEvent, State | "removed">>>> = {
  New: {
    "assessed-plays": "Completed",
    "assessed-needs-work": "Queued",
    "assessed-hopeless": "Failed",
    changed: "New",
    gone: "removed",
  },
  Queued: { claimed: "Processing", changed: "New", gone: "removed" },
  Processing: {
    "published-kept": "Completed",
    "published-moved": "Archived",
    interrupted: "Queued",
    failed: "Failed",
  },
  Completed: { reprocess: "Queued", changed: "New", gone: "removed" },
  Failed: { reprocess: "Queued", changed: "New", gone: "removed" },
  Archived: { restored: "New" },
};
const OUTCOMES: Partial<Record<AssetEvent, Outcome>> = {
  "assessed-plays": "direct-play",
  "published-kept": "converted",
  "published-moved": "converted",
};

for (const state of STATES)
  for (const event of ASSET_EVENTS) {
    const to = ALLOWED[state][event];
    test(`${state}, ${event}: ${to ?? "refused"}`, () => {
      const wanted =
        to === undefined
          ? { kind: "refused", message: `A film that is ${state} cannot be ${event.replaceAll("-", " ")}.` }
          : to === "removed"
            ? { kind: "removed" }
            : { kind: "moved", to, outcome: OUTCOMES[event] ?? null };
      assert.deepEqual(transition(state, event), wanted);
    });
  }

test("the trigger names every legal change and no other", () => {
  const named = [...lifecycleTriggerSql().matchAll(/'(\w+>\w+)'/g)].map(([, change]) => change);
  assert.deepEqual(named, legalChanges());
  assert.ok(!named.includes("Archived>Queued") && !named.includes("Completed>Processing"));
});

test("the diagram has a line for each change, and the beginning", () => {
  const lines = lifecycleDiagram().split("\n");
  assert.deepEqual(lines.slice(0, 3), [
    "stateDiagram-v2",
    "  [*] --> New: found",
    "  New --> Completed: plays as it is",
  ]);
  const changes = STATES.flatMap((state) => Object.keys(ALLOWED[state]));
  assert.equal(lines.length, changes.length + 2);
  assert.ok(lines.includes("  Failed --> [*]: gone from a healthy root"));
});

for (const [attempt, seconds] of [
  [0, 30],
  [1, 30],
  [2, 60],
  [3, 120],
  [8, 3600],
  [5000, 3600],
] as const)
  test(`attempt ${attempt + 1} waits ${seconds} s`, () => assert.equal(retryDelaySeconds(attempt), seconds));
