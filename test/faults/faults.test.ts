/** The short form of the fault harness: kill -9 where it hurts most. The long form is `npm run test:faults`. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Bench } from "./bench.ts";
import { runHarness } from "./harness.ts";
import { kindIs, type Row, some } from "./rows.ts";
import { afterRows, errorRows } from "./rows-error.ts";
import { killRows, recoveryKillRows } from "./rows-kill.ts";
import { randomRows } from "./rows-serve.ts";

/** Each takes half a minute on two cores that nobody else uses; ms. */
const PATIENCE_MS = 600_000;

const isLinux = process.platform === "linux";

/** The error at the first point of that name after another is done. */
const errorAfter = (bench: Bench, done: string, point: string): readonly Row[] => {
  const { points } = bench.undisturbed;
  const from = points.findIndex((each) => each.isDone && each.point === done);
  const at = points.find((each, index) => index > from && !each.isDone && each.point === point);
  return errorRows(bench, 1).filter(
    ({ name }) => name.startsWith("error/") && name.endsWith(`/${point}#${at?.nth}`),
  );
};

type Part = {
  readonly name: string;
  readonly scenario: string;
  readonly rowsOf: (bench: Bench) => readonly Row[];
  /** At least so many are met. */
  readonly kills?: number;
  readonly faults?: number;
};

const PARTS: readonly Part[] = [
  {
    name: "killed while a restart moves a film and its original on disks without hard links",
    scenario: "archive-far-without-links",
    rowsOf: (bench) => [
      ...some(recoveryKillRows(bench).filter(kindIs("kill")), 3),
      // An original that is gone from its place is not said to be kept.
      ...errorAfter(bench, "unlink films/Film.mkv", "open films"),
    ],
    kills: 12,
  },
  {
    name: "an original is moved to the archive of a share without hard links, whose answer is lost",
    scenario: "archive-without-links",
    rowsOf: (bench) => afterRows(bench).filter(({ name }) => name.includes("/rename films/Film.mkv > ")),
    faults: 2,
  },
  {
    name: "killed twice while our earlier film makes room for the new one",
    scenario: "again-archive",
    rowsOf: (bench) => [
      ...some(recoveryKillRows(bench).filter(kindIs("kill-twice")), 2),
      // The hidden file that a folder was tried with goes.
      ...killRows(bench, true).filter(({ name }) => name.includes("/unlink films/.*.partial.trial")),
    ],
    kills: 16,
  },
  {
    name: "killed at random moments, the program as people start it",
    scenario: "household-archive",
    rowsOf: (bench) => randomRows(bench, 2, 6),
    kills: 12,
  },
];

describe("the fault harness, short", { skip: !isLinux }, () => {
  for (const { name, scenario, rowsOf, kills = 0, faults = 0 } of PARTS)
    test(name, { timeout: PATIENCE_MS }, async () => {
      const tally = await runHarness({ seed: 1, lanes: 1, scenarios: [scenario], rowsOf });
      assert.deepEqual(tally.findings, []);
      assert.ok(
        tally.kills >= kills && tally.faults >= faults,
        `${tally.kills} kills, ${tally.faults} faults`,
      );
    });
});
