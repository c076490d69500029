/** How the servers were told what changed, and what Sonarr and Radarr told. */
import type { ArrChange } from "../core/arr-event.ts";
import { PROBLEMS } from "../core/problem.ts";
import { isUsed, SERVER_NAMES, SERVERS } from "../core/servers.ts";
import type { ServerName } from "../core/settings-servers.ts";
import { type ArrHeard, createArrIntake, type LookAt } from "./arr-intake.ts";
import type { Running } from "./running.ts";
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
  /** A folder of ours that it was to be told of and keeps nothing in; null since it knew one again. */
  readonly unknown: string | null;
};

/** What the faces ask of the servers. */
export type Servers = {
  /** Each that the settings name, or that told something. */
  readonly states: () => readonly ServerState[];
  /** What Sonarr or Radarr tells. */
  readonly hear: (change: ArrChange) => ArrHeard;
};

type Needs = Pick<Running, "settings" | "store" | "log" | "now" | "unknownFolders">;

export const createServers = (running: Needs, lookAt: LookAt): Servers => {
  const { hear, heard } = createArrIntake(running, lookAt);
  return { hear, states: () => serverStates(running, heard()) };
};

const serverStates = (
  { settings, store, unknownFolders }: Needs,
  heard: readonly ArrHeard[],
): readonly ServerState[] => {
  const targets = store.deliveries.targets();
  const hasTold = (name: ServerName): boolean => heard.some(({ server }) => server === name);
  return SERVER_NAMES.filter((name) => isUsed(settings, name) || hasTold(name)).map((name) => {
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
      unknown: unknownFolders.get(name) ?? null,
    };
  });
};
