import assert from "node:assert/strict";
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { html, markupOf } from "../src/apps/http/html.ts";
import { filmPart } from "../src/apps/http/pages/film.ts";
import type { OriginalPolicy } from "../src/core/settings.ts";
import { fingerprintFile } from "../src/edges/library-walk.ts";
import { putClip } from "./support/clips.ts";
import { filesBelow, newHouse, until } from "./support/orchestrator.ts";

const TOKEN = "0123456789abcdef0123456789abcdef";

/** A publication right before it names the film, which no job is at work on; `before` happens before anything sees it. */
const cutOff = async (context: TestContext, original: OriginalPolicy, before: (root: string) => void) => {
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
    original,
    archivePath: original === "archive" ? join(house.root, ".chromecast-originals", "Film.avi") : null,
    sourceFingerprint: asset.fingerprint ?? "",
    outputFingerprint,
    archiveFolder: null,
    createdAt: Date.now(),
  });
  before(house.root);
  return { ...house, store, id: asset.id };
};

test("a publication that was cut off while the program runs on is carried through without a restart", async (context) => {
  const { store, ...house } = await cutOff(context, "keep", () => {});
  const done = await house.becomes("Film.avi", "Completed");
  assert.equal(done.outputPath, join(house.root, "Film.mp4"));
  assert.deepEqual(filesBelow(house.root), ["Film.avi", "Film.mp4"]);
  assert.deepEqual(store.journal.all(), []);
});

test("one that waits for its disk says so on the page, and a person may give it up: the original stays", async (context) => {
  const away = (root: string): string => `${root}-away`;
  const { store, id, ...house } = await cutOff(context, "archive", (root) => renameSync(root, away(root)));
  const { waitingReason, cancel } = house.now();
  const asset = await until("it says why", () => {
    const found = store.assets.byId(id);
    return found?.problemCode === "root-missing" && found;
  });
  const view = { control: house.now(), now: Date.now(), asset };
  const body = markupOf(html`${filmPart("head", view).body}${filmPart("side", view).body}`);
  assert.match(body, /passed its checks, but is not in its place yet/);
  assert.match(body, /The library folder is not there\. Its result waits to be put in its place/);
  assert.match(
    body,
    /The result waits to be put in its place<bdi class="under">The library folder is not there\.<\/bdi><bdi class="under">The disk of its library/,
  );
  assert.match(body, /may not be mounted: .*Film\.avi/);
  assert.equal(cancel(id).state, "Processing");
  renameSync(away(house.root), house.root);
  const done = await house.becomes("Film.avi", "Failed");
  assert.deepEqual([done.problemCode, done.attempt], ["cancelled", 1]);
  assert.deepEqual(filesBelow(house.root), ["Film.avi"]);
  assert.equal(waitingReason(done), null);
});
