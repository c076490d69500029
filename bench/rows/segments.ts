/**
 * One long film by several encoders at once against one, with libx264. Two encoders of one thread each against one of two
 * threads: what parts bring to a processor that one encoder fills already. Two encoders with a core each against one with one
 * core: what they bring to two workers, or a card with two encoders. Film, parts and verification are the real step's.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { convertEdges } from "../../src/apps/convert-edges.ts";
import { settingsFrom } from "../../src/apps/settings-source.ts";
import { ENCODERS } from "../../src/core/encoders.ts";
import { wishOf } from "../../src/core/wish.ts";
import { createFfmpeg, type Ffmpeg } from "../../src/edges/ffmpeg.ts";
import { createFfprobe } from "../../src/edges/ffprobe.ts";
import { readPart } from "../../src/edges/film-part.ts";
import { assessMedia } from "../../src/steps/assess.ts";
import { type ConvertInput, convert } from "../../src/steps/convert.ts";
import { convertInParts } from "../../src/steps/convert-parts.ts";
import { ffmpeg } from "../frame/films.ts";
import { inFolder, mustBe, type Pair } from "../frame/measure.ts";
import type { Bench, Measured } from "../frame/row.ts";

/** Two encoders that see less of the film may choose otherwise, but not worse. */
const SSIM_LOSS = 0.005;

/** Moving and a little noisy, so that the encoder has work to do; below its highest bitrate, as films mostly are. 5.1 sound. */
const makeSource = (path: string, seconds: number): void => {
  const picture = `testsrc2=s=960x540:r=24000/1001:d=${seconds},noise=alls=3:allf=t`;
  const tones = [440, 330, 220, 55, 550, 660].map((hertz) => `0.2*sin(${hertz}*2*PI*t)`).join("|");
  ffmpeg([
    ...["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", `aevalsrc='${tones}':s=48000:d=${seconds}:c=5.1`],
    ...["-c:v", "libx264", "-preset", "ultrafast", "-g", "96", "-pix_fmt", "yuv420p", "-c:a", "ac3", path],
  ]);
};

/** So many threads for the decoder, the filters and the encoder of every run. */
const threaded = (program: Ffmpeg, threads: number): Ffmpeg => ({
  ...program,
  run: (args, options) => {
    const count = String(threads);
    const at = args.indexOf("-i");
    const output = args.indexOf("-map");
    if (!args.includes("libx264")) return program.run(args, options);
    const more = args
      .toSpliced(output, 0, "-threads:v", count, "-filter_threads", count)
      .toSpliced(at, 0, "-threads", count);
    return program.run(more, options);
  },
});

/** Runs on the cores that are free, one each. */
const pinned = (folder: string, cores: number): Ffmpeg => {
  const programs = Array.from({ length: cores }, (_, core) => {
    const program = join(folder, `ffmpeg-${core}`);
    writeFileSync(program, `#!/bin/sh\nexec taskset -c ${core} ffmpeg "$@"\n`);
    chmodSync(program, 0o755);
    return { ffmpeg: createFfmpeg(program), busy: 0 };
  });
  return {
    program: "ffmpeg",
    run: async (args, options) => {
      const [free] = programs.toSorted((left, right) => left.busy - right.busy);
      if (!free) throw new Error("no core");
      free.busy++;
      try {
        return await free.ffmpeg.run(args, options);
      } finally {
        free.busy--;
      }
    },
  };
};

type Side = { readonly ffmpeg: Ffmpeg; readonly atOnce: number };
/** Encoded and joined; and with the checks. Seconds. */
type Made = { readonly encoding: number; readonly all: number; readonly path: string };

let runs = 0;

const inputOf = async (folder: string, source: string, onChecking: () => void): Promise<ConvertInput> => {
  const settings = settingsFrom({ libraries: { films: { root: folder } } });
  const [library] = Object.values(settings.libraries);
  if (!library) throw new Error("no library");
  const wish = wishOf(settings, library);
  const { media } = await createFfprobe().probe(source);
  const { plan, estimate } = assessMedia(media, wish, false, true);
  return {
    ...{ token: (++runs).toString(16).padStart(32, "0"), media, plan, estimate, wish },
    ...{ encoder: ENCODERS.software, card: null, sourcePath: source, sourceFingerprint: null },
    ...{ folder, base: folder, earlierSidecars: new Set<string>(), original: "keep" as const },
    ...{ onProgress: () => {}, onCommand: () => {} },
    onPhase: (phase) => (phase === "verifying" ? onChecking() : undefined),
  };
};

const never = new AbortController().signal;

const make = async (folder: string, film: Film, side: Side): Promise<Made> => {
  const edges = { ...convertEdges(side.ffmpeg, createFfprobe()), readPart };
  let checkingAt = 0;
  const input = await inputOf(folder, film.path, () => {
    checkingAt = performance.now();
  });
  const begun = performance.now();
  const wanted = { atOnce: side.atOnce, leastSeconds: 1, partSeconds: film.partSeconds, threads: 1 };
  const parts = { ...wanted, hasRoom: true, onParts: () => {} };
  const converted =
    side.atOnce === 1 ? await convert(edges, input, never) : await convertInParts(edges, input, parts, never);
  const end = performance.now();
  if (converted.kind === "failed") throw new Error(`${converted.problem.detail} ${converted.log}`);
  mustBe(
    "checks passed",
    converted.checks.every((each) => each.passed),
    true,
  );
  const isJoined = converted.checks.some((each) => each.name === "joints");
  if (side.atOnce > 1 && !(isJoined && /^In ([5-9]|1[0-2]) parts/.test(converted.log)))
    throw new Error(converted.log);
  const [encoding, all] = [checkingAt - begun, end - begun].map((ms) => ms / 1000);
  return { encoding: encoding ?? 0, all: all ?? 0, path: converted.partial };
};

/** Times of all pictures; and how alike the pictures are to the source's, the same way for both. */
const timesOf = (path: string): string => {
  const asked = ["-select_streams", "v:0", "-show_entries", "packet=pts", "-of", "csv=p=0"];
  const said = execFileSync("ffprobe", ["-v", "error", ...asked, path], { encoding: "utf8", maxBuffer: 1e8 });
  return said.split("\n").toSorted().join(" ");
};
const likeness = (path: string, source: string): number => {
  const compare = "[0:v]settb=1/1000,setpts=N[a];[1:v]settb=1/1000,setpts=N[b];[a][b]ssim";
  const { stderr } = spawnSync(
    "ffmpeg",
    ["-nostdin", "-i", path, "-i", source, "-filter_complex", compare, "-f", "null", "-"],
    { encoding: "utf8", maxBuffer: 1e8 },
  );
  return Number(/All:([\d.]+)/.exec(stderr)?.[1] ?? 0);
};

/** Each side makes it in every round. */
type Film = {
  readonly path: string;
  readonly seconds: number;
  readonly partSeconds: number;
  readonly rounds: number;
};
type Question = {
  readonly name: string;
  readonly what: string;
  readonly two: Side;
  readonly one: Side;
  readonly faster: number;
};

/** The sides take turns, so that other work on the machine meets both. */
const compare = async (folder: string, film: Film, question: Question): Promise<readonly Measured[]> => {
  const { name, what, two, one, faster } = question;
  const rounds: { readonly many: Made; readonly single: Made }[] = [];
  for (let round = 0; round < film.rounds; round++) {
    const many = await make(folder, film, two);
    const single = await make(folder, film, one);
    mustBe(`${name}: same times of pictures`, timesOf(many.path) === timesOf(single.path), true);
    const [ours, theirs] = [many, single].map((each) => likeness(each.path, film.path));
    if ((ours ?? 0) < (theirs ?? 1) - SSIM_LOSS) throw new Error(`${name}: SSIM ${ours} against ${theirs}`);
    for (const each of [many, single]) rmSync(each.path);
    rounds.push({ many, single });
  }
  const middle = (phase: "encoding" | "all"): Pair => {
    const pairs = rounds.map(({ many, single }) => ({ value: many[phase], baseline: single[phase] }));
    pairs.sort((a, b) => a.value / a.baseline - b.value / b.baseline);
    return pairs[Math.floor(film.rounds / 2)] ?? { value: 0, baseline: 0 };
  };
  const long = `one film of ${film.seconds} s in parts of ${film.partSeconds} s`;
  const row = (phase: "encoding" | "all", told: string): Measured => {
    const { value, baseline } = middle(phase);
    return {
      ...{ name: phase === "all" ? name : `${name}-encoded`, what: `${what}, ${long}${told}.` },
      ...{ assets: null, value, unit: "s", target: { mostRatio: 1 / faster } },
      baseline: { what: "the same film in one piece by one of them", value: baseline },
    };
  };
  return [row("all", ", with the checks"), row("encoding", ", encoded and joined")];
};

export const bench: Bench = {
  run: ({ isQuick }) =>
    inFolder(async (folder) => {
      if (availableParallelism() < 2 || spawnSync("taskset", ["--version"]).status !== 0)
        throw new Error("two cores and taskset are needed");
      const path = join(folder, "Film.mkv");
      // In twelve, as the program cuts a film of half an hour or two for two encoders.
      const long = { path, seconds: 480, partSeconds: 40, rounds: 1 };
      const film = isQuick ? { ...long, seconds: 24, partSeconds: 4 } : long;
      makeSource(film.path, film.seconds);
      const questions: readonly Question[] = [
        {
          ...{ name: "segments-threads", faster: 1.1 },
          what: "Two encoders of one thread each against one of two threads",
          two: { ffmpeg: threaded(createFfmpeg(), 1), atOnce: 2 },
          one: { ffmpeg: threaded(createFfmpeg(), 2), atOnce: 1 },
        },
        {
          ...{ name: "segments-cores", faster: 1.8 },
          what: "Two encoders with a core each against one with one core",
          two: { ffmpeg: threaded(pinned(folder, 2), 1), atOnce: 2 },
          one: { ffmpeg: threaded(pinned(folder, 1), 1), atOnce: 1 },
        },
      ];
      const rows: Measured[] = [];
      for (const each of questions) rows.push(...(await compare(folder, film, each)));
      return rows;
    }),
};
