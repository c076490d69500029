import assert from "node:assert/strict";
import { once } from "node:events";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import type { Asset } from "../src/edges/store/asset-row.ts";
import { insert, NOW, newStore, queue } from "./support/store.ts";

test("an asset goes its way, each step with an event, and comes back as it was written", (context) => {
  const { store } = newStore(context);
  const { id } = insert(store, "Ünï/film 映画\n.mkv", { fingerprint: "f" });
  store.assets.apply(id, "assessed-needs-work", {
    now: NOW + 1,
    work: "video",
    why: "HEVC",
    action: "encode",
    reasonCodes: ["video-codec-not-supported"],
    expectedBytes: 5,
  });
  const claimed = store.assets.claim({ works: ["video"], token: "t1", now: NOW + 2 });
  assert.equal(claimed?.id, id);
  assert.deepEqual([claimed.state, claimed.token, claimed.attempt], ["Processing", "t1", 0]);
  const retried = store.assets.apply(id, "interrupted", {
    now: NOW + 3,
    token: "t1",
    attempt: 1,
    availableAt: NOW + 1000,
    problemCode: "io-error",
    problemDetail: "EIO",
  });
  assert.ok(
    retried.kind === "moved" && retried.asset.token === null && retried.asset.problemCode === "io-error",
  );
  assert.equal(
    store.assets.claim({ works: ["video"], token: "t2", now: NOW + 999 }),
    null,
    "not before its time",
  );
  assert.ok(store.assets.claim({ works: ["copy", "video"], token: "t2", now: NOW + 1000 }));
  const done = store.assets.apply(id, "published-kept", {
    now: NOW + 2000,
    token: "t2",
    outputPath: "/films/film.mp4",
    outputSizeBytes: 4,
    outputModifiedUs: 7,
    sidecarPaths: ["/films/film.en.vtt"],
    resultBytes: 4,
  });
  assert.ok(done.kind === "moved");
  assert.deepEqual(store.assets.byOutputPath("/films/film.mp4"), done.asset);
  assert.deepEqual(
    [done.asset.state, done.asset.outcome, done.asset.problemCode],
    ["Completed", "converted", null],
  );
  assert.deepEqual(done.asset.reasonCodes, ["video-codec-not-supported"]);
  assert.deepEqual(store.assets.byPath("movies", "Ünï/film 映画\n.mkv"), done.asset);
  assert.deepEqual(store.assets.byFingerprint("f"), [done.asset]);
  const changed = store.assets.apply(id, "changed", { now: NOW + 3000 });
  assert.ok(changed.kind === "moved");
  assert.deepEqual([changed.asset.state, changed.asset.work, changed.asset.reasonCodes], ["New", null, []]);
  assert.equal(store.assets.apply(id, "gone", { now: NOW + 4000 }).kind, "removed");
  const kinds = store.events.forAsset(id, 100).map((each) => each.kind);
  assert.deepEqual(kinds.reverse(), [
    "found",
    "assessed-needs-work",
    "claimed",
    "interrupted",
    "claimed",
    "published-kept",
    "changed",
    "gone",
  ]);
  assert.equal(store.assets.apply(id, "reprocess", { now: NOW }).kind, "refused");
});

test("the order of claims: priority, then copy before audio before video, then size, then id", (context) => {
  const { store } = newStore(context);
  const names = ["video", "audio big", "audio small", "copy", "copy later", "video first"];
  const more: readonly Partial<Asset>[] = [
    { work: "video", sizeBytes: 1 },
    { work: "audio", sizeBytes: 9 },
    { work: "audio", sizeBytes: 2 },
    { work: "copy", sizeBytes: 50 },
    { work: "copy", sizeBytes: 50 },
    { work: "video", sizeBytes: 99, priority: 5 },
  ];
  names.forEach((name, index) => {
    queue(store, name, more[index]);
  });
  assert.equal(store.assets.claim({ works: [], token: "x", now: NOW }), null);
  assert.equal(store.assets.claim({ works: ["none"], token: "x", now: NOW }), null);
  const taken = names.map(
    (_, index) =>
      store.assets.claim({ works: ["copy", "audio", "video"], token: `t${index}`, now: NOW })?.path,
  );
  assert.deepEqual(taken, ["video first", "copy", "copy later", "audio small", "audio big", "video"]);
});

test("a stale token is refused and changes nothing", (context) => {
  const { store } = newStore(context);
  const { id } = queue(store, "a");
  store.assets.claim({ works: ["copy"], token: "mine", now: NOW });
  const before = store.events.latest({ limit: 100 }).length;
  for (const token of [{ token: "other" }, { token: "" }, {}])
    assert.equal(store.assets.apply(id, "published-kept", { now: NOW, ...token }).kind, "refused");
  assert.equal(
    store.assets.apply(id, "changed", { now: NOW, token: "mine" }).kind,
    "refused",
    "no such change",
  );
  assert.equal(store.assets.byId(id)?.state, "Processing");
  assert.equal(store.events.latest({ limit: 100 }).length, before);
  assert.equal(store.assets.apply(id, "failed", { now: NOW, token: "mine" }).kind, "moved");
});

test("four claimers at once get each film once", async (context) => {
  const { store, file } = newStore(context);
  store.transaction(() => {
    for (let index = 0; index < 200; index++) queue(store, `film ${index}`);
  });
  const source = `
    import { parentPort, workerData } from "node:worker_threads";
    const { openStore } = await import(workerData.module);
    const store = openStore({ file: workerData.file });
    const ids = [];
    for (;;) {
      const asset = store.assets.claim({ works: ["copy"], token: workerData.name + ids.length, now: 1 });
      if (!asset) break;
      ids.push(asset.id);
    }
    store.close();
    parentPort.postMessage(ids);`;
  const module = new URL("../src/edges/store/store.ts", import.meta.url).href;
  const taken = await Promise.all(
    ["a", "b", "c", "d"].map(async (name) => {
      const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`), {
        workerData: { file, name, module },
      });
      const [ids] = await once(worker, "message");
      await worker.terminate();
      return ids as readonly number[];
    }),
  );
  const all = taken.flat();
  assert.equal(all.length, 200);
  assert.equal(new Set(all).size, 200);
  assert.equal(store.assets.inState("Processing").length, 200);
});

test("the database itself refuses an illegal state change, row or removal", (context) => {
  const { store, file } = newStore(context);
  const { id } = insert(store, "a");
  const raw = new DatabaseSync(file);
  context.after(() => raw.close());
  for (const to of ["Processing", "Archived"])
    assert.throws(
      () =>
        raw.exec(
          `UPDATE assets SET state = '${to}', token = ${to === "Processing" ? "'t'" : "NULL"} WHERE id = ${id}`,
        ),
      /illegal state change/,
    );
  assert.throws(() => raw.exec(`UPDATE assets SET state = 'Done' WHERE id = ${id}`), /illegal state|CHECK/);
  assert.throws(() => raw.exec(`UPDATE assets SET work = 'magic' WHERE id = ${id}`), /CHECK/);
  assert.throws(() => raw.exec(`UPDATE assets SET size_bytes = 'big' WHERE id = ${id}`), /cannot store TEXT/);
  assert.throws(() => insert(store, "a"), /UNIQUE/);
  raw.exec(`UPDATE assets SET state = 'Queued', work = 'copy' WHERE id = ${id}`);
  assert.throws(
    () => raw.exec(`UPDATE assets SET state = 'Processing' WHERE id = ${id}`),
    /CHECK/,
    "no token",
  );
  raw.exec(`UPDATE assets SET state = 'Processing', token = 't' WHERE id = ${id}`);
  assert.throws(() => raw.exec(`DELETE FROM assets WHERE id = ${id}`), /illegal removal/);
});

test("events are append-only but for pruning by age", (context) => {
  const { store, file } = newStore(context);
  const append = (at: number) =>
    store.events.append({ at, assetId: null, kind: "note", path: "", data: { at } });
  const ids = [append(1), append(2), append(3)];
  const raw = new DatabaseSync(file);
  context.after(() => raw.close());
  assert.throws(() => raw.exec("UPDATE events SET kind = 'x'"), /append-only/);
  assert.throws(() => raw.exec("DELETE FROM events"), /append-only/);
  assert.deepEqual(
    store.events.latest({ limit: 1, before: ids[2] ?? 0 }).map((each) => each.at),
    [2],
  );
  assert.equal(store.events.prune(3, 100), 2);
  assert.deepEqual(
    store.events.latest({ limit: 10 }).map((each) => each.at),
    [3],
  );
  assert.throws(() => raw.exec("DELETE FROM events"), /append-only/, "no limit is left behind");
});
