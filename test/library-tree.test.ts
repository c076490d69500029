/** Every watch that is begun is ended, whatever is told while folders are still being listed. */
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { createLibraryTree } from "../src/edges/library-watch.ts";
import { HAS_EVENTS, type WatchFolder, watchFolder } from "../src/edges/watch-system.ts";
import { tempFolder } from "./support/temp.ts";

test("folders that are told of while they are listed are watched once", {
  skip: HAS_EVENTS ? false : "this system does not tell of changes",
}, async (context) => {
  const root = tempFolder(context);
  const names = Array.from({ length: 40 }, (_, index) => `folder ${index}`);
  for (const name of names) mkdirSync(join(root, name));
  const open = new Set<string>();
  let begun = 0;
  let tellRoot: Parameters<WatchFolder>[1] = () => {};
  const watch: WatchFolder = (path, listener) => {
    const name = `${basename(path)} ${begun++}`;
    open.add(name);
    if (path === join(root, "")) tellRoot = listener;
    else tellRoot("rename", Buffer.from(basename(path)));
    const watcher = watchFolder(path, () => {});
    watcher.on("close", () => open.delete(name));
    return watcher;
  };
  const ending = new AbortController();
  const around = { watch, onDirty: () => {}, onEvent: () => {}, signal: ending.signal };
  const tree = createLibraryTree(root, around);
  assert.equal(await tree.begin(), true);
  await pause(100);
  assert.deepEqual([tree.counts().folders, tree.counts().watched, open.size], [41, 41, 41]);
  tree.end();
  await pause(50);
  assert.deepEqual([...open], []);
});
