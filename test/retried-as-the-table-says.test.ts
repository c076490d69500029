/** Whether a film is tried again by itself, and whether that costs an attempt: for each code as its row says. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { settleFailure } from "../src/apps/job-failure.ts";
import { isProblemCode, PROBLEMS, Problem, type ProblemCode } from "../src/core/problem.ts";
import { newBench } from "./support/running.ts";
import { queue } from "./support/store.ts";

const BECOMES = {
  no: ["Failed", 1, false],
  backoff: ["Queued", 1, true],
  wait: ["Queued", 0, true],
} as const;

/** What was only interrupted starts at once; what another machine had may go to the next one, or to this one. */
const AT_ONCE: ReadonlySet<ProblemCode> = new Set([
  "interrupted",
  "worker-lost",
  "redis-unreachable",
  "redis-refuses",
]);

test("what a failed attempt becomes", (context) => {
  const { running, pass } = newBench(context, "/films");
  const { store, now } = running;
  for (const code of Object.keys(PROBLEMS).filter(isProblemCode)) {
    const { id } = queue(store, `${code}.mkv`, { library: "films", work: "copy" });
    const asset = store.assets.claim({ works: ["copy"], token: code, now: now(), id });
    assert.ok(asset, code);
    settleFailure(running, { asset, token: code, problem: new Problem(code), assessment: null });
    const after = store.assets.byId(id);
    const waits = (after?.availableAt ?? 0) > now();
    const [state, attempt, isLater] = BECOMES[PROBLEMS[code].retry];
    assert.deepEqual(
      [after?.state, after?.attempt, waits],
      [state, attempt, isLater && !AT_ONCE.has(code)],
      code,
    );
    pass(16 * 60_000);
  }
});
