import assert from "node:assert/strict";
import { mkdirSync, renameSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { toMicroseconds } from "../src/core/fingerprint.ts";
import { fingerprintFile } from "../src/edges/library-walk.ts";
import { fileStat } from "../src/edges/library-write.ts";
import { untouchedResult } from "../src/steps/same-file.ts";
import { newLibrary, type TestLibrary } from "./support/library.ts";
import { NOW } from "./support/store.ts";

const stateOf = (library: TestLibrary, path: string) => {
  const asset = library.at(path);
  return asset ? [asset.state, asset.outputPath?.slice(library.root.length + 1) ?? null] : null;
};

/** A library with one film, `Film/film.mkv`, converted to `Film/film.mp4` and its sidecar. */
const converted = async (
  context: TestContext,
  event: "published-kept" | "published-moved" = "published-kept",
): Promise<{ readonly library: TestLibrary; readonly id: number; readonly output: string }> => {
  const library = newLibrary(context);
  library.write("Film/film.mkv", "the source");
  library.write("other.mkv", "another film");
  await library.scan();
  const id = library.at("Film/film.mkv")?.id ?? Number.NaN;
  library.store.assets.apply(id, "assessed-needs-work", { now: NOW, work: "copy" });
  library.store.assets.claim({ works: ["copy"], token: "t", now: NOW });
  const output = library.write("Film/film.mp4", "the published film");
  library.write("Film/film.en.vtt", "WEBVTT");
  const { size, mtimeMs } = statSync(output);
  library.store.assets.apply(id, event, {
    now: NOW,
    token: "t",
    outputPath: output,
    outputSizeBytes: size,
    outputModifiedUs: toMicroseconds(mtimeMs),
    sidecarPaths: [join(library.root, "Film/film.en.vtt")],
    ...(event === "published-moved" ? { archivePath: join(library.root, ".archive/film.mkv") } : {}),
  });
  if (event === "published-moved") library.remove("Film/film.mkv");
  return { library, id, output };
};

test("a published file is no asset of its own, nor are its sidecars, whatever its time", async (context) => {
  const { library, output } = await converted(context);
  const report = await library.scan();
  assert.deepEqual([report.added, report.copied, report.missing, report.changed], [0, 0, 0, 0]);
  const published = library.at("Film/film.mkv")?.outputModifiedUs;
  utimesSync(output, 5, 5);
  assert.equal((await library.scan()).changed, 0);
  assert.equal(
    library.at("Film/film.mkv")?.outputModifiedUs,
    published,
    "by which it is told from an edited one",
  );
  assert.deepEqual(library.paths(), ["Film/film.mkv", "other.mkv"]);
});

test("a published file that a person edited in place, to the same size, is theirs after a scan too", async (context) => {
  const { library, id } = await converted(context);
  library.write("Film/film.mp4", "The published film", 60);
  await library.scan();
  const asset = library.store.assets.byId(id) ?? assert.fail();
  assert.deepEqual(
    await untouchedResult({ fileStat, fingerprintFile }, asset),
    [],
    "nothing of it is replaced or removed",
  );
});

test("a file that is being published at this moment is no asset", async (context) => {
  const library = newLibrary(context);
  library.write("film.mkv", "source");
  await library.scan();
  const finalPath = library.write("film.mp4", "published, its state not yet written");
  library.store.journal.put({
    token: "t",
    assetId: 1,
    step: "planned",
    partialPath: join(library.root, ".film.t.partial.mp4"),
    finalPath,
    sidecars: [],
    superseded: [],
    sourcePath: join(library.root, "film.mkv"),
    original: "keep",
    archivePath: null,
    sourceFingerprint: "s",
    outputFingerprint: "o",
    archiveFolder: null,
    createdAt: NOW,
  });
  assert.equal((await library.scan()).added, 0);
  library.store.journal.remove("t");
  assert.equal((await library.scan()).added, 1);
});

test("a published file that is gone is made again", async (context) => {
  const { library, id } = await converted(context);
  library.remove("Film/film.mp4");
  assert.equal((await library.scan()).changed, 1);
  assert.deepEqual(stateOf(library, "Film/film.mkv"), ["New", null]);
  const [event] = library.store.events.forAsset(id, 1);
  assert.equal(event?.kind, "changed");
  assert.match(JSON.stringify(event), /published file gone/);
  assert.equal((await library.scan()).changed, 0);
});

test("a published file that somebody replaced is a film of its own", async (context) => {
  const { library } = await converted(context);
  library.write("Film/film.mp4", "somebody's own version of it", 1);
  assert.equal((await library.scan()).waiting, 1, "not while it grows");
  assert.deepEqual(stateOf(library, "Film/film.mkv"), ["Completed", "Film/film.mp4"]);
  const report = await library.scan({}, NOW + 60_000);
  assert.deepEqual([report.changed, report.added], [1, 1]);
  assert.deepEqual(stateOf(library, "Film/film.mkv"), ["New", null]);
  assert.deepEqual(stateOf(library, "Film/film.mp4"), ["New", null]);
});

test("a source that the user removed goes, and its published film stays as a film of its own", async (context) => {
  const { library, id } = await converted(context);
  library.remove("Film/film.mkv");
  const report = await library.scan();
  assert.deepEqual([report.missing, report.added, report.changed], [1, 1, 0]);
  assert.deepEqual(library.paths(), ["Film/film.mp4", "other.mkv"]);
  assert.notEqual(library.at("Film/film.mp4")?.id, id);
});

test("source and published film removed together leave nothing", async (context) => {
  const { library } = await converted(context);
  library.remove("Film");
  const report = await library.scan();
  assert.deepEqual([report.missing, report.added, report.changed], [1, 0, 0]);
  assert.deepEqual(library.paths(), ["other.mkv"]);
});

test("a renamed folder takes source, published film and sidecars along", async (context) => {
  const { library, id } = await converted(context);
  renameSync(join(library.root, "Film"), join(library.root, "Film (2010)"));
  const report = await library.scan();
  assert.deepEqual([report.moved, report.added, report.changed, report.missing], [1, 0, 0, 0]);
  assert.deepEqual(stateOf(library, "Film (2010)/film.mkv"), ["Completed", "Film (2010)/film.mp4"]);
  const asset = library.store.assets.byId(id);
  assert.deepEqual(asset?.sidecarPaths, [join(library.root, "Film (2010)/film.en.vtt")]);
  assert.equal((await library.scan()).added, 0);
});

test("an archived film stays, with or without its published file", async (context) => {
  const { library } = await converted(context, "published-moved");
  assert.deepEqual((await library.scan()).missing, 0);
  library.remove("Film/film.mp4");
  const report = await library.scan();
  assert.deepEqual([report.missing, report.changed], [0, 0]);
  assert.deepEqual(stateOf(library, "Film/film.mkv"), ["Archived", null], "what is gone is not said to play");
  assert.deepEqual(library.kinds(library.at("Film/film.mkv")?.id ?? 0).slice(-2), [
    "published-moved",
    "output-lost",
  ]);
});

test("a film whose name another's published file has by now is gone, or moved to where it is", async (context) => {
  const { library, id } = await converted(context);
  const insert = (path: string, text: string) => {
    const { size, mtimeMs } = statSync(library.write(path, text));
    return { library: "movies", path, sizeBytes: size, modifiedUs: toMicroseconds(mtimeMs), foundAt: NOW };
  };
  // Renamed to Film/film.avi while the source was in work, whose result then got the free name.
  const fingerprint = await fingerprintFile(library.write("Film/film.avi", "a film"), 6);
  const other = library.store.assets.insert({
    ...insert("Film/film.avi", "a film"),
    path: "Film/film.mp4",
    fingerprint,
  });
  const report = await library.scan();
  assert.deepEqual([report.moved, report.missing], [1, 0]);
  assert.equal(library.at("Film/film.avi")?.id, other.id);
  library.store.assets.touch(other.id, { path: "Film/film.mp4" });
  library.remove("Film/film.avi");
  assert.equal((await library.scan()).missing, 1);
  assert.deepEqual(library.paths(), ["Film/film.mkv", "other.mkv"]);
  assert.equal(library.store.assets.byId(id)?.state, "Completed");
});

test("a published file that was moved, and whose name another film's got before the next scan, stays its film's", async (context) => {
  const { library, output } = await converted(context);
  library.write("Film/film.avi", "another source");
  await library.scan();
  const id = library.at("Film/film.avi")?.id ?? Number.NaN;
  library.store.assets.apply(id, "assessed-needs-work", { now: NOW, work: "copy" });
  library.store.assets.claim({ works: ["copy"], token: "u", now: NOW, id });
  renameSync(output, join(library.root, "moved.mp4"));
  const { size, mtimeMs } = statSync(library.write("Film/film.mp4", "another published film", 3600));
  const stat = { outputSizeBytes: size, outputModifiedUs: toMicroseconds(mtimeMs) };
  library.store.assets.apply(id, "published-kept", { now: NOW, token: "u", outputPath: output, ...stat });
  await library.scan();
  assert.deepEqual(stateOf(library, "Film/film.mkv"), ["Completed", "moved.mp4"]);
  assert.deepEqual(stateOf(library, "Film/film.avi"), ["Completed", "Film/film.mp4"]);
  assert.deepEqual(library.paths(), ["Film/film.avi", "Film/film.mkv", "other.mkv"]);
});

test("an archived original that stands in its place again is looked at anew", async (context) => {
  const { library, id } = await converted(context, "published-moved");
  library.write("Film/film.mkv", "the source");
  assert.equal((await library.scan()).changed, 1);
  assert.deepEqual(stateOf(library, "Film/film.mkv"), ["New", "Film/film.mp4"]);
  assert.equal(library.at("Film/film.mkv")?.id, id);
  assert.equal((await library.scan()).changed, 0);
});

test("another film in the place of an archived original: what was made of that is a film of its own, at once", async (context) => {
  const { library } = await converted(context, "published-moved");
  library.write("Film/film.mkv", "another film");
  const report = await library.scan({}, NOW + 60_000);
  assert.deepEqual([report.changed, report.added], [1, 1]);
  assert.deepEqual(stateOf(library, "Film/film.mkv"), ["New", null]);
  assert.deepEqual(stateOf(library, "Film/film.mp4"), ["New", null]);
  assert.equal((await library.scan({}, NOW + 120_000)).added, 0);
});

test("published files in a folder that is not mounted are not missed", async (context) => {
  const { library, id, output } = await converted(context);
  const folder = `${library.root}-output`;
  mkdirSync(folder);
  const moved = join(folder, "film.mp4");
  renameSync(output, moved);
  library.store.assets.touch(id, { outputPath: moved });
  assert.equal((await library.scan({ output: folder })).changed, 0);
  renameSync(folder, `${folder}.aside`);
  assert.equal((await library.scan({ output: folder })).changed, 0);
  mkdirSync(folder);
  assert.equal((await library.scan({ output: folder })).changed, 0);
  mkdirSync(join(folder, "something else"));
  assert.equal((await library.scan({ output: folder })).changed, 1);
});

for (const event of ["published-kept", "published-moved"] as const)
  test(`${event}, in a folder that the settings named before and whose disk is away: not forgotten`, async (context) => {
    const { library, id, output } = await converted(context, event);
    const folder = `${library.root}-results`;
    const outputPath = join(folder, "Film/film.mp4");
    mkdirSync(join(folder, "Film"), { recursive: true });
    renameSync(output, outputPath);
    library.store.assets.touch(id, { outputPath, sidecarPaths: [] });
    const scan = () => library.scan({ output: "beside" });
    await scan();
    const before = library.at("Film/film.mkv");
    assert.equal(before?.outputPath, outputPath);
    renameSync(folder, `${folder}-away`);
    for (const staysEmpty of [false, true]) {
      if (staysEmpty) mkdirSync(folder);
      await scan();
      assert.deepEqual(library.at("Film/film.mkv"), before);
    }
    library.write("../movies-results/another.mp4", "another film");
    await scan();
    assert.equal(library.at("Film/film.mkv")?.outputPath, null, "its folder is there, and it is not");
  });

test("a folder that is renamed while a film in it is made anew is looked at until that is done", async (context) => {
  const { library, id } = await converted(context);
  library.store.assets.apply(id, "reprocess", { now: NOW });
  library.store.assets.claim({ works: ["copy"], token: "u", now: NOW });
  renameSync(join(library.root, "Film"), join(library.root, "Film of 1999"));
  const first = await library.look(["", "Film of 1999/"]);
  assert.ok((first?.again.get("Film of 1999") ?? Number.POSITIVE_INFINITY) <= NOW + 30_000, "asked again");
  library.store.assets.apply(id, "interrupted", { now: NOW, token: "u" });
  await library.look(["Film of 1999"], NOW + 30_000);
  assert.deepEqual(stateOf(library, "Film of 1999/film.mkv"), ["Queued", "Film of 1999/film.mp4"]);
  assert.deepEqual(library.paths(), ["Film of 1999/film.mkv", "other.mkv"]);
});

test("a result from which its film was moved away becomes a film of its own when that film is deleted", async (context) => {
  const { library } = await converted(context);
  library.write("Other/beside.mkv", "a neighbour");
  await library.scan();
  renameSync(join(library.root, "Film/film.mkv"), join(library.root, "Other/film.mkv"));
  await library.look(["Film", "Other"]);
  assert.deepEqual(stateOf(library, "Other/film.mkv"), ["Completed", "Film/film.mp4"]);
  library.remove("Other/film.mkv");
  await library.look(["Other"]);
  const gone = await library.look(["Other"], NOW + 10_000);
  assert.equal(gone?.missing, 1);
  assert.ok(gone?.again.has("Film"), "nobody tells of the folder that it was left in");
  await library.look([...gone.again.keys()], NOW + 10_000);
  assert.ok(library.at("Film/film.mp4"));
});
