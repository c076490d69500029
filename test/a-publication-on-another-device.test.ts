/** The number of a library's disk is another after a restart, and all that is left of its films is a publication cut off. */
import assert from "node:assert/strict";
import { mkdirSync, renameSync } from "node:fs";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import type { JournalEntry } from "../src/edges/store/journal.ts";
import { isRootThere } from "../src/steps/scan-root.ts";
import { counts, newLibrary } from "./support/library.ts";
import { NOW } from "./support/store.ts";

/** The only film of a library, right after its original went to the archive; `more` changes its journal row. */
const cutOff = async (context: TestContext, more: (root: string) => Partial<JournalEntry> = () => ({})) => {
  const library = newLibrary(context);
  const sourcePath = library.write("Film.mkv", "the original");
  library.write("poster.jpg", "a picture");
  await library.scan();
  const film = library.at("Film.mkv") ?? assert.fail();
  library.store.assets.apply(film.id, "assessed-needs-work", { now: NOW, work: "copy" });
  library.store.assets.claim({ works: ["copy"], token: "t", now: NOW });
  const entry: JournalEntry = {
    token: "t",
    assetId: film.id,
    step: "published",
    partialPath: join(library.root, ".Film.t.partial.mp4"),
    finalPath: join(library.root, "Film.mp4"),
    sidecars: [],
    superseded: [],
    sourcePath,
    original: "archive",
    archivePath: join(library.root, ".chromecast-originals", "Film.mkv"),
    archiveFolder: null,
    sourceFingerprint: film.fingerprint ?? "",
    outputFingerprint: "",
    createdAt: NOW,
    ...more(library.root),
  };
  library.store.journal.put(entry);
  const { archivePath } = entry;
  if (archivePath) {
    mkdirSync(dirname(archivePath), { recursive: true });
    renameSync(sourcePath, archivePath);
  } else library.remove("Film.mkv");
  const row = library.store.roots.get("movies") ?? assert.fail();
  library.store.roots.put({ ...row, device: "another" });
  return {
    ...library,
    isThere: () => isRootThere(library.deps, "movies", library.root, "Film.mkv"),
  };
};

test("the published film tells that it is the library, with the archive elsewhere", async (context) => {
  const { isThere, write } = await cutOff(context, (root) => ({ archivePath: `${root}-archive/Film.mkv` }));
  assert.equal(await isThere(), false);
  write("Film.mp4", "the converted film");
  assert.equal(await isThere(), true);
});

test("the hidden archive tells it, with the results elsewhere", async (context) => {
  const { isThere, remove } = await cutOff(context, (root) => ({ finalPath: `${root}-results/Film.mp4` }));
  remove("poster.jpg");
  assert.equal(await isThere(), true, "nothing that is not hidden is left");
  remove(".chromecast-originals");
  assert.equal(await isThere(), false, "another disk");
});

for (const step of ["published", "original-done"] as const)
  test(`${step}, and nothing of it is in the library: a scan believes the disk`, async (context) => {
    const { isThere, scan, store } = await cutOff(context, (root) => ({
      step,
      finalPath: `${root}-results/Film.mp4`,
      archivePath: `${root}-archive/Film.mkv`,
    }));
    assert.equal(await isThere(), false);
    assert.deepEqual(await counts(scan()), {});
    assert.equal(store.roots.get("movies")?.problemCode, null);
    assert.equal(await isThere(), true);
  });

test("a film that was not named yet is looked for in its place", async (context) => {
  const { isThere, scan, write } = await cutOff(context, () => ({ step: "planned", archivePath: null }));
  assert.equal(await isThere(), false);
  assert.deepEqual(await counts(scan()), { problem: "root-other-device" });
  write("Film.mkv", "the original");
  assert.equal(await isThere(), true);
});

test("another disk in its place is not taken for the library", async (context) => {
  const { isThere, scan, remove } = await cutOff(context);
  remove(".chromecast-originals");
  assert.equal(await isThere(), false);
  assert.deepEqual(await counts(scan()), { problem: "root-other-device" });
});
