/** Hidden partial files that nothing knows: once a day they go, wherever they lie; whatever is owned or young stays. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { settingsFrom } from "../src/apps/settings-source.ts";
import { createSweepLoop } from "../src/apps/sweep-loop.ts";
import { tokenOfMove } from "../src/edges/library-write.ts";
import { filesBelow } from "./support/orchestrator.ts";
import { newBench } from "./support/running.ts";
import { NOW, queue } from "./support/store.ts";
import { tempFolder } from "./support/temp.ts";

const DAY_MS = 86_400_000;
const [LOST, OWNED] = ["a".repeat(32), "b".repeat(32)];

/** A library with its results and its archive in folders of their own, and a loop that was never run. */
const newPlace = (context: TestContext, scanning: () => readonly string[] = () => []) => {
  const folder = tempFolder(context);
  const at = (path: string): string => join(folder, path);
  const put = (...paths: readonly string[]): void => {
    for (const path of paths) {
      mkdirSync(dirname(at(path)), { recursive: true });
      writeFileSync(at(path), "half a film");
    }
  };
  const { running, pass } = newBench(context, at("films"));
  const films = { root: at("films"), output: at("results"), original: "archive", archive: at("archive") };
  const settings = settingsFrom({ libraries: { films, plain: { root: at("plain") } } });
  const loop = createSweepLoop({ ...running, settings }, { scanning });
  const sweep = async (): Promise<readonly string[]> => {
    loop.pump();
    await loop.idle();
    return filesBelow(folder);
  };
  // A time of change cannot be set: the clock of who reads it is.
  const later = (): void => context.mock.timers.enable({ apis: ["Date"], now: Date.now() + 2 * DAY_MS });
  return { at, put, sweep, later, pass, store: running.store };
};

test("they go from libraries, results and archives, also where results lay by earlier settings", async (context) => {
  const { at, put, sweep, later, store } = newPlace(context);
  const earlier = queue(store, "Earlier.mkv", { library: "films" });
  store.assets.touch(earlier.id, { outputPath: at("before/series/Earlier.mp4") });
  const film = "films/Film.mkv";
  put(film);
  put(`films/series/.Film.${LOST}.partial.mp4`, `films/.Film.${LOST}.partial.en.vtt`);
  put(`results/.Film.${LOST}.partial.mp4`, `archive/series/.archive.${LOST}.partial.copy`);
  put(`plain/.chromecast-originals/.archive.${LOST}.partial.copy`, `before/series/.Film.${LOST}.partial.mp4`);
  put(`plain/.chromecast-set-aside/.${LOST}.${LOST}.partial.name`);
  later();
  assert.deepEqual(await sweep(), [film]);
});

test("what is owned, young, or in a hidden folder of others stays", async (context) => {
  const { at, put, sweep, later, store } = newPlace(context);
  const { id } = queue(store, "Film.mkv", { library: "films" });
  store.assets.claim({ works: ["copy"], token: OWNED, now: NOW, id });
  const other = queue(store, "Other.mkv", { library: "films" });
  store.journal.put({
    ...{ token: "c".repeat(32), assetId: other.id, step: "published", original: "archive" },
    ...{ partialPath: at("results/x"), finalPath: at("results/Other.mp4"), sidecars: [], superseded: [] },
    ...{ sourcePath: at("films/Other.mkv"), archivePath: at("archive/Other.mkv") },
    ...{ sourceFingerprint: "", outputFingerprint: "", archiveFolder: null, createdAt: NOW },
  });
  const owned = [
    `archive/.archive.${tokenOfMove(at("archive/Other.mkv"))}.partial.copy`,
    `films/.zfs/snapshot/.Film.${LOST}.partial.mp4`,
    `films/@eaDir/.Film.${LOST}.partial.mp4`,
    `results/.Film.${OWNED}.partial.mp4`,
    `results/.Other.${"c".repeat(32)}.partial.mp4`,
  ];
  put(...owned);
  later();
  assert.deepEqual(await sweep(), owned.toSorted());
});

test("what is not a day old stays: another program may be writing it", async (context) => {
  const { put, sweep } = newPlace(context);
  const young = `films/.Film.${LOST}.partial.mp4`;
  put(young);
  assert.deepEqual(await sweep(), [young]);
});

test("once a day, not while a library is scanned, and not while an undo is under way", async (context) => {
  const scanning = ["films"];
  const { put, sweep, later, pass, store } = newPlace(context, () => scanning);
  const lost = `films/.Film.${LOST}.partial.mp4`;
  put(lost);
  later();
  assert.deepEqual(await sweep(), [lost], "a scan runs");
  scanning.pop();
  store.restores.ask(1, NOW + DAY_MS);
  assert.deepEqual(await sweep(), [lost], "an undo waits");
  store.restores.remove(1);
  assert.deepEqual(await sweep(), []);
  put(lost);
  context.mock.timers.reset();
  later();
  assert.deepEqual(await sweep(), [lost], "the day is not over");
  pass(DAY_MS);
  assert.deepEqual(await sweep(), []);
});
