/** A real orchestrator that watches real folders: what changes is found without a scan of all. */
import assert from "node:assert/strict";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { isLocalFileSystem } from "../src/core/watch-kinds.ts";
import { createLibraryTree } from "../src/edges/library-watch.ts";
import { fileSystemOf, HAS_EVENTS } from "../src/edges/watch-system.ts";
import { type House, type HouseOptions, newHouse, until } from "./support/orchestrator.ts";
import { tempFolder } from "./support/temp.ts";
import { limitedTo, silent } from "./support/watching.ts";

const skip = HAS_EVENTS ? false : "this system does not tell of changes";

/** A watched house; scans of all come once, at the start. */
const watchedHouse = async (context: TestContext, options: HouseOptions = {}): Promise<House> => {
  const house = newHouse(context, { watches: true, ...options });
  // What changed right before the start is looked at twice.
  utimesSync(house.root, 1, 1);
  await house.start();
  await until("it watches", () => house.now().watching()[0]?.folders);
  await until("it was scanned", () => house.now().store.roots.get("films"));
  return house;
};

/** Nothing but what is in it, with a time of long ago. */
const write = (house: House, path: string, content = path): void => {
  const file = join(house.root, path);
  mkdirSync(join(file, ".."), { recursive: true });
  const hidden = join(file, "..", ".being-written");
  writeFileSync(hidden, content);
  utimesSync(hidden, 1, 1);
  renameSync(hidden, file);
};

const paths = (house: House): readonly string[] =>
  [...house.now().store.assets.iterate("films")].map((each) => each.path);

const become = (house: House, ...wanted: readonly string[]): Promise<boolean> =>
  until(`the films are ${wanted.join(", ")}`, () => paths(house).join() === [...wanted].sort().join());

test("films that come, move, change and go are found, and no scan of all is made", {
  skip,
}, async (context) => {
  const house = await watchedHouse(context);
  const { scannedAt } = house.now().store.roots.get("films") ?? {};
  write(house, "One.mkv");
  await become(house, "One.mkv");
  const id = house.at("One.mkv")?.id;

  renameSync(join(house.root, "One.mkv"), join(house.root, "First.mkv"));
  await become(house, "First.mkv");
  assert.equal(house.at("First.mkv")?.id, id, "a new name");

  mkdirSync(join(house.root, "Series/Season 1"), { recursive: true });
  renameSync(join(house.root, "First.mkv"), join(house.root, "Series/Season 1/First.mkv"));
  await become(house, "Series/Season 1/First.mkv");
  assert.equal(house.at("Series/Season 1/First.mkv")?.id, id, "another folder");

  renameSync(join(house.root, "Series"), join(house.root, "Show"));
  await become(house, "Show/Season 1/First.mkv");
  assert.equal(house.at("Show/Season 1/First.mkv")?.id, id, "a folder's new name");

  write(house, "Show/Season 1/Second.mkv");
  await become(house, "Show/Season 1/First.mkv", "Show/Season 1/Second.mkv");
  write(house, "Show/Season 1/First.mkv", "replaced by another film");
  await until("it changed", () => house.at("Show/Season 1/First.mkv")?.sizeBytes === 24);

  rmSync(join(house.root, "Show/Season 1/Second.mkv"));
  await become(house, "Show/Season 1/First.mkv");
  assert.equal(house.now().store.roots.get("films")?.scannedAt, scannedAt, "no scan of all");
  assert.equal(house.now().watching()[0]?.mode, "events");
});

test("a whole folder that is moved in, and one that is filled while it is made", {
  skip,
}, async (context) => {
  const house = await watchedHouse(context);
  const aside = mkdtempSync(join(tempFolder(context), "aside-"));
  for (const name of ["a/one.mkv", "a/b/two.mkv"]) {
    mkdirSync(join(aside, name, ".."), { recursive: true });
    writeFileSync(join(aside, name), name);
    utimesSync(join(aside, name), 1, 1);
  }
  renameSync(aside, join(house.root, "in"));
  for (let index = 0; index < 20; index++) write(house, `deep/${index}/${index}/${index}.mkv`);
  const wanted = Array.from({ length: 20 }, (_, index) => `deep/${index}/${index}/${index}.mkv`);
  await become(house, "in/a/one.mkv", "in/a/b/two.mkv", ...wanted);
});

test("a file that grows is left alone, and taken soon after its last write", { skip }, async (context) => {
  const house = await watchedHouse(context, { operational: { settle_seconds: 2 } });
  const file = join(house.root, "Growing.mkv");
  for (let times = 0; times < 12; times++) {
    appendFileSync(file, "more ");
    await new Promise((resolve) => setTimeout(resolve, 250));
    assert.deepEqual(paths(house), [], "it still grows");
  }
  const endedAt = Date.now();
  await become(house, "Growing.mkv");
  context.diagnostic(`found ${Date.now() - endedAt} ms after its last write, of which 2000 are for settling`);
  assert.equal(house.at("Growing.mkv")?.sizeBytes, 60);
});

test("what comes while all of it is scanned is not lost", { skip }, async (context) => {
  const house = await watchedHouse(context);
  const wanted: string[] = [];
  for (let index = 0; index < 200; index++) {
    if (index % 20 === 0) house.now().startScan(null);
    const path = `${index % 7}/${index}.mkv`;
    write(house, path);
    wanted.push(path);
    if (index % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await become(house, ...wanted);
});

test("a folder that gets another name right before it is watched is looked at with all in it", {
  skip,
}, async (context) => {
  const root = tempFolder(context);
  mkdirSync(join(root, "Show"));
  writeFileSync(join(root, "Show/Film.mkv"), "film");
  for (const each of ["Show/Film.mkv", "Show", ""]) utimesSync(join(root, each), 1, 1);
  const begunAt = Date.now() - 1000;
  renameSync(join(root, "Show"), join(root, "Show of 1999"));
  const { signal } = new AbortController();
  const tree = createLibraryTree(root, { onDirty: () => {}, onEvent: () => {}, signal });
  context.after(tree.end);
  await tree.begin();
  // A scan that had read the root before knows the old name only, and the folder has its time of long ago.
  assert.deepEqual(tree.changedSince(begunAt), [{ path: "", isTree: true }]);
});

test("more events at once than the kernel keeps lose no film", { skip }, async (context) => {
  const house = await watchedHouse(context);
  const folder = join(house.root, "many");
  mkdirSync(folder);
  await until("the folder is watched", () => house.now().watching()[0]?.watched === 2);
  // Without a pause, so that nothing is read meanwhile: some 60,000 events.
  for (let index = 0; index < 10_000; index++) {
    const file = join(folder, `${index}.mkv`);
    writeFileSync(file, String(index));
    utimesSync(file, 1, 1);
  }
  mkdirSync(join(house.root, "after"));
  write(house, "after/last.mkv");
  await until("all are found", () => house.now().store.assets.counts().total === 10_001);
});

test("where not all folders can be watched it is said, and the others are compared", {
  skip,
}, async (context) => {
  const house = newHouse(context, {
    watches: true,
    watchFolder: limitedTo(2),
    operational: { poll_seconds: 5 },
  });
  for (const name of ["a", "b", "c", "d"]) {
    mkdirSync(join(house.root, name));
    utimesSync(join(house.root, name), 1, 1);
  }
  await house.start();
  const found = await until("it watches", () =>
    house
      .now()
      .watching()
      .find((each) => each.folders === 5),
  );
  assert.deepEqual([found.mode, found.watched], ["polled", 2]);
  assert.match(found.mend, /sysctl .*max_user_watches/);
  assert.equal(house.now().overview().warnings[0]?.code, "watch-limit");
  await until("it was scanned", () => house.now().store.roots.get("films"));
  for (const name of ["a", "b", "c", "d", "e/f"]) write(house, `${name}/film.mkv`);
  await become(house, "a/film.mkv", "b/film.mkv", "c/film.mkv", "d/film.mkv", "e/f/film.mkv");
});

test("where changes are not told the folders are compared, and it is said", { skip }, async (context) => {
  const options = { watches: true, watchFolder: silent, operational: { poll_seconds: 5 } };
  const house = newHouse(context, options);
  mkdirSync(join(house.root, "A"));
  for (const name of ["A", ""]) utimesSync(join(house.root, name), 1, 1);
  await house.start();
  await until("it watches", () => house.now().watching()[0]?.folders === 2);
  await until("it was scanned", () => house.now().store.roots.get("films"));
  assert.equal(house.now().watching()[0]?.mode, "events", "so it seems");
  write(house, "A/One.mkv");
  write(house, "B/C/Two.mkv");
  await become(house, "A/One.mkv", "B/C/Two.mkv");
  const [watching] = house.now().watching();
  assert.deepEqual([watching?.mode, watching?.missed, watching?.folders], ["polled", 2, 4]);
  write(house, "B/C/Three.mkv");
  await become(house, "A/One.mkv", "B/C/Three.mkv", "B/C/Two.mkv");
});

test("on a disk of this machine folders are compared seldom from the beginning", {
  skip,
}, async (context) => {
  const house = await watchedHouse(context, { operational: { poll_seconds: 5 } });
  const isLocal = isLocalFileSystem(await fileSystemOf(house.root));
  if (!isLocal) return context.skip("what is temporary lies on no such disk");
  await until("it is known", () => house.now().watching()[0]?.pollSeconds === 600);
  assert.match(house.now().watching()[0]?.why ?? "", /disk of this machine/);
});

test("a root that goes away and comes back is watched again", { skip }, async (context) => {
  const house = await watchedHouse(context);
  write(house, "One.mkv");
  await become(house, "One.mkv");
  renameSync(house.root, `${house.root}.aside`);
  await until("it is away", () => house.now().watching()[0]?.mode === "away");
  assert.deepEqual(paths(house), ["One.mkv"], "nothing is taken away");
  renameSync(`${house.root}.aside`, house.root);
  await until("it is back", () => house.now().watching()[0]?.mode === "events");
  write(house, "Two.mkv");
  await become(house, "One.mkv", "Two.mkv");
});

test("names of any kind are told", { skip }, async (context) => {
  const house = await watchedHouse(context);
  const folder = "new\nline 🎬 [b] %";
  write(house, `${folder}/film "q".mkv`);
  await become(house, `${folder}/film "q".mkv`);
  writeFileSync(Buffer.concat([Buffer.from(join(house.root, folder, "bad ")), Buffer.from([0xff])]), "x");
  await until("a name is told of", () => house.now().overview().rootProblems[0]?.code === "name-not-utf8");
});

test("what the program does itself makes no end of looks", { skip }, async (context) => {
  const { putClip } = await import("./support/clips.ts");
  const house = await watchedHouse(context, { library: { original: "archive" } });
  await putClip("remux", join(house.root, "Film.mkv"));
  await house.becomes("Film.mkv", "Archived");
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const before = house.now().watching()[0]?.lastEventAt;
  await new Promise((resolve) => setTimeout(resolve, 1500));
  assert.equal(house.now().watching()[0]?.lastEventAt, before, "all is quiet");
  assert.deepEqual(paths(house), ["Film.mkv"]);
});
