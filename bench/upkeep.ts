/**
 * What watching and cleaning up cost: `node bench/upkeep.ts [FILMS] [OLD EVENTS]` (100,000 and 1,000,000 without). Times
 * stand beside their ratio to something plain, as machines differ.
 */
import { createReadStream, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createCleanUpLoop } from "../src/apps/clean-up-loop.ts";
import { buildServer } from "../src/apps/http/server.ts";
import type { Running } from "../src/apps/running.ts";
import { createKeptLog } from "../src/edges/kept-log.ts";
import { createLog, createProgramLog } from "../src/edges/log.ts";
import { createMetrics } from "../src/edges/metrics.ts";
import { openStore } from "../src/edges/store/store.ts";
import { openTestControl, testSettings } from "../test/support/control.ts";
import { fillWithFilms } from "./many-films.ts";

const [films = "100000", events = "1000000"] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "cvc-upkeep-"));
const DAY_MS = 86_400_000;

const timed = async (work: () => unknown): Promise<number> => {
  const at = performance.now();
  await work();
  return performance.now() - at;
};

/** Median and longest of some runs, in ms. */
const measured = async (runs: number, work: () => unknown): Promise<{ median: number; most: number }> => {
  const times: number[] = [];
  for (let run = 0; run < runs; run++) times.push(await timed(work));
  times.sort((a, b) => a - b);
  return { median: times[Math.floor(runs / 2)] ?? 0, most: times.at(-1) ?? 0 };
};

const say = (what: string, figures: Readonly<Record<string, number>>): void => {
  const said = Object.entries(figures).map(([name, value]) => `${name} ${Number(value.toPrecision(3))}`);
  process.stdout.write(`${what}: ${said.join(", ")}\n`);
};

const scrape = async (): Promise<void> => {
  const { control, close } = openTestControl(folder);
  fillWithFilms(join(folder, "state.db"), Number(films));
  const app = buildServer(control, { metrics: createMetrics({ ofProcess: true }) });
  await app.inject("/metrics");
  const plain = await measured(200, () => app.inject("/healthz"));
  const metrics = await measured(200, () => app.inject("/metrics"));
  const system = await measured(5, () => app.inject("/api/system"));
  say(`/metrics of ${films} films, ms`, { ...metrics, "times /healthz": metrics.median / plain.median });
  say("/api/system with what is kept, ms", { ...system });
  await app.close();
  close();
};

const cleanUp = async (): Promise<void> => {
  const file = join(folder, "old.sqlite");
  const store = openStore({ file });
  const raw = new DatabaseSync(file);
  const at = Date.now() - 400 * DAY_MS;
  raw.exec(`PRAGMA synchronous = OFF; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${events})
    INSERT INTO events (at, asset_id, kind, path, data)
      SELECT ${at} + i, i % 5000, 'found', 'Movies/Some film of a year (' || i || ').mkv', '{"library":"movies"}' FROM n;
    PRAGMA wal_checkpoint(TRUNCATE);`);
  raw.close();
  const before = statSync(file).size;
  const steps: number[] = [];
  const watched =
    <A extends readonly unknown[], R>(work: (...args: A) => R) =>
    (...args: A): R => {
      const began = performance.now();
      const result = work(...args);
      steps.push(performance.now() - began);
      return result;
    };
  const { database } = store;
  const running = {
    settings: testSettings(),
    store: {
      ...store,
      events: { ...store.events, prune: watched(store.events.prune) },
      database: { ...database, shrink: watched(database.shrink) },
    },
    log: createLog("silent"),
    now: Date.now,
    signal: new AbortController().signal,
    progress: new Map(),
  } satisfies Partial<Running>;
  const loop = createCleanUpLoop(running as unknown as Running, { scanning: () => [] });
  const total = await timed(async () => {
    loop.pump();
    await loop.idle();
  });
  store.close();
  steps.sort((a, b) => a - b);
  say(`${events} old events, s`, {
    total: total / 1000,
    "busy part": steps.reduce((a, b) => a + b, 0) / total,
  });
  const place = (part: number): number => steps[Math.floor(steps.length * part)] ?? 0;
  say("a step of it, ms", { median: place(0.5), "99 of 100": place(0.99), most: steps.at(-1) ?? 0 });
  say("the file, MB", { before: before / 1e6, after: statSync(file).size / 1e6 });
};

const logs = async (): Promise<void> => {
  const lines = 200_000;
  const kept = createKeptLog();
  await kept.keepIn({ folder: join(folder, "logs"), days: 7, maxBytes: 100e6 });
  const write = (count: number, more: string) => async (): Promise<void> => {
    for (let at = 0; at < count; at++) {
      kept.write(
        JSON.stringify({
          level: 30,
          time: "2026-11-24T03:00:00.000Z",
          source: "jobs",
          assetId: at,
          more,
          msg: "m",
        }),
      );
      if (at % 200 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const alone = await timed(write(lines, "x".repeat(350)));
  await new Promise((resolve) => setTimeout(resolve, 1500));
  say("a line that is kept, µs", { each: (1000 * alone) / lines, lost: kept.facts().lost });
  const search = await measured(5, () => kept.page({ limit: 100, q: "nowhere to be found" }));
  const read = await measured(5, async () => {
    for await (const part of createReadStream(join(folder, "old.sqlite"), { end: 24 * 2 ** 20 })) void part;
  });
  say("a search that finds nothing in 24 MB of it, ms", {
    ...search,
    "times reading": search.median / read.median,
  });
  await kept.close();
  const rules = { kept: "info", printed: "error", secrets: ["https://hooks.example/secret"] } as const;
  const log = createProgramLog(() => rules, { write: () => {} });
  const whole = await timed(() => {
    for (let at = 0; at < 100_000; at++)
      log.info({ assetId: at, path: "Movies/A film.mkv" }, `said ${at % 2000}`);
  });
  say("a line that is said, without its keeping, µs", { each: whole / 100 });
};

try {
  await scrape();
  await cleanUp();
  await logs();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
