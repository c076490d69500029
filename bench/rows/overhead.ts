/** What the program adds to ffmpeg: from the claim of a film to its published file, against the same ffmpeg by hand. */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { startOrchestrator } from "../../src/apps/orchestrator.ts";
import { settingsFrom } from "../../src/apps/settings-source.ts";
import { createLog } from "../../src/edges/log.ts";
import { inFolder, median, mustBe, timed } from "../frame/measure.ts";
import type { Bench } from "../frame/row.ts";
import { LIBRARY } from "../frame/tree.ts";

const FILMS = 5;
const WAIT_MS = 300_000;

const ffmpeg = (...args: readonly string[]): Buffer =>
  execFileSync("ffmpeg", ["-v", "error", "-nostdin", ...args], { maxBuffer: 1e8 });

/** The packets of the picture, as they lie in the file. */
const pictureOf = (path: string): string =>
  String(
    ffmpeg(
      "-i",
      path,
      "-map",
      "0:v:0",
      "-c",
      "copy",
      "-bsf:v",
      "filter_units=pass_types=1-5",
      "-f",
      "md5",
      "-",
    ),
  );

/** H.264 and AAC in Matroska: plays once it is an MP4. */
const makeFilm = (path: string, seconds: number): void => {
  const picture = ["-f", "lavfi", "-i", `testsrc2=duration=${seconds}:size=1280x720:rate=24`];
  const sound = ["-f", "lavfi", "-i", `sine=frequency=440:duration=${seconds}:sample_rate=48000`];
  const coded = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "48", "-c:a", "aac", "-ac", "2"];
  ffmpeg("-y", ...picture, ...sound, ...coded, "-shortest", path);
};

export const bench: Bench = {
  run: ({ isQuick }) =>
    inFolder(async (folder) => {
      const root = join(folder, "films");
      mkdirSync(root);
      const clip = join(folder, "clip.mkv");
      makeFilm(clip, isQuick ? 20 : 120);
      const paths = Array.from({ length: FILMS }, (_, index) => `Film ${index}.mkv`);
      for (const path of paths) {
        copyFileSync(clip, join(root, path));
        // Each is a content of its own.
        writeFileSync(join(root, path), path, { flag: "a" });
      }
      const house = await startOrchestrator({
        settings: settingsFrom({
          libraries: { [LIBRARY]: { root } },
          operational: {
            encoder: "software",
            gpu_only: false,
            settle_seconds: 0,
            max_concurrent_copies: 1,
            max_disk_usage_percent: 100,
            min_free_memory_mb: 0,
          },
        }),
        dataDirectory: join(folder, "data"),
        log: createLog("silent"),
      });
      try {
        const until = Date.now() + WAIT_MS;
        const done = (): number => house.store.assets.counts().state.Completed;
        while (done() < FILMS && Date.now() < until) await pause(100);
        mustBe("films completed", done(), FILMS);
        const pairs: { readonly whole: number; readonly bare: number }[] = [];
        for (const path of paths) {
          const asset = house.store.assets.byPath(LIBRARY, path);
          const output = asset?.outputPath ?? "";
          mustBe(`picture of ${path}`, pictureOf(output), pictureOf(join(root, path)));
          const [job] = house.store.jobs.forAsset(asset?.id ?? 0, 1);
          mustBe("outcome", job?.outcome, "done");
          const command = (job?.command ?? []).filter((each) => each !== "ffmpeg");
          const target = join(folder, "by-hand.mp4");
          const byHand = command.map((each) => (each.endsWith(".partial.mp4") ? target : each));
          mustBe("results in the command", byHand.includes(target), true);
          const bare = await timed(() => execFileSync("ffmpeg", ["-y", ...byHand], { stdio: "ignore" }));
          mustBe("picture by hand", pictureOf(target), pictureOf(output));
          pairs.push({ whole: (job?.finishedAt ?? 0) - (job?.startedAt ?? 0), bare });
        }
        return [
          {
            name: "overhead-copy",
            what: "From the claim of a film of two minutes that only needs another container to its published, verified file.",
            assets: null,
            value: median(pairs.map((each) => each.whole)) / 1000,
            unit: "s",
            baseline: {
              what: "the same ffmpeg command by hand",
              value: median(pairs.map((each) => each.bare)) / 1000,
            },
            target: { mostMore: 0.5 },
          },
        ];
      } finally {
        await house.stop();
      }
    }),
};
