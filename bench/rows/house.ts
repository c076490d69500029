/** The program as people start it, over a library that it knows: how soon it answers, what it takes while nothing happens. */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { databaseFile } from "../../src/edges/store/open-library.ts";
import { inFolder, inTurns, mustBe, timed } from "../frame/measure.ts";
import type { Bench, Measured } from "../frame/row.ts";
import { cpuMs, MAIN, memoryMb, NODE, type Served, serve, status, untilQuiet } from "../frame/served.ts";
import { knowTree, LIBRARY, makeTree } from "../frame/tree.ts";

const PROMISED = 100_000;

const measure = (films: number, idleMs: number): Promise<readonly Measured[]> =>
  inFolder(async (folder) => {
    const [root, data] = [join(folder, "films"), join(folder, "data")];
    makeTree(root, films);
    mkdirSync(data);
    knowTree(databaseFile(data), films);
    const settings = {
      libraries: { [LIBRARY]: { root } },
      operational: {
        encoder: "software",
        gpu_only: false,
        max_disk_usage_percent: 100,
        min_free_memory_mb: 0,
      },
    };
    writeFileSync(join(folder, "settings.yaml"), JSON.stringify(settings));
    const empty = (): Promise<number> => timed(() => execFileSync(process.execPath, ["-e", "0"]));
    let served: Served | null = null;
    const start = async (): Promise<number> => {
      await served?.stop();
      const took = await timed(async () => {
        served = await serve(folder);
      });
      return took;
    };
    try {
      const { value, baseline } = await inTurns(3, start, empty);
      const house = served as Served | null;
      if (house === null) throw new Error("nothing was started");
      await untilQuiet(house);
      mustBe("films", (await status(house.url)).total, films);
      const peak = memoryMb(house.pid, "VmHWM");
      const [before, at] = [cpuMs(house.pid), performance.now()];
      await pause(idleMs);
      const idle = (100 * (cpuMs(house.pid) - before)) / (performance.now() - at);
      const same = { assets: films, baseline: null } as const;
      return [
        {
          name: "start",
          what: "From `cvc serve` to its first page, over a library that it knows, which it scans meanwhile.",
          assets: films,
          value,
          unit: "ms",
          baseline: { what: "start of an empty Node program", value: baseline },
          ...(films === PROMISED ? { target: { most: 1500 } } : {}),
        },
        {
          ...same,
          name: "idle",
          what: "Processor of one core while nothing happens, watcher on.",
          value: idle,
          unit: "%",
          ...(films === PROMISED ? { target: { most: 0.5 } } : {}),
        },
        {
          ...same,
          name: "memory-idle",
          what: "Resident memory while nothing happens, watcher on.",
          value: memoryMb(house.pid, "VmRSS"),
          unit: "MB",
        },
        {
          ...same,
          name: "memory-scanning",
          what: "The most memory of the program until then: start, page and scan of the library.",
          value: peak,
          unit: "MB",
        },
      ];
    } finally {
      await (served as Served | null)?.stop();
    }
  });

/** `cvc inspect` of one film against one ffprobe. */
const inspect = (): Promise<Measured> =>
  inFolder(async (folder) => {
    const film = join(folder, "Film.mkv");
    const input = "-f lavfi -i testsrc2=duration=2:size=640x360:rate=25 -f lavfi -i sine=duration=2";
    execFileSync("ffmpeg", [
      ...`-v error -nostdin ${input} -c:v libx264 -pix_fmt yuv420p -c:a ac3`.split(" "),
      film,
    ]);
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
  run: async ({ isQuick }) => {
    const rows: Measured[] = [await inspect()];
    for (const films of isQuick ? [1000] : [1000, 10_000, PROMISED])
      rows.push(...(await measure(films, isQuick ? 5000 : 60_000)));
    return rows;
  },
};
