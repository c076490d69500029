/** The only entry: reads the command line, runs the verb, and turns a problem into words and an exit code. */
import { CommanderError } from "commander";
import { printJson, problemJson, problemText } from "./apps/cli/output.ts";
import { buildProgram } from "./apps/cli/program.ts";
import { prepareNode } from "./apps/prepare-node.ts";
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

prepareNode();

const argv = process.argv.slice(2);
try {
  const program = await buildProgram(VERSION, argv[0]);
  await program.parseAsync(argv, { from: "user" });
} catch (thrown) {
  process.exitCode = fail(thrown, argv.includes("--json"));
}
