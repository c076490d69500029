/** The program as people start it, over a library that it knows: how soon it answers, what it takes while nothing happens. */
import { execFileSync } from "node:child_process";
import { copyFileSync, renameSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { makeHouse, SETTLE_SECONDS, type Stays, servedStays, staysOf } from "../frame/known-house.ts";
import { inFolder, inTurns, median, mustBe, timed } from "../frame/measure.ts";
import type { Bench, Measured, Target } from "../frame/row.ts";
import { MAIN, NODE, type Served, serve } from "../frame/served.ts";
import { foldersOf } from "../frame/tree.ts";

const PROMISED = 100_000;
const CHANGES = 5;

const measure = (films: number, idleMs: number, plain: Stays): Promise<readonly Measured[]> =>
  inFolder(async (folder) => {
    const root = makeHouse(folder, films);
    const bare = (): Promise<number> => timed(() => execFileSync(process.execPath, [...NODE, "-e", "0"]));
    let served: Served | null = null;
    const start = async (): Promise<number> => {
      await served?.stop();
      const took = await timed(async () => {
        served = await serve(folder);
      });
      return took;
    };
    try {
      const { value, baseline } = await inTurns(3, start, bare);
      const house = served as Served | null;
      if (house === null) throw new Error("nothing was started");
      const stays = await staysOf(house, films, idleMs);
      const isWatched = await canWatch(films);
      const change = isWatched ? await oneChange(house, root) : 0;
      const all = rowsOf(films, { start: value, bare: baseline, stays, plain, change });
      return all.filter(({ name }) => isWatched || !OF_THE_WATCH.has(name));
    } finally {
      await (served as Served | null)?.stop();
    }
  });

/** What is said of a program that is told of changes; where the kernel lets it watch too few folders it looks each minute. */
const OF_THE_WATCH: ReadonlySet<string> = new Set(["idle", "loop-lag", "one-change"]);

const canWatch = async (films: number): Promise<boolean> => {
  const limit = Number(await readFile("/proc/sys/fs/inotify/max_user_watches", "utf8").catch(() => "8192"));
  return foldersOf(films) < limit;
};

type Found = {
  readonly start: number;
  readonly bare: number;
  readonly stays: Stays;
  readonly plain: Stays;
  readonly change: number;
};

const rowsOf = (films: number, { start, bare, stays, plain, change }: Found): readonly Measured[] => {
  const promised = (target: Target): { readonly target?: Target } => (films === PROMISED ? { target } : {});
  return [
    {
      name: "start",
      what: "From `cvc serve` to its first page, over a library that it knows, which it scans meanwhile.",
      assets: films,
      value: start,
      unit: "ms",
      baseline: { what: "start of an empty Node program", value: bare },
      ...promised({ most: 1500 }),
    },
    {
      name: "idle",
      what: "Processor of one core while nothing happens, watcher on.",
      assets: films,
      value: stays.resting.percent,
      unit: "%",
      baseline: { what: "the same of an empty library", value: plain.resting.percent },
      ...promised({ most: 0.5 }),
    },
    {
      name: "loop-lag",
      what: "How late the event loop is while one scan follows another, for ten seconds, and pages are served; 99th of 100. The clock that measures it ticks each 20 ms, which are taken off.",
      assets: films,
      value: stays.busy.lagMs,
      unit: "ms",
      baseline: { what: "the same while nothing happens", value: stays.resting.lagMs },
      ...promised({ most: 20 }),
    },
    {
      name: "one-change",
      what: `A film of two seconds comes in: from its last byte until it is Queued, ffprobe included, by the time in the history; median of ${CHANGES}.`,
      assets: films,
      value: change,
      unit: "ms",
      baseline: { what: "`settle_seconds`", value: 1000 * SETTLE_SECONDS },
      ...promised({ mostMore: 200 }),
    },
  ];
};

const makeFilm = (path: string): void => {
  const input = "-f lavfi -i testsrc2=duration=2:size=640x360:rate=25 -f lavfi -i sine=duration=2";
  const coded = "-c:v libx264 -pix_fmt yuv420p -c:a ac3";
  execFileSync("ffmpeg", [...`-v error -nostdin ${input} ${coded}`.split(" "), path]);
};

/** What a program answers: an address has 1200 requests a minute. */
const LOOK_MS = 100;

const ask = async <T>(url: string): Promise<T> => {
  const answer = await fetch(url);
  mustBe(`status of ${url}`, answer.status, 200);
  return (await answer.json()) as T;
};

type Happened = {
  readonly events: readonly { readonly at: number; readonly kind: string; readonly path: string }[];
};

/**
 * From the last byte of a new film until it waits, ms, by the time in the history: how often it is looked at here is not in
 * it. Each is waited for until it is converted, which would keep the processor from the next.
 */
const oneChange = async ({ url }: Served, root: string): Promise<number> => {
  const clip = join(root, "..", "clip.mkv");
  makeFilm(clip);
  const times: number[] = [];
  for (let change = 0; change < CHANGES; change++) {
    const [name, part] = [`Zebra ${change}.mkv`, join(root, "..", "part")];
    copyFileSync(clip, part);
    writeFileSync(part, name, { flag: "a" });
    const at = Date.now();
    renameSync(part, join(root, "Shelf 0", name));
    for (let state = ""; state !== "Completed"; ) {
      if (Date.now() > at + 60_000) throw new Error(`${name} is ${state || "not found"} after a minute`);
      await pause(LOOK_MS);
      const { assets } = await ask<{ readonly assets: readonly { readonly state: string }[] }>(
        `${url}/api/assets?q=zebra+${change}`,
      );
      state = assets[0]?.state ?? "";
    }
    const { events } = await ask<Happened>(`${url}/api/activity?limit=50`);
    const queued = events.find((each) => each.kind === "assessed-needs-work" && each.path.endsWith(name));
    if (!queued) throw new Error(`${name} was never Queued`);
    times.push(queued.at - at);
  }
  return median(times);
};

/** `cvc inspect` of one film against one ffprobe. */
const inspect = (): Promise<Measured> =>
  inFolder(async (folder) => {
    const film = join(folder, "Film.mkv");
    makeFilm(film);
    const { value, baseline } = await inTurns(
      5,
      () =>
        timed(() => {
          const said = execFileSync(process.execPath, [...NODE, MAIN, "inspect", film], { encoding: "utf8" });
          mustBe("its reason", said.toLowerCase().includes("ac-3") || said.includes("ac3"), true);
        }),
      () => timed(() => execFileSync("ffprobe", ["-v", "error", "-show_streams", film])),
    );
    return {
      name: "inspect",
      what: "`cvc inspect` of one film.",
      assets: null,
      value,
      unit: "ms",
      baseline: { what: "one `ffprobe` of it", value: baseline },
      target: { most: 600 },
    };
  });

export const bench: Bench = {
  run: async ({ isQuick, sizes }) => {
    const rows: Measured[] = [await inspect()];
    const idleMs = isQuick ? 5000 : 60_000;
    // What it takes besides films.
    const plain = await inFolder((folder) => {
      makeHouse(folder, 0);
      return servedStays(folder, 0, idleMs);
    });
    for (const films of isQuick ? sizes([1000]) : sizes([1000, 10_000, PROMISED]))
      rows.push(...(await measure(films, idleMs, plain)));
    return rows;
  },
};
