/**
 * `npm run test:faults`: the long form. `-- --only kill/archive` runs the rows whose name has this in it, `--seed 7` takes
 * other random moments, `--list` names the rows, `--report` writes docs/reference/faults.md.
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { type Progress, runHarness } from "./harness.ts";
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
const minutesNow = (): number => (performance.now() - startedAt) / 60_000;

let progress: Progress | null = null;
const sayProgress = (): void => {
  if (progress === null) return;
  const { libraries, rows, tally } = progress;
  const isReady = libraries[0] === libraries[1];
  say(
    `${minutesNow().toFixed(1)} min: ${isReady ? "" : `${libraries.join(" of ")} libraries ready, `}${rows.join(" of ")} rows begun, ${tally.kills} kills, ${tally.faults} faults, ${tally.runs} starts, ${tally.findings.length} findings`,
  );
};
const saying = list ? undefined : setInterval(sayProgress, SAY_EVERY_MS);

const tally = await runHarness({
  seed,
  scenarios: scenariosFor(only),
  lanes: Number(values.lanes),
  rowsOf: (bench) => {
    const rows = longRows(bench).filter((row) => row.name.includes(only));
    if (!list) return rows;
    for (const row of rows) say(row.name);
    return [];
  },
  onRow: (row, found) => {
    for (const { kind, what } of found) say(`${kind.toUpperCase()} ${row.name}\n    ${what}`);
    if (found.length > 0) say(`    to repeat it: npm run test:faults -- --seed ${seed} --only '${row.name}'`);
  },
  onProgress: (now) => {
    progress = now;
  },
});
clearInterval(saying);
const minutes = minutesNow();
if (!list) {
  sayProgress();
  for (const [what, count] of figures(tally)) say(`${String(count).padStart(6)}  ${what}`);
  say(`${minutes.toFixed(1).padStart(6)}  minutes, seed ${seed}`);
  // A report says what a whole run came to: not a part of one, and not one that found something.
  const isWhole = only === "" && tally.findings.length === 0;
  if (report && isWhole) writeReport({ tally, minutes, seed, kinds: KINDS });
  else if (report) say("No report is written: not all rows were run, or some found something.");
}
process.exitCode = tally.findings.length > 0 ? 1 : 0;
