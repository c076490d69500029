/** What is asked before an archived original is moved back. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { publish } from "../src/steps/publish.ts";
import { restore } from "../src/steps/restore.ts";
import { filesBelow } from "./support/orchestrator.ts";
import { isProblem } from "./support/store.ts";
import { onDisk } from "./support/verified.ts";

/** An archived film whose archive is outside the library. */
const archived = async (context: TestContext) => {
  const film = await onDisk(context, "archive");
  const archivePath = join(`${film.root}-archive`, "Film.mkv");
  mkdirSync(dirname(archivePath));
  const asset = await publish(film.deps, { ...film.input, archivePath });
  assert.equal(asset.state, "Archived");
  return {
    ...film,
    asset,
    archivePath,
    bringBack: () => restore(film.settling, asset, film.input.sourcePath),
  };
};

test("an original is not brought back into the mount point of a disk that is away", async (context) => {
  const { archivePath, bringBack, pull, putBack, input } = await archived(context);
  pull();
  await assert.rejects(bringBack(), isProblem("root-missing"));
  putBack();
  assert.ok(existsSync(archivePath));
  await bringBack();
  assert.equal(readFileSync(input.sourcePath, "utf8"), "the original film");
});

test("a file that a person put into the archive instead of the original stays there", async (context) => {
  const { root, archivePath, bringBack } = await archived(context);
  writeFileSync(archivePath, "a person's own");
  await assert.rejects(bringBack(), isProblem("restore-failed"));
  assert.equal(readFileSync(archivePath, "utf8"), "a person's own");
  assert.deepEqual(filesBelow(root), ["Film.en.vtt", "Film.mp4", "Film.ru.vtt"]);
});
