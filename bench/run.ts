/**
 * All benches: `npm run bench [-- NAME…] [--quick] [--json] [--most 100000] [--page]`. Each runs in a process of its own and says
 * how long it took. Ends with 1 when what one made is wrong, never for a time. A whole run (not a quick one) keeps its rows in
 * docs/reference/performance.jsonl and writes performance.md and its charts from them; `--page` writes those alone.
 *
 * The whole page, on a machine that does nothing else: `TMPDIR=/dev/shm npm run bench` (at most 8 GB there). The minutes that
 * stand beside the files below were estimated for two cores, not measured; `--most 100000` leaves the largest libraries out.
 */
import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { newest, pageOf } from "./frame/page.ts";
import { machineNow, type Row, rowOf } from "./frame/row.ts";
import { NODE } from "./frame/served.ts";

const REFERENCE = join(import.meta.dirname, "../docs/reference");
const KEPT = join(REFERENCE, "performance.jsonl");

/** Files of `rows/` that give rows, by the names of those. */
const BENCHES: readonly { readonly file: string; readonly names: readonly string[] }[] = [
  // 5 minutes, 1 up to 100,000 files.
  { file: "rescan.ts", names: ["rescan"] },
  // 13 minutes, 2 up to 100,000.
  { file: "first-scan.ts", names: ["first-scan"] },
  // 1 minute.
  { file: "assess-again.ts", names: ["assess", "assess-again"] },
  // 9 minutes, of which a million films and the questions to them take most.
  { file: "list.ts", names: ["list", "list-page", "list-ratio", "counts"] },
  // 4 minutes.
  {
    file: "overhead.ts",
    names: [
      "overhead-copy",
      "verification-copy",
      "durable-copy",
      "overhead-encode",
      "verification-encode",
      "durable-encode",
    ],
  },
  // 9 minutes.
  { file: "library.ts", names: ["library", "library-encoded", "first-ready"] },
  // 6 minutes.
  {
    file: "segments.ts",
    names: ["segments-threads", "segments-threads-encoded", "segments-cores", "segments-cores-encoded"],
  },
  // 1 minute.
  { file: "bullmq.ts", names: ["bullmq", "bullmq-rate"] },
  // 18 minutes, 2 up to 10,000.
  { file: "soak.ts", names: ["soak-memory", "soak-latency", "soak-processor"] },
  // 7 minutes, 2 up to 100,000.
  { file: "memory.ts", names: ["memory-idle", "memory-scanning", "memory-serving", "memory-watched"] },
  // 6 minutes.
  {
    file: "house.ts",
    names: ["start", "inspect", "idle", "loop-lag", "one-change"],
  },
];

/** Older ones, which say more than a row: a row tells how long they took, and that they ended well. */
const PROGRAMS: readonly {
  readonly name: string;
  readonly what: string;
  readonly args: readonly string[];
  /** null: too long for a quick run. */
  readonly quick: readonly string[] | null;
}[] = [
  { name: "pages", what: "Every page, over many films (`bench/pages.ts`).", args: [], quick: ["10000"] },
  {
    name: "library-list",
    what: "Every question of the list against plain SQL (`bench/library-list.ts`).",
    args: [],
    quick: ["10000"],
  },
  { name: "watching", what: "How soon changes are noticed (`bench/watching.ts`).", args: [], quick: null },
  {
    name: "upkeep",
    what: "Metrics, cleaning up, the log (`bench/upkeep.ts`).",
    args: [],
    quick: ["5000", "50000"],
  },
  { name: "time-left", what: "How good told times are (`bench/time-left.ts`).", args: [], quick: [] },
  { name: "soak", what: "A library that never rests (`bench/soak.ts`).", args: [], quick: null },
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    most: { type: "string" },
    page: { type: "boolean", default: false },
  },
});
/** Films or files. */
const most = values.most ?? (values.quick ? "10000" : "1000000");

/** Runs a program; gives what it printed. Throws when it ends otherwise than well. */
const run = (file: string, args: readonly string[], isShown: boolean): Promise<string> =>
  new Promise((resolve, reject) => {
    const node = [...NODE, "--expose-gc"];
    const child = spawn(process.execPath, [...node, join(import.meta.dirname, file), ...args], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let printed = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
      if (isShown) process.stderr.write(text);
    });
    child.once("error", reject);
    child.once("close", (code) =>
      code === 0 ? resolve(printed) : reject(new Error(`${file} ended with ${code}`)),
    );
  });

const said = (row: Row): string => {
  const { name, assets, value, unit, ratio, target, pass } = row;
  return [
    name.padEnd(16),
    String(assets ?? "").padStart(9),
    `${value} ${unit}`.padStart(14),
    (ratio === null ? "" : `× ${ratio}`).padStart(11),
    pass === null ? "" : `${pass ? "kept" : "missed"}: ${target}`,
  ].join("  ");
};

const rows: Row[] = [];
const wrong: string[] = [];
const add = (row: Row): void => {
  rows.push(row);
  process.stdout.write(`${values.json ? JSON.stringify(row) : said(row)}\n`);
};
const isWanted = (names: readonly string[]): boolean =>
  positionals.length === 0 || names.some((each) => positionals.includes(each));
const attempt = async (name: string, work: () => Promise<void>): Promise<void> => {
  const at = performance.now();
  try {
    await work();
  } catch (thrown) {
    wrong.push(`${name}: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  }
  process.stderr.write(`${name} took ${Math.round((performance.now() - at) / 1000)} s\n`);
};

const known = [...BENCHES.flatMap((each) => each.names), ...PROGRAMS.map((each) => each.name)];
const unknown = positionals.filter((each) => !known.includes(each));
if (unknown.length > 0) {
  process.stderr.write(`No bench is named ${unknown.join(", ")}. There are ${known.join(", ")}.\n`);
  process.exit(2);
}
for (const { file, names } of BENCHES)
  if (!values.page && isWanted(names))
    await attempt(file, async () => {
      const printed = await run("frame/one.ts", [file, most, ...(values.quick ? ["--quick"] : [])], false);
      for (const text of printed.trim().split("\n")) add(JSON.parse(text) as Row);
    });
for (const { name, what, args, quick } of PROGRAMS)
  if (!values.page && isWanted([name]) && (!values.quick || quick !== null))
    await attempt(name, async () => {
      const [machine, at] = [machineNow(), performance.now()];
      await run(`${name}.ts`, (values.quick ? quick : args) ?? args, positionals.includes(name));
      const value = (performance.now() - at) / 1000;
      add(rowOf({ name, what, assets: null, value, unit: "s", baseline: null }, machine, Date.now()));
    });

if (values.page || (!values.quick && rows.length > 0)) {
  const before = existsSync(KEPT) ? readFileSync(KEPT, "utf8").trim().split("\n") : [];
  const kept = newest([...before.map((text) => JSON.parse(text) as Row), ...rows]);
  writeFileSync(KEPT, kept.map((row) => `${JSON.stringify(row)}\n`).join(""));
  for (const [file, text] of pageOf(kept)) writeFileSync(join(REFERENCE, file), text);
}
if (wrong.length > 0) process.stderr.write(`\nWrong:\n${wrong.join("\n")}\n`);
process.exitCode = wrong.length === 0 ? 0 : 1;
