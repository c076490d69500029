/** Whatever people, disks and crashes do to a library, in whatever order: nothing is lost, and the database says what is. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { newHistory } from "./support/model/checks.ts";
import type { Real } from "./support/model/command.ts";
import { anyCommands } from "./support/model/commands.ts";
import { furnish } from "./support/model/deed-commands.ts";
import { closeHouse, newHouse, type Parts, SOUND_PARTS } from "./support/model/house.ts";
import { newPeople } from "./support/model/people.ts";
import { SABOTEURS } from "./support/model/saboteurs.ts";
import { anyPolicy } from "./support/model/work-commands.ts";
import { tempFolder } from "./support/temp.ts";

/**
 * `MODEL_RUNS=5000 npm test -- test/model.test.ts` looks longer. A failure prints its seed and its path:
 * `MODEL_SEED=… MODEL_PATH=… MODEL_REPLAY=…` (its `replayPath`) show the shortest sequence again.
 *
 * Memory where there is some: the files are durable in the same way, and a hundred times as fast.
 */
const FAST = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
const RUNS = Number(process.env.MODEL_RUNS ?? 80);
/** Finding the shortest sequence that fails may take longer than a test may. */
const LIMIT_MS = Number(process.env.MODEL_LIMIT_MS ?? 90_000);
const SEED = process.env.MODEL_SEED === undefined ? {} : { seed: Number(process.env.MODEL_SEED) };
const PATH = process.env.MODEL_PATH === undefined ? {} : { path: process.env.MODEL_PATH };

const modelOf = (context: TestContext, parts: Parts, done = new Map<string, number>()) => {
  const [here, there] = [tempFolder(context, FAST), tempFolder(context)];
  return fc.asyncProperty(anyPolicy, anyCommands(process.env.MODEL_REPLAY), async (policy, commands) => {
    const folder = mkdtempSync(join(here, "run-"));
    const house = newHouse(folder, mkdtempSync(join(there, "run-")), policy, parts);
    try {
      const real: Real = { house, history: newHistory(), done };
      const model = newPeople();
      furnish(house, model);
      await fc.asyncModelRun(() => ({ model, real }), commands);
    } finally {
      closeHouse(house);
    }
  });
};

test("nothing is lost and every state is explained, whatever happens in whatever order", async (context) => {
  const done = new Map<string, number>();
  const result = await fc.check(modelOf(context, SOUND_PARTS, done), {
    numRuns: RUNS,
    unbiased: true,
    interruptAfterTimeLimit: LIMIT_MS,
    ...SEED,
    ...PATH,
  });
  context.diagnostic(
    `seed ${result.seed}, ${result.numRuns} runs: ${JSON.stringify(Object.fromEntries(done))}`,
  );
  if (result.failed) throw new Error(fc.defaultReportMessage(result), { cause: result.errorInstance });
  assert.equal(result.numRuns, RUNS);
});

for (const { name, finding, parts, seed } of SABOTEURS)
  test(`it finds ${name}`, async (context) => {
    const result = await fc.check(modelOf(context, parts), {
      numRuns: 500,
      unbiased: true,
      endOnFailure: true,
      seed,
    });
    assert.ok(result.failed, "found");
    assert.match(String(result.errorInstance), finding);
    context.diagnostic(`found in run ${result.numRuns}`);
  });
