import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fingerprintFile } from "../src/edges/library-walk.ts";
import { putClip } from "./support/clips.ts";
import { filesBelow, newHouse } from "./support/orchestrator.ts";

const TOKEN = "0123456789abcdef0123456789abcdef";

test("a publication that was cut off while the program runs on is carried through without a restart", async (context) => {
  // Without a card the encode waits, so that this test can be the job that claims it and fails to publish.
  const house = newHouse(context, { operational: { gpu_only: true, encoder: "nvenc" } });
  await putClip("picture", join(house.root, "Film.avi"));
  const { store } = await house.start();
  const asset = await house.becomes("Film.avi", "Queued");
  const partialPath = join(house.root, `.Film.${TOKEN}.partial.mp4`);
  writeFileSync(partialPath, "the converted film");
  const outputFingerprint = await fingerprintFile(partialPath, 18);
  assert.ok(store.assets.claim({ works: ["video"], token: TOKEN, now: Date.now() }));
  store.journal.put({
    token: TOKEN,
    assetId: asset.id,
    step: "planned",
    partialPath,
    finalPath: join(house.root, "Film.mp4"),
    sidecars: [],
    superseded: [],
    sourcePath: join(house.root, "Film.avi"),
    original: "keep",
    archivePath: null,
    sourceFingerprint: asset.fingerprint ?? "",
    outputFingerprint,
    createdAt: Date.now(),
  });
  const done = await house.becomes("Film.avi", "Completed");
  assert.equal(done.outputPath, join(house.root, "Film.mp4"));
  assert.deepEqual(filesBelow(house.root), ["Film.avi", "Film.mp4"]);
  assert.deepEqual(store.journal.all(), []);
});
