/** Looking into films with ffprobe, and planning them again from what is kept when the settings change. */
import { execFile, execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { startOrchestrator } from "../../src/apps/orchestrator.ts";
import { settingsFrom } from "../../src/apps/settings-source.ts";
import { ACTION_OF, type ConversionPlan, planConversion, type Wish } from "../../src/core/plan.ts";
import { judge } from "../../src/core/verdict.ts";
import { wishOf } from "../../src/core/wish.ts";
import { createFfprobe } from "../../src/edges/ffprobe.ts";
import { fingerprintFile } from "../../src/edges/library-walk.ts";
import { createLog } from "../../src/edges/log.ts";
import { openStore } from "../../src/edges/store/store.ts";
import { replan } from "../../src/steps/replan.ts";
import { inFolder, mustBe, timed } from "../frame/measure.ts";
import type { Bench, Measured } from "../frame/row.ts";
import { LIBRARY } from "../frame/tree.ts";

const run = promisify(execFile);
const WAIT_MS = 600_000;

const CLIPS = [
  ["mkv", "-c:v libx264 -c:a ac3"],
  ["mp4", "-c:v libx264 -profile:v high -c:a aac -movflags +faststart"],
  ["avi", "-c:v mpeg4 -c:a mp3"],
  ["mkv", "-c:v libx265 -x265-params log-level=none -c:a aac"],
] as const;

/** Real films of two seconds, each a content of its own. */
const makeClips = (folder: string, films: number): readonly string[] => {
  const made = CLIPS.map(([ending, codecs], index) => {
    const path = join(folder, `clip-${index}.${ending}`);
    const input =
      "-f lavfi -i testsrc2=duration=2:size=640x360:rate=25 -f lavfi -i sine=duration=2:sample_rate=48000 -ac 2";
    const args = `-v error -nostdin -y ${input} ${codecs} -pix_fmt yuv420p`.split(" ");
    execFileSync("ffmpeg", [...args, path]);
    return [path, ending] as const;
  });
  const root = join(folder, "films");
  mkdirSync(root);
  return Array.from({ length: films }, (_, index) => {
    const [clip = "", ending] = made[index % made.length] ?? [];
    const path = join(root, `Film ${index}.${ending}`);
    copyFileSync(clip, path);
    writeFileSync(path, `end of ${index}`, { flag: "a" });
    return path;
  });
};

const settingsOf = (root: string, devices: readonly string[]) =>
  settingsFrom({
    libraries: { [LIBRARY]: { root } },
    devices,
    operational: { encoder: "software", gpu_only: false, settle_seconds: 0 },
  });
const [BEFORE, AFTER] = [["chromecast-3"], ["google-tv-4k"]];

const wish = (root: string, devices: readonly string[]): Wish => {
  const settings = settingsOf(root, devices);
  const library = settings.libraries[LIBRARY];
  if (!library) throw new Error("no library");
  return wishOf(settings, library);
};

/** Two at a time, as the program does it, each a process. */
const probeAll = async (paths: readonly string[]): Promise<void> => {
  const left = [...paths];
  const one = async (): Promise<void> => {
    for (let path = left.pop(); path !== undefined; path = left.pop())
      await run("ffprobe", ["-v", "error", "-of", "json", "-show_format", "-show_streams", path]);
  };
  await Promise.all([one(), one()]);
};

/** From the start of a program whose library was scanned but not looked into, until every film is planned. */
const assessAll = async (folder: string, paths: readonly string[]): Promise<number> => {
  const root = join(folder, "films");
  const data = join(folder, "data");
  const store = openStore({ file: join(data, "library.sqlite") });
  for (const path of paths) {
    const { size: sizeBytes, mtimeMs } = statSync(path);
    const [modifiedUs, fingerprint] = [Math.round(mtimeMs * 1000), await fingerprintFile(path, sizeBytes)];
    const found = { library: LIBRARY, path: path.slice(root.length + 1), sizeBytes, modifiedUs, fingerprint };
    store.assets.insert({ ...found, foundAt: Date.now() });
  }
  store.close();
  const at = performance.now();
  const options = { settings: settingsOf(root, BEFORE), dataDirectory: data, log: createLog("silent") };
  const house = await startOrchestrator({ ...options, works: false });
  try {
    const until = Date.now() + WAIT_MS;
    while (house.store.assets.counts().state.New > 0 && Date.now() < until) await pause(20);
    const took = performance.now() - at;
    const { state, total } = house.store.assets.counts();
    mustBe("films", total, paths.length);
    mustBe("films that play", state.Completed, Math.ceil((paths.length - 1) / 4));
    mustBe("films that need work", state.Queued, paths.length - state.Completed);
    return took;
  } finally {
    await house.stop();
  }
};

/** `films` films of the four kinds, planned for one device; then for another. */
const again = async (folder: string, paths: readonly string[], films: number): Promise<number> => {
  const root = join(folder, "films");
  const [before, after] = [wish(root, BEFORE), wish(root, AFTER)];
  const kinds = await Promise.all(CLIPS.map((_, index) => createFfprobe().probe(paths[index] ?? "")));
  const store = openStore({ file: join(folder, `again-${films}.sqlite`) });
  const plans = kinds.map(({ media }) =>
    [before, after].map((each) => planConversion(media, judge(media, each), each)),
  );
  store.transaction(() => {
    for (let index = 0; index < films; index++) {
      const { media, raw } = kinds[index % kinds.length] ?? { media: null, raw: null };
      const plan = plans[index % kinds.length]?.[0];
      if (!media || !plan) continue;
      const fingerprint = String(index).padStart(32, "0");
      store.probes.put(fingerprint, media, raw, 1);
      const found = { library: LIBRARY, path: `Film ${index}.mkv`, sizeBytes: 1000 + index, modifiedUs: 1 };
      const { id } = store.assets.insert({ ...found, fingerprint, foundAt: 1 });
      const fields = { now: 1, work: plan.work, action: ACTION_OF[plan.work] };
      store.assets.apply(id, plan.work === "none" ? "assessed-plays" : "assessed-needs-work", fields);
    }
    store.wishes.put(LIBRARY, before);
  });
  const said = (plan: ConversionPlan | undefined): string =>
    JSON.stringify([plan?.work, plan?.reasons.map(({ code }) => code)]);
  const isOther = plans.map(([old, plan]) => said(old) !== said(plan));
  const expected = Array.from({ length: films }, (_, index) => isOther[index % kinds.length]).filter(
    Boolean,
  ).length;
  let changed = -1;
  const took = await timed(() => {
    changed = replan({ store, now: Date.now }, LIBRARY, after);
  });
  mustBe("films planned otherwise", changed, expected);
  if (expected === 0) throw new Error("the change of devices changes no plan");
  mustBe("films to be looked at anew", store.assets.counts().state.New, expected);
  store.close();
  return took;
};

export const bench: Bench = {
  run: ({ isQuick, sizes }) =>
    inFolder(async (folder) => {
      const films = isQuick ? 40 : 1000;
      const paths = makeClips(folder, films);
      const plain = await timed(() => probeAll(paths));
      const assess = await assessAll(folder, paths);
      const rows: Measured[] = [
        {
          name: "assess",
          what: "Look into new films and plan them, from the start of the program; two at a time.",
          assets: films,
          value: assess,
          unit: "ms",
          baseline: { what: "one `ffprobe` a file, two at a time", value: plain },
          target: { mostRatio: 0.1 },
        },
      ];
      for (const many of sizes([1000, 10_000, 100_000]))
        rows.push({
          name: "assess-again",
          what: "Plan a whole library anew after a change of the devices, from what was read of the films before.",
          assets: many,
          value: await again(folder, paths, many),
          unit: "ms",
          baseline: { what: "`assess` of this run, for as many films", value: (assess / films) * many },
          target: { mostRatio: 0.02 },
        });
      return rows;
    }),
};
