/** What is said of folders: only of folders, and of no link but the root. */
import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { diskOf, folderTimes } from "../src/edges/folder-times.ts";
import { tempFolder } from "./support/temp.ts";

test("a folder has its identity and time; a file, a link and what is not there have none", async (context) => {
  const home = tempFolder(context);
  const [real, root] = [join(home, "real"), join(home, "root")];
  mkdirSync(join(real, "Shelf"), { recursive: true });
  writeFileSync(join(real, "Film.mkv"), "");
  symlinkSync("Shelf", join(real, "Link"));
  symlinkSync(real, root);
  utimesSync(join(real, "Shelf"), 1, 1);
  const disk = await diskOf(root);
  const ask = (paths: readonly string[], on = disk) => folderTimes(root, paths, on);
  const [itself, shelf, ...others] = await ask(["", "Shelf", "Film.mkv", "Link", "Gone"]);
  assert.equal(typeof itself?.identity, "number");
  assert.equal(shelf?.modifiedMs, 1000);
  assert.notEqual(itself?.identity, shelf?.identity);
  assert.deepEqual(others, [null, null, null]);
  const [elsewhere] = await ask(["Shelf"], disk + 1n);
  assert.equal(
    elsewhere?.identity,
    `${disk}:${shelf?.identity}`,
    "on another disk a number may be another folder's",
  );
  assert.deepEqual(await ask([]), []);
  assert.equal(await diskOf(join(home, "gone")), 0n);
});
