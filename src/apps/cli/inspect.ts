/** `cvc inspect`: verdict, reasons and plan of files; of a folder the dry run. Writes nothing. */
import { basename } from "node:path";
import type { Command } from "commander";
import { ENCODERS } from "../../core/encoders.ts";
import { toArgs } from "../../core/ffmpeg-args.ts";
import { visibleText } from "../../core/human-text.ts";
import { finalPaths, outputFolder } from "../../core/output-paths.ts";
import { ACTION_OF, type Wish, whyOf } from "../../core/plan.ts";
import { wishOf } from "../../core/wish.ts";
import type { Assessment } from "../../steps/assess.ts";
import type { FilmFile } from "../film-files.ts";
import { type Inspection, inspectAll } from "../inspect-all.ts";
import { createTotals } from "../inspect-totals.ts";
import { libraryHolding, loadSettings, settingsFrom } from "../settings-source.ts";
import { deviceOption, jsonOption, settingsOption, withDevices } from "./choices.ts";
import { describeFilm, whyNotLines } from "./inspect-text.ts";
import { printJson, printText } from "./output.ts";

type Options = {
  readonly device?: readonly string[];
  readonly whyNot?: string;
  readonly settings?: string;
  readonly json?: boolean;
};

export const addInspect = (program: Command): void => {
  program
    .command("inspect")
    .description(
      "say whether films play, why not, and the least work that would fix it; a folder is a dry run",
    )
    .argument("<path...>", "films or folders")
    .addOption(deviceOption())
    .option("--why-not <device>", "only the films that this screen does not play, and every reason in full")
    .addOption(settingsOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nExamples:\n  cvc inspect ~/Films --device chromecast-3\n  cvc inspect film.mkv --why-not nest-hub\n\nNothing is written, moved or changed. A film in a library of the settings is judged by that library's.\nExit code 1 when a file that was named could not be read; of a folder it is one line among others.",
    )
    .action(inspect);
};

/** Exit code 1 when a file that was named could not be inspected; a film that does not play is an answer, no failure. */
const inspect = async (paths: readonly string[], options: Options): Promise<void> => {
  const { whyNot } = options;
  const settings = withDevices(
    loadSettings(options.settings),
    whyNot === undefined ? options.device : [whyNot],
  );
  const [anywhere] = Object.values(settingsFrom({ libraries: { films: { root: "/" } } }).libraries);
  if (!anywhere) return;
  const wishFor = ({ path }: FilmFile): Wish => wishOf(settings, libraryHolding(settings, path) ?? anywhere);
  const totals = createTotals();
  let last: Inspection | null = null;
  for await (const each of inspectAll(paths, { wishFor, isHardware: false })) {
    totals.add(each.kind === "assessed" ? each.assessment : null);
    if (each.kind === "problem" && each.file.isNamed) process.exitCode = 1;
    last = each;
    if (whyNot !== undefined && each.kind === "assessed" && each.assessment.verdict.playable) continue;
    if (options.json) printJson("inspection", toJson(each));
    else printText(whyNot === undefined ? toLine(each) : toWhyNot(each));
  }
  if (options.json) return printJson("summary", totals.json());
  if (totals.files() !== 1 || !last) printText(totals.text());
  else if (whyNot === undefined) printText(describe(last));
  else if (last.kind === "assessed" && last.assessment.verdict.playable) printText("It plays as it is.");
};

const commandOf = (path: string, { plan }: Assessment, wish: Wish): readonly string[] | null => {
  if (plan.video === null) return null;
  const output = finalPaths(outputFolder("/", path, "beside"), path)[0] ?? path;
  const context = {
    paths: { input: path, output },
    encoder: ENCODERS.software,
    profile: wish.profile,
    sourceFingerprint: null,
  };
  return ["ffmpeg", ...toArgs(plan, context)];
};

/** The contract of `inspect --json`. */
const toJson = (each: Inspection) => {
  const { path } = each.file;
  if (each.kind === "problem")
    return {
      path,
      devices: {},
      playable: false,
      notes: [],
      work: "impossible",
      problem: { code: each.problem.code, detail: each.problem.detail, hint: each.problem.hint },
      plan: [],
      sidecars: [],
      command: null,
      estimate: { seconds: [0, 0], bytes: 0 },
    };
  const { verdict, plan, estimate } = each.assessment;
  return {
    path,
    devices: verdict.devices,
    playable: verdict.playable,
    notes: verdict.notes,
    work: plan.work,
    plan: plan.streams,
    sidecars: plan.sidecars,
    command: commandOf(path, each.assessment, each.wish),
    estimate,
  };
};

const toLine = (each: Inspection): string => {
  const name = visibleText(basename(each.file.path));
  if (each.kind === "problem")
    return `${"hopeless".padEnd(20)} ${name}: ${visibleText(each.problem.message)}`;
  const { plan } = each.assessment;
  return `${(plan.work === "none" ? "plays" : ACTION_OF[plan.work]).padEnd(20)} ${name}: ${whyOf(plan.reasons)}`;
};

const toWhyNot = (each: Inspection): string =>
  [
    toLine(each),
    ...(each.kind === "problem" ? [`  - ${each.problem.hint}`] : whyNotLines(each.assessment)),
  ].join("\n");

const describe = (each: Inspection): string =>
  each.kind === "problem"
    ? `\n${each.problem.hint}`
    : describeFilm(each.assessment, commandOf(each.file.path, each.assessment, each.wish));
