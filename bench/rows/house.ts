/** The program as people start it, over a library that it knows: how soon it answers, what it takes while nothing happens. */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { settingsFrom } from "../../src/apps/settings-source.ts";
import type { Wish } from "../../src/core/plan.ts";
import type { Settings } from "../../src/core/settings.ts";
import { wishOf } from "../../src/core/wish.ts";
import { databaseFile } from "../../src/edges/store/open-library.ts";
import { inFolder, inTurns, median, mustBe, timed } from "../frame/measure.ts";
import type { Bench, Measured, Target } from "../frame/row.ts";
import { cpuMs, MAIN, memoryMb, NODE, type Served, serve, status, untilQuiet } from "../frame/served.ts";
import { foldersOf, knowTree, LIBRARY, makeTree } from "../frame/tree.ts";

const PROMISED = 100_000;
/** Of memory more is promised. */
const MOST = 1_000_000;
const SETTLE_SECONDS = 1;
const CHANGES = 5;
/** Of `perf_hooks.monitorEventLoopDelay`, which prom-client asks. */
const LAG_TICK_MS = 10;

/** A folder with a library of so many films, its settings, and a database that knows it. */
const makeHouse = (folder: string, films: number): string => {
  const [root, data] = [join(folder, "films"), join(folder, "data")];
  const written = {
    libraries: { [LIBRARY]: { root } },
    operational: {
      encoder: "software",
      gpu_only: false,
      settle_seconds: SETTLE_SECONDS,
      max_disk_usage_percent: 100,
      min_free_memory_mb: 0,
    },
  };
  mkdirSync(root);
  makeTree(root, films);
  mkdirSync(data);
  knowTree(databaseFile(data), films, wishIn(settingsFrom(written)));
  writeFileSync(join(folder, "settings.yaml"), JSON.stringify(written));
  return root;
};

/** What a program takes that has come to rest, and then scans and serves. */
const staysOf = async (house: Served, films: number, idleMs: number) => {
  await untilQuiet(house);
  mustBe("films that play", (await status(house.url)).completed, films);
  const peak = memoryMb(house.pid, "VmHWM");
  const resting = await restOf(house, idleMs);
  const busy = await scanAndServe(house);
  mustBe("films that play after a scan", (await status(house.url)).completed, films);
  return { peak, resting, busy };
};

type Stays = Awaited<ReturnType<typeof staysOf>>;

/** The same of a program whose library is empty: what it takes besides films. */
const empty = (idleMs: number): Promise<Stays> =>
  inFolder(async (folder) => {
    makeHouse(folder, 0);
    const house = await serve(folder);
    try {
      return await staysOf(house, 0, idleMs);
    } finally {
      await house.stop();
    }
  });

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
  const promised = (target: Target, at = PROMISED): { readonly target?: Target } =>
    films === at ? { target } : {};
  const memory = (name: string, what: string, of: (found: Stays) => number): Measured => ({
    name,
    what,
    assets: films,
    value: of(stays),
    unit: "MB",
    baseline: { what: "the same of an empty library", value: of(plain) },
    ...promised({ mostMore: 80 }, MOST),
  });
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
    memory("memory-idle", "Resident memory while nothing happens, watcher on.", ({ resting }) => resting.mb),
    memory(
      "memory-scanning",
      "The most memory of the program until then: start, page and scan of the library.",
      ({ peak }) => peak,
    ),
    memory("memory-serving", "The most memory, with a scan and pages at once.", ({ busy }) => busy.mb),
    {
      name: "loop-lag",
      what: "How late the event loop is while it scans and serves pages; 99th of 100. The clock that measures it ticks each 10 ms, which are taken off.",
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

const wishIn = (settings: Settings): Wish => {
  const library = settings.libraries[LIBRARY];
  if (!library) throw new Error("no library");
  return wishOf(settings, library);
};

const makeFilm = (path: string): void => {
  const input = "-f lavfi -i testsrc2=duration=2:size=640x360:rate=25 -f lavfi -i sine=duration=2";
  const coded = "-c:v libx264 -pix_fmt yuv420p -c:a ac3";
  execFileSync("ffmpeg", [...`-v error -nostdin ${input} ${coded}`.split(" "), path]);
};

/** Since the last time it was asked, ms. */
const lagOf = async ({ url }: Served): Promise<number> => {
  const text = await (await fetch(`${url}/metrics`)).text();
  const [, seconds] = /^nodejs_eventloop_lag_p99_seconds (\S+)$/m.exec(text) ?? [];
  return Math.max(0, 1000 * Number(seconds) - LAG_TICK_MS);
};

const restOf = async (house: Served, ms: number) => {
  await lagOf(house);
  const [before, at] = [cpuMs(house.pid), performance.now()];
  await pause(ms);
  const percent = (100 * (cpuMs(house.pid) - before)) / (performance.now() - at);
  return { percent, mb: memoryMb(house.pid, "VmRSS"), lagMs: await lagOf(house) };
};

/** Asks for pages for as long as a scan goes on that is asked for first. */
const scanAndServe = async (house: Served) => {
  await lagOf(house);
  const asked = await fetch(`${house.url}/api/scan`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
  });
  mustBe("a scan is begun", asked.ok, true);
  do {
    // As fast as several people together ask; more are refused by an address.
    await pause(250);
    for (const path of ["/", "/library", "/library?q=film", "/api/status"]) {
      const answer = await fetch(`${house.url}${path}`);
      mustBe(`status of ${path}`, answer.status, 200);
      await answer.arrayBuffer();
    }
  } while ((await status(house.url)).scanning.length > 0);
  return { lagMs: await lagOf(house), mb: memoryMb(house.pid, "VmHWM") };
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
    const plain = await empty(idleMs);
    for (const films of isQuick ? sizes([1000]) : sizes([1000, 10_000, PROMISED, MOST]))
      rows.push(...(await measure(films, idleMs, plain)));
    return rows;
  },
};
