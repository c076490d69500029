import type { Command } from "commander";
import { actOnMany } from "./act-on-many.ts";
import { toIds } from "./arguments.ts";
import { connect } from "./connect.ts";

export const addRestore = (program: Command): void => {
  program
    .command("restore")
    .description("bring archived originals back to their old places")
    .argument("<id...>", "film numbers, as `cvc assets --state archived` lists them", toIds)
    .option("--json", "one JSON object a line")
    .addHelpText(
      "after",
      `
Nothing is overwritten: a film whose old place is taken is refused.

Example:
  cvc assets --state archived
  cvc restore 12 57`,
    )
    .action(async (ids: readonly number[], { json }: { json?: boolean }) => {
      await actOnMany(connect(), ids, { action: "restore", done: "restored", json: json ?? false });
    });
};
