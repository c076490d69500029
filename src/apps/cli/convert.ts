/** `cvc convert`: does the work now, for the files named, with the same steps as the orchestrator. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { ENCODER_NAMES, ENCODERS } from "../../core/encoders.ts";
import { humanBytes, humanSeconds, visibleText } from "../../core/human-text.ts";
import { PROBLEMS, Problem } from "../../core/problem.ts";
import { problemFacts } from "../../core/problem-tried.ts";
import { ORIGINAL_POLICIES, type OriginalPolicy, type Settings } from "../../core/settings.ts";
import { ENCODER_CHOICES, type EncoderChoice } from "../../core/settings-operational.ts";
import type { Asset } from "../../edges/store/asset-row.ts";
import { openStore } from "../../edges/store/store.ts";
import type { JobProgress } from "../control.ts";
import { convertOne, type OneFilm, prepareTools } from "../convert-one.ts";
import { filmFiles } from "../film-files.ts";
import { loadSettings } from "../settings-source.ts";
import { deviceOption, jsonOption, settingsOption, withDevices } from "./choices.ts";
import { printJson, printLine } from "./output.ts";

type Options = {
  readonly out?: string;
  readonly encoder?: EncoderChoice;
  readonly original: OriginalPolicy;
  readonly burnIn?: number;
  readonly device?: readonly string[];
  readonly settings?: string;
  readonly json?: boolean;
};

export const addConvert = (program: Command): void => {
  program
    .command("convert")
    .description("make films play now: the least work, verified, published beside the film or in --out")
    .argument("<path...>", "films or folders")
    .option("--out <folder>", "where the results go (default: beside each film)")
    .addOption(
      new Option(
        "--encoder <name>",
        "which encoder makes pictures: nvenc, qsv, vaapi, software, … or ffmpeg's name of it",
      ).argParser(toEncoder),
    )
    .addOption(
      new Option("--original <policy>", "what happens to the original")
        .choices(ORIGINAL_POLICIES)
        .default("keep"),
    )
    .addOption(
      new Option(
        "--burn-in <stream>",
        "paint a subtitle track into the picture, by its number in `cvc inspect`",
      ).argParser(toStream),
    )
    .addOption(deviceOption())
    .addOption(settingsOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nExample:\n  cvc convert film.mkv --out ~/ready --encoder software\n\nThe original is kept unless you say otherwise. Exit code 1 when a film failed.",
    )
    .action(convert);
};

const toEncoder = (text: string): EncoderChoice => {
  const found =
    ENCODER_CHOICES.find((name) => name === text) ??
    ENCODER_NAMES.find((name) => ENCODERS[name].codec === text);
  if (!found) throw new InvalidArgumentError(`Known encoders: ${ENCODER_CHOICES.join(", ")}.`);
  return found;
};

const toStream = (text: string): number => {
  if (!/^\d{1,3}$/.test(text))
    throw new InvalidArgumentError("It is the number of a track, as inspect shows it.");
  return Number(text);
};

const convert = async (paths: readonly string[], options: Options): Promise<void> => {
  const settings = withDevices(choose(loadSettings(options.settings), options), options.device);
  const directory = await mkdtemp(join(tmpdir(), "cvc-convert-"));
  const store = openStore({ file: join(directory, "library.sqlite") });
  const ending = new AbortController();
  const interrupt = (): void => ending.abort("shutdown");
  process.once("SIGINT", interrupt);
  process.once("SIGTERM", interrupt);
  let failed = 0;
  try {
    const tools = await prepareTools(settings, store, ending.signal);
    for await (const file of filmFiles(paths)) {
      if (file.problem) {
        failed++;
        reportUnnamed(file.path, file.problem, options.json ?? false);
        continue;
      }
      const film: OneFilm = {
        path: file.path,
        output: options.out === undefined ? "beside" : resolve(options.out),
        original: options.original,
        burnIn: options.burnIn ?? null,
      };
      const bar = options.json ? null : progressBar(basename(file.path));
      const startedAt = Date.now();
      const warnings: string[] = [];
      const asset = await convertOne(tools, film, {
        onPlan: (each) =>
          options.json && printJson("plan", { path: file.path, work: each.work, why: each.why }),
        onProgress: (progress) =>
          bar ? bar.show(progress) : printJson("progress", { path: file.path, ...progress }),
        onCheck: (check) => {
          if (options.json) printJson("check", { path: file.path, ...check });
          else if (check.warns) warnings.push(`${check.name}: ${check.detail}`);
        },
      });
      bar?.end();
      if (ending.signal.aborted) throw new Problem("interrupted");
      if (asset.state === "Failed" || asset.state === "Queued") failed++;
      report(asset, film, (Date.now() - startedAt) / 1000, options.json ?? false);
      for (const warning of warnings) printLine(`${basename(file.path)}: worth a look: ${warning}`);
    }
  } finally {
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
    store.close();
    await rm(directory, { recursive: true, force: true });
  }
  if (failed > 0) process.exitCode = 1;
};

/** Deleting an original takes two words in the settings; on the command line the option is word enough (decision 0009). */
const choose = (settings: Settings, options: Options): Settings => ({
  ...settings,
  operational: {
    ...settings.operational,
    ...(options.encoder ? { encoder: options.encoder, gpu_only: false } : {}),
  },
});

const outcomeOf = (asset: Asset): "plays" | "converted" | "failed" =>
  asset.outcome === "direct-play" ? "plays" : asset.outcome === "converted" ? "converted" : "failed";

const report = (asset: Asset, film: OneFilm, seconds: number, json: boolean): void => {
  const outcome = outcomeOf(asset);
  const problem = asset.problemCode && problemFacts(asset.problemCode, asset.problemDetail ?? "");
  if (json) {
    printJson("result", {
      path: film.path,
      outcome,
      output: outcome === "converted" ? asset.outputPath : null,
      sidecars: outcome === "converted" ? asset.sidecarPaths : [],
      original: asset.state === "Archived" ? film.original : "keep",
      seconds,
      problem: problem ?? null,
    });
    return;
  }
  const name = basename(film.path);
  if (outcome === "plays") printLine(`${name}: plays as it is`);
  else if (outcome === "converted")
    printLine(
      `${name}: ${asset.why} -> ${basename(asset.outputPath ?? "")} (${humanBytes(asset.resultBytes ?? 0)}, ${humanSeconds(seconds)})`,
    );
  if (problem)
    printLine(
      `${name}: ${PROBLEMS[asset.problemCode ?? "internal"].title} ${problem.detail} ${problem.hint}`,
    );
};

/** A file that no path leads to, as its name is no text. */
const reportUnnamed = (path: string, problem: Problem, json: boolean): void => {
  const { code, detail, hint } = problem;
  const nothing = { outcome: "failed", output: null, sidecars: [], original: "keep", seconds: 0 };
  if (json) printJson("result", { path, ...nothing, problem: { code, detail, hint } });
  else printLine(`${basename(path)}: ${PROBLEMS[code].title} ${hint}`);
};

const BAR_WIDTH = 30;

/** One line on a terminal, rewritten; silent where standard error is no terminal. */
const progressBar = (name: string) => {
  const isShown = process.stderr.isTTY === true;
  const shown = visibleText(name).slice(0, 40);
  return {
    show: ({ percent, speed, etaSeconds, phase, parts }: JobProgress): void => {
      if (!isShown) return;
      const done = Math.round(((percent ?? 0) / 100) * BAR_WIDTH);
      const bar = "#".repeat(done) + "-".repeat(BAR_WIDTH - done);
      const left = etaSeconds === null ? "" : ` ${humanSeconds(etaSeconds)} left`;
      process.stderr.write(
        `\r\x1b[K${shown} [${bar}] ${percent ?? 0}% ${phase}${parts ? ` ${parts.done} of ${parts.of} parts` : ""}${speed ? ` ${speed}x` : ""}${left}`,
      );
    },
    end: (): void => void (isShown && process.stderr.write("\r\x1b[K")),
  };
};
