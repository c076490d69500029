import type { Command } from "commander";
import { Problem } from "../../core/problem.ts";
import type { AssetSearch } from "../../edges/orchestrator-client.ts";
import { actOnMany, idsOf } from "./act-on-many.ts";
import { toIds } from "./arguments.ts";
import { tokenOption } from "./choices.ts";
import { connect } from "./connect.ts";
import { printLine } from "./output.ts";

type Options = Pick<AssetSearch, "library" | "reason" | "q"> & {
  readonly all?: boolean;
  readonly yes?: boolean;
  readonly token?: string;
  readonly json?: boolean;
};

export const addRestore = (program: Command): void => {
  program
    .command("restore")
    .description("bring archived originals back to their old places")
    .argument("[id...]", "film numbers, as `cvc assets --state archived` lists them", toIds)
    .option("--all", "every archived film")
    .option("--library <name>", "every archived film of this library")
    .option("--reason <code>", "every archived film with this reason, such as video-codec")
    .option("--q <text>", "every archived film whose path has words that begin so")
    .option("--yes", "do it; without this, --all and the filters only count")
    .addOption(tokenOption())
    .option("--json", "one JSON object a line")
    .addHelpText(
      "after",
      `
Nothing is overwritten: a film whose old place is taken is refused. The converted film is set aside in a hidden folder.

Examples:
  cvc assets --state archived
  cvc restore 12 57
  cvc restore --library series --q "Season 1" --yes`,
    )
    .action(async (given: readonly number[], { json, yes, all, token, ...search }: Options) => {
      if (Object.values(search).includes(""))
        throw new Problem("usage-invalid", "A filter is empty; use --all for every archived film.");
      const isFiltered = all === true || Object.keys(search).length > 0;
      if (given.length > 0 === isFiltered)
        throw new Problem("usage-invalid", "Name either film numbers, or --all or a filter.");
      const client = connect({ token });
      const ids = isFiltered ? await idsOf(client, { ...search, state: "Archived" }) : given;
      if (isFiltered && !yes)
        return printLine(
          `${ids.length} ${ids.length === 1 ? "original" : "originals"} would be brought back; add --yes to do it.`,
        );
      await actOnMany(client, ids, { action: "restore", done: "restored", json: json ?? false });
    });
};
