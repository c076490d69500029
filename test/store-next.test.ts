/** What the loops take next, by library and by film. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { insert, NOW, newStore, queue } from "./support/store.ts";

test("a claim takes films of the libraries named, in their common order, or the one film", (context) => {
  const { store } = newStore(context);
  queue(store, "small", { library: "away", work: "copy", sizeBytes: 1 });
  queue(store, "big", { library: "a", work: "copy", sizeBytes: 30e6 });
  queue(store, "mid", { library: "b", work: "copy", sizeBytes: 20e6 });
  const encode = queue(store, "encode", { library: "b", work: "video", sizeBytes: 1 });
  const urgent = queue(store, "urgent", { library: "a", work: "video", sizeBytes: 99, priority: 1 });
  let count = 0;
  const claim = (more: object) =>
    store.assets.claim({ works: ["copy", "audio", "video"], token: `t${count++}`, now: NOW, ...more })?.path;
  assert.equal(claim({ libraries: [] }), undefined);
  assert.equal(claim({ libraries: ["none"] }), undefined);
  assert.equal(claim({ libraries: ["a", "b"] }), "urgent");
  assert.equal(claim({ id: urgent.id }), undefined, "claimed already");
  assert.equal(claim({ id: encode.id, works: ["copy"] }), undefined);
  assert.equal(claim({ id: encode.id }), "encode");
  assert.equal(claim({ libraries: ["a", "b"] }), "mid");
  assert.equal(claim({ libraries: ["a", "b"] }), "big");
  assert.equal(claim({ libraries: ["a", "b"] }), undefined);
  assert.equal(claim({}), "small");
});

test("the next New film is the one found first, but for those in work and of other libraries", (context) => {
  const { store } = newStore(context);
  const next = (libraries: readonly string[], except: readonly number[] = []) =>
    store.assets.nextNew({ libraries, except })?.path;
  assert.equal(next(["a", "b"]), undefined);
  const away = insert(store, "away", { library: "away" });
  queue(store, "queued", { library: "a" });
  const first = insert(store, "first", { library: "b" });
  const second = insert(store, "second", { library: "a" });
  assert.equal(next(["a", "b"]), "first");
  assert.equal(next(["a", "b"], [first.id]), "second");
  assert.equal(next(["a", "b"], [second.id, first.id]), undefined);
  assert.equal(next([]), undefined);
  assert.equal(next(["away"], [first.id]), "away");
  assert.equal(next(["away"], [away.id]), undefined);
});

test("lists and counts can be of some libraries", (context) => {
  const { store } = newStore(context);
  for (const library of ["a", "b", "away"]) for (const path of ["1", "2"]) insert(store, path, { library });
  queue(store, "3", { library: "away", work: "video" });
  const libraries = ["a", "b"];
  assert.deepEqual([store.assets.counts().total, store.assets.counts(libraries).total], [7, 4]);
  assert.equal(store.assets.counts(libraries).work.video, 0);
  const page = store.assets.page({ libraries, limit: 3 });
  assert.deepEqual([page.total, page.assets.length], [4, 3]);
  const rest = store.assets.page({ libraries, limit: 3, cursor: page.next ?? "" });
  assert.deepEqual(
    [...page.assets, ...rest.assets].map((each) => each.library),
    ["a", "b", "a", "b"],
  );
  assert.equal(store.assets.page({ libraries, library: "away", limit: 3 }).total, 0);
  assert.equal(store.assets.page({ libraries, q: "1", limit: 3 }).total, 2);
});
