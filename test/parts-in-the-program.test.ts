/** A long film in parts in the running program: what pages and history say, what a restart and a new source make of it. */
import assert from "node:assert/strict";
import { copyFileSync, existsSync, readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { partialToken } from "../src/core/output-paths.ts";
import { runFfmpeg } from "./support/ffmpeg.ts";
import { decoded } from "./support/in-parts.ts";
import { assertNoPartials, filesBelow, type House, newHouse, until } from "./support/orchestrator.ts";
import { QUIET } from "./support/results.ts";
import { tempFolder } from "./support/temp.ts";

/** Parts are of a minute at least: 150 seconds make two. */
const folder = tempFolder({ after });
const filmOf = async (source: string): Promise<string> => {
  const path = join(folder, `${source.replaceAll(/\W/g, "")}.mkv`);
  if (existsSync(path)) return path;
  await runFfmpeg([
    ...[...QUIET, "-f", "lavfi", "-i", `${source}=s=320x180:r=25:d=150`],
    ...["-f", "lavfi", "-i", "sine=r=48000:d=150", "-c:v", "libx264", "-preset", "ultrafast"],
    ...["-pix_fmt", "yuv420p10le", "-g", "50", "-c:a", "ac3", path],
  ]);
  return path;
};

const TWO = { parallel_parts: 2, parts_from_minutes: 1 };

const partials = (house: House): readonly string[] =>
  readdirSync(house.root).filter((each) => partialToken(each) !== null);

const inWork = (house: House): Promise<unknown> =>
  until("parts are in work", () => {
    const [asset] = house.now().store.assets.inState("Processing");
    const progress = asset && house.now().progressOf(asset.id);
    return progress?.parts?.of === 2 && partials(house).some((each) => each.includes("part-002"));
  });

test("two parts, one film; its time is not taken for that of one encoder", async (context) => {
  const house = newHouse(context, { operational: TWO });
  copyFileSync(await filmOf("testsrc2"), join(house.root, "Film.mkv"));
  await house.start();
  await inWork(house);
  const asset = await house.becomes("Film.mkv", "Completed", "Failed");
  const { store } = house.now();
  const [job] = store.jobs.forAsset(asset.id, 1);
  assert.equal(asset.state, "Completed", `${asset.problemDetail} ${job?.log}`);
  assert.match(job?.log ?? "", /^In 2 parts, 2 at a time\./);
  assert.deepEqual(filesBelow(house.root), ["Film.mkv", "Film.mp4"]);
  assert.deepEqual(decoded(join(house.root, "Film.mp4")), { pictures: 3750, said: "" });
  assert.match(JSON.stringify(job?.checks), /"joints","passed":true/);
  assert.match(job?.command.join(" ") ?? "", /part-001\.mp4/);
  assert.deepEqual(
    [store.pastRuns.of("video", "libx264 x2").length, store.pastRuns.of("video", "libx264").length],
    [1, 0],
  );
});

test("a film that is cancelled, and a program that ends: nothing is left, and it is made at last", async (context) => {
  const house = newHouse(context, { operational: TWO });
  copyFileSync(await filmOf("testsrc2"), join(house.root, "Film.mkv"));
  await house.start();
  await inWork(house);
  await house.stop();
  assertNoPartials(house.root);
  await house.start();
  await inWork(house);
  house.now().cancel(house.at("Film.mkv")?.id ?? 0);
  const cancelled = await house.becomes("Film.mkv", "Failed");
  assert.equal(cancelled.problemCode, "cancelled");
  assertNoPartials(house.root);
  house.now().reprocess(cancelled.id);
  const asset = await house.becomes("Film.mkv", "Completed");
  assert.deepEqual(decoded(asset.outputPath ?? ""), { pictures: 3750, said: "" });
  assertNoPartials(house.root);
});

test("another film takes its place meanwhile: no film is made of both", async (context) => {
  const house = newHouse(context, { operational: { ...TWO, settle_seconds: 0 } });
  const film = join(house.root, "Film.mkv");
  copyFileSync(await filmOf("testsrc2"), film);
  const other = join(folder, "other.mkv");
  copyFileSync(await filmOf("testsrc"), other);
  await house.start();
  await inWork(house);
  renameSync(other, film);
  await until("the first attempt has ended", () => {
    const asset = house.at("Film.mkv");
    return (
      asset &&
      house
        .now()
        .store.jobs.forAsset(asset.id, 5)
        .some((each) => each.outcome !== null)
    );
  });
  assert.ok(!existsSync(join(house.root, "Film.mp4")), "nothing was published of it");
  await house.scan();
  const asset = await house.becomes("Film.mkv", "Completed");
  assert.deepEqual(decoded(asset.outputPath ?? ""), { pictures: 3750, said: "" });
  assertNoPartials(house.root);
});
