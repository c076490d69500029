/** What the front page adds up is kept by triggers, and equals what the rows say. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import fc from "fast-check";
import { ASSET_EVENTS, HELD_UNTIL, STATES } from "../src/core/lifecycle.ts";
import { QUEUED_WORKS } from "../src/core/queue-time.ts";
import { WORKS } from "../src/core/work.ts";
import { insert, NOW, newStore, queue } from "./support/store.ts";

test("what the queue holds equals a GROUP BY after any operations", (context) => {
  const { store, file } = newStore(context);
  const raw = new DatabaseSync(file);
  context.after(() => raw.close());
  const step = fc.record({
    insert: fc.boolean(),
    pick: fc.nat(),
    event: fc.constantFrom(...ASSET_EVENTS),
    work: fc.constantFrom(...WORKS, null),
    playingSeconds: fc.option(fc.nat({ max: 10_000 })),
    availableAt: fc.constantFrom(null, NOW, HELD_UNTIL),
    sizeBytes: fc.nat({ max: 1000 }),
  });
  let next = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
      for (const { insert: isNew, pick, event, ...fields } of steps) {
        const all = STATES.flatMap((state) => store.assets.inState(state));
        if (isNew || all.length === 0) insert(store, `film ${next++}`);
        const asset = all[pick % Math.max(1, all.length)];
        if (!asset) continue;
        store.assets.apply(asset.id, event, { now: NOW, ...fields, token: asset.token ?? "t" });
        const other = all[(pick + 1) % all.length];
        if (other && other.id !== asset.id) store.assets.touch(other.id, fields);
      }
      const queued = store.workload.queued(["movies"]);
      for (const work of QUEUED_WORKS) {
        const row = raw
          .prepare(
            `SELECT count(*) AS films, ifnull(sum(size_bytes), 0) AS bytes, count(playing_seconds) AS timedFilms,
               ifnull(sum(playing_seconds), 0) AS playingSeconds FROM assets
             WHERE state = 'Queued' AND work = ? AND available_at IS NOT ${HELD_UNTIL}`,
          )
          .get(work);
        assert.deepEqual({ ...queued[work] }, { ...row });
      }
    }),
    { numRuns: 25 },
  );
});

test("films of libraries that are not asked for do not count", (context) => {
  const { store } = newStore(context);
  queue(store, "a.mkv");
  queue(store, "b.mkv", { library: "series", work: "audio" });
  assert.equal(store.workload.queued(["movies"]).copy.films, 1);
  assert.equal(store.workload.queued(["movies"]).audio.films, 0);
  assert.equal(store.workload.queued(["movies", "series"]).audio.films, 1);
});

test("the last results and the speed of this machine are read by an index", (context) => {
  const { store, file } = newStore(context);
  assert.equal(store.workload.pace("copy", "copy"), null);
  assert.deepEqual(store.workload.results(10), []);
  const raw = new DatabaseSync(file);
  context.after(() => raw.close());
  const planOf = (sql: string): string =>
    raw
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map((each) => String(each.detail))
      .join("; ");
  const rows = [
    [
      "jobs_by_finish",
      "SELECT * FROM jobs WHERE finished_at IS NOT NULL AND outcome <> 'interrupted' ORDER BY finished_at DESC, id DESC LIMIT 10",
    ],
    [
      "jobs_done",
      "SELECT asset_id, seconds FROM jobs WHERE outcome = 'done' AND work = 'video' AND encoder = 'x' ORDER BY finished_at DESC LIMIT 20",
    ],
  ] as const;
  for (const [index, sql] of rows) {
    assert.match(planOf(sql), new RegExp(`USING INDEX ${index}`));
    assert.doesNotMatch(planOf(sql), /TEMP B-TREE/);
  }
});
