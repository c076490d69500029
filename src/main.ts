/** The only entry: reads the command line, runs the verb, and turns a problem into words and an exit code. */
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { CommanderError } from "commander";
import { printJson, problemJson, problemText } from "./apps/cli/output.ts";
import { buildProgram } from "./apps/cli/program.ts";
import { VERSION } from "./apps/version.ts";
import { visibleText } from "./core/human-text.ts";
import { PROBLEMS, Problem, toProblem } from "./core/problem.ts";

const INTERRUPTED = 130;

/** The exit code of what ended a verb, having said what it was. */
const fail = (thrown: unknown, json: boolean): number => {
  if (thrown instanceof CommanderError) {
    // Commander has printed its own words; help and version were asked for.
    if (thrown.exitCode === 0) return 0;
    if (json) printJson("problem", problemJson(new Problem("usage-invalid", thrown.message)));
    return PROBLEMS["usage-invalid"].exit;
  }
  const problem = toProblem(thrown);
  if (json) printJson("problem", problemJson(problem));
  else process.stderr.write(`${problemText(problem)}\n`);
  if (problem.code === "internal" && thrown instanceof Error)
    process.stderr.write(`${(thrown.stack ?? "").split("\n").map(visibleText).join("\n")}\n`);
  return PROBLEMS[problem.code].exit;
};

// The reader of our output went away, as `head` does: nothing is left to say.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  throw error;
});
// A verb that has work to put in order (serve, convert) listens itself and ends the process when it is done.
process.on("SIGINT", () => {
  if (process.listenerCount("SIGINT") === 1) process.exit(INTERRUPTED);
});

// What code made to last a while before is made to last from then on, though a scan makes a million short-lived rows of the same
// kind: 100 MB of a library of a million films (docs/decisions/0028-short-lived-rows.md).
setFlagsFromString("--no-allocation-site-pretenuring");

const argv = process.argv.slice(2);
// Of the thousand files of `serve` half a second is their translation, the same at every start. Beside the packages, where
// only who may change the program writes; where nobody may, or none is wanted (NODE_DISABLE_COMPILE_CACHE), it goes without.
enableCompileCache(join(import.meta.dirname, "../node_modules/.cache/compiled"));
try {
  const program = await buildProgram(VERSION, argv[0]);
  await program.parseAsync(argv, { from: "user" });
} catch (thrown) {
  process.exitCode = fail(thrown, argv.includes("--json"));
}
