/** What this program made before is recognised by a database that does not know it. */
import assert from "node:assert/strict";
import { rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { runCli } from "./support/cli.ts";
import { putClip } from "./support/clips.ts";
import { filesBelow, newHouse, sha256, until } from "./support/orchestrator.ts";
import { tempFolder } from "./support/temp.ts";

test("convert, run three times on a folder, makes one file", async (context) => {
  const folder = tempFolder(context);
  await putClip("picture", join(folder, "Film.avi"));
  for (const time of ["first", "second", "third"]) {
    const { code, err, lines } = await runCli(context, [
      "convert",
      folder,
      "--encoder",
      "software",
      "--json",
    ]);
    assert.equal(code, 0, `${time}: ${err}`);
    const result = lines().find(({ type, path }) => type === "result" && String(path).endsWith(".avi"));
    assert.deepEqual([result?.outcome, result?.output], ["converted", join(folder, "Film.mp4")], time);
    assert.deepEqual(filesBelow(folder), ["Film.avi", "Film.mp4"], time);
  }
});

test("a file of that name that was made of another film is not taken for it", async (context) => {
  const folder = tempFolder(context);
  await putClip("remux", join(folder, "Film.mkv"));
  await putClip("plays", join(folder, "Film.mp4"));
  const convert = async () =>
    assert.equal((await runCli(context, ["convert", join(folder, "Film.mkv")])).code, 0);
  await convert();
  assert.deepEqual(filesBelow(folder), ["Film.chromecast.mp4", "Film.mkv", "Film.mp4"]);
  await putClip("sound", join(folder, "Film.mkv"));
  await convert();
  assert.deepEqual(filesBelow(folder), [
    "Film.chromecast-2.mp4",
    "Film.chromecast.mp4",
    "Film.mkv",
    "Film.mp4",
  ]);
});

test("a lost database makes no second file, and the film is one film", async (context) => {
  const house = newHouse(context);
  await putClip("remux", join(house.root, "Film.mkv"));
  await house.start();
  await house.becomes("Film.mkv", "Completed", "Failed");
  await house.stop();
  const output = join(house.root, "Film.mp4");
  const before = [sha256(output), statSync(output).mtimeMs];
  rmSync(house.data, { recursive: true, force: true });
  const { store } = await house.start();
  const film = await house.becomes("Film.mkv", "Completed", "Failed");
  assert.deepEqual([film.state, film.outcome, film.outputPath], ["Completed", "converted", output]);
  await house.scan();
  await until("one row", () => store.assets.counts().total === 1);
  assert.equal(house.at("Film.mp4"), null);
  assert.deepEqual(filesBelow(house.root), ["Film.mkv", "Film.mp4"]);
  assert.deepEqual([sha256(output), statSync(output).mtimeMs], before);
  assert.equal(store.jobs.forAsset(film.id, 10).length, 0, "ffmpeg was not run");
  assert.equal(house.at("Film.mkv")?.state, "Completed", "and the scan leaves it so");

  store.assets.apply(film.id, "reprocess", { now: Date.now() });
  await house.scan();
  await until("it was made again", () => store.jobs.forAsset(film.id, 10)[0]?.outcome === "done");
  await house.becomes("Film.mkv", "Completed");
  assert.deepEqual(filesBelow(house.root), ["Film.mkv", "Film.mp4"]);
});

test("under archive nothing is moved on the strength of an old file", async (context) => {
  const folder = tempFolder(context);
  const film = await putClip("remux", join(folder, "Film.mkv"));
  assert.equal((await runCli(context, ["convert", film])).code, 0);
  assert.equal((await runCli(context, ["convert", film, "--original", "archive"])).code, 0);
  assert.deepEqual(filesBelow(folder), [".chromecast-originals/Film.mkv", "Film.chromecast.mp4", "Film.mp4"]);
});
