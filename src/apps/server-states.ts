/** How the servers were told what changed, and what Sonarr and Radarr told. */
import { PROBLEMS } from "../core/problem.ts";
import { SERVERS, usedServers } from "../core/servers.ts";
import type { ServerName } from "../core/settings-servers.ts";
import type { Control } from "./control.ts";
import { serverTarget } from "./servers.ts";

export type ServerState = {
  readonly name: ServerName;
  readonly label: string;
  readonly url: string;
  /** Folders that it is still to be told of. */
  readonly waiting: number;
  /** Epoch ms; null: never yet. */
  readonly toldAt: number | null;
  /** Why the last was not told; null when it was. */
  readonly problem: { readonly code: string; readonly sentence: string; readonly hint: string } | null;
  /** What it told us last, epoch ms; null: nothing since the program started. */
  readonly heardAt: number | null;
  /** A folder that it told of and that lies in no library of ours, as it calls it. */
  readonly outside: string | null;
};

/** Each that the settings name. */
export const serverStates = ({
  settings,
  store,
  arr,
}: Pick<Control, "settings" | "store" | "arr">): readonly ServerState[] => {
  const targets = store.deliveries.targets();
  const heard = arr.heard();
  return usedServers(settings).map((name) => {
    const id = serverTarget(name);
    const target = targets.find((each) => each.kind === id.kind && each.name === id.name);
    const last = heard.find(({ server }) => server === name);
    const problem = target?.problem ?? null;
    return {
      name,
      label: SERVERS[name],
      url: settings[name].url,
      waiting: target?.waiting ?? 0,
      toldAt: target?.arrivedAt ?? null,
      problem: problem && {
        code: problem.code,
        sentence: `${PROBLEMS[problem.code].title.replace("The other program", "It")} ${problem.detail}`,
        hint: PROBLEMS[problem.code].hint,
      },
      heardAt: last?.at ?? null,
      outside: last?.outside[0] ?? null,
    };
  });
};
