/** The program over a library that it knows: what it takes at rest, and while it scans and serves pages. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { settingsFrom } from "../../src/apps/settings-source.ts";
import type { Wish } from "../../src/core/plan.ts";
import type { Settings } from "../../src/core/settings.ts";
import { wishOf } from "../../src/core/wish.ts";
import { LAG_TICK_MS } from "../../src/edges/metrics.ts";
import { databaseFile } from "../../src/edges/store/open-library.ts";
import { mustBe } from "./measure.ts";
import { cpuMs, memoryMb, type Served, serve, status, untilQuiet } from "./served.ts";
import { knowTree, LIBRARY, makeTree } from "./tree.ts";

export const SETTLE_SECONDS = 1;
const wishIn = (settings: Settings): Wish => {
  const library = settings.libraries[LIBRARY];
  if (!library) throw new Error("no library");
  return wishOf(settings, library);
};

/** A folder with a library of so many films, its settings, and a database that knows it. */
export const makeHouse = (folder: string, films: number): string => {
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
export const staysOf = async (house: Served, films: number, idleMs: number) => {
  await untilQuiet(house);
  mustBe("films that play", (await status(house.url)).completed, films);
  const peak = memoryMb(house.pid, "VmHWM");
  const resting = await restOf(house, idleMs);
  const busy = await scanAndServe(house, idleMs / 6);
  mustBe("films that play after a scan", (await status(house.url)).completed, films);
  return { peak, resting, busy };
};

export type Stays = Awaited<ReturnType<typeof staysOf>>;

/** What a program takes that is started for it over the house in a folder, with `more` of the command line. */
export const servedStays = async (
  folder: string,
  films: number,
  idleMs: number,
  more: readonly string[] = [],
): Promise<Stays> => {
  const house = await serve(folder, more);
  try {
    return await staysOf(house, films, idleMs);
  } finally {
    await house.stop();
  }
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

const scan = async (house: Served): Promise<void> => {
  const asked = await fetch(`${house.url}/api/scan`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
  });
  mustBe("a scan is begun", asked.ok, true);
};

/** Asks for pages while it scans, once and then for `ms`: in a second the 99th of 100 is the first page that it ever makes. */
const scanAndServe = async (house: Served, ms: number) => {
  await lagOf(house);
  const end = performance.now() + ms;
  await scan(house);
  for (;;) {
    // As fast as several people together ask; more are refused by an address.
    await pause(250);
    for (const path of ["/", "/library", "/library?q=film", "/api/status"]) {
      const answer = await fetch(`${house.url}${path}`);
      mustBe(`status of ${path}`, answer.status, 200);
      await answer.arrayBuffer();
    }
    if ((await status(house.url)).scanning.length > 0) continue;
    if (performance.now() >= end) break;
    await scan(house);
  }
  return { lagMs: await lagOf(house), mb: memoryMb(house.pid, "VmHWM") };
};
