/** Whether a folder that the settings name is there, told by what is in it. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { WRITING } from "../src/apps/job.ts";
import { statRoot } from "../src/edges/library-walk.ts";
import { requireFolder } from "../src/steps/named-folder.ts";
import { insert, isProblem, newStore } from "./support/store.ts";
import { tempFolder } from "./support/temp.ts";

test("a folder with nothing in it is new as long as no row names a file in it", async (context) => {
  const { store } = newStore(context);
  const folder = tempFolder(context);
  const deps = { store, files: WRITING };
  const { id } = insert(store, "Film.mkv");
  const isRefused = async (path: string): Promise<boolean> => {
    store.assets.touch(id, { outputPath: path });
    return requireFolder(deps, `${folder}/`).then(
      () => false,
      (thrown: unknown) => isProblem("folder-away")(thrown),
    );
  };
  for (const path of [`${folder}-2/Film.mp4`, `${folder}.mp4`, `${folder}0/Film.mp4`, "/Film.mp4"])
    assert.equal(await isRefused(path), false, path);
  for (const path of [`${folder}/Film.mp4`, `${folder}/a/b/Film.mp4`])
    assert.equal(await isRefused(path), true, path);
  writeFileSync(join(folder, "emptied by hand.txt"), "");
  assert.equal(await isRefused(`${folder}/Film.mp4`), false);
});

test("an archive that has to hold something and is empty is away, unless it is the very folder of before", async (context) => {
  const { store } = newStore(context);
  const folder = tempFolder(context);
  const deps = { store, files: WRITING };
  const found = await statRoot(folder);
  assert.ok(found.kind === "ok");
  await requireFolder(deps, folder, true, found.identity);
  for (const other of [null, `${found.identity}1`])
    await assert.rejects(requireFolder(deps, folder, true, other), isProblem("folder-away"), String(other));
  await assert.rejects(requireFolder(deps, `${folder}/none`, true, found.identity), isProblem("folder-away"));
});
