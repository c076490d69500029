import { Argument, type Command } from "commander";
import type { RemoteQueue } from "../../edges/orchestrator-client.ts";
import { tokenOption } from "./choices.ts";
import { connect } from "./connect.ts";
import { printJson, printLine } from "./output.ts";

type Verb = "pause" | "drain" | "resume";

const laneLine = ({ lane, slots, running, queued, held }: RemoteQueue["lanes"][number]): string => {
  const waits = held === 0 ? "" : `, ${held} of them for you`;
  return `  ${lane.padEnd(9)}${running.length} of ${slots} in work, ${queued} wait${queued === 1 ? "s" : ""}${waits}`;
};

const printQueue = ({ hold, lanes }: RemoteQueue): void => {
  printLine(hold.sentence);
  for (const lane of lanes) {
    printLine(laneLine(lane));
    if (lane.pause) printLine(`           ${lane.pause.sentence}`);
  }
};

export const addQueue = (program: Command): void => {
  program
    .command("queue")
    .description("how the queue stands; hold it, or let it run")
    .addArgument(new Argument("[verb]", "what to do with it").choices(["pause", "drain", "resume"]))
    .option("--reason <text>", "with pause and drain: shown to others")
    .addOption(tokenOption())
    .option("--json", "one JSON object a line")
    .addHelpText(
      "after",
      `
pause and drain begin nothing new, also after a restart; what is in work goes on to its end. drain is for switching the
machine off: it says when nothing is in work any more. New films go on being found and looked at.

Examples:
  cvc queue
  cvc queue pause --reason "film night"
  cvc queue drain
  cvc queue resume`,
    )
    .action(
      async (
        verb: Verb | undefined,
        { reason, ...options }: { reason?: string; json?: boolean; token?: string },
      ) => {
        const queue = await connect(options).queue(verb, reason);
        if (options.json) printJson("queue", queue);
        else printQueue(queue);
      },
    );
};
