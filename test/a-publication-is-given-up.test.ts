/** A publication that waits for a disk says why, and a person may end it; whatever fails, the original stays. */
import assert from "node:assert/strict";
import { linkSync, mkdirSync, unlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { WRITING } from "../src/apps/job.ts";
import { Problem } from "../src/core/problem.ts";
import { settlePublications } from "../src/steps/recover.ts";
import {
  ARCHIVED,
  type Case,
  crashed,
  KEPT,
  PARTIAL,
  type Place,
  publish,
  SIDECAR,
} from "./support/crashed.ts";
import { filesBelow } from "./support/orchestrator.ts";

const dead = (path: string): Promise<never> =>
  Promise.reject(new Problem("io-error", `${path}: EIO, made by the test`));

/** A crash, after which the disks whose paths `isDead` names answer with errors only. */
const waiting = async (
  context: TestContext,
  row: Pick<Case, "step" | "original">,
  crash: (place: Place) => void,
  isDead: (path: string) => boolean,
) => {
  const place = await crashed(context, row, crash);
  const under = (path: string): boolean => isDead(path.slice(place.root.length + 1));
  const files: typeof WRITING = {
    ...WRITING,
    fileStat: (path) => (under(path) ? dead(path) : WRITING.fileStat(path)),
    fingerprintFile: (path, size) => (under(path) ? dead(path) : WRITING.fingerprintFile(path, size)),
    moveOriginal: (from, to, code) => (under(to) ? dead(to) : WRITING.moveOriginal(from, to, code)),
    moveWithoutOverwrite: (from, to) => (under(to) ? dead(to) : WRITING.moveWithoutOverwrite(from, to)),
    removeFile: (path) => (under(path) ? dead(path) : WRITING.removeFile(path)),
  };
  const deps = { ...place.deps, files };
  const [entry] = place.store.journal.all();
  assert.ok(entry);
  const asset = () => place.store.assets.byId(entry.assetId) ?? assert.fail("the film");
  const settle = (isGivenUp: boolean) =>
    settlePublications(
      deps,
      () => false,
      () => isGivenUp,
    );
  // Again and again it waits, and says why, in its history once.
  for (let time = 0; time < 3; time++) assert.equal((await settle(false)).kept.size, 1);
  assert.deepEqual([asset().state, asset().problemCode], ["Processing", "io-error"]);
  assert.match(asset().problemDetail ?? "", /EIO, made by the test$/);
  const kinds = place.store.events.forAsset(entry.assetId, 9).map((each) => each.kind);
  assert.equal(kinds.filter((each) => each === "recovery-waits").length, 1);
  return { ...place, asset, giveUp: () => settle(true) };
};

test("its archive does not answer: the result stays, its original is kept", async (context) => {
  const crash = (place: Place): void => {
    publish(place);
    place.move(SIDECAR, "Film.en.vtt");
  };
  const row = { step: "published", original: "archive" } as const;
  const { root, asset, giveUp, store } = await waiting(context, row, crash, (path) =>
    path.startsWith(dirname(ARCHIVED)),
  );
  assert.equal((await giveUp()).finished, 1);
  assert.deepEqual(
    [asset().state, asset().problemCode, asset().archivePath],
    ["Completed", "archive-failed", null],
  );
  assert.match(asset().problemDetail ?? "", /^A person gave up waiting\. .*EIO/);
  assert.deepEqual(asset().sidecarPaths, [join(root, "Film.en.vtt")]);
  assert.deepEqual(filesBelow(root), KEPT);
  assert.deepEqual(store.journal.all(), []);
});

test("the archive fails once the original has a second name there: that goes again, or the publication waits", async (context) => {
  const crash = (place: Place): void => {
    publish(place);
    place.move(SIDECAR, "Film.en.vtt");
  };
  const { deps, root, store } = await crashed(context, { step: "published", original: "archive" }, crash);
  let isReadOnly = true;
  const refused = (path: string) => Promise.reject(new Problem("disk-full", `${path}, made by the test`));
  const files: typeof WRITING = {
    ...WRITING,
    moveOriginal: async (from, to) => {
      mkdirSync(dirname(to), { recursive: true });
      linkSync(from, to);
      return refused(to);
    },
    removeSecondName: (from, to) => (isReadOnly ? refused(to) : WRITING.removeSecondName(from, to)),
  };
  const settle = () => settlePublications({ ...deps, files }, () => false);
  assert.equal((await settle()).kept.size, 1);
  assert.ok(filesBelow(root).includes(ARCHIVED));
  unlinkSync(join(root, ARCHIVED));
  isReadOnly = false;
  assert.equal((await settle()).finished, 1);
  assert.deepEqual(filesBelow(root), KEPT);
  assert.deepEqual(store.journal.all(), []);
});

for (const original of ["keep", "archive", "delete"] as const)
  test(`${original}: the folder of its result does not answer: nothing of it is known, the original stays`, async (context) => {
    const row = { step: "published", original } as const;
    const { root, asset, giveUp, store } = await waiting(context, row, publish, (path) =>
      path.startsWith("Film.mp4"),
    );
    assert.deepEqual(await giveUp(), { finished: 0, requeued: 0, kept: new Set() });
    assert.deepEqual([asset().state, asset().problemCode, asset().attempt], ["Failed", "cancelled", 1]);
    assert.ok(filesBelow(root).includes("Film.mkv"));
    assert.deepEqual(store.journal.all(), []);
    assert.deepEqual(store.jobs.unfinished(), []);
  });

test("what was made of a source that changed since cannot be removed: the film is let go, and the sweep tries again", async (context) => {
  const { root, asset, giveUp } = await waiting(
    context,
    { original: "delete" },
    ({ write }) => write("Film.mkv", "another film!"),
    (path) => path === PARTIAL || path === SIDECAR,
  );
  await giveUp();
  assert.deepEqual([asset().state, asset().problemCode], ["Failed", "cancelled"]);
  assert.deepEqual(filesBelow(root), ["Film.mkv"]);
});

for (const step of ["published", "original-done"] as const)
  test(`${step}: its original is in the archive already: the film is Archived, and can be brought back`, async (context) => {
    const crash = (place: Place): void => {
      publish(place);
      place.move("Film.mkv", ARCHIVED);
    };
    const row = { step, original: "archive" } as const;
    const { root, asset, giveUp } = await waiting(context, row, crash, (path) => path === "Film.mp4");
    assert.equal((await giveUp()).finished, 1);
    assert.deepEqual([asset().state, asset().archivePath], ["Archived", join(root, ARCHIVED)]);
    assert.ok(filesBelow(root).includes(ARCHIVED));
  });

test("it is not seen where the original is: nothing ends, as it would be forgotten in the archive", async (context) => {
  const crash = (place: Place): void => {
    publish(place);
    place.move("Film.mkv", ARCHIVED);
  };
  const row = { step: "published", original: "archive" } as const;
  const { deps, asset, giveUp, settle } = await waiting(context, row, crash, (path) => path === ARCHIVED);
  assert.equal((await giveUp()).kept.size, 1);
  assert.deepEqual([asset().state, asset().problemCode], ["Processing", "io-error"]);
  // The disk is back; what was given up and what was not come to the same.
  assert.equal((await settlePublications(deps, undefined, () => true)).finished, 1);
  assert.equal((await settle()).asset.state, "Archived");
});

test("delete: its original was removed before the crash: that is what is written, however often it was given up", async (context) => {
  const crash = (place: Place): void => {
    publish(place);
    place.move("Film.mkv", "elsewhere");
  };
  const row = { step: "published", original: "delete" } as const;
  const { deps, asset, giveUp } = await waiting(context, row, crash, (path) => path === "Film.mp4");
  assert.equal((await giveUp()).kept.size, 1);
  assert.equal((await settlePublications(deps, undefined, () => true)).finished, 1);
  assert.deepEqual([asset().state, asset().problemCode], ["Archived", null]);
});
