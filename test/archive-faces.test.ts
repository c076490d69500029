/** The archive on the page, in the API and on the command line. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { runCli, serve } from "./support/cli.ts";
import { putClip } from "./support/clips.ts";
import { filesBelow, sha256, until } from "./support/orchestrator.ts";
import { suite } from "./support/server.ts";
import { tempFolder } from "./support/temp.ts";

suite("the archive in the page", (the) => {
  const browser = { host: "localhost:9000", accept: "text/html" };

  test("lists what lies there, and when it leaves", async () => {
    const { app, control } = the();
    const archived = control.store.assets.page({ state: "Archived", limit: 10 }).assets;
    const { files, totals, retentionDays } = (await app.inject("/api/archive")).json();
    assert.deepEqual(
      files.map((each: { assetId: number }) => each.assetId),
      archived.filter((each) => each.archivePath !== null).map((each) => each.id),
    );
    assert.deepEqual([totals.original.files, retentionDays, files[0].leavesAt], [files.length, 0, null]);
    const page = await app.inject({ url: "/archive", headers: browser });
    assert.match(page.body, /Nothing is ever removed from here/);
    assert.ok(page.body.includes(`/library/${files[0].assetId}`));
  });

  test("asks before it brings many back, with their number and the filter", async () => {
    const { app, control } = the();
    const [film] = control.store.assets.page({ state: "Archived", limit: 1 }).assets;
    assert.ok(film);
    const { library } = film;
    const list = await app.inject({ url: `/library?state=Archived&library=${library}`, headers: browser });
    const link = /href="(\/restore\?[^"]*)"/.exec(list.body)?.[1];
    assert.equal(link, `/restore?library=${library}`);
    const question = await app.inject({ url: link, headers: browser });
    assert.match(question.body, /Bring back the originals of 1 archived film\?/);
    assert.match(question.body, new RegExp(`name="library" value="${library}"`));
    const none = await app.inject({ url: "/restore?q=nowhere", headers: browser });
    assert.match(none.body, /0 archived films.*disabled/s);
  });

  test("brings those that match back", async () => {
    const { app, control } = the();
    const post = (payload: object) => app.inject({ method: "POST", url: "/api/restore", payload });
    for (const body of [{ state: "Failed" }, {}, { q: "" }, { all: true, q: "x" }])
      assert.equal((await post(body)).statusCode, 400, JSON.stringify(body));
    assert.deepEqual((await post({ q: "nowhere" })).json(), { asked: 0 });
    const library = control.store.assets.page({ state: "Archived", limit: 1 }).assets[0]?.library ?? "";
    const done = await app.inject({
      method: "POST",
      url: "/restore",
      headers: { ...browser, "content-type": "application/x-www-form-urlencoded" },
      payload: `library=${library}`,
    });
    assert.deepEqual([done.statusCode, done.headers.location], [303, "/archive?done=restoreAll"]);
    assert.equal(control.store.assets.page({ state: "Archived", library, limit: 1 }).total, 0);
  });
});

test("on the command line: listed, counted, and brought back with --yes", async (context) => {
  const folder = tempFolder(context);
  const [root, settings] = [join(folder, "films"), join(folder, "settings.yaml")];
  writeFileSync(
    settings,
    JSON.stringify({
      libraries: { films: { root, original: "archive" } },
      operational: { encoder: "software", settle_seconds: 0, gpu_only: false },
    }),
  );
  const before = sha256(await putClip("remux", join(root, "a", "Film.mkv")));
  await putClip("remux", join(root, "b", "Film.mkv"));
  const { url } = await serve(context, ["--data", join(folder, "data"), "--settings", settings]);
  const cvc = (...args: readonly string[]) => runCli(context, args, { ORCHESTRATOR_URL: url });
  await until("both are archived", () => filesBelow(join(root, ".chromecast-originals")).length === 2);
  let archived: readonly Record<string, unknown>[] = [];
  while (archived.length < 2) archived = (await cvc("archive", "--json")).lines();
  assert.equal(archived[0]?.type, "archived");
  assert.match((await cvc("archive")).out, /stays .*2 files, /s);
  assert.equal((await cvc("restore")).code, 2);
  assert.equal((await cvc("restore", "--library", "", "--yes")).code, 2);
  assert.equal((await cvc("restore", "--q", "a/", "3")).code, 2);
  assert.match((await cvc("restore", "--q", "a/")).out, /1 original would be brought back; add --yes/);
  assert.equal(filesBelow(join(root, ".chromecast-originals")).length, 2);
  const restored = await cvc("restore", "--q", "a/", "--yes");
  assert.deepEqual(
    [restored.code, /restored: films\/a\/Film\.mkv/.test(restored.out)],
    [0, true],
    restored.out,
  );
  assert.equal(sha256(join(root, "a", "Film.mkv")), before);
  assert.deepEqual(filesBelow(join(root, ".chromecast-originals")), ["b/Film.mkv"]);
});
