/**
 * One film by several encoders at once against one, with libx264: `node bench/parts.ts [--seconds 120] [--json]`. The film and
 * its verification are the real step's. Two questions: two encoders of one thread each against one of two threads (what parts
 * bring to a processor that one encoder fills already), and two encoders with a core each against one with one core (what
 * parts bring to a card with two encoders). The two sides take turns, so that other work on the machine meets both; results
 * are compared picture by picture. Ends with 1 when they are wrong, never for a time. Needs two cores and `taskset`.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { convertEdges } from "../src/apps/convert-edges.ts";
import { settingsFrom } from "../src/apps/settings-source.ts";
import { ENCODERS } from "../src/core/encoders.ts";
import { wishOf } from "../src/core/wish.ts";
import { createFfmpeg, type Ffmpeg } from "../src/edges/ffmpeg.ts";
import { createFfprobe } from "../src/edges/ffprobe.ts";
import { readPart } from "../src/edges/film-part.ts";
import { assessMedia } from "../src/steps/assess.ts";
import { type Converted, type ConvertInput, convert } from "../src/steps/convert.ts";
import { convertInParts } from "../src/steps/convert-parts.ts";

const { values } = parseArgs({
  options: { seconds: { type: "string", default: "120" }, json: { type: "boolean", default: false } },
});
const SECONDS = Number(values.seconds);
const ROUNDS = 2;

const folder = mkdtempSync(join(tmpdir(), "cvc-bench-parts-"));
const source = join(folder, "Film.mkv");
const ffprobe = createFfprobe();

/** Moving and noisy, so that the encoder has work to do; 5.1 sound, as films have. */
const makeFilm = (): void => {
  const picture = `testsrc2=s=960x540:r=24000/1001:d=${SECONDS},noise=alls=12:allf=t`;
  const tones = [440, 330, 220, 55, 550, 660].map((hertz) => `0.2*sin(${hertz}*2*PI*t)`).join("|");
  execFileSync("ffmpeg", [
    ...["-v", "error", "-nostdin", "-y", "-f", "lavfi", "-i", picture],
    ...["-f", "lavfi", "-i", `aevalsrc='${tones}':s=48000:d=${SECONDS}:c=5.1`],
    ...["-c:v", "libx264", "-preset", "ultrafast", "-g", "96", "-pix_fmt", "yuv420p", "-c:a", "ac3", source],
  ]);
};

/** So many threads for the decoder, the filters and the encoder of every run. */
const threaded = (ffmpeg: Ffmpeg, threads: number): Ffmpeg => ({
  ...ffmpeg,
  run: (args, options) => {
    const count = String(threads);
    const at = args.indexOf("-i");
    const output = args.indexOf("-map");
    if (!args.includes("libx264")) return ffmpeg.run(args, options);
    const more = args
      .toSpliced(output, 0, "-threads:v", count, "-filter_threads", count)
      .toSpliced(at, 0, "-threads", count);
    return ffmpeg.run(more, options);
  },
});

/** Runs on the cores that are free, one each. */
const pinned = (cores: number): Ffmpeg => {
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
type Time = { readonly encoding: number; readonly all: number };

const settings = settingsFrom({ libraries: { films: { root: folder } } });
const [library] = Object.values(settings.libraries);
let runs = 0;

const inputOf = async (onChecking: () => void): Promise<ConvertInput> => {
  if (!library) throw new Error("no library");
  const wish = wishOf(settings, library);
  const { media } = await ffprobe.probe(source);
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

const once = async ({ ffmpeg, atOnce }: Side): Promise<Time & { readonly path: string }> => {
  const edges = { ...convertEdges(ffmpeg, ffprobe), readPart };
  let checkingAt = 0;
  const input = await inputOf(() => {
    checkingAt = performance.now();
  });
  const begun = performance.now();
  const parts = { atOnce, leastSeconds: 1, partSeconds: SECONDS / 6, threads: 1, hasRoom: true };
  const converted: Converted =
    atOnce === 1
      ? await convert(edges, input, never)
      : await convertInParts(edges, input, { ...parts, onParts: () => {} }, never);
  const end = performance.now();
  if (converted.kind === "failed") throw new Error(`${converted.problem.detail} ${converted.log}`);
  if (atOnce > 1 && !/^In [56] parts/.test(converted.log)) throw new Error(converted.log);
  return {
    encoding: (checkingAt - begun) / 1000,
    all: (end - begun) / 1000,
    path: converted.partial,
  };
};

/** Times of all pictures; and how alike the pictures are to the source's, the same way for both. */
const timesOf = (path: string): string => {
  const asked = ["-select_streams", "v:0", "-show_entries", "packet=pts", "-of", "csv=p=0"];
  const said = execFileSync("ffprobe", ["-v", "error", ...asked, path], { encoding: "utf8", maxBuffer: 1e8 });
  return said.split("\n").toSorted().join(" ");
};
const likeness = (path: string): number => {
  const compare = "[0:v]settb=1/1000,setpts=N[a];[1:v]settb=1/1000,setpts=N[b];[a][b]ssim";
  const { stderr } = spawnSync(
    "ffmpeg",
    ["-nostdin", "-i", path, "-i", source, "-filter_complex", compare, "-f", "null", "-"],
    { encoding: "utf8", maxBuffer: 1e8 },
  );
  return Number(/All:([\d.]+)/.exec(stderr)?.[1] ?? 0);
};

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((left, right) => left - right)[Math.floor((numbers.length - 1) / 2)] ?? 0;

const [first] = cpus();
const machine = (): string =>
  `${cpus().length} cores (${(first?.model ?? "").trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, load ${(loadavg()[0] ?? 0).toFixed(1)}`;

const compare = async (name: string, what: string, two: Side, one: Side, target: number): Promise<void> => {
  const [many, single]: [Time[], Time[]] = [[], []];
  const before = machine();
  for (let round = 0; round < ROUNDS; round++) {
    const left = await once(two);
    const right = await once(one);
    if (timesOf(left.path) !== timesOf(right.path)) throw new Error(`${name}: other times`);
    const [a, b] = [likeness(left.path), likeness(right.path)];
    // Two encoders that see less of the film may choose otherwise, but not worse.
    if (a < b - 0.005) throw new Error(`${name}: SSIM ${a} against ${b}`);
    many.push(left);
    single.push(right);
    for (const each of [left, right]) rmSync(each.path);
  }
  for (const phase of ["encoding", "all"] as const) {
    const value = median(many.map((each) => each[phase]));
    const baseline = median(single.map((each) => each[phase]));
    const faster = baseline / value;
    const row = {
      ...{
        type: "bench",
        name: `${name}-${phase}`,
        what: `${what}, ${phase === "all" ? "with the checks" : "encoded and joined"}`,
      },
      ...{
        assets: 1,
        value: Number(value.toPrecision(3)),
        unit: "s",
        baseline: Number(baseline.toPrecision(3)),
      },
      ...{ baselineWhat: "one encoder", ratio: Number((value / baseline).toPrecision(3)) },
      target: `baseline / ${target} at most`,
      pass: faster >= target,
      machine: before,
      on: new Date().toISOString().slice(0, 10),
    };
    process.stdout.write(
      values.json
        ? `${JSON.stringify(row)}\n`
        : `${row.name.padEnd(22)} ${value.toFixed(1)} s against ${baseline.toFixed(1)} s: ${faster.toFixed(2)} times as fast (${row.pass ? "kept" : "missed"}: ${target})\n`,
    );
  }
};

try {
  if (availableParallelism() < 2 || spawnSync("taskset", ["--version"]).status !== 0)
    throw new Error("two cores and taskset are needed");
  makeFilm();
  if (!values.json) process.stdout.write(`${machine()}; a film of ${SECONDS} s\n`);
  await compare(
    "parts-two-threads",
    "two encoders of one thread each against one of two threads",
    { ffmpeg: threaded(createFfmpeg(), 1), atOnce: 2 },
    { ffmpeg: threaded(createFfmpeg(), 2), atOnce: 1 },
    1.1,
  );
  await compare(
    "parts-two-cores",
    "two encoders with a core each against one with one core",
    { ffmpeg: threaded(pinned(2), 1), atOnce: 2 },
    { ffmpeg: threaded(pinned(1), 1), atOnce: 1 },
    1.8,
  );
  if (!values.json) process.stdout.write(`${machine()} at the end\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
