import { type Problem, toProblem } from "../../core/problem.ts";
import type { AssetSearch, OrchestratorClient } from "../../edges/orchestrator-client.ts";
import { printJson, printLine, problemJson } from "./output.ts";

type Act = {
  readonly action: "reprocess" | "restore";
  /** What one line says of a film it worked for: `queued`, `restored`. */
  readonly done: string;
  readonly json: boolean;
};

/** Problems that concern one film; any other would meet every film and ends the command. */
const isAboutOneFilm = (problem: Problem): boolean =>
  ["asset-not-found", "state-refuses", "restore-failed"].includes(problem.code);

/** The numbers of all films that match. All at first: working through a list that changes under one's hands would skip films. */
export const idsOf = async (client: OrchestratorClient, search: AssetSearch): Promise<readonly number[]> => {
  const ids: number[] = [];
  for await (const asset of client.assets(search)) ids.push(asset.id);
  return ids;
};

/** Does it to each film and says how it went. Sets exit code 1 when some were refused. */
export const actOnMany = async (
  client: OrchestratorClient,
  ids: readonly number[],
  { action, done, json }: Act,
): Promise<void> => {
  let refused = 0;
  for (const id of ids) {
    try {
      const asset = await client.act(action, id);
      if (json) printJson(done, asset);
      else printLine(`${id}  ${done}: ${asset.library}/${asset.path}`);
    } catch (thrown) {
      const problem = toProblem(thrown);
      if (!isAboutOneFilm(problem)) throw problem;
      refused++;
      if (json) printJson("problem", { id, ...problemJson(problem) });
      else printLine(`${id}  refused: ${problem.detail || problem.message}`);
    }
  }
  if (refused > 0) process.exitCode = 1;
};
