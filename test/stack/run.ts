/**
 * `npm run test:stack`: builds the images, starts the stack with Docker Compose and tries on it what docs/user/15_containers.md
 * promises. `-- --only workers` runs that part alone (`one`, `workers`, `files`), and of it `--blow Redis` what has this in
 * its name; `--report` writes docs/reference/stack.md, with what `--note` says of the machine. Needs
 * Docker with the base images, ffmpeg, git and root (films get an owner). Not part of `npm test`.
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { manyWorkers } from "./many-workers.ts";
import { oneMachine } from "./one-machine.ts";
import { otherFiles } from "./other-files.ts";
import { docker, openStack, type Stack, TARGETS } from "./stack.ts";
import { type Row, rowsTable, rowText } from "./table.ts";

const PARTS: Readonly<Record<string, (stack: Stack, only: string) => AsyncGenerator<Row>>> = {
  one: oneMachine,
  workers: manyWorkers,
  files: otherFiles,
};

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    blow: { type: "string", default: "" },
    report: { type: "boolean", default: false },
    note: { type: "string", default: "" },
  },
});
const parts = Object.entries(PARTS).filter(([name]) => values.only === undefined || values.only === name);
if (parts.length === 0) throw new Error(`--only is ${Object.keys(PARTS).join(" or ")}`);

const stack = await openStack();
const rows: Row[] = [];
const loads: number[] = [];
const noteLoad = setInterval(() => loads.push(loadavg()[0] ?? 0), 15_000);
let hasFailed = false;
// Ctrl-C leaves nothing behind either.
process.once("SIGINT", () => void stack.close().then(() => process.exit(130)));
try {
  for (const [, part] of parts)
    for await (const row of part(stack, values.blow)) {
      rows.push(row);
      process.stdout.write(`${rowText(row)}\n`);
    }
} catch (thrown) {
  hasFailed = true;
  process.stdout.write(`FAILED: ${thrown instanceof Error ? thrown.stack : thrown}\n`);
  process.stdout.write(await stack.compose("logs", "--no-color", "--tail", "60").catch(String));
}

clearInterval(noteLoad);

/** What each image is made of, without lines that add nothing. */
const layersOf = async (target: string): Promise<string> => {
  const image = `chromecast-video-converter/${target}:0.1.0`;
  const layers = (await docker("history", "--no-trunc", "--format", "{{.Size}}\t{{.CreatedBy}}", image))
    .split("\n")
    .map((line) => line.split("\t"))
    .filter(([size]) => size !== "0B");
  const sizes = layers.map(([size]) => size).reverse();
  return `| ${target} | ${sizes.join(" + ")} |`;
};

if (!hasFailed && values.report && values.only === undefined && values.blow === "") {
  const version = (command: string, ...args: readonly string[]): string =>
    execFileSync(command, args, { encoding: "utf8" }).trim().split("\n")[0] ?? "";
  const layers = await Promise.all(TARGETS.map(layersOf));
  const text = [
    "# The container stack, measured",
    "",
    "Written by `npm run test:stack -- --report`: what one run saw, on a machine of " +
      `${availableParallelism()} cores under a load of ${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}, ` +
      `with ${version("docker", "--version")} and \`${stack.program}\`. ${values.note}`.trimEnd(),
    "",
    "After each of what is done to three workers in the middle of an encode: every original is what it was, every film was " +
      "published once and has one result, and nothing half is left.",
    "",
    rowsTable(rows),
    "",
    "## Layers",
    "",
    "| image | layers, from the lowest |",
    "|---|---|",
    ...layers,
    "",
  ].join("\n");
  writeFileSync(join(import.meta.dirname, "../../docs/reference/stack.md"), text);
}
await stack.close();
process.stdout.write(`${rows.length} seen${hasFailed ? ", then one failed" : ", none failed"}\n`);
process.exitCode = hasFailed ? 1 : 0;
