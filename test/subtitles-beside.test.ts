/** Subtitle files that people put beside a film: they get what a receiver needs, and stay as they are. */
import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { WRITING } from "../src/apps/job.ts";
import { sweepPartials } from "../src/edges/library-write.ts";
import { publish } from "../src/steps/publish.ts";
import { recover } from "../src/steps/recover.ts";
import { putClip } from "./support/clips.ts";
import { encodeText } from "./support/legacy-text.ts";
import { assertNoPartials, filesBelow, newHouse, sha256, until } from "./support/orchestrator.ts";
import { NOW } from "./support/store.ts";
import { assOf, makeSubtitled, srtOf, type Track } from "./support/subtitles.ts";
import { tempFolder } from "./support/temp.ts";
import { verified } from "./support/verified.ts";

const RUSSIAN = ["Где ты был вчера вечером?", "Я не знаю, что тебе сказать."] as const;
const ENGLISH: Track = {
  file: "en.srt",
  content: srtOf("Good evening"),
  options: ["-c:s:N", "copy", "-metadata:s:s:N", "language=eng"],
};

test("files that people put beside a film get their WebVTT, stay as they are, and survive a second time", async (context) => {
  const house = newHouse(context, { library: { subtitles: ["vtt", "srt"] } });
  const at = (name: string): string => join(house.root, name);
  await makeSubtitled(at("Film.mkv"), [ENGLISH]);
  const theirs = {
    "Film.srt": encodeText(srtOf(...RUSSIAN), "windows-1251"),
    "Film.pt-BR.sdh.SRT": encodeText(srtOf("Você está aí? Não!"), "utf-16le"),
    "Film.en.srt": "1\n00:00:00,100 --> 00:00:00,900\nA better translation\n",
    "Film.de.ass": assOf("{\\p1}m 0 0 l 9 9{\\p0}", "Grüße"),
    "Film.fr.forced.vtt": "WEBVTT\n\n00:00.100 --> 00:00.900\nOù ?\n",
    "Film 2.srt": srtOf("another film"),
    "Film.es.srt": "no subtitles at all",
  };
  for (const [name, content] of Object.entries(theirs)) writeFileSync(at(name), content);
  symlinkSync("/etc/hostname", at("Film.it.srt"));
  const hashes = () => Object.keys(theirs).map((name) => sha256(at(name)));
  const before = hashes();
  const made = [
    ...["Film.de.srt", "Film.de.vtt", "Film.en.vtt", "Film.fr.forced.srt", "Film.mkv", "Film.mp4"],
    ...["Film.pt-BR.sdh.vtt", "Film.vtt"],
  ];
  const all = [...Object.keys(theirs), "Film.it.srt", ...made].sort();
  await house.start();
  const asset = await house.becomes("Film.mkv", "Completed", "Failed");
  assert.equal(asset.state, "Completed", asset.problemDetail ?? "");
  assert.deepEqual(filesBelow(house.root), all);
  const text = (name: string): string => readFileSync(at(name), "utf8");
  for (const line of RUSSIAN) assert.ok(text("Film.vtt").includes(line));
  assert.match(text("Film.pt-BR.sdh.vtt"), /Você está aí\? Não!/);
  assert.match(text("Film.en.vtt"), /A better translation/);
  assert.equal(text("Film.de.vtt"), "WEBVTT\n\n00:01.500 --> 00:01.900\nGrüße\n");
  assert.deepEqual(hashes(), before);
  const ours = made.filter((each) => /\.(?:vtt|srt)$/.test(each)).map(at);
  assert.deepEqual([...asset.sidecarPaths].sort(), ours.sort());

  // Ours are not taken for a person's the second time, nor is what a person made of one of ours replaced.
  writeFileSync(at("Film.de.vtt"), "WEBVTT\n\n00:00.100 --> 00:00.900\nBesser\n");
  utimesSync(at("Film.de.vtt"), 1_000_000_000, 1_000_000_000);
  rmSync(at("Film.fr.forced.vtt"));
  rmSync(asset.outputPath ?? "");
  await house.scan();
  await until("the film is there again", () => existsSync(at("Film.mp4")));
  await house.becomes("Film.mkv", "Completed", "Failed");
  assert.deepEqual(
    filesBelow(house.root),
    all.filter((each) => each !== "Film.fr.forced.vtt").filter((each) => each !== "Film.fr.forced.srt"),
  );
  assert.match(text("Film.de.vtt"), /Besser/);
  assert.match(text("Film.en.vtt"), /A better translation/);
  assertNoPartials(house.root);
});

test("a track whose label a person's file has is written under the next one when the original goes", async (context) => {
  const output = tempFolder(context);
  const house = newHouse(context, { library: { original: "archive", subtitles: ["vtt"], output } });
  await makeSubtitled(join(house.root, "Film.mkv"), [ENGLISH]);
  writeFileSync(join(house.root, "Film.en.srt"), srtOf("Hi"));
  await house.start();
  await house.becomes("Film.mkv", "Archived", "Completed", "Failed");
  assert.deepEqual(filesBelow(house.root), [".chromecast-originals/Film.mkv", "Film.en.srt"]);
  assert.deepEqual(filesBelow(output), ["Film.en.2.vtt", "Film.en.vtt", "Film.mp4"]);
  assert.match(readFileSync(join(output, "Film.en.2.vtt"), "utf8"), /evening/);
});

test("a film that plays as it is gets no files, though there is text beside it", async (context) => {
  const house = newHouse(context);
  await putClip("plays", join(house.root, "Film.mp4"));
  writeFileSync(join(house.root, "Film.en.srt"), srtOf("Hi"));
  await house.start();
  await house.becomes("Film.mp4", "Completed");
  assert.deepEqual(filesBelow(house.root), ["Film.en.srt", "Film.mp4"]);
});

test("names that tools trip over", async (context) => {
  const house = newHouse(context);
  const stems = ["-i", "quotes \" ' `x`", "new\nline", "100%03d", "[a]:b, c;d\\e"];
  for (const stem of stems) {
    await putClip("remux", join(house.root, `${stem}.mkv`));
    writeFileSync(join(house.root, `${stem}.en.srt`), srtOf("Hi"));
  }
  await house.start();
  for (const stem of stems) {
    const asset = await house.becomes(`${stem}.mkv`, "Completed", "Failed");
    assert.equal(asset.state, "Completed", asset.problemDetail ?? "");
    assert.equal(
      readFileSync(join(house.root, `${stem}.en.vtt`), "utf8"),
      "WEBVTT\n\n00:00.500 --> 00:00.900\nHi\n",
    );
  }
});

test("a crash between two of them: the restart names the rest, and takes no file of a person for ours", async (context) => {
  const { store, root, at, asset, input } = await verified(context, ["en", "ru", "de"]);
  const deps = { store, files: WRITING, now: () => NOW };
  const pulled: typeof WRITING.moveWithoutOverwrite = (from, to) =>
    to.endsWith(".de.vtt")
      ? Promise.reject(new Error("the plug is pulled"))
      : WRITING.moveWithoutOverwrite(from, to);
  await assert.rejects(publish({ ...deps, files: { ...WRITING, moveWithoutOverwrite: pulled } }, input));
  assert.equal(existsSync(at("Film.de.vtt")), false);
  const waits = { ...deps, sweepPartials, isLibraryThere: () => Promise.resolve(true) };
  assert.equal((await recover(waits, () => [root])).finished, 1);
  assert.deepEqual(filesBelow(root), ["Film.de.vtt", "Film.en.vtt", "Film.mkv", "Film.mp4", "Film.ru.vtt"]);
  assert.equal(readFileSync(at("Film.ru.vtt"), "utf8"), "a person's");
  assert.deepEqual(store.assets.byId(asset.id)?.sidecarPaths, [at("Film.en.vtt"), at("Film.de.vtt")]);
});

for (const isOfTrack of [true, false])
  test(`a person has the name of ${isOfTrack ? "a track" : "what was made of a file"}: the original is ${isOfTrack ? "kept" : "deleted"}`, async (context) => {
    const { store, root, at, input } = await verified(context, ["ru"]);
    const sidecars = input.sidecars.map((each) => ({ ...each, isOfTrack }));
    const asset = await publish(
      { store, files: WRITING, now: () => NOW },
      { ...input, sidecars, original: "delete" },
    );
    assert.equal(asset.problemCode, isOfTrack ? "original-kept" : null);
    assert.deepEqual(filesBelow(root), [...(isOfTrack ? ["Film.mkv"] : []), "Film.mp4", "Film.ru.vtt"]);
    assert.equal(readFileSync(at("Film.ru.vtt"), "utf8"), "a person's");
  });

test("a person's file in the place of ours, with the time of the film, is theirs", async (context) => {
  const { store, at, asset, input } = await verified(context, ["en", "fr"]);
  const deps = { store, files: WRITING, now: () => NOW };
  await publish(deps, input);
  const seconds = statSync(at("Film.fr.vtt")).mtimeMs / 1000;
  // As long as ours.
  writeFileSync(at("Film.fr.vtt"), "mine, fr");
  utimesSync(at("Film.fr.vtt"), seconds, seconds);
  const { outputModifiedUs } = store.assets.byId(asset.id) ?? assert.fail();
  assert.equal((await WRITING.fileStat(at("Film.fr.vtt")))?.modifiedUs, outputModifiedUs);
  assert.equal(store.assets.apply(asset.id, "reprocess", { now: NOW }).kind, "moved");
  const token = "f".repeat(32);
  const claimed = store.assets.claim({ works: ["copy"], token, now: NOW }) ?? assert.fail();
  const again = (path: string): string => path.replace(input.token, token);
  writeFileSync(again(input.partial), "converted once more");
  const sidecars = input.sidecars.map((each) => ({ ...each, path: again(each.path) }));
  for (const { path, label } of sidecars) writeFileSync(path, `again, ${label}`);
  const done = await publish(deps, {
    ...input,
    asset: claimed,
    token,
    partial: again(input.partial),
    sidecars,
  });
  assert.equal(readFileSync(at("Film.fr.vtt"), "utf8"), "mine, fr");
  assert.equal(readFileSync(at("Film.en.vtt"), "utf8"), "again, en");
  assert.deepEqual(done.sidecarPaths, [at("Film.en.vtt")]);
});
