/** What the guardrails hold work back for, met with stand-in programs, files of a kernel and a disk that a test fills. */
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { createCardWatch } from "../../../src/apps/card-watch.ts";
import { createDiskRooms } from "../../../src/apps/disk-rooms.ts";
import { createGuardrailsLoop } from "../../../src/apps/guardrails-loop.ts";
import type { Running } from "../../../src/apps/running.ts";
import { ENCODERS } from "../../../src/core/encoders.ts";
import { Problem } from "../../../src/core/problem.ts";
import { newCard } from "../card.ts";
import { newBench } from "../running.ts";
import { queue } from "../store.ts";
import { tempFolder } from "../temp.ts";
import type { Maker, Met } from "./maker.ts";

type Given = {
  readonly settings?: object;
  readonly usedPercent?: number;
  readonly proc?: string;
  readonly hasCard?: boolean;
  /** After each look. */
  readonly meanwhile?: (running: Running, look: number) => void;
};

/** Some guardrails wait for a minute before they act. */
const [LOOKS, LOOK_MS] = [6, 20_000];

const NOTHING = { max_disk_usage_percent: 100, min_free_memory_mb: 0 };

/** What rests after some looks. */
const rested = async (
  context: TestContext,
  { settings = {}, usedPercent = 5, proc = "/none", hasCard = false, meanwhile = () => {} }: Given,
): Promise<Met> => {
  const root = tempFolder(context);
  const bench = newBench(context, root, undefined, { operational: NOTHING, ...settings });
  const space = {
    kind: "space",
    device: 1,
    totalBytes: 100e9,
    freeBytes: (100 - usedPercent) * 1e9,
    usedPercent,
  } as const;
  const running: Running = {
    ...bench.running,
    disks: createDiskRooms(bench.running, root, async () => space),
    ...(hasCard
      ? { encoder: () => ({ encoder: ENCODERS.nvenc, card: null, status: { kind: "probing" } }) }
      : {}),
  };
  const machine = { proc, cgroup: proc };
  const loop = createGuardrailsLoop(running, {
    card: createCardWatch(running),
    lastLook: () => null,
    machine,
  });
  for (let look = 0; look < LOOKS; look++) {
    loop.pump();
    await loop.idle();
    meanwhile(running, look);
    bench.pass(LOOK_MS);
  }
  loop.pump();
  await loop.idle();
  return running.pauses.all()[0]?.code;
};

const kernel = (context: TestContext) => {
  const proc = tempFolder(context);
  const work = (busy: number): void =>
    writeFileSync(join(proc, "stat"), `cpu  ${busy} 0 0 ${busy / 10} 0 0 0 0 0 0\n`);
  work(1000);
  mkdirSync(join(proc, "pressure"));
  writeFileSync(join(proc, "meminfo"), "MemTotal: 8000000 kB\nMemAvailable: 100000 kB\n");
  return { proc, work };
};

const plex = async (context: TestContext): Promise<string> => {
  const answer = { MediaContainer: { size: 1, Metadata: [{ type: "movie", Player: { state: "playing" } }] } };
  const server = createServer((_, response) => response.end(JSON.stringify(answer)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const ofGuardrails = {
  "card-too-hot": (context) => {
    newCard(context).smi("99");
    return rested(context, { hasCard: true });
  },
  "card-lost": (context) => {
    newCard(context).smi("Failed to initialize NVML: Unknown Error");
    return rested(context, { hasCard: true });
  },
  "disk-over-limit": (context) =>
    rested(context, {
      usedPercent: 97,
      settings: { operational: { ...NOTHING, max_disk_usage_percent: 95 } },
    }),
  "no-room": (context) =>
    rested(context, {
      meanwhile: ({ store }, look) => {
        if (look > 0) return;
        const { id } = queue(store, "Film.mkv", { library: "films" });
        store.assets.touch(id, { expectedBytes: 96e9 });
      },
    }),
  "machine-busy": (context) => {
    const { proc, work } = kernel(context);
    const operational = { ...NOTHING, max_other_load_percent: 50 };
    const meanwhile: Given["meanwhile"] = (_, look) => work(10_000 * (look + 1));
    return rested(context, { proc, settings: { operational }, meanwhile });
  },
  "memory-short": (context) =>
    rested(context, {
      ...kernel(context),
      settings: { operational: { ...NOTHING, min_free_memory_mb: "auto" } },
    }),
  "outside-hours": (context) => {
    const hours = Array.from({ length: 24 }, (_, hour) => `${String(hour).padStart(2, "0")}:00`);
    const schedule = hours.map((hour) => `${hour}-${hour.replace(":00", ":01")}`);
    return rested(context, { settings: { operational: { ...NOTHING, schedule } } });
  },
  "somebody-watches": async (context) =>
    rested(context, {
      settings: {
        operational: { ...NOTHING, pause_while_watching: true },
        plex: { url: await plex(context), token: "t" },
      },
    }),
  "failing-alike": (context) =>
    rested(context, {
      meanwhile: ({ store, limits }, look) => {
        for (let film = 0; look === 0 && film < 5; film++)
          limits.failed("copies", queue(store, `${film}.mkv`), new Problem("conversion-failed", "odd"));
      },
    }),
} satisfies Record<string, Maker>;

export const OF_GUARDRAILS: typeof ofGuardrails = ofGuardrails;
