import type { Command } from "commander";
import { jsonOption } from "./choices.ts";
import { connect } from "./connect.ts";
import { printJson, printLine } from "./output.ts";

export const addNotify = (program: Command): void => {
  program
    .command("notify")
    .description("send a test message to those who are told something")
    .argument("[name...]", "only these of the settings' notifiers; all of them without")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Examples:
  cvc notify              a test to everybody
  cvc notify phone        only to the one named phone

Exit code 1 when one did not arrive.`,
    )
    .action(async (names: readonly string[], { json }: { json?: boolean }) => {
      const orchestrator = connect();
      const wanted = names.length > 0 ? names : (await orchestrator.notifiers()).map((each) => each.name);
      if (wanted.length === 0 && !json) printLine("The settings name nobody who is told something.");
      for (const name of wanted) {
        const { arrived, notifier } = await orchestrator.testNotifier(name);
        if (!arrived) process.exitCode = 1;
        if (json) printJson("notified", { arrived, ...notifier });
        else if (arrived) printLine(`${name}: the test arrived.`);
        else
          printLine(
            `${name}: ${notifier.problem?.sentence ?? "it did not arrive."} -> ${notifier.problem?.mend ?? ""}`,
          );
      }
    });
};
