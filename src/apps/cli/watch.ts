/** `cvc watch`: tells an orchestrator elsewhere which folders changed. */
import { resolve } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { Problem } from "../../core/problem.ts";
import { createLog } from "../../edges/log.ts";
import { connectOrchestrator } from "../../edges/orchestrator-client.ts";
import { secretOf } from "../../edges/secret.ts";
import { dataFolder } from "../settings-source.ts";
import { startWatcher } from "../watcher.ts";
import { dataOption } from "./choices.ts";

type Options = {
  readonly root: ReadonlyMap<string, string>;
  readonly orchestrator: string;
  readonly token?: string;
  readonly pollSeconds: number;
  readonly data?: string;
};

/** `movies:/films/movies,series:/films/series`; a path may hold colons, and no commas. */
const toRoots = (text: string, before?: ReadonlyMap<string, string>): ReadonlyMap<string, string> => {
  const roots = new Map(before);
  for (const each of text.split(",")) {
    const [, name, path] = /^\s*([^:]+):(.+?)\s*$/.exec(each) ?? [];
    if (name === undefined || path === undefined)
      throw new InvalidArgumentError(
        "It is the name of a library, a colon and its folder: movies:/films/movies.",
      );
    roots.set(name, resolve(path));
  }
  return roots;
};

const toSeconds = (text: string): number => {
  const seconds = Number(text);
  if (!(seconds >= 5 && seconds <= 86_400)) throw new InvalidArgumentError("It is 5 to 86400 seconds.");
  return seconds;
};

export const addWatch = (program: Command): void => {
  program
    .command("watch")
    .description("watch folders and tell an orchestrator on this or another machine what changed in them")
    .addOption(
      new Option("--root <name:folder...>", "a library and its folder as it is here; several, or one list")
        .env("WATCH_ROOTS")
        .argParser(toRoots),
    )
    .addOption(
      new Option("--orchestrator <url>", "where the orchestrator answers")
        .env("ORCHESTRATOR_URL")
        .default("http://127.0.0.1:9000"),
    )
    .addOption(
      new Option("--token <token>", "what the orchestrator lets it in by (or AUTH_TOKEN, AUTH_TOKEN_FILE)"),
    )
    .addOption(
      new Option("--poll-seconds <number>", "how often folders are compared where changes are not told")
        .env("POLL_SECONDS")
        .default(60)
        .argParser(toSeconds),
    )
    .addOption(dataOption())
    .addHelpText(
      "after",
      `
\`cvc serve\` watches its own libraries; this is for folders that another machine or container serves better.
What was not told yet is kept in DATA/watcher and outlives a crash.

Examples:
  cvc watch --root movies:/films/movies --orchestrator http://nas:9000
  WATCH_ROOTS=movies:/films/movies,series:/films/series ORCHESTRATOR_URL=http://nas:9000 cvc watch`,
    )
    .action(watch);
};

const watch = async ({ root, orchestrator, token, pollSeconds, data }: Options): Promise<void> => {
  if (root === undefined || root.size === 0)
    throw new Problem(
      "usage-invalid",
      "Name a library and its folder: --root movies:/films/movies, or WATCH_ROOTS.",
    );
  const ending = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => ending.abort(name));
  const watcher = startWatcher({
    roots: root,
    client: connectOrchestrator(orchestrator, token ?? secretOf(process.env, "AUTH_TOKEN")),
    stateFolder: resolve(dataFolder(data), "watcher"),
    pollSeconds,
    log: createLog("info"),
  });
  const alive = setInterval(() => {}, 1 << 30);
  if (!ending.signal.aborted)
    await new Promise((done) => ending.signal.addEventListener("abort", done, { once: true }));
  clearInterval(alive);
  await watcher.stop();
};
