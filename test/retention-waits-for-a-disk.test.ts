/** Killed between the removal of a file and its row: that a file is not there says something only of a disk that is there. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, renameSync, rmdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type TestContext, test } from "node:test";
import { putClip } from "./support/clips.ts";
import { newHouse, until } from "./support/orchestrator.ts";
import { pulled, smallDisk } from "./support/small-disk.ts";
import { tempFolder } from "./support/temp.ts";

const DAY_MS = 86_400_000;
const RETENTION = { archive_retention_days: 2, remove_original_after_success: true };

/** A film archived long ago; killed while its original was to be removed. `archive` is empty for the hidden folder. */
const removing = async (context: TestContext, film: string, archive: string, root?: string) => {
  const house = newHouse(context, {
    ...{ library: { original: "archive", archive }, operational: RETENTION },
    ...(root === undefined ? {} : { root }),
  });
  await putClip("remux", join(house.root, film));
  await house.start();
  const { archivePath } = await house.becomes(film, "Archived", "Failed");
  assert.ok(archivePath !== null);
  await house.scan();
  await house.stop();
  const database = new DatabaseSync(join(house.data, "library.sqlite"));
  database.exec(`UPDATE assets SET state_at = state_at - ${9 * DAY_MS}`);
  database
    .prepare("INSERT INTO removals (path, step, at, why) VALUES (?, 'removing', ?, NULL)")
    .run(archivePath, Date.now() - 5 * DAY_MS);
  database.close();
  const settles = async (): Promise<string | null> => {
    await house.start();
    await until("it was looked at", () => {
      const { archive } = house.now().store;
      return archive.byPath(archivePath)?.removal?.step !== "removing";
    });
    const known = house.at(film)?.archivePath ?? null;
    await house.stop();
    return known;
  };
  return { archivePath, settles };
};

for (const film of ["Film.mkv", "x/Film.mkv"])
  test(`the archive's disk is away, its mount point stays: the original of ${film} is not forgotten`, async (context) => {
    const archive = join(tempFolder(context), "disk");
    mkdirSync(archive);
    const { archivePath, settles } = await removing(context, film, archive);
    const before = readFileSync(archivePath);
    renameSync(archive, `${archive}-away`);
    mkdirSync(archive);
    assert.equal(await settles(), archivePath);
    rmdirSync(archive);
    renameSync(`${archive}-away`, archive);
    assert.deepEqual(readFileSync(archivePath), before);
  });

test("the archive is a disk in a hidden folder of the library, and away: the original is not forgotten", async (context) => {
  const root = join(tempFolder(context), "films");
  const archive = join(root, ".originals");
  mkdirSync(archive, { recursive: true });
  const { archivePath, settles } = await removing(context, "Film.mkv", archive, root);
  renameSync(archive, `${root}-away`);
  mkdirSync(archive);
  assert.equal(await settles(), archivePath);
});

test("the library's disk is away, and below it lies a folder with an empty archive: the original is not forgotten", async (context) => {
  const disk = smallDisk(context, 32 << 20);
  if (disk === null) return context.skip("no disk may be mounted");
  const root = join(tempFolder(context), "films");
  mkdirSync(join(root, ".chromecast-originals"), { recursive: true });
  mkdirSync(join(root, "a folder"));
  const mount = pulled(context, disk, root);
  try {
    const { archivePath, settles } = await removing(context, "Film.mkv", "", root);
    mount.pull();
    assert.ok(existsSync(dirname(archivePath)));
    assert.equal(await settles(), archivePath);
    mount.putBack();
    assert.ok(existsSync(archivePath));
  } finally {
    mount.pull();
  }
});

test("of an archive that is there the row follows", async (context) => {
  const archive = join(tempFolder(context), "disk");
  mkdirSync(join(archive, "another folder"), { recursive: true });
  const { archivePath, settles } = await removing(context, "Film.mkv", archive);
  renameSync(archivePath, `${archive}-removed`);
  assert.equal(await settles(), null);
});
