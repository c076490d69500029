/** A library whose films are all archived: its results tell whether its disk is there. */
import assert from "node:assert/strict";
import { mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { putClip } from "./support/clips.ts";
import { newHouse } from "./support/orchestrator.ts";
import { pulled, smallDisk } from "./support/small-disk.ts";
import { tempFolder } from "./support/temp.ts";

test("its disk is away, and something lies below it: no result is forgotten by a scan", async (context) => {
  const disk = smallDisk(context, 32 << 20);
  if (disk === null) return context.skip("no disk may be mounted");
  const root = join(tempFolder(context), "films");
  mkdirSync(join(root, "a folder"), { recursive: true });
  const mount = pulled(context, disk, root);
  try {
    const house = newHouse(context, { root, library: { original: "archive" } });
    await putClip("remux", join(root, "Film.mkv"));
    await house.start();
    const asset = await house.becomes("Film.mkv", "Archived");
    await house.scan();
    await house.stop();
    mount.pull();
    await house.start();
    await house.scan();
    assert.equal(house.now().store.roots.get("films")?.problemCode, "root-other-device");
    assert.deepEqual(house.at("Film.mkv"), asset);
    await house.stop();
    mount.putBack();
    await house.start();
    await house.scan();
    assert.equal(house.now().store.roots.get("films")?.problemCode, null);
    assert.deepEqual(house.at("Film.mkv"), asset);
    await house.stop();
  } finally {
    mount.pull();
  }
});

test("nothing but the hidden archive is left in it, and its disk has another number: its originals tell that it is there", async (context) => {
  const output = tempFolder(context);
  const house = newHouse(context, { library: { original: "archive", output } });
  await putClip("remux", join(house.root, "Film.mkv"));
  await house.start();
  const { id } = await house.becomes("Film.mkv", "Archived");
  const { store } = house.now();
  const row = store.roots.get("films") ?? assert.fail();
  store.roots.put({ ...row, device: "another", fileCount: 1 });
  await house.scan();
  assert.equal(store.roots.get("films")?.problemCode, null);
  store.roots.put({ ...row, device: "another", fileCount: 1 });
  assert.equal((await house.now().restore(id)).state, "New");
  const [held, away] = [join(house.root, "Film.mkv"), join(output, "Film.mkv")];
  renameSync(held, away);
  store.roots.put({ ...row, device: "another", fileCount: 1 });
  await house.scan();
  assert.equal(store.roots.get("films")?.problemCode, "root-empty");
});
