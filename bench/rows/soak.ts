/** Very many short jobs, one after another: does the program grow, or get slower, by what it has done? */
import { mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { createFfmpeg } from "../../src/edges/ffmpeg.ts";
import { createFfprobe } from "../../src/edges/ffprobe.ts";
import { createQuickReader } from "../../src/edges/probe/quick-reader.ts";
import { copyFilm, ffmpeg } from "../frame/films.ts";
import { type Household, openHousehold } from "../frame/house.ts";
import { inFolder, median, mustBe } from "../frame/measure.ts";
import type { Bench, Measured } from "../frame/row.ts";
import { makeStandIns } from "../frame/stand-ins.ts";
import { LIBRARY } from "../frame/tree.ts";

const JOBS = [2000, 20_000];
const QUICK_JOBS = 100;
const FILMS_A_FOLDER = 100;
const WAIT_MS = 3600_000;
/** So that all are of one size. */
const FIRST_NUMBER = 100_000;

/** At these parts of all jobs the program is looked at; its times are those of the jobs right before. */
const PARTS = [0.01, 0.5, 1] as const;
/** A hundredth of all, but of few jobs more, as one by itself says little. */
const windowOf = (jobs: number): number => Math.max(jobs / 100, Math.min(100, jobs / 10));

const CLIP = [
  ...["-f", "lavfi", "-i", "testsrc2=duration=2:size=128x72:rate=24"],
  ...["-f", "lavfi", "-i", "sine=frequency=440:duration=2:sample_rate=48000"],
  ..."-c:v libx264 -preset ultrafast -g 24 -b:v 40k -pix_fmt yuv420p -c:a aac -ac 2 -b:a 32k -shortest".split(
    " ",
  ),
];

const pathOf = (index: number): string =>
  `Shelf ${Math.floor(index / FILMS_A_FOLDER)}/Film ${FIRST_NUMBER + index}.mkv`;

const makeFilms = (folder: string, films: number): void => {
  const clip = join(folder, "clip.mkv");
  ffmpeg([...CLIP, clip]);
  for (let index = 0; index < films; index++) {
    const path = join(folder, "films", pathOf(index));
    if (index % FILMS_A_FOLDER === 0) mkdirSync(join(path, ".."), { recursive: true });
    copyFilm(clip, path, FIRST_NUMBER + index);
  }
};

type Seen = {
  /** Jobs until then. */
  readonly done: number;
  readonly residentMb: number;
  /** Of the jobs in the window: from the claim to the published film, and the processor of this process for each. */
  readonly latencyMs: number;
  readonly processorMs: number;
};

const until = async (is: () => boolean): Promise<void> => {
  const end = Date.now() + WAIT_MS;
  while (!is()) {
    mustBe("too late", Date.now() > end, false);
    await pause(20);
  }
};

/** What is resident once all that nobody holds any more is given back: the least of some seconds, as that takes its time. */
const residentMb = async (): Promise<number> => {
  const seen: number[] = [];
  for (let turn = 0; turn < 6; turn++) {
    globalThis.gc?.();
    await pause(500);
    seen.push(process.memoryUsage.rss() / 1e6);
  }
  return Math.min(...seen);
};

/** Lets it work until so many are done, and then holds it until nothing is in work. */
const workUntil = async ({ program }: Household, done: number): Promise<void> => {
  const { assets } = program.store;
  program.resumeQueue();
  await until(() => {
    const { Completed: completed, Failed: failed } = assets.counts().state;
    mustBe("films that failed", failed, 0);
    return completed >= done;
  });
  program.pauseQueue();
  await until(() => assets.counts().state.Processing === 0);
};

/** How long the last `window` jobs took. */
const latencyOf = ({ program }: Household, window: number): number => {
  const { events, workload } = program.store;
  const took = workload.results(window).map(({ assetId }) => {
    const at = (kind: string): number =>
      events.forAsset(assetId, 20).find((each) => each.kind === kind)?.at ?? Number.NaN;
    return at("published-kept") - at("claimed");
  });
  mustBe("jobs of a window", took.length, window);
  return median(took);
};

const look = async (house: Household, done: number, window: number): Promise<Seen> => {
  const { assets } = house.program.store;
  await workUntil(house, done - window);
  const [before, from] = [assets.counts().state.Completed, process.cpuUsage()];
  await workUntil(house, done);
  const { user, system } = process.cpuUsage(from);
  const after = assets.counts().state.Completed;
  return {
    done,
    latencyMs: latencyOf(house, after - before),
    processorMs: (user + system) / 1000 / (after - before),
    residentMb: await residentMb(),
  };
};

/** Every film has its result and one attempt, and nothing else is there. */
const check = ({ program, root }: Household, films: number, resultBytes: number): void => {
  const { assets, jobs, journal, database, events, figures } = program.store;
  const states = Object.entries(assets.counts().state).filter(([, count]) => count > 0);
  mustBe("states", JSON.stringify(states), JSON.stringify([["Completed", films]]));
  for (let index = 0; index < films; index++) {
    const asset = assets.byPath(LIBRARY, pathOf(index));
    const id = asset?.id ?? 0;
    mustBe(`outcome of ${pathOf(index)}`, asset?.outcome, "converted");
    mustBe(
      `attempts at ${pathOf(index)}`,
      jobs
        .forAsset(id, 5)
        .map((each) => each.outcome)
        .join(),
      "done",
    );
    const kinds = events.forAsset(id, 20).map((each) => each.kind);
    mustBe(`events of ${pathOf(index)}`, kinds.join(), "published-kept,claimed,assessed-needs-work,found");
    mustBe(`result of ${pathOf(index)}`, statSync(asset?.outputPath ?? "").size, resultBytes);
  }
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  mustBe("files", files.length, 2 * films);
  mustBe("journal", journal.all().length, 0);
  mustBe("attempts without an end", jobs.unfinished().length, 0);
  mustBe("films that are summed up", figures.outcomes({ libraries: [LIBRARY] })[0]?.films, films);
  mustBe("the database", database.check(), null);
};

const measure = (films: number): Promise<readonly Measured[]> =>
  inFolder(async (folder) => {
    makeFilms(folder, films);
    const programs = makeStandIns(folder);
    const house = await openHousehold(folder, {
      ffmpeg: createFfmpeg(programs.ffmpeg),
      ffprobe: createFfprobe(programs.ffprobe),
      quickReader: createQuickReader({ onFailure: () => {} }),
    });
    try {
      const { assets } = house.program.store;
      house.program.pauseQueue();
      house.program.startScan(LIBRARY);
      await until(() => assets.counts().state.Queued === films);
      const window = windowOf(films);
      const seen: Seen[] = [];
      // What every program does once it has done before the first window.
      for (const part of PARTS) seen.push(await look(house, Math.max(2 * window, films * part), window));
      check(house, films, statSync(join(folder, "stand-ins/answers/result")).size);
      return rowsOf(seen);
    } finally {
      await house.stop();
    }
  });

const rowsOf = (seen: readonly Seen[]): readonly Measured[] => {
  const [first] = seen;
  if (!first) return [];
  const row = (
    name: string,
    what: string,
    unit: "ms" | "MB",
    of: (each: Seen) => number,
  ): readonly Measured[] =>
    seen.map((each) => ({
      ...{ name, what, unit, assets: each.done, value: of(each) },
      baseline: { what: "the same after the first of them", value: of(first) },
      ...(each === first ? {} : { target: { mostRatio: 1.05 } }),
    }));
  const jobs = "short jobs (a copy, ffmpeg and ffprobe played by a stand-in), of which so many are done";
  return [
    ...row("soak-memory", `Resident memory after ${jobs}, nothing in work.`, "MB", (each) => each.residentMb),
    ...row(
      "soak-latency",
      `From the claim of a film to its published file among ${jobs}; median of the last ones.`,
      "ms",
      (each) => each.latencyMs,
    ),
    ...row(
      "soak-processor",
      `Processor time of the program for one of ${jobs}; mean of the last ones.`,
      "ms",
      (each) => each.processorMs,
    ),
  ];
};

export const bench: Bench = {
  run: ({ isQuick, sizes }) => measure(isQuick ? QUICK_JOBS : (sizes(JOBS).at(-1) ?? QUICK_JOBS)),
};
