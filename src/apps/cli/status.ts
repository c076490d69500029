import type { Command } from "commander";
import { isProblemCode, PROBLEMS } from "../../core/problem.ts";
import type { RemoteStatus } from "../../edges/orchestrator-client.ts";
import { tokenOption } from "./choices.ts";
import { connect } from "./connect.ts";
import { printJson, printLine } from "./output.ts";

const encoderText = ({ encoder }: RemoteStatus): string => {
  if (encoder.kind === "probing") return "being looked for";
  return encoder.kind === "found" ? (encoder.codec ?? "found") : `none: ${encoder.why ?? "unknown"}`;
};

const printStatus = (status: RemoteStatus): void => {
  printLine(status.sentence);
  printLine("");
  for (const [state, count] of Object.entries(status.counts.state))
    printLine(`  ${state.padEnd(12)}${String(count).padStart(7)}`);
  printLine("");
  printLine(`Encoder: ${encoderText(status)}`);
  if (status.scanning.length > 0) printLine(`Scanning: ${status.scanning.join(", ")}`);
  if (status.waiting) printLine(`Waiting: ${status.waiting.sentence}`);
  for (const { sentence } of status.warnings) printLine(`Warning: ${sentence}`);
  for (const { library, code, detail } of status.rootProblems)
    printLine(`Library ${library}: ${isProblemCode(code) ? PROBLEMS[code].title : code} ${detail}`);
};

export const addStatus = (program: Command): void => {
  program
    .command("status")
    .description("how the libraries stand, in one sentence and a few figures")
    .addOption(tokenOption())
    .option("--json", "one JSON object a line")
    .addHelpText(
      "after",
      `
Examples:
  cvc status
  cvc status --json | jq .counts.state.Failed
  ORCHESTRATOR_URL=http://192.168.1.20:9000 cvc status    of another machine`,
    )
    .action(async ({ json, token }: { json?: boolean; token?: string }) => {
      const status = await connect({ token }).status();
      if (json) printJson("status", status);
      else printStatus(status);
    });
};
