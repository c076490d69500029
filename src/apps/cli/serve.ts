/** `cvc serve`: the orchestrator with its page, converting on this machine. */
import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { FastifyInstance } from "fastify";
import { Problem } from "../../core/problem.ts";
import type { Settings } from "../../core/settings.ts";
import { createFfmpeg } from "../../edges/ffmpeg.ts";
import { createLog } from "../../edges/log.ts";
import { createLogRing } from "../../edges/log-ring.ts";
import { buildServer } from "../http/server.ts";
import { startOrchestrator } from "../orchestrator.ts";
import { makeSampleLibrary } from "../sample-library.ts";
import { dataFolder, findSettingsFile, loadSettings, settingsFrom } from "../settings-source.ts";
import { dataOption, settingsOption } from "./choices.ts";
import { printLine } from "./output.ts";

type Options = {
  readonly port: number;
  readonly host: string;
  readonly allowHost: readonly string[];
  readonly settings?: string;
  readonly data?: string;
  readonly worker: boolean;
};

const toPort = (text: string): number => {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError("A port is 0 to 65535.");
  return port;
};

export const addServe = (program: Command): void => {
  program
    .command("serve")
    .description(
      "keep libraries ready and show them on a page; without folders or settings, a sample library",
    )
    .argument("[folder...]", "folders of films; without them the settings file's libraries")
    .addOption(new Option("--port <number>", "port of the page").env("PORT").default(9000).argParser(toPort))
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .addOption(
      new Option(
        "--allow-host <name...>",
        "names besides localhost and IP addresses it may be opened by",
      ).default([]),
    )
    .addOption(settingsOption())
    .addOption(dataOption())
    .option("--no-worker", "look at the libraries but convert nothing")
    .addHelpText(
      "after",
      "\nExamples:\n  cvc serve ~/Films\n  cvc serve --settings config/settings.yaml --port 9001",
    )
    .action(serve);
};

/** What to serve: settings, and where the database lies. A sample has a database of its own. */
type Served = { readonly settings: Settings; readonly data: string; readonly isSample: boolean };

const choose = (folders: readonly string[], options: Options): Served => {
  const data = dataFolder(options.data);
  if (folders.length > 0) return { settings: withFolders(folders, options), data, isSample: false };
  if (findSettingsFile(options.settings) !== null)
    return { settings: loadSettings(options.settings), data, isSample: false };
  const root = join(data, "sample", "library");
  const libraries = {
    movies: { root: join(root, "Movies") },
    series: { root: join(root, "Series"), profile: "series" },
  };
  return {
    settings: settingsFrom({ libraries, operational: { gpu_only: false } }),
    data: join(data, "sample"),
    isSample: true,
  };
};

/** The folders named are the libraries; everything else is as the settings file has it, when there is one. */
const withFolders = (folders: readonly string[], options: Options): Settings => {
  const libraries: Record<string, { root: string }> = {};
  for (const folder of folders) {
    const root = resolve(folder);
    if (!existsSync(root)) throw new Problem("root-missing", root);
    const base = basename(root).replaceAll(/[^\w-]+/g, "-") || "films";
    let name = base;
    for (let count = 2; Object.hasOwn(libraries, name); count++) name = `${base}-${count}`;
    libraries[name] = { root };
  }
  return { ...loadSettings(options.settings), libraries: settingsFrom({ libraries }).libraries };
};

const serve = async (folders: readonly string[], options: Options): Promise<void> => {
  const { settings, data, isSample } = choose(folders, options);
  const ending = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => ending.abort(name));
  if (isSample) await makeSample(join(data, "library"), ending.signal);
  if (ending.signal.aborted) return;
  const said = createLogRing();
  const log = createLog(process.stdout.isTTY ? "warn" : "info", said);
  const orchestrator = await startOrchestrator({ settings, dataDirectory: data, log, works: options.worker });
  const logger = log.child({ source: "page" });
  const server = buildServer(orchestrator, { logger, said, allowedHosts: options.allowHost });
  try {
    await listenOn(server, options);
    if (!settings.operational.gpu_only && findSettingsFile(options.settings) === null)
      printLine("No settings file: films are encoded on the processor when no GPU works (gpu_only: false).");
    printLine(`Chromecast Video Converter is on ${addressOf(server, options.host)}`);
    if (!ending.signal.aborted)
      await new Promise((done) => ending.signal.addEventListener("abort", done, { once: true }));
    printLine("Stopping: running work goes back to the queue.");
  } finally {
    await server.close();
    await orchestrator.stop();
  }
};

/** Throws Problem port-in-use. */
export const listenOn = async (
  server: Pick<FastifyInstance, "listen">,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<void> => {
  await server.listen({ host, port }).catch((cause: unknown) => {
    throw new Problem("port-in-use", `${host}:${port}`, cause);
  });
};

const addressOf = (server: FastifyInstance, host: string): string => {
  const bound = server.server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : 0;
  return `http://${host === "127.0.0.1" ? "localhost" : host}:${port}`;
};

const makeSample = async (folder: string, signal: AbortSignal): Promise<void> => {
  printLine("No settings and no folder given: making a small messy sample library to show the work on.");
  const ffmpeg = createFfmpeg();
  const runFfmpeg = async (args: readonly string[]): Promise<void> => {
    const { end } = await ffmpeg.run(args, { durationSeconds: null, signal });
    if (end.exitCode !== 0) throw new Problem("conversion-failed", end.stderr.slice(-300));
  };
  await makeSampleLibrary(
    folder,
    {
      runFfmpeg,
      onProgress: (each) =>
        printLine(
          each.kind === "made"
            ? `  ${each.done} of ${each.total}: ${each.path}`
            : `  not made: ${each.path} (${each.detail})`,
        ),
    },
    signal,
  );
};
