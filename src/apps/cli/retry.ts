import type { Command } from "commander";
import type { State } from "../../core/lifecycle.ts";
import { Problem, type ProblemCode } from "../../core/problem.ts";
import type { OrchestratorClient } from "../../edges/orchestrator-client.ts";
import { actOnMany, idsOf } from "./act-on-many.ts";
import { toIds, toProblemCode, toState } from "./arguments.ts";
import { tokenOption } from "./choices.ts";
import { connect } from "./connect.ts";
import { printJson, printLine } from "./output.ts";

type Options = {
  readonly state?: State;
  readonly problem?: ProblemCode;
  readonly code?: ProblemCode;
  readonly dryRun?: boolean;
  readonly token?: string;
  readonly json?: boolean;
};

/** States in which a problem keeps a film from being ready; one that is Completed only has a note of it. */
const HELD_UP: readonly State[] = ["Failed", "Queued"];

const films = (count: number): string => (count === 1 ? "1 film" : `${count} films`);

/** Counts the films with this problem, says so, and puts those that it holds up back into the queue. */
const retryCode = async (
  client: OrchestratorClient,
  code: ProblemCode,
  { state, dryRun, json }: Options,
): Promise<void> => {
  const { matched, states } = await client.reprocessAll({ problem: code }, true);
  if (json) printJson("matched", { code, matched, states });
  else {
    const each = Object.entries(states).map(([name, count]) => `${count} ${name}`);
    printLine(`${films(matched)} with ${code}${matched === 0 ? "" : `: ${each.join(", ")}`}.`);
  }
  const asked = (state ? [state] : HELD_UP).filter((each) => (states[each] ?? 0) > 0);
  if (dryRun || asked.length === 0) return;
  let [done, refused] = [0, 0];
  for (const each of asked) {
    const result = await client.reprocessAll({ problem: code, state: each }, false);
    done += result.done;
    refused += result.refused;
  }
  if (json) printJson("retried", { code, done, refused });
  else printLine(`${films(done)} queued${refused === 0 ? "" : `, ${refused} refused`}.`);
  if (refused > 0) process.exitCode = 1;
};

export const addRetry = (program: Command): void => {
  program
    .command("retry")
    .description("put films back into the queue")
    .argument("[id...]", "film numbers, as `cvc assets` lists them", toIds)
    .option(
      "--code <code>",
      "every film that this problem holds up, such as disk-full; counted first",
      toProblemCode,
    )
    .option("--dry-run", "with --code: count only")
    .option("--state <state>", "every film in this state", toState)
    .option("--problem <code>", "of those, only films with this problem, such as disk-full", toProblemCode)
    .addOption(tokenOption())
    .option("--json", "one JSON object a line")
    .addHelpText(
      "after",
      `
Failed and Completed films can be retried, and queued ones that wait; a film being worked on or archived is refused.
--code takes Failed and waiting films in one go; with --state completed those that only have a note of the problem.

Examples:
  cvc retry 12 57
  cvc retry --code disk-full
  cvc retry --state failed --problem disk-full`,
    )
    .action(async (given: readonly number[], { json, code, dryRun, token, ...search }: Options) => {
      const shared = { ...search, ...(dryRun ? { dryRun } : {}), ...(json ? { json } : {}) };
      if (code !== undefined) {
        if (given.length > 0 || search.problem !== undefined)
          throw new Problem("usage-invalid", "--code takes no film numbers and no --problem.");
        return retryCode(connect({ token }), code, shared);
      }
      if (dryRun) throw new Problem("usage-invalid", "--dry-run goes with --code.");
      if ((given.length === 0) === (search.state === undefined))
        throw new Problem("usage-invalid", "Name either film numbers or a --state, or a --code.");
      if (given.length > 0 && search.problem !== undefined)
        throw new Problem("usage-invalid", "--problem goes with --state.");
      const client = connect({ token });
      const ids = given.length > 0 ? given : await idsOf(client, search);
      if (ids.length === 0 && !json) printLine("No film matches.");
      await actOnMany(client, ids, { action: "reprocess", done: "queued", json: json ?? false });
    });
};
