/** A look at some folders of a library: finds what a scan of all would find there, and takes away no more than it. */
import assert from "node:assert/strict";
import { mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { walkLibrary } from "../src/edges/library-walk.ts";
import { counts, newLibrary, type TestLibrary } from "./support/library.ts";
import { NOW } from "./support/store.ts";
import { tempFolder } from "./support/temp.ts";

/** When a film that was not found is believed to be gone. */
const LATER = NOW + 10_000;

const withSeries = async (library: TestLibrary): Promise<void> => {
  for (const name of ["Film.mkv", "A/one.mkv", "A/two.mkv", "A/deep/three.mkv", "B/four.mkv"])
    library.write(name, `film ${name}`);
  await library.scan();
};

const move = (library: TestLibrary, from: string, to: string): void => {
  mkdirSync(join(library.root, to, ".."), { recursive: true });
  renameSync(join(library.root, from), join(library.root, to));
};

test("a folder is looked at alone: what is new in it, and nothing elsewhere", async (context) => {
  const library = newLibrary(context);
  await withSeries(library);
  library.write("A/new.mkv", "new");
  library.write("A/deep/new.mkv", "new too");
  library.write("B/new.mkv", "new as well");
  assert.deepEqual(await counts(library.look(["A"])), { added: 1 });
  assert.deepEqual(library.read, ["A/new.mkv"], "known files cost a stat");
  assert.deepEqual(await counts(library.look(["A/"])), { added: 1 }, "with all below");
  assert.deepEqual(await counts(library.look(["", "B"])), { added: 1 });
  assert.deepEqual(await counts(library.scan()), {}, "a scan of all has nothing to add");
});

test("a new file is looked at again when it settles, and only then taken", async (context) => {
  const library = newLibrary(context);
  await withSeries(library);
  library.write("A/new.mkv", "grow", 10);
  const report = await library.look(["A"]);
  assert.deepEqual([report?.waiting, report?.added], [1, 0]);
  assert.deepEqual([...(report?.again ?? [])], [["A", NOW + 20_000]], "30 s after its last write");
  assert.deepEqual(await counts(library.look(["A"], NOW + 19_999)), { waiting: 1 });
  assert.deepEqual(await counts(library.look(["A"], NOW + 20_000)), { added: 1 });
  assert.equal(library.deps.settling.size, 0, "nothing of it is kept");
});

test("a time in the future is no reason to wait for it", async (context) => {
  const library = newLibrary(context);
  await withSeries(library);
  library.write("A/new.mkv", "from another clock", -86_400);
  assert.deepEqual([...((await library.look(["A"]))?.again.values() ?? [])], [NOW + 30_000]);
  assert.deepEqual(await counts(library.look(["A"], NOW + 30_000)), { added: 1 });
});

for (const [name, looks] of [
  ["told at once", [["A", "B"]]],
  ["where it went is told first", [["B"], ["A"]]],
  ["where it was is told first", [["A"], ["B"], ["A"]]],
] as const)
  test(`a move between folders keeps the row: ${name}`, async (context) => {
    const library = newLibrary(context);
    await withSeries(library);
    const before = library.at("A/one.mkv");
    move(library, "A/one.mkv", "B/other.mkv");
    for (const look of looks) await library.look(look);
    assert.equal(library.at("B/other.mkv")?.id, before?.id);
    assert.deepEqual(await counts(library.look(["A", "B"], LATER)), {});
    assert.deepEqual(library.kinds(before?.id ?? 0), ["found", "moved"]);
    assert.equal(library.paths().length, 5);
  });

test("a film that comes into a place not known to be free yet is looked at again", async (context) => {
  const library = newLibrary(context);
  await withSeries(library);
  const ids = ["A/one.mkv", "B/four.mkv"].map((each) => library.at(each)?.id);
  move(library, "B/four.mkv", "C/four.mkv");
  move(library, "A/one.mkv", "B/four.mkv");
  const report = await library.look(["A", "B"]);
  assert.ok(report?.again.has("B"), "its row cannot take that place before the other has left it");
  await library.look(["C", ...(report?.again.keys() ?? [])], LATER);
  await library.look(["A", "B", "C"], LATER);
  assert.deepEqual(
    ["B/four.mkv", "C/four.mkv"].map((each) => library.at(each)?.id),
    ids,
  );
});

test("a renamed folder takes all its films with it", async (context) => {
  const library = newLibrary(context);
  await withSeries(library);
  const ids = library.paths().map((each) => library.at(each)?.id);
  move(library, "A", "Z/A");
  assert.deepEqual(await counts(library.look(["", "Z/"])), { moved: 3 });
  assert.deepEqual(library.paths(), [
    "B/four.mkv",
    "Film.mkv",
    "Z/A/deep/three.mkv",
    "Z/A/one.mkv",
    "Z/A/two.mkv",
  ]);
  assert.deepEqual(new Set(library.paths().map((each) => library.at(each)?.id)), new Set(ids));
});

test("what is gone is believed the second time, seconds later", async (context) => {
  const library = newLibrary(context);
  await withSeries(library);
  library.remove("A/one.mkv");
  library.remove("B");
  const first = await library.look(["A", "B"]);
  assert.deepEqual(
    [first?.missing, [...(first?.again ?? [])]],
    [
      0,
      [
        ["A", LATER],
        ["B", LATER],
      ],
    ],
  );
  assert.deepEqual(await counts(library.look(["A", "B"], LATER - 1)), {});
  assert.deepEqual(await counts(library.look(["A", "B"], LATER)), { missing: 2 });
  assert.deepEqual(library.paths(), ["A/deep/three.mkv", "A/two.mkv", "Film.mkv"]);
  assert.equal(library.deps.missed.size, 0, "nothing of it is kept");
});

test("one that is away for a moment is not counted as away the next time", async (context) => {
  const library = newLibrary(context);
  await withSeries(library);
  const aside = join(tempFolder(context), "one.mkv");
  const [there, away] = [
    () => renameSync(aside, join(library.root, "A/one.mkv")),
    () => renameSync(join(library.root, "A/one.mkv"), aside),
  ];
  away();
  await library.look(["A"]);
  there();
  await library.look(["A"]);
  away();
  assert.deepEqual(await counts(library.look(["A"], LATER)), {});
});

test("a changed film is changed, and a folder that stands for a file is none", async (context) => {
  const library = newLibrary(context);
  await withSeries(library);
  library.write("A/one.mkv", "another film");
  library.remove("A/two.mkv");
  mkdirSync(join(library.root, "A/two.mkv"));
  assert.deepEqual(await counts(library.look(["A"])), { changed: 1 });
  assert.deepEqual(await counts(library.look(["A"], LATER)), { missing: 1 });
});

test("what leads out of the library is refused", async (context) => {
  const library = newLibrary(context);
  await withSeries(library);
  const outside = tempFolder(context);
  writeFileSync(join(outside, "secret.mkv"), "of nobody's business");
  utimesSync(join(outside, "secret.mkv"), 1, 1);
  symlinkSync(outside, join(library.root, "link"));
  mkdirSync(join(library.root, ".hidden"));
  library.write(".hidden/film.mkv", "hidden");
  const ways = ["..", "../", "A/../..", "/etc", "link", "link/", ".hidden", "", "A//deep", "A/\0", "\ud800"];
  for (const way of ways)
    assert.deepEqual(
      Object.keys(await counts(library.look([way]))).filter((each) => each !== "skipped"),
      [],
      JSON.stringify(way),
    );
  assert.equal(library.paths().length, 5);
});

test("a folder that became a link takes its films away as a scan of all does", async (context) => {
  const library = newLibrary(context);
  await withSeries(library);
  const aside = join(tempFolder(context), "B");
  renameSync(join(library.root, "B"), aside);
  symlinkSync(aside, join(library.root, "B"));
  await library.look(["B/"]);
  assert.deepEqual(await counts(library.look(["B/"], LATER)), { missing: 1, skipped: 1 });
});

test("a root that is away, empty or another disk is left to a scan of all", async (context) => {
  const library = newLibrary(context);
  await withSeries(library);
  const { root, store } = library;
  const row = store.roots.get("movies");
  assert.ok(row);
  for (const before of [
    { ...row, identity: "another" },
    { ...row, mounts: ["A"] },
    { ...row, problemCode: "root-missing" as const },
    { ...row, root: "/elsewhere" },
  ]) {
    store.roots.put(before);
    assert.equal(await library.look(["A"]), null);
  }
  store.roots.put(row);
  renameSync(root, `${root}.aside`);
  assert.equal(await library.look(["A"]), null);
  mkdirSync(root);
  assert.equal(await library.look(["A"]), null);
  rmSync(root, { recursive: true });
  renameSync(`${root}.aside`, root);
  assert.deepEqual(await counts(library.look(["A"])), {});
  assert.equal(library.paths().length, 5);
});

test("a disk that goes away while it is read takes nothing away", async (context) => {
  let isAway = false;
  const library: TestLibrary = newLibrary(context, {
    walkLibrary: (input, signal) => {
      if (isAway) {
        renameSync(library.root, `${library.root}.aside`);
        mkdirSync(library.root);
      }
      return walkLibrary(input, signal);
    },
  });
  await withSeries(library);
  library.remove("A/one.mkv");
  await library.look(["A"]);
  isAway = true;
  assert.equal(await library.look(["A"], LATER), null);
  assert.equal(library.paths().length, 5);
});

test("names of any kind", async (context) => {
  const library = newLibrary(context);
  await withSeries(library);
  const folder = "new\nline 🎬 [b] %_";
  library.write(`${folder}/fílm "q".mkv`, "x");
  writeFileSync(Buffer.concat([Buffer.from(join(library.root, folder, "bad")), Buffer.from([0xff])]), "x");
  const report = await library.look([folder]);
  assert.deepEqual([report?.added, report?.badNames], [1, 1]);
});

test("ten thousand rows beside it cost nothing", async (context) => {
  const library = newLibrary(context);
  await withSeries(library);
  library.store.transaction(() => {
    for (let index = 0; index < 10_000; index++)
      library.store.assets.insert({
        library: "movies",
        path: `Other ${index % 100}/${index}.mkv`,
        sizeBytes: 1,
        modifiedUs: 1,
        fingerprint: `f${index}`,
        foundAt: NOW,
      });
  });
  const { folder, tree } = library.store.assets;
  assert.deepEqual(
    folder("movies", "").rows.map((each) => each.file.path),
    ["Film.mkv"],
  );
  assert.equal(folder("movies", "").folders.length, 102);
  assert.equal(tree("movies", "Other 7").length, 100);
  assert.equal(tree("movies", "").length, 10_005);
});

for (const place of ["A", "B", "outside"] as const)
  test(`a result in ${place} that is not there is missed the second time, and counted anew once it was there`, async (context) => {
    const library = newLibrary(context);
    await withSeries(library);
    const { store } = library;
    const folder = place === "outside" ? tempFolder(context) : join(library.root, place);
    const outputPath = join(folder, "one.mp4");
    const put = (): void => {
      writeFileSync(outputPath, "the converted film");
      utimesSync(outputPath, NOW / 1000 - 86_400, NOW / 1000 - 86_400);
    };
    put();
    writeFileSync(join(folder, "poster.jpg"), "");
    const { id } = library.at("A/one.mkv") ?? assert.fail();
    store.assets.apply(id, "assessed-needs-work", { now: NOW, work: "copy" });
    store.assets.claim({ works: ["copy"], token: "t", now: NOW });
    const sizes = { outputSizeBytes: 18, outputModifiedUs: (NOW / 1000 - 86_400) * 1e6 };
    store.assets.apply(id, "published-kept", { now: NOW, token: "t", outputPath, ...sizes });
    const hour = 3600_000;
    rmSync(outputPath);
    assert.deepEqual([...((await library.look(["A"]))?.again ?? [])], [["A", LATER]]);
    put();
    await library.look(["A"], LATER);
    assert.equal(library.deps.missed.size, 0, "it is there again");
    rmSync(outputPath);
    await library.look(["A"], NOW + hour);
    assert.equal(store.assets.byId(id)?.state, "Completed", "not believed at once");
    await library.look(["A"], LATER + hour);
    assert.equal(store.assets.byId(id)?.state, "New");
    assert.equal(library.deps.missed.size, 0, "nothing of it is kept");
  });
