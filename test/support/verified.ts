/** A film right before it is published. */
import assert from "node:assert/strict";
import { mkdirSync, renameSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { WRITING } from "../../src/apps/job.ts";
import type { OriginalPolicy } from "../../src/core/settings.ts";
import { sweepPartials } from "../../src/edges/library-write.ts";
import { filesBelow } from "./orchestrator.ts";
import { NOW, newStore, queue } from "./store.ts";
import { tempFolder } from "./temp.ts";

/** A claimed `Film.mkv` with a verified partial film and partial sidecars of its tracks; a person has `Film.ru.vtt`. */
export const verified = async (context: TestContext, labels: readonly string[]) => {
  const { store } = newStore(context);
  const root = join(tempFolder(context), "films");
  mkdirSync(root);
  const token = "0123456789abcdef0123456789abcdef";
  const at = (name: string): string => join(root, name);
  const partial = (ending: string): string => at(`.Film.${token}.partial.${ending}`);
  writeFileSync(at("Film.mkv"), "the original film");
  writeFileSync(partial("mp4"), "the converted film");
  for (const label of labels) writeFileSync(partial(`${label}.vtt`), `ours, ${label}`);
  writeFileSync(at("Film.ru.vtt"), "a person's");
  const found = await WRITING.fileStat(at("Film.mkv"));
  assert.ok(found);
  const asset = queue(store, "Film.mkv", {
    ...found,
    fingerprint: await WRITING.fingerprintFile(at("Film.mkv"), found.sizeBytes),
  });
  store.assets.touch(asset.id, found);
  const claimed = store.assets.claim({ works: ["copy"], token, now: NOW });
  assert.ok(claimed);
  const input = {
    ...{ asset: claimed, token, sourcePath: at("Film.mkv"), folder: root, partial: partial("mp4") },
    ...({ original: "keep", archivePath: null, missing: [], copied: [] } as const),
    sidecars: labels.map((label) => ({
      label,
      ending: "vtt",
      path: partial(`${label}.vtt`),
      isOfTrack: true,
    })),
  };
  return { store, root, at, asset, input };
};

/** A film to be published, and a disk that can be pulled: the empty mount point stays. */
export const onDisk = async (context: TestContext, original: OriginalPolicy) => {
  const film = await verified(context, ["en"]);
  const { store, root, input } = film;
  const archivePath = original === "archive" ? join(root, ".chromecast-originals", "Film.mkv") : null;
  let isThere = true;
  const pull = (): void => {
    isThere = false;
    renameSync(root, `${root}-away`);
    mkdirSync(root);
  };
  const putBack = (): void => {
    assert.deepEqual(filesBelow(root), []);
    rmdirSync(root);
    renameSync(`${root}-away`, root);
    isThere = true;
  };
  const deps = { store, files: WRITING, now: () => NOW };
  const settling = { ...deps, sweepPartials, isLibraryThere: () => Promise.resolve(isThere) };
  return { ...film, input: { ...input, original, archivePath }, deps, settling, pull, putBack };
};
