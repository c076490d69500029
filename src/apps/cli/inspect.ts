/** `cvc inspect`: verdict, reasons and plan of files; of a folder the dry run. Writes nothing. */
import { basename } from "node:path";
import type { Command } from "commander";
import type { DeviceName } from "../../core/devices.ts";
import { DEVICES } from "../../core/devices.ts";
import { ENCODERS } from "../../core/encoders.ts";
import { toArgs } from "../../core/ffmpeg-args.ts";
import { humanBytes, humanSeconds, shellQuoted, visibleText } from "../../core/human-text.ts";
import { finalPaths, outputFolder } from "../../core/output-paths.ts";
import { ACTION_OF, type Wish, whyOf } from "../../core/plan.ts";
import { sidecarEnding } from "../../core/plan-subtitles.ts";
import { type Problem, toProblem } from "../../core/problem.ts";
import { streamWords } from "../../core/stream-words.ts";
import { wishOf } from "../../core/wish.ts";
import { WORKS, type Work } from "../../core/work.ts";
import { createFfprobe } from "../../edges/ffprobe.ts";
import { type Assessment, assessMedia } from "../../steps/assess.ts";
import { libraryHolding, loadSettings, settingsFrom } from "../settings-source.ts";
import { deviceOption, jsonOption, settingsOption, withDevices } from "./choices.ts";
import { type FilmFile, filmFiles } from "./film-files.ts";
import { printJson, printLine, printText } from "./output.ts";

type Options = {
  readonly device?: readonly DeviceName[];
  readonly settings?: string;
  readonly json?: boolean;
};

type Inspection =
  | {
      readonly kind: "assessed";
      readonly file: FilmFile;
      readonly wish: Wish;
      readonly assessment: Assessment;
    }
  | { readonly kind: "problem"; readonly file: FilmFile; readonly problem: Problem };

export const addInspect = (program: Command): void => {
  program
    .command("inspect")
    .description(
      "say whether films play, why not, and the least work that would fix it; a folder is a dry run",
    )
    .argument("<path...>", "films or folders")
    .addOption(deviceOption())
    .addOption(settingsOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nExample:\n  cvc inspect ~/Films --device chromecast-3\n\nNothing is written, moved or changed. A film in a library of the settings is judged by that library's.\nExit code 1 when a file that was named could not be read; of a folder it is one line among others.",
    )
    .action(inspect);
};

/** Exit code 1 when a file that was named could not be inspected; a film that does not play is an answer, no failure. */
const inspect = async (paths: readonly string[], options: Options): Promise<void> => {
  const settings = withDevices(loadSettings(options.settings), options.device);
  const [anywhere] = Object.values(settingsFrom({ libraries: { films: { root: "/" } } }).libraries);
  if (!anywhere) return;
  const wishFor = ({ path }: FilmFile): Wish => wishOf(settings, libraryHolding(settings, path) ?? anywhere);
  const totals = createTotals();
  let last: Inspection | null = null;
  for await (const each of inspectAll(paths, wishFor)) {
    totals.add(each);
    if (each.kind === "problem" && each.file.isNamed) process.exitCode = 1;
    if (options.json) printJson("inspection", toJson(each));
    else printLine(toLine(each));
    last = each;
  }
  if (options.json) return printJson("summary", totals.json());
  if (totals.count() === 1 && last) printText(describe(last));
  else printText(totals.text());
};

const AT_ONCE = 2;

/** Two probes at a time, answers in the order of the files. */
async function* inspectAll(
  paths: readonly string[],
  wishFor: (file: FilmFile) => Wish,
): AsyncGenerator<Inspection> {
  const ffprobe = createFfprobe();
  const look = async (file: FilmFile): Promise<Inspection> => {
    try {
      const { media } = await ffprobe.probe(file.path);
      const wish = wishFor(file);
      return { kind: "assessed", file, wish, assessment: assessMedia(media, wish, false) };
    } catch (thrown) {
      const problem = toProblem(thrown);
      if (problem.code === "ffmpeg-missing" || problem.code === "internal") throw problem;
      return { kind: "problem", file, problem };
    }
  };
  const waiting: Promise<Inspection>[] = [];
  for await (const file of filmFiles(paths)) {
    const looking = look(file);
    // The first that fails ends the listing; the one beside it must not end the process unheard.
    looking.catch(() => {});
    waiting.push(looking);
    if (waiting.length === AT_ONCE) for (const first of waiting.splice(0, 1)) yield await first;
  }
  for (const each of waiting) yield await each;
}

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
    work: plan.work,
    plan: plan.streams,
    sidecars: plan.sidecars,
    command: commandOf(path, each.assessment, each.wish),
    estimate,
  };
};

const toLine = (each: Inspection): string => {
  const name = visibleText(basename(each.file.path));
  if (each.kind === "problem") return `${"hopeless".padEnd(20)} ${name}: ${each.problem.message}`;
  const { plan } = each.assessment;
  return `${(plan.work === "none" ? "plays" : ACTION_OF[plan.work]).padEnd(20)} ${name}: ${whyOf(plan.reasons)}`;
};

/** One file in full: what it is, what is done and why, and the command. */
const describe = (each: Inspection): string => {
  if (each.kind === "problem") return `\n${each.problem.hint}`;
  const { media, verdict, plan, estimate } = each.assessment;
  const lines = [
    "",
    ...Object.entries(verdict.devices).map(
      ([name, own]) => `${DEVICES[name as DeviceName].label}: ${own.playable ? "plays" : "does not play"}`,
    ),
  ];
  for (const reason of plan.reasons) lines.push(`  - ${visibleText(reason.detail)}`);
  lines.push("", "Streams:");
  for (const stream of media.streams) {
    const planned = plan.streams.find((one) => one.stream === stream.index);
    lines.push(
      `  ${stream.index} ${visibleText(streamWords(stream))}${planned ? ` -> ${planned.action}: ${planned.why}` : ""}`,
    );
  }
  if (plan.sidecars.length > 0)
    lines.push(`  Subtitle files beside it: ${plan.sidecars.map(sidecarEnding).join(", ")}`);
  const command = commandOf(each.file.path, each.assessment, each.wish);
  if (command)
    lines.push(
      "",
      `Takes ${humanSeconds(estimate.seconds[0])} to ${humanSeconds(estimate.seconds[1])}, makes about ${humanBytes(estimate.bytes)}:`,
      shellQuoted(command).join(" "),
    );
  return lines.join("\n");
};

const createTotals = () => {
  const works = new Map<Work, { count: number; bytes: number; seconds: [number, number] }>();
  const reasons = new Map<string, number>();
  const add = (each: Inspection): void => {
    const work = each.kind === "problem" ? "impossible" : each.assessment.plan.work;
    const total = works.get(work) ?? { count: 0, bytes: 0, seconds: [0, 0] };
    works.set(work, total);
    total.count++;
    if (each.kind === "problem") return;
    const { estimate, plan } = each.assessment;
    total.bytes += estimate.bytes;
    total.seconds = [total.seconds[0] + estimate.seconds[0], total.seconds[1] + estimate.seconds[1]];
    for (const code of new Set(plan.reasons.map((one) => one.code)))
      reasons.set(code, (reasons.get(code) ?? 0) + 1);
  };
  const count = (): number => [...works.values()].reduce((sum, each) => sum + each.count, 0);
  const commonest = (): readonly (readonly [string, number])[] =>
    [...reasons].sort((a, b) => b[1] - a[1]).slice(0, 10);
  return {
    add,
    count,
    json: () => ({
      files: count(),
      works: Object.fromEntries(works),
      reasons: Object.fromEntries(commonest()),
    }),
    text: (): string => {
      const lines = ["", `${count()} files`];
      for (const work of WORKS) {
        const total = works.get(work);
        if (!total) continue;
        const time =
          total.seconds[1] > 0
            ? `, ${humanSeconds(total.seconds[0])} to ${humanSeconds(total.seconds[1])}, about ${humanBytes(total.bytes)}`
            : "";
        lines.push(
          `  ${String(total.count).padStart(6)} ${work === "none" ? "play as they are" : ACTION_OF[work]}${time}`,
        );
      }
      if (reasons.size > 0)
        lines.push(
          "",
          "Commonest reasons:",
          ...commonest().map(([code, times]) => `  ${String(times).padStart(6)} ${code}`),
        );
      return lines.join("\n");
    },
  };
};
