import type { Command } from "commander";
import { tokenOption } from "./choices.ts";
import { connect } from "./connect.ts";
import { printJson, printLine } from "./output.ts";

export const addScan = (program: Command): void => {
  program
    .command("scan")
    .description("look for new, changed, moved and removed films")
    .argument("[library]", "only this library; all of them without")
    .addOption(tokenOption())
    .option("--json", "one JSON object a line")
    .addHelpText(
      "after",
      `
The running orchestrator scans; this command starts it and returns at once.
Files that have not changed cost next to nothing.

Examples:
  cvc scan           scan every library
  cvc scan movies    scan the library named movies`,
    )
    .action(async (library: string | undefined, { json, token }: { json?: boolean; token?: string }) => {
      const scanning = await connect({ token }).scan(library ?? null);
      if (json) printJson("scan", { scanning });
      else printLine(`Scanning ${scanning.join(", ") || "nothing: there is no library"}.`);
    });
};
