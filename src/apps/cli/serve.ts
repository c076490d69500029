/** `cvc serve`: the orchestrator with its page, converting on this machine. */
import { join } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { FastifyInstance } from "fastify";
import { Problem } from "../../core/problem.ts";
import { createFfmpeg } from "../../edges/ffmpeg.ts";
import { createMetrics } from "../../edges/metrics.ts";
import { redisAddress } from "../../edges/redis.ts";
import { buildServer } from "../http/server.ts";
import { openLogging } from "../logging.ts";
import { openAccess } from "../open-access.ts";
import { startOrchestrator } from "../orchestrator.ts";
import { makeSampleLibrary } from "../sample-library.ts";
import { chooseServed, sourceOf } from "../served.ts";
import { findSettingsFile } from "../settings-source.ts";
import { dataOption, settingsOption } from "./choices.ts";
import { printLine } from "./output.ts";

type Options = {
  readonly port: number;
  readonly host: string;
  readonly allowHost: readonly string[];
  readonly settings?: string;
  readonly data?: string;
  readonly worker: boolean;
  readonly watch: boolean;
  readonly redis?: string;
};

/** Other machines do not reach it. */
const THIS_MACHINE = "127.0.0.1";

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
    .addOption(
      new Option("--host <address>", "address to listen on; beyond this machine a password is asked for")
        .env("HOST")
        .default(THIS_MACHINE)
        .argParser((text) => text || THIS_MACHINE),
    )
    .addOption(
      new Option(
        "--allow-host <name...>",
        "names besides localhost and IP addresses it may be opened by",
      ).default([]),
    )
    .addOption(settingsOption())
    .addOption(dataOption())
    .option("--no-worker", "look at the libraries but convert nothing on this machine")
    .option(
      "--redis <url>",
      "where workers on other machines find their films; better REDIS_URL or REDIS_URL_FILE, as it may hold a password",
    )
    .option("--no-watch", "do not listen for changes in the folders; they are looked through now and then")
    .addHelpText(
      "after",
      "\nExamples:\n  cvc serve ~/Films\n  cvc serve --settings config/settings.yaml --port 9001",
    )
    .action(serve);
};

const serve = async (folders: readonly string[], options: Options): Promise<void> => {
  const { settings, data, kind } = chooseServed(folders, options);
  const redis = redisAddress(options.redis, process.env);
  const ending = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => ending.abort(name));
  if (kind === "sample") await makeSample(join(data, "library"), ending.signal);
  if (ending.signal.aborted) return;
  const { log, said, follow } = openLogging(settings, process.stdout.isTTY === true);
  const access = await openAccess({ ...options, settings }, printLine);
  const metrics = createMetrics({ ofProcess: true });
  const orchestrator = await startOrchestrator({
    settings,
    dataDirectory: data,
    log,
    metrics,
    works: options.worker,
    watches: options.watch,
    ...(redis === null ? {} : { redis: { address: redis } }),
  });
  await follow({ settings, dataDirectory: data });
  const server = buildServer(orchestrator, {
    logger: log.child({ source: "page" }),
    said,
    metrics,
    allowedHosts: options.allowHost,
    access,
    settings: sourceOf(folders, options, async (next) => {
      await orchestrator.restart(next);
      await follow(next);
    }),
  });
  try {
    await listenOn(server, options);
    if (!settings.operational.gpu_only && findSettingsFile(options.settings) === null)
      printLine("No settings file: films are encoded on the processor when no GPU works (gpu_only: false).");
    printLine(`Chromecast Video Converter is on ${addressOf(server, options.host)}`);
    if (access.isExposed) access.sayCode();
    if (!ending.signal.aborted)
      await new Promise((done) => ending.signal.addEventListener("abort", done, { once: true }));
    printLine("Stopping: running work goes back to the queue.");
  } finally {
    await server.close();
    await orchestrator.stop();
    access.close();
    await said.close();
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
  return `http://${host === THIS_MACHINE ? "localhost" : host}:${port}`;
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
