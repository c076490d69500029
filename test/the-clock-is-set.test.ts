/** A clock that was wrong when the machine started and is set right since: the archive's days are counted from then. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { createRetentionLoop } from "../src/apps/retention-loop.ts";
import { settingsFrom } from "../src/apps/settings-source.ts";
import { newBench } from "./support/running.ts";
import { NOW, queue } from "./support/store.ts";

const DAY_MS = 86_400_000;
const ORIGINAL = "/archive/Film.mkv";

/** A loop with a film of long ago and one that was archived right now, by whatever clock; `sees` lets it look. */
const newPlace = (context: TestContext) => {
  const { running, pass } = newBench(context, "/films");
  const { store, now } = running;
  let steadyMs = 5000;
  const settings = settingsFrom({
    libraries: { films: { root: "/films" } },
    operational: { archive_retention_days: 30, remove_original_after_success: true },
  });
  const archive = (path: string, at: number): void => {
    const { id } = queue(store, path, { library: "films" });
    store.assets.claim({ works: ["copy"], token: path, now: at, id });
    store.assets.apply(id, "published-moved", { now: at, token: path, archivePath: `/archive/${path}` });
  };
  archive("Old.mkv", NOW - 20 * DAY_MS);
  const loop = createRetentionLoop({ ...running, settings }, () => steadyMs);
  const sees = async (): Promise<readonly (string | undefined)[]> => {
    loop.pump();
    await loop.idle();
    return ["Old.mkv", "Film.mkv"].map((path) => store.archive.byPath(`/archive/${path}`)?.removal?.step);
  };
  const passes = (ms: number): void => {
    steadyMs += ms;
    pass(ms);
  };
  return { store, now, archive, sees, isSet: pass, passes };
};

test("set forward by forty days, no film that was archived before it was is due at once", async (context) => {
  const { store, now, archive, sees, isSet, passes } = newPlace(context);
  archive("Film.mkv", now());
  passes(2000);
  assert.deepEqual(await sees(), [undefined, undefined]);
  isSet(40 * DAY_MS);
  passes(3600_000);
  assert.deepEqual(
    await sees(),
    ["announced", undefined],
    "the film of long ago is due by any clock that is right",
  );
  assert.equal(store.archive.byPath(ORIGINAL)?.since, NOW + 40 * DAY_MS);
  passes(29 * DAY_MS);
  assert.equal((await sees())[1], undefined);
  passes(DAY_MS);
  assert.equal((await sees())[1], "announced");
});

test("what was announced by the wrong clock is still announced for a day by the right one", async (context) => {
  const { store, now, archive, sees, isSet, passes } = newPlace(context);
  archive("Film.mkv", now() - 31 * DAY_MS);
  passes(2000);
  assert.equal((await sees())[1], "announced");
  isSet(40 * DAY_MS);
  passes(3600_000);
  assert.equal((await sees())[1], "announced");
  assert.equal(store.archive.byPath(ORIGINAL)?.removal?.at, NOW + 40 * DAY_MS + 2000);
});

test("set back, nothing changes", async (context) => {
  const { store, now, archive, sees, isSet } = newPlace(context);
  archive("Film.mkv", now());
  isSet(-40 * DAY_MS);
  assert.deepEqual(await sees(), [undefined, undefined]);
  assert.equal(store.archive.byPath(ORIGINAL)?.since, NOW);
});
