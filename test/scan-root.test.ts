import assert from "node:assert/strict";
import { chmodSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Problem } from "../src/core/problem.ts";
import { scanLibrary } from "../src/steps/scan.ts";
import { counts, newLibrary, type TestLibrary } from "./support/library.ts";
import { NOW } from "./support/store.ts";

test("a missing, an emptied and another root take nothing away and say so once", async (context) => {
  const library = newLibrary(context);
  for (const name of ["a.mkv", "b.mkv", "c.mkv"]) library.write(name, name);
  await library.scan();
  const aside = `${library.root}.aside`;
  const notes = () =>
    library.store.events
      .latest({ limit: 100 })
      .filter((each) => each.kind.startsWith("root"))
      .map((each) => [each.kind, (each.data as { problem: string }).problem])
      .reverse();
  renameSync(library.root, aside);
  for (let times = 0; times < 2; times++)
    assert.deepEqual(await counts(library.scan()), { problem: "root-missing" });
  mkdirSync(join(library.root, "lost+found"), { recursive: true });
  for (let times = 0; times < 2; times++)
    assert.deepEqual(await counts(library.scan()), { problem: "root-empty" });
  assert.equal(library.store.roots.get("movies")?.problemCode, "root-empty");
  assert.equal(library.paths().length, 3);
  library.remove("lost+found");
  renameSync(aside, library.root);
  assert.deepEqual(await counts(library.scan()), {});
  assert.deepEqual(notes(), [
    ["root-problem", "root-missing"],
    ["root-problem", "root-empty"],
    ["root-recovered", "root-empty"],
  ]);
});

test("another device number is believed only with the films on it", async (context) => {
  const library = newLibrary(context);
  for (let index = 0; index < 30; index++) library.write(`${index}.mkv`, `film ${index}`);
  await library.scan();
  const rename = () => {
    const row = library.store.roots.get("movies");
    if (row) library.store.roots.put({ ...row, device: "another" });
  };
  rename();
  library.remove("3.mkv");
  assert.deepEqual(await counts(library.scan()), { missing: 1 }, "a remount");
  rename();
  for (let index = 0; index < 25; index++) library.remove(`${index}.mkv`);
  library.write("stray.mkv", "left below the mount point");
  assert.deepEqual(await counts(library.scan()), { problem: "root-other-device" });
  assert.equal(library.paths().length, 29);
});

test("a root that goes away under the walk takes nothing away", async (context) => {
  const library = newLibrary(context);
  library.write("a.mkv", "a");
  await library.scan();
  const walkNothing: TestLibrary["deps"]["walkLibrary"] = async function* () {
    renameSync(library.root, `${library.root}.aside`);
    mkdirSync(library.root);
    yield [];
  };
  const input = { name: "movies", library: { root: library.root, depth: "max" as const }, now: NOW };
  const report = await scanLibrary({ ...library.deps, walkLibrary: walkNothing }, input);
  assert.deepEqual([report.problem, report.missing, library.paths()], ["root-empty", 0, ["a.mkv"]]);
});

test("a disk that was mounted in the library and is not takes nothing away", async (context) => {
  const library = newLibrary(context);
  library.write("disk/a.mkv", "a");
  library.write("b.mkv", "b");
  await library.scan();
  const row = library.store.roots.get("movies");
  if (row) library.store.roots.put({ ...row, mounts: ["disk"] });
  assert.deepEqual(await counts(library.scan()), {}, "the films are there: no disk of its own any more");
  if (row) library.store.roots.put({ ...row, mounts: ["disk"] });
  library.remove("disk/a.mkv");
  for (let times = 0; times < 2; times++)
    assert.deepEqual(await counts(library.scan()), { problem: "root-other-device" });
  assert.deepEqual(library.paths(), ["b.mkv", "disk/a.mkv"]);
  library.write("disk/a.mkv", "a");
  assert.deepEqual(await counts(library.scan()), {});
});

for (const isArchived of [true, false])
  test(`a disk in the library with nothing but results ${isArchived ? "of archived films " : ""}is away: none is forgotten`, async (context) => {
    const library = newLibrary(context);
    const { store, write, at, scan } = library;
    write("film.mkv", "the source");
    write("other.mkv", "another film");
    await scan();
    const { id } = at("film.mkv") ?? assert.fail();
    const outputPath = write("disk/film.mp4", "the converted film");
    store.assets.apply(id, "assessed-needs-work", { now: NOW, work: "copy" });
    store.assets.claim({ works: ["copy"], token: "t", now: NOW });
    store.assets.apply(id, isArchived ? "published-moved" : "published-kept", {
      now: NOW,
      token: "t",
      outputPath,
      outputSizeBytes: 18,
      outputModifiedUs: (NOW / 1000 - 86_400) * 1e6,
    });
    if (isArchived) library.remove("film.mkv");
    const output = join(library.root, "disk");
    assert.deepEqual(await counts(scan({ output })), {});
    const before = at("film.mkv");
    const row = store.roots.get("movies") ?? assert.fail();
    store.roots.put({ ...row, mounts: ["disk"] });
    library.remove("disk/film.mp4");
    for (let times = 0; times < 2; times++)
      assert.deepEqual(await counts(scan({ output })), { problem: "root-other-device" });
    assert.deepEqual(at("film.mkv"), before);
    const moved = write("elsewhere/film.mp4", "the converted film");
    assert.deepEqual(await counts(scan({ output })), {}, "moved off it by a person");
    assert.equal(at("film.mkv")?.outputPath, moved);
  });

test("an unreadable folder or file is not missing", async (context) => {
  const library = newLibrary(context);
  library.write("shut/a.mkv", "a");
  library.write("b.mkv", "b");
  await library.scan();
  const isRoot = process.getuid?.() === 0;
  if (isRoot) {
    // Root reads everything: the walk's word stands in for the refusal.
    const walked = library.deps.walkLibrary;
    const walkLibrary: typeof walked = async function* (input, signal) {
      for await (const batch of walked(input, signal))
        yield batch.flatMap((each) => (each.path === "shut/a.mkv" ? [] : [each]));
      yield [{ kind: "unreadable", path: "shut", why: "EACCES" }];
    };
    library.remove("shut/a.mkv");
    const input = { name: "movies", library: { root: library.root, depth: "max" as const }, now: NOW };
    assert.deepEqual(await counts(scanLibrary({ ...library.deps, walkLibrary }, input)), { unreadable: 1 });
  } else {
    chmodSync(join(library.root, "shut"), 0o000);
    context.after(() => chmodSync(join(library.root, "shut"), 0o755));
    assert.deepEqual(await counts(library.scan()), { unreadable: 1 });
  }
  assert.deepEqual(library.paths(), ["b.mkv", "shut/a.mkv"]);
});

test("a file that cannot be read is shown without a fingerprint and read when it can be", async (context) => {
  let isShut = true;
  const library = newLibrary(context, {
    fingerprintFile: async (path) => {
      if (isShut) throw new Problem("file-unreadable", path);
      return "f".repeat(32);
    },
  });
  library.write("a.mkv", "a");
  assert.deepEqual(await counts(library.scan()), { added: 1, unreadable: 1 });
  assert.equal(library.at("a.mkv")?.fingerprint, null);
  assert.deepEqual(await counts(library.scan()), { unreadable: 1 });
  isShut = false;
  assert.deepEqual(await counts(library.scan()), { changed: 1 });
  assert.deepEqual(await counts(library.scan()), {});
});

test("an aborted scan stops with the reason of the signal", async (context) => {
  const library = newLibrary(context);
  library.write("a.mkv", "a");
  const input = { name: "movies", library: { root: library.root, depth: "max" as const }, now: NOW };
  await assert.rejects(scanLibrary(library.deps, input, AbortSignal.abort(new Error("stop"))), /stop/);
});

test("while its known films are loaded a scan lets others have their turn, and can be stopped", async (context) => {
  const library = newLibrary(context, {
    statRoot: () => assert.fail("it went on"),
  });
  for (let index = 0; index < 1200; index++)
    library.store.assets.insert({
      ...{ library: "movies", path: `${index}.mkv`, sizeBytes: 1, modifiedUs: 1 },
      ...{ fingerprint: null, foundAt: NOW },
    });
  const input = { name: "movies", library: { root: library.root, depth: "max" as const }, now: NOW };
  const ending = new AbortController();
  const scanning = scanLibrary(library.deps, input, ending.signal);
  setImmediate(() => ending.abort(new Error("stop")));
  await assert.rejects(scanning, /stop/);
});
