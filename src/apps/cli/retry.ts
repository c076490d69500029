import type { Command } from "commander";
import type { State } from "../../core/lifecycle.ts";
import { Problem, type ProblemCode } from "../../core/problem.ts";
import { actOnMany, idsOf } from "./act-on-many.ts";
import { toIds, toProblemCode, toState } from "./arguments.ts";
import { connect } from "./connect.ts";
import { printLine } from "./output.ts";

type Options = { readonly state?: State; readonly problem?: ProblemCode; readonly json?: boolean };

export const addRetry = (program: Command): void => {
  program
    .command("retry")
    .description("put films back into the queue")
    .argument("[id...]", "film numbers, as `cvc assets` lists them", toIds)
    .option("--state <state>", "every film in this state", toState)
    .option("--problem <code>", "of those, only films with this problem, such as disk-full", toProblemCode)
    .option("--json", "one JSON object a line")
    .addHelpText(
      "after",
      `
Failed and Completed films can be retried; a film being worked on or archived is refused.

Examples:
  cvc retry 12 57
  cvc retry --state failed
  cvc retry --state failed --problem disk-full`,
    )
    .action(async (given: readonly number[], { json, ...search }: Options) => {
      if ((given.length === 0) === (search.state === undefined))
        throw new Problem("usage-invalid", "Name either film numbers or a --state.");
      if (given.length > 0 && search.problem !== undefined)
        throw new Problem("usage-invalid", "--problem goes with --state.");
      const client = connect();
      const ids = given.length > 0 ? given : await idsOf(client, search);
      if (ids.length === 0 && !json) printLine("No film matches.");
      await actOnMany(client, ids, { action: "reprocess", done: "queued", json: json ?? false });
    });
};
