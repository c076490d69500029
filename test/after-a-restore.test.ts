/** Films that were converted since the backup that was put back: known again, not converted twice, nothing lost. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { startOrchestrator } from "../src/apps/orchestrator.ts";
import type { Orchestrator } from "../src/apps/restartable.ts";
import { settingsFrom } from "../src/apps/settings-source.ts";
import { createFfmpeg } from "../src/edges/ffmpeg.ts";
import { createLog } from "../src/edges/log.ts";
import { makeBackup } from "../src/edges/store/backups.ts";
import { inspectDatabase } from "../src/edges/store/inspect-database.ts";
import { backupFolder, databaseFile } from "../src/edges/store/open-library.ts";
import { restoreBackup, restoredMark } from "../src/edges/store/restore-backup.ts";
import { runCli } from "./support/cli.ts";
import { putClip } from "./support/clips.ts";
import { runSql } from "./support/data-folder.ts";
import { filesBelow, newHouse, sha256, standIn, until } from "./support/orchestrator.ts";
import { tempFolder } from "./support/temp.ts";

/** One library of each way: the original kept, archived, archived with the result in a folder of its own. */
const newLibraries = (context: TestContext) => {
  const folder = tempFolder(context);
  const data = join(folder, "data");
  const root = (name: string): string => join(folder, "films", name);
  mkdirSync(join(folder, "films", "out"), { recursive: true });
  const settings = settingsFrom({
    libraries: {
      kept: { root: root("kept") },
      archived: { root: root("archived"), original: "archive" },
      apart: { root: root("apart"), original: "archive", output: join(folder, "films", "out") },
    },
    operational: { encoder: "software", gpu_only: false, settle_seconds: 0, max_concurrent_copies: 4 },
  });
  let running: Orchestrator | null = null;
  const stop = async (): Promise<void> => {
    await running?.stop();
    running = null;
  };
  context.after(stop);
  const start = async (program?: string): Promise<Orchestrator> => {
    const ffmpeg = createFfmpeg(program);
    running = await startOrchestrator({ settings, dataDirectory: data, log: createLog("silent"), ffmpeg });
    return running;
  };
  /** What may not change: each file and its content. */
  const everyFile = () => {
    const films = join(folder, "films");
    return filesBelow(films).map((each) => `${each} ${sha256(join(films, each))}`);
  };
  return { data, root, start, stop, everyFile };
};

const WAYS = [
  ["kept", "Completed"],
  ["archived", "Archived"],
  ["apart", "Archived"],
] as const;

/** In work when the backup is made, and found after it. */
const FILMS = ["Film.mkv", "Later/Film.mkv"] as const;

test("a backup from before they were converted", async (context) => {
  const { data, root, start, stop, everyFile } = newLibraries(context);
  const [film, later] = FILMS;
  for (const [library] of WAYS) await putClip("remux", join(root(library), film));
  await putClip("remux", join(root("archived"), "Taken.mkv"));
  const looking = await start(standIn("hangs"));
  await until("all are in work", () => looking.store.assets.counts().state.Processing === 4);
  const input = { reason: "daily", now: Date.now() } as const;
  const backup = await makeBackup(looking.store.database, backupFolder(data), input);
  await stop();
  // One was another film then, and its original was kept.
  runSql(
    backup.path,
    `UPDATE assets SET state = 'Completed', token = NULL, outcome = 'converted', fingerprint = 'of then',
       output_path = '${join(root("archived"), "Film.mp4")}' WHERE library = 'archived' AND path = '${film}'`,
  );
  for (const [library] of WAYS) await putClip("sound", join(root(library), later));
  const originals = new Map(
    WAYS.flatMap(([library]) => FILMS.map((each) => join(root(library), each))).map((each) => [
      each,
      sha256(each),
    ]),
  );
  const working = await start();
  const isDone = ({ store }: Pick<Orchestrator, "store">, films: number): boolean => {
    const { state, total } = store.assets.counts();
    return total === films && state.Completed + state.Archived === films;
  };
  await until("all are converted", () => isDone(working, 7));
  await stop();
  // By hand meanwhile: a result was taken away, and the archive has an original that a film of that name is not made of.
  rmSync(join(root("archived"), "Taken.mp4"));
  await putClip("plays", join(root("archived"), "Other.mp4"));
  await putClip("remux", join(root("archived"), ".chromecast-originals", "Other.mkv"));
  const before = everyFile();

  await restoreBackup(data, backup.name, Date.now());
  const { store, restore, overview, startScan } = await start();
  const at = (library: string, path: string) => store.assets.byPath(library, path);
  await until("all are known", () => isDone({ store }, 7));
  await until("no scan runs", () => overview().scanning.length === 0);
  const scannedBefore = Math.max(...store.roots.all().map((each) => each.scannedAt));
  startScan(null);
  await until("all were scanned once more", () => {
    const roots = store.roots.all();
    return overview().scanning.length === 0 && roots.every((each) => each.scannedAt > scannedBefore);
  });
  for (const [library, state] of WAYS)
    for (const path of FILMS) {
      const asset = at(library, path);
      assert.ok(asset?.outputPath && existsSync(asset.outputPath), `${library}/${path}`);
      assert.deepEqual([asset.state, asset.outcome], [state, "converted"], `${library}/${path}`);
      const done = store.jobs.forAsset(asset.id, 9).filter((job) => job.outcome === "done");
      assert.deepEqual(done, [], `${library}/${path} was not converted again`);
    }
  assert.equal(store.assets.counts().total, 7);
  assert.deepEqual([at("archived", "Taken.mkv"), at("archived", "Other.mkv")], [null, null]);
  assert.equal(at("archived", "Other.mp4")?.outcome, "direct-play");
  assert.deepEqual(everyFile(), before, "no file is another");
  assert.ok(!existsSync(restoredMark(data)));
  for (const [library, state] of WAYS)
    for (const path of FILMS) if (state === "Archived") await restore(at(library, path)?.id ?? 0);
  for (const [path, hash] of originals) assert.equal(sha256(path), hash, "and each can be brought back");
});

test("while the program runs doctor reads the database and touches nothing, and puts no backup back", async (context) => {
  const house = newHouse(context);
  await putClip("plays", join(house.root, "Film.mp4"));
  await house.start();
  await house.becomes("Film.mp4", "Completed");
  const isBackup = (name: string): boolean => name.startsWith("library-");
  await until("there is a backup", () => filesBelow(backupFolder(house.data)).some(isBackup));
  const args = ["doctor", "--data", house.data, "--json"];
  // Without ffmpeg it is quick; the database needs none.
  const { lines } = await runCli(context, args, { PATH: "/nowhere" });
  const found = lines().find((each) => each.check === "database");
  assert.equal(found?.state, "ok", String(found?.detail));
  assert.match(String(found?.detail), /library\.sqlite, whole, version \d+, .*, 1 film$/);
  const refused = await runCli(context, [...args, "--restore-database", "newest"]);
  assert.equal(refused.code, 3);
  assert.match(refused.out, /^{"type":"problem","code":"already-running"/);
  house.now().store.assets.touch(house.at("Film.mp4")?.id ?? 0, { priority: 1 });
  await house.stop();
  assert.equal(inspectDatabase(databaseFile(house.data), "integrity_check").kind, "good");
});
