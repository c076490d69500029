import type { Command } from "commander";
import type { State } from "../../core/lifecycle.ts";
import type { RemoteAsset } from "../../edges/orchestrator-client.ts";
import { toState } from "./arguments.ts";
import { tokenOption } from "./choices.ts";
import { connect } from "./connect.ts";
import { printJson, printLine } from "./output.ts";

type Options = {
  readonly state?: State;
  readonly reason?: string;
  readonly q?: string;
  readonly token?: string;
  readonly json?: boolean;
};

/** `   12  Processing 42 %  movies/Heat (1995)/Heat.mkv  (video codec: encode the picture)`. */
const lineOf = (asset: RemoteAsset): string => {
  const percent = asset.progress?.percent;
  const state = percent === null || percent === undefined ? asset.state : `${asset.state} ${percent} %`;
  const why = asset.state === "Failed" && asset.problem ? asset.problem.title : asset.why;
  const plan = asset.state === "Queued" || asset.state === "Processing" ? asset.action : null;
  const said = [why, plan].filter((each) => each !== null).join(": ");
  const name = `${asset.library}/${asset.path}`;
  return `${String(asset.id).padStart(6)}  ${state.padEnd(15)} ${name}${said === "" ? "" : `  (${said})`}`;
};

export const addAssets = (program: Command): void => {
  program
    .command("assets")
    .description("list the films with their numbers, states and reasons")
    .option("--state <state>", "only films in this state", toState)
    .option("--reason <code>", "only films with this reason, such as video-codec")
    .option("--q <text>", "only films whose path has words that begin so")
    .addOption(tokenOption())
    .option("--json", "one JSON object a line")
    .addHelpText(
      "after",
      `
Examples:
  cvc assets --state failed
  cvc assets --reason audio-codec --q "Season 1"
  cvc assets --json | jq -r 'select(.work == "video") | .path'`,
    )
    .action(async ({ json, token, ...search }: Options) => {
      for await (const asset of connect({ token }).assets(search)) {
        if (json) printJson("asset", asset);
        else printLine(lineOf(asset));
      }
    });
};
