import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { linkSync, mkdirSync, renameSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { counts, newLibrary, type TestLibrary } from "./support/library.ts";
import { NOW } from "./support/store.ts";

const idOf = (library: TestLibrary, path: string): number => library.at(path)?.id ?? Number.NaN;

test("new files become New assets; a second scan reads nothing and changes nothing", async (context) => {
  const library = newLibrary(context);
  library.write("film.mkv", "one");
  library.write("Series/Season 1/S01E01.avi", "two");
  library.write("no extension", Buffer.alloc(500_000, 7));
  library.write("empty.mkv", "");
  library.write("film.srt", "subtitle");
  const report = await library.scan();
  assert.deepEqual(
    { ...report, seconds: 0 },
    {
      library: "movies",
      seen: 4,
      added: 4,
      changed: 0,
      moved: 0,
      copied: 0,
      missing: 0,
      waiting: 0,
      skipped: 0,
      unreadable: 0,
      badNames: 0,
      badName: null,
      problem: null,
      seconds: 0,
      again: new Map(),
    },
  );
  assert.equal(library.read.length, 4);
  const film = library.at("film.mkv");
  assert.deepEqual([film?.state, film?.sizeBytes, film?.fingerprint?.length], ["New", 3, 32]);
  assert.deepEqual(library.kinds(idOf(library, "film.mkv")), ["found"]);
  const before = library.store.events.latest({ limit: 100 }).length;
  assert.deepEqual(await counts(library.scan()), {});
  assert.deepEqual(library.read, [], "an unchanged file is not opened");
  assert.equal(library.store.events.latest({ limit: 100 }).length, before);
});

test("films that share head and size are two", async (context) => {
  const library = newLibrary(context);
  const bytes = Buffer.alloc(400_000, 1);
  library.write("a.mkv", bytes);
  bytes.fill(2, 180_000, 220_000);
  library.write("b.mkv", bytes);
  await library.scan();
  assert.notEqual(library.at("a.mkv")?.fingerprint, library.at("b.mkv")?.fingerprint);
  assert.deepEqual(await counts(library.scan()), {});
});

test("a rename, a move and a change of case keep the asset and its history", async (context) => {
  const library = newLibrary(context);
  const steps = ["film.mkv", "renamed.mkv", "folder/renamed.mkv", "folder/Renamed.MKV"];
  library.write("film.mkv", "content");
  mkdirSync(join(library.root, "folder"));
  await library.scan();
  const id = idOf(library, "film.mkv");
  for (let index = 1; index < steps.length; index++) {
    renameSync(join(library.root, steps[index - 1] ?? ""), join(library.root, steps[index] ?? ""));
    assert.deepEqual(await counts(library.scan()), { moved: 1 });
    assert.deepEqual([library.paths(), idOf(library, steps[index] ?? "")], [[steps[index]], id]);
  }
  assert.deepEqual(library.kinds(id), ["found", "moved", "moved", "moved"]);
});

test("a copy and a hard link are new assets that share the content", async (context) => {
  const library = newLibrary(context);
  const file = library.write("film.mkv", "content");
  await library.scan();
  const id = idOf(library, "film.mkv");
  library.write("copy.mkv", "content");
  linkSync(file, join(library.root, "link.mkv"));
  assert.deepEqual(await counts(library.scan()), { copied: 2 });
  assert.equal(idOf(library, "film.mkv"), id);
  const shared = library.store.assets.byFingerprint(library.at("film.mkv")?.fingerprint ?? "");
  assert.deepEqual(shared.map((each) => each.path).sort(), ["copy.mkv", "film.mkv", "link.mkv"]);
  assert.deepEqual(await counts(library.scan()), {});
});

test("two films that swap their names swap their assets", async (context) => {
  const library = newLibrary(context);
  const [a, b, c] = [
    library.write("a.mkv", "first"),
    library.write("b.mkv", "second!"),
    join(library.root, "c"),
  ];
  await library.scan();
  const [first, second] = [idOf(library, "a.mkv"), idOf(library, "b.mkv")];
  renameSync(a, c);
  renameSync(b, a);
  renameSync(c, b);
  assert.deepEqual(await counts(library.scan()), { moved: 2 });
  assert.deepEqual([idOf(library, "a.mkv"), idOf(library, "b.mkv")], [second, first]);
});

test("a film moved over another takes its place", async (context) => {
  const library = newLibrary(context);
  library.write("a.mkv", "first");
  library.write("b.mkv", "second!");
  await library.scan();
  const id = idOf(library, "a.mkv");
  renameSync(join(library.root, "a.mkv"), join(library.root, "b.mkv"));
  assert.deepEqual(await counts(library.scan()), { moved: 1, missing: 1 });
  assert.deepEqual([library.paths(), idOf(library, "b.mkv")], [["b.mkv"], id]);
});

test("new content resets to New, a new time alone does not", async (context) => {
  const library = newLibrary(context);
  const file = library.write("film.mkv", "content");
  await library.scan();
  const id = idOf(library, "film.mkv");
  library.store.assets.apply(id, "assessed-plays", { now: NOW, work: "none" });
  utimesSync(file, 1000, 1000);
  assert.deepEqual(await counts(library.scan()), {});
  assert.deepEqual(
    [library.at("film.mkv")?.state, library.at("film.mkv")?.modifiedUs],
    ["Completed", 1_000_000_000],
  );
  library.write("film.mkv", "another");
  assert.deepEqual(await counts(library.scan()), { changed: 1 });
  const film = library.at("film.mkv");
  assert.deepEqual([film?.id, film?.state, film?.outcome, film?.work], [id, "New", null, null]);
});

test("a missing film is removed, but not while it is converted", async (context) => {
  const library = newLibrary(context);
  for (const name of ["a.mkv", "b.mkv", "c.mkv"]) library.write(name, name);
  await library.scan();
  const busy = idOf(library, "b.mkv");
  library.store.assets.apply(busy, "assessed-needs-work", { now: NOW, work: "copy" });
  library.store.assets.claim({ works: ["copy"], token: "t", now: NOW });
  const gone = idOf(library, "a.mkv");
  library.remove("a.mkv");
  library.remove("b.mkv");
  assert.deepEqual(await counts(library.scan()), { missing: 1 });
  assert.deepEqual(library.paths(), ["b.mkv", "c.mkv"]);
  assert.deepEqual(library.kinds(gone), ["found", "gone"], "its events stay");
  library.write("b.mkv", "other content");
  assert.deepEqual(await counts(library.scan()), { waiting: 1 });
  assert.equal(library.at("b.mkv")?.state, "Processing");
});

test("a growing file waits until it has settled, also with a time in the future", async (context) => {
  const library = newLibrary(context);
  library.write("film.mkv", "beg", 1);
  library.write("future.mkv", "x", -86_400);
  assert.deepEqual(await counts(library.scan()), { waiting: 2 });
  library.write("film.mkv", "begin", -9);
  assert.deepEqual(await counts(library.scan({}, NOW + 10_000)), { waiting: 2 });
  assert.deepEqual(await counts(library.scan({}, NOW + 30_000)), { waiting: 1, added: 1 });
  assert.deepEqual(library.paths(), ["future.mkv"]);
  assert.deepEqual(await counts(library.scan({}, NOW + 41_000)), { added: 1 });
  assert.equal(library.deps.settling.size, 0);
  const id = idOf(library, "film.mkv");
  library.write("film.mkv", "begin again", -49);
  assert.deepEqual(await counts(library.scan({}, NOW + 50_000)), { waiting: 1 }, "a known one waits too");
  assert.equal(library.at("film.mkv")?.sizeBytes, 5);
  assert.deepEqual(await counts(library.scan({}, NOW + 90_000)), { changed: 1 });
  assert.equal(idOf(library, "film.mkv"), id);
});

test("a film moved while its new place waits is not removed", async (context) => {
  const library = newLibrary(context);
  library.write("film.mkv", "content");
  await library.scan();
  const id = idOf(library, "film.mkv");
  library.remove("film.mkv");
  library.write("new.mkv", "content", 1);
  assert.deepEqual(await counts(library.scan()), { waiting: 1 });
  assert.deepEqual(await counts(library.scan({}, NOW + 60_000)), { moved: 1 });
  assert.equal(idOf(library, "new.mkv"), id);
});

test("links, FIFOs, folders named like films, our own files and extras are left alone", async (context) => {
  const library = newLibrary(context);
  const film = library.write("film.mkv", "content");
  library.write("folder.mkv/inner.mkv", "inner");
  symlinkSync(film, join(library.root, "link.mkv"));
  symlinkSync("..", join(library.root, "folder.mkv", "loop"));
  symlinkSync("nowhere", join(library.root, "dangling.mkv"));
  execFileSync("mkfifo", [join(library.root, "pipe.mkv")]);
  library.write(".film.0a1b.partial.mp4", "half");
  library.write(".cvc-archive/old.mkv", "old");
  library.write("Film/Sample/s.mkv", "s");
  library.write("Film/Extras/e.mkv", "e");
  writeFileSync(
    Buffer.concat([Buffer.from(`${library.root}/bad `), Buffer.from([0xff]), Buffer.from(".mkv")]),
    "bad",
  );
  library.write("right \uFFFD.mkv", "a name may hold this character");
  assert.deepEqual(await counts(library.scan()), {
    added: 3,
    skipped: 4,
    badNames: 1,
    badName: "bad \uFFFD.mkv",
  });
  assert.deepEqual(library.paths(), ["film.mkv", "folder.mkv/inner.mkv", "right \uFFFD.mkv"]);
});

test("depth bounds the walk, and what is out of scope goes", async (context) => {
  const library = newLibrary(context);
  library.write("0.mkv", "0");
  library.write("a/1.mkv", "1");
  library.write("a/b/2.mkv", "2");
  assert.deepEqual(await counts(library.scan()), { added: 3 });
  assert.deepEqual(await counts(library.scan({ depth: 1 })), { missing: 1 });
  assert.deepEqual(library.paths(), ["0.mkv", "a/1.mkv"]);
  assert.deepEqual(await counts(library.scan({ depth: 0 })), { missing: 1 });
});
