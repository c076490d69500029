/**
 * `npm run test:faults`: the long form. `-- --only kill/archive` runs the rows whose name has this in it, `--seed 7` takes
 * other random moments, `--list` names the rows, `--report` writes docs/reference/faults.md.
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { runHarness } from "./harness.ts";
import { writeReport } from "./report.ts";
import { KINDS, longRows, scenariosFor } from "./sections.ts";
import { figures } from "./tally.ts";

const SAY_EVERY_MS = 5000;

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    only: { type: "string", default: "" },
    lanes: { type: "string", default: String(Math.min(2, availableParallelism())) },
    list: { type: "boolean", default: false },
    report: { type: "boolean", default: false },
  },
});
const { only, list, report } = values;
const seed = Number(values.seed);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

if (process.platform !== "linux") {
  say("The fault harness needs Linux: it looks into /proc, and uses /dev/shm as another disk.");
  process.exit(0);
}

const startedAt = performance.now();
let saidAt = 0;
let total = 0;
const tally = await runHarness({
  seed,
  scenarios: scenariosFor(only),
  lanes: Number(values.lanes),
  rowsOf: (bench) => {
    const rows = longRows(bench).filter((row) => row.name.includes(only));
    total += rows.length;
    if (!list) return rows;
    for (const row of rows) say(row.name);
    return [];
  },
  onRow: ({ kills, faults, runs }, row, found, left) => {
    for (const { kind, what } of found) say(`${kind.toUpperCase()} ${row.name}\n    ${what}`);
    if (found.length > 0) say(`    to repeat it: npm run test:faults -- --seed ${seed} --only '${row.name}'`);
    const now = performance.now();
    if (now - saidAt < SAY_EVERY_MS && left > 0) return;
    saidAt = now;
    const minutes = ((now - startedAt) / 60_000).toFixed(1);
    say(`${minutes} min: ${total - left} of ${total} rows, ${kills} kills, ${faults} faults, ${runs} starts`);
  },
});
const minutes = (performance.now() - startedAt) / 60_000;
if (!list) {
  for (const [what, count] of figures(tally)) say(`${String(count).padStart(6)}  ${what}`);
  say(`${minutes.toFixed(1).padStart(6)}  minutes, seed ${seed}`);
  if (report) writeReport({ tally, minutes, seed, kinds: KINDS });
}
process.exitCode = tally.findings.length > 0 ? 1 : 0;
