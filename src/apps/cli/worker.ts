/** `cvc worker`: converts films for an orchestrator on another machine. */
import { hostname } from "node:os";
import { join } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { humanSeconds } from "../../core/human-text.ts";
import type { PathMap } from "../../core/path-map.ts";
import { Problem } from "../../core/problem.ts";
import { ENCODER_CHOICES, type EncoderChoice } from "../../core/settings-operational.ts";
import { SILENT_MS } from "../../core/work-order.ts";
import { readAlive, writeAlive } from "../../edges/alive-file.ts";
import { createFfmpeg } from "../../edges/ffmpeg.ts";
import { createLog, type Log } from "../../edges/log.ts";
import { type RedisState, redisAddress } from "../../edges/redis.ts";
import { openScratchSpace } from "../../edges/scratch-space.ts";
import { secretOf } from "../../edges/secret.ts";
import { connectTransfer } from "../../edges/transfer-client.ts";
import { dataFolder } from "../settings-source.ts";
import { startWorker } from "../worker.ts";
import { createFetches } from "../worker-fetches.ts";
import { createMounts } from "../worker-mounts.ts";
import type { Reach } from "../worker-reach.ts";
import { dataOption, tokenOption } from "./choices.ts";
import { printLine } from "./output.ts";

type Options = {
  readonly redis?: string;
  readonly name: string;
  readonly map: PathMap;
  readonly encodes?: number;
  /** False: none. */
  readonly copies: number | false;
  readonly encoder: EncoderChoice;
  readonly allowCpu: boolean;
  readonly graceSeconds: number;
  readonly check?: boolean;
  readonly orchestrator?: string;
  readonly token?: string;
  readonly scratch?: string;
  readonly data?: string;
};

const COPIES = 2;
const GRACE_SECONDS = 30;

/** A name is a word of keys in Redis, of a file and of the page. */
const toName = (text: string): string => {
  if (!/^[\w][\w .-]{0,62}$/.test(text))
    throw new InvalidArgumentError("A name is 1 to 63 letters, digits, dots, dashes or spaces.");
  return text;
};

/** `/films=/mnt/films,/series=/mnt/series`: the orchestrator's folder, then this machine's. Kept the other way round. */
const toMap = (text: string, before: PathMap = {}): PathMap => {
  const map = new Map(Object.entries(before));
  for (const each of text.split(",")) {
    const [, from, to] = /^\s*(\/[^=]*)=(\/.*?)\s*$/.exec(each) ?? [];
    if (from === undefined || to === undefined)
      throw new InvalidArgumentError(
        "It is a folder of the orchestrator, = and the same folder here: /films=/mnt/films.",
      );
    if (map.has(to)) throw new InvalidArgumentError(`${to} stands for two folders.`);
    map.set(to, from);
  }
  return Object.fromEntries(map);
};

const toCount =
  (least: number, most: number) =>
  (text: string): number => {
    const count = Number(text);
    if (!/^\d+$/.test(text) || count < least || count > most)
      throw new InvalidArgumentError(`It is a whole number, ${least} to ${most}.`);
    return count;
  };

export const addWorker = (program: Command): void => {
  program
    .command("worker")
    .description("convert films for an orchestrator on another machine, which hands them out through Redis")
    .option("--redis <url>", "where Redis is, redis://host:6379 (or REDIS_URL, REDIS_URL_FILE)")
    .addOption(
      new Option("--name <name>", "what this worker is called")
        .env("WORKER_NAME")
        .default(hostname(), "this machine's name")
        .argParser(toName),
    )
    .addOption(
      new Option(
        "--map <from=to...>",
        "a folder of the orchestrator and where it is here; several, or one list",
      )
        .env("WORKER_PATH_MAP")
        .argParser(toMap)
        .default({}, "the same folders"),
    )
    .addOption(
      new Option(
        "--orchestrator <url>",
        "fetch films from there, as no folder is shared: http://nas:9000",
      ).env("ORCHESTRATOR_URL"),
    )
    .addOption(tokenOption())
    .addOption(
      new Option(
        "--scratch <folder>",
        "with --orchestrator: where films are kept while they are worked on",
      ).env("WORKER_SCRATCH"),
    )
    .addOption(
      new Option("--encodes <number>", "films encoded at once (default: 1, or 1 a card of NVIDIA)")
        .env("WORKER_ENCODES")
        .argParser(toCount(0, 32)),
    )
    .addOption(
      new Option("--copies <number>", "films remuxed at once")
        .env("WORKER_COPIES")
        .default(COPIES)
        .argParser(toCount(0, 32)),
    )
    .option("--no-copies", "only encode")
    .addOption(
      new Option("--encoder <name>", "which encoder makes pictures")
        .env("WORKER_ENCODER")
        .choices(ENCODER_CHOICES)
        .default("auto"),
    )
    .option("--allow-cpu", "encode on the processor where no card does", false)
    .addOption(
      new Option("--grace-seconds <number>", "at SIGTERM, films in work have this long to be done")
        .default(GRACE_SECONDS)
        .argParser(toCount(0, 86_400)),
    )
    .option("--check", "say whether the worker of this name runs, for a health check, and end")
    .addOption(dataOption())
    .addHelpText(
      "after",
      `
The folders of films must be mounted on this machine, with the right to write where results go; with --orchestrator none
has to be: films come over HTTP, and results go back. It gives back what it cannot end. SIGTERM lets films in work end; a second one does not.

Examples:
  cvc worker --redis redis://nas:6379 --map /films=/mnt/nas/films
  cvc worker --encoder software --encodes 1 --no-copies
  AUTH_TOKEN=… cvc worker --orchestrator http://nas:9000 --scratch /var/tmp/cvc
  cvc worker --check`,
    )
    .action(worker);
};

const aliveFile = ({ data, name }: Options): string => join(dataFolder(data), "worker", `${name}.alive`);

const worker = async (options: Options): Promise<void> => {
  if (options.check) return check(options);
  const redis = redisAddress(options.redis, process.env);
  if (redis === null)
    throw new Problem("usage-invalid", "Say where Redis is: --redis redis://host:6379, or REDIS_URL.");
  const log = createLog("info").child({ worker: options.name });
  const ending = new AbortController();
  const running = startWorker({
    redis,
    name: options.name,
    places: { copies: options.copies === false ? 0 : options.copies, encodes: options.encodes ?? null },
    encoder: options.encoder,
    allowCpu: options.allowCpu,
    reach: await reachOf(options, log, ending.signal),
    ffmpeg: createFfmpeg(),
    log,
    onAlive: noteAlive(aliveFile(options), log),
  });
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let asked = 0;
  for (const name of ["SIGINT", "SIGTERM"] as const)
    process.on(name, () => {
      asked += 1;
      (asked === 1 ? first : second).resolve();
    });
  await first.promise;
  await Promise.race([running.end(options.graceSeconds * 1000), second.promise.then(() => running.end(0))]);
  ending.abort("shutdown");
  // Where Redis is away, its connections would hold the process for ever.
  process.exit(0);
};

/** By folders that are shared, or over HTTP. Throws Problem usage-invalid, and those of the scratch folder. */
const reachOf = async (options: Options, log: Log, signal: AbortSignal): Promise<Reach> => {
  const { orchestrator, map, name, scratch } = options;
  if (!orchestrator) {
    if (scratch !== undefined)
      throw new Problem(
        "usage-invalid",
        "--scratch is for films that are fetched: --orchestrator says from where.",
      );
    return createMounts({ map, log, now: Date.now });
  }
  if (!URL.canParse(orchestrator) || !/^https?:$/.test(new URL(orchestrator).protocol))
    throw new Problem("usage-invalid", `${orchestrator} is no address like http://nas:9000.`);
  const token = options.token ?? secretOf(process.env, "AUTH_TOKEN");
  const folder = scratch ?? join(dataFolder(options.data), "worker", `${name}.scratch`);
  return createFetches({
    transfer: connectTransfer(orchestrator, token),
    scratch: await openScratchSpace(folder),
    log,
    signal,
  });
};

/** Says that the rounds go on; where that cannot be written it is said once. */
const noteAlive = (file: string, log: Log): ((redis: RedisState) => void) => {
  let isSaid = false;
  let isWriting = false;
  const write = async (note: string): Promise<void> => {
    isWriting = true;
    try {
      await writeAlive(file, { at: Date.now(), note });
    } catch (err) {
      if (!isSaid) log.warn({ err }, "a health check will not find this worker");
      isSaid = true;
    } finally {
      isWriting = false;
    }
  };
  return (redis) => {
    // On a busy disk one may take longer than a round.
    if (!isWriting) void write(redis.kind === "ready" ? "Redis answers." : "Redis is away.");
  };
};

/** That Redis is away is said and no fault: a worker that is started anew for it would lose what it has in work. */
const check = async (options: Options): Promise<void> => {
  const alive = await readAlive(aliveFile(options));
  const age = alive === null ? null : Math.abs(Date.now() - alive.at);
  if (alive !== null && age !== null && age < SILENT_MS)
    return printLine(`The worker ${options.name} runs. ${alive.note}`);
  process.exitCode = 1;
  printLine(
    age === null
      ? `No worker ${options.name} runs here.`
      : `The worker ${options.name} said nothing for ${humanSeconds(age / 1000)}.`,
  );
};
