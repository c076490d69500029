import assert from "node:assert/strict";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { Problem } from "../../src/core/problem.ts";
import type { Asset } from "../../src/edges/store/asset-row.ts";
import { openStore, type Store } from "../../src/edges/store/store.ts";
import { tempFolder } from "./temp.ts";

/** A moment for tests, epoch ms. */
export const NOW = 1_700_000_000_000;

/** A real store in a temporary folder, closed and removed after the test. */
export const newStore = (context: TestContext): { readonly store: Store; readonly file: string } => {
  const file = join(tempFolder(context), "data", "cvc.sqlite");
  const store = openStore({ file });
  context.after(store.close);
  return { store, file };
};

/** A New asset. */
export const insert = (store: Store, path: string, more: Partial<Asset> = {}): Asset =>
  store.assets.insert({
    library: more.library ?? "movies",
    path,
    sizeBytes: more.sizeBytes ?? 1000,
    modifiedUs: 1,
    fingerprint: more.fingerprint ?? null,
    foundAt: NOW,
    priority: more.priority ?? 0,
  });

/** A Queued asset. */
export const queue = (store: Store, path: string, more: Partial<Asset> = {}): Asset => {
  const asset = insert(store, path, more);
  const result = store.assets.apply(asset.id, "assessed-needs-work", { now: NOW, work: more.work ?? "copy" });
  assert.equal(result.kind, "moved");
  return asset;
};

/** For `assert.throws`: a Problem of that code. */
export const isProblem = (code: string) => (thrown: unknown) =>
  thrown instanceof Problem && thrown.code === code;
