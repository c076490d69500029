/** A disk of its own that is mounted in a library: it may go away, and what lies on it is looked after as all else. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { ScanReport } from "../src/steps/scan.ts";
import { newLibrary } from "./support/library.ts";
import { isRoot, smallDisk } from "./support/small-disk.ts";
import { NOW } from "./support/store.ts";

const MB = 1024 * 1024;
const LATER = NOW + 60_000;

/** A library with a disk in it at each of the places; null where none may be mounted. */
const withDisks = (context: TestContext, ...places: readonly string[]) => {
  const mounted: string[] = [];
  const pull = (): void => {
    for (const each of mounted.splice(0).toReversed()) execFileSync("umount", ["-l", each]);
  };
  // Before the folder's own removal: hooks run in the order they were given.
  context.after(pull);
  const disks = places.map(() => smallDisk(context, MB));
  const library = newLibrary(context);
  const putBack = (): void => {
    for (const [index, place] of places.entries()) {
      const folder = join(library.root, place);
      mkdirSync(folder, { recursive: true });
      execFileSync("mount", ["--bind", disks[index] ?? "", folder]);
      mounted.push(folder);
    }
  };
  if (disks.includes(null)) return null;
  putBack();
  /** The last of them. */
  const pullLast = (): void => void execFileSync("umount", ["-l", mounted.pop() ?? ""]);
  return { ...library, pull, putBack, pullLast };
};

const brief = (report: ScanReport | null) => [report?.problem, report?.moved, report?.missing];

test("a film's folder on it gets another name, and another goes: no disk is missed", {
  skip: !isRoot,
}, async (context) => {
  const library = withDisks(context, "disk") ?? context.skip("nothing may be mounted");
  if (!library) return;
  const { root, store } = library;
  library.write("here.mkv", "here");
  for (const name of ["A", "B", "C"]) library.write(`disk/${name}/${name}.mkv`, `film ${name}`);
  assert.deepEqual(brief(await library.scan()), [null, 0, 0]);
  assert.deepEqual(store.roots.get("movies")?.mounts, ["disk"]);
  renameSync(join(root, "disk/A"), join(root, "disk/Z"));
  library.remove("disk/B");
  assert.deepEqual(brief(await library.scan()), [null, 1, 1]);
  renameSync(join(root, "disk/Z"), join(root, "disk/A"));
  assert.deepEqual(brief(await library.look(["disk", "disk/A/"])), [null, 1, 0], "nor by a look at it");
  assert.deepEqual(library.paths(), ["disk/A/A.mkv", "disk/C/C.mkv", "here.mkv"]);
});

for (const place of ["disk", "a/b/c/disk"])
  test(`at ${place} it goes away: no film of it is missed`, { skip: !isRoot }, async (context) => {
    const library = withDisks(context, place) ?? context.skip("nothing may be mounted");
    if (!library) return;
    library.write(`${place}/A/A.mkv`, "film A");
    library.write("here.mkv", "here");
    await library.scan();
    library.pull();
    for (const now of [NOW, LATER]) assert.equal(await library.look([`${place}/`, "a/"], now), null);
    assert.deepEqual(brief(await library.scan()), ["root-other-device", 0, 0]);
    library.putBack();
    assert.deepEqual(brief(await library.scan()), [null, 0, 0]);
    assert.equal(library.paths().length, 2);
  });

test("a disk on a disk goes away: no film of it is missed", { skip: !isRoot }, async (context) => {
  const library = withDisks(context, "disk", "disk/inner") ?? context.skip("nothing may be mounted");
  if (!library) return;
  library.write("disk/inner/A.mkv", "film A");
  library.write("disk/B.mkv", "film B");
  await library.scan();
  assert.deepEqual(library.store.roots.get("movies")?.mounts, ["disk", "disk/inner"]);
  library.pullLast();
  for (const now of [NOW, LATER]) assert.equal(await library.look(["disk/"], now), null);
  assert.deepEqual(brief(await library.scan()), ["root-other-device", 0, 0]);
  assert.deepEqual(library.paths(), ["disk/B.mkv", "disk/inner/A.mkv"]);
});
