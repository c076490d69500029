/**
 * One orchestrator and 1 to 200 workers: `node bench/cluster.ts [--quick] [--workers 1,10,50,200] [--films 2000] [--factor 300]
 * [--kill-seconds 20] [--library 0] [--json]`. The orchestrator is `cvc serve` and Redis is a real one; workers are simulated
 * (`bench/cluster/workers.ts`), time is real but for the encodes, which are `factor` times as fast. Checks itself: each film is
 * published once, none twice, none lost, also when workers die; ends with 1 when that is not so.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { settingsFrom } from "../src/apps/settings-source.ts";
import { wishOf } from "../src/core/wish.ts";
import { databaseFile } from "../src/edges/store/open-library.ts";
import { checkAll } from "./cluster/check.ts";
import { type Figures, figuresOf, table } from "./cluster/figures.ts";
import { fillQueue } from "./cluster/films.ts";
import { newHerd } from "./cluster/herd.ts";
import { startRedis } from "./cluster/redis.ts";
import { inFolder } from "./frame/measure.ts";
import { machineNow } from "./frame/row.ts";
import { cpuMs, memoryMb, type Served, serve, status } from "./frame/served.ts";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    workers: { type: "string", default: "1,10,50,200" },
    /** Films that a worker has on average, at least; in all at most `--films`. */
    films: { type: "string", default: "2000" },
    factor: { type: "string", default: "300" },
    /** A process of ten workers is killed this often; 0: never. */
    "kill-seconds": { type: "string", default: "20" },
    /** Films of a second library, all of which wait too, and of which the run sees only the first. */
    library: { type: "string", default: "0" },
    seconds: { type: "string", default: "600" },
  },
});

const LIBRARIES = ["first", "second"] as const;
const FILMS_A_WORKER = 60;

/** Whoever stops it leaves nothing running. */
const stopping = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => stopping.abort(name));

type Wanted = {
  readonly workers: number;
  readonly films: number;
  readonly factor: number;
  readonly killMs: number;
  /** It ends then, although films are left; ms. */
  readonly atMostMs: number;
};

const settingsOf = (folder: string) => ({
  libraries: Object.fromEntries(LIBRARIES.map((name) => [name, { root: join(folder, name) }])),
  operational: {
    // There is none on Linux: this machine encodes nothing itself, and workers with cards do.
    encoder: "videotoolbox",
    gpu_only: true,
    max_disk_usage_percent: 100,
    min_free_memory_mb: 0,
    pause_after_failures: 0,
  },
});

const untilDone = async (
  served: Served,
  films: number,
  { atMostMs }: Wanted,
  sample: () => void,
): Promise<number> => {
  const until = Date.now() + atMostMs;
  let completed = 0;
  while (completed < films && Date.now() < until && !stopping.signal.aborted) {
    await new Promise((done) => setTimeout(done, 1000));
    sample();
    completed = (await status(served.url)).completed;
  }
  return completed;
};

const run = (wanted: Wanted): Promise<{ readonly figures: Figures; readonly wrong: readonly string[] }> =>
  inFolder(async (folder) => {
    const data = join(folder, "data");
    mkdirSync(data);
    const written = settingsOf(folder);
    const settings = settingsFrom(written);
    writeFileSync(join(folder, "settings.yaml"), JSON.stringify(written));
    for (const library of LIBRARIES) {
      const own = settings.libraries[library];
      if (!own) continue;
      const at = { root: own.root, file: databaseFile(data), library, wish: wishOf(settings, own) };
      fillQueue(at, wanted.films / LIBRARIES.length);
    }
    const redis = await startRedis(folder);
    const served = await serve(folder, [], { REDIS_URL: redis.url });
    const herd = newHerd({ ...wanted, redis: redis.url, libraries: LIBRARIES });
    try {
      const machine = machineNow();
      const before = {
        at: Date.now(),
        cpu: cpuMs(served.pid),
        redis: cpuMs(redis.pid),
        mb: memoryMb(served.pid, "VmRSS"),
      };
      const memory: number[] = [];
      herd.start();
      const completed = await untilDone(served, wanted.films, wanted, () =>
        memory.push(memoryMb(served.pid, "VmRSS")),
      );
      const spent = { cpu: cpuMs(served.pid) - before.cpu, redis: cpuMs(redis.pid) - before.redis };
      const took = Date.now() - before.at;
      await herd.stop();
      await served.stop();
      const figures = figuresOf({
        ...wanted,
        machine,
        completed,
        took,
        spent,
        memory,
        memoryBefore: before.mb,
        herd,
        file: databaseFile(data),
      });
      const wrong = checkAll({
        folder,
        file: databaseFile(data),
        libraries: LIBRARIES,
        films: wanted.films,
        isWhole: completed === wanted.films,
        lines: herd.lines,
      });
      return {
        figures,
        wrong: completed < wanted.films && wanted.atMostMs > took ? [...wrong, "not all films ended"] : wrong,
      };
    } finally {
      await herd.stop();
      await served.stop();
      await redis.stop();
    }
  });

const all: Figures[] = [];
const wrong: string[] = [];
for (const workers of (values.quick ? "10" : values.workers).split(",").map(Number)) {
  const films = values.quick
    ? 200
    : Math.max(Number(values.library), Math.min(Number(values.films), workers * FILMS_A_WORKER));
  const found = await run({
    workers,
    films,
    factor: Number(values.factor),
    killMs: 1000 * Number(values["kill-seconds"]),
    atMostMs: 1000 * Number(values.seconds),
  });
  all.push(found.figures);
  wrong.push(...found.wrong.map((each) => `${workers} workers: ${each}`));
  if (values.json) process.stdout.write(`${JSON.stringify(found.figures)}\n`);
}
if (!values.json) process.stdout.write(table(all));
if (wrong.length > 0) process.stderr.write(`\nWrong:\n${wrong.join("\n")}\n`);
process.exitCode = wrong.length === 0 ? 0 : 1;
