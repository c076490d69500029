/** What the front page adds up is kept by triggers, and equals what the rows say. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import fc from "fast-check";
import { ASSET_EVENTS, HELD_UNTIL, STATES } from "../src/core/lifecycle.ts";
import { HDR_KINDS, type HdrKind, RESOLUTIONS, type Resolution } from "../src/core/media-kind.ts";
import { nominalSeconds, pictureOf } from "../src/core/nominal-time.ts";
import { QUEUED_WORKS, WORKS } from "../src/core/work.ts";
import { insert, NOW, newStore, queue } from "./support/store.ts";

const mediaOf = (resolution: Resolution, hdr: HdrKind) =>
  ({
    container: "matroska",
    codec: "hevc",
    resolution,
    hdr,
    audio: "aac",
    channels: "stereo",
    subtitles: ["none"],
    playsOn: [],
    failsOn: ["a"],
  }) as const;

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
    sizeBytes: fc.nat({ max: 1e9 }),
    media: fc.constantFrom(null, mediaOf("1080p", "sdr"), mediaOf("2160p", "hdr10")),
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
      const rows = raw
        .prepare(
          `SELECT work, picture, count(*) AS films, sum(size_bytes) AS bytes, sum(nominal_ms) / 1000.0 AS nominalSeconds
           FROM assets WHERE state = 'Queued' AND available_at IS NOT ${HELD_UNTIL}
             AND work IN (SELECT value FROM json_each(?)) GROUP BY work, picture`,
        )
        .all(JSON.stringify(QUEUED_WORKS));
      assert.deepEqual(
        store.workload.queued(["movies"]),
        rows.map((row) => ({ ...row })),
      );
      const waiting = raw.prepare(
        `SELECT count(*) AS queued, total(available_at IS ${HELD_UNTIL}) AS held FROM assets
         WHERE state = 'Queued' AND work IN (SELECT value FROM json_each(?))`,
      );
      for (const works of [["copy", "audio"], ["video"], ["none"]] as const)
        assert.deepEqual(store.queue.counts({ works }), { ...waiting.get(JSON.stringify(works)) });
    }),
    { numRuns: 25 },
  );
});

test("a film that is Queued from the first has its place in what the queue holds", (context) => {
  const { store, file } = newStore(context);
  const raw = new DatabaseSync(file);
  context.after(() => raw.close());
  raw.exec(`INSERT INTO assets (library, path, state, work, size_bytes, modified_us, found_at, state_at, available_at)
    VALUES ('movies', 'a', 'Queued', 'copy', 7, 1, 1, 1, NULL), ('movies', 'b', 'Queued', 'copy', 7, 1, 1, 1, ${HELD_UNTIL})`);
  assert.deepEqual(store.queue.counts({ works: ["copy"] }), { queued: 2, held: 1 });
  assert.deepEqual(store.queue.counts({ works: ["copy"], libraries: ["series"] }), { queued: 0, held: 0 });
  assert.equal(store.workload.queued(["movies"])[0]?.bytes, 7);
});

test("the database and the program have the same nominal time and the same words for a picture", (context) => {
  const { store, file } = newStore(context);
  const raw = new DatabaseSync(file);
  context.after(() => raw.close());
  const film = fc.record({
    work: fc.constantFrom(...QUEUED_WORKS),
    sizeBytes: fc.oneof(fc.nat({ max: 1e12 }), fc.nat({ max: Number.MAX_SAFE_INTEGER })),
    playingSeconds: fc.option(fc.nat({ max: 1e6 })),
    media: fc.oneof(
      fc.constant(null),
      fc.record({ resolution: fc.constantFrom(...RESOLUTIONS, "none"), hdr: fc.constantFrom(...HDR_KINDS) }),
    ),
  });
  const { id } = insert(store, "film");
  fc.assert(
    fc.property(film, ({ media, ...facts }) => {
      const kind = media && { ...mediaOf("720p", "sdr"), ...media };
      store.assets.touch(id, { ...facts, media: kind });
      const picture = pictureOf(facts.work, kind);
      const row = raw.prepare("SELECT picture, nominal_ms FROM assets WHERE id = ?").get(id);
      assert.equal(row?.picture, picture);
      const seconds = nominalSeconds({ ...facts, picture });
      assert.ok(Math.abs(Number(row?.nominal_ms) / 1000 - seconds) <= 0.001, `${row?.nominal_ms} ${seconds}`);
    }),
    { numRuns: 300 },
  );
});

test("films of libraries that are not asked for do not count", (context) => {
  const { store } = newStore(context);
  const films = (libraries: string[]) =>
    store.workload.queued(libraries).map((each) => [each.work, each.films]);
  queue(store, "a.mkv");
  queue(store, "b.mkv", { library: "series", work: "audio" });
  assert.deepEqual(films(["movies"]), [["copy", 1]]);
  assert.deepEqual(films(["movies", "series"]), [
    ["audio", 1],
    ["copy", 1],
  ]);
});

const EXPECTED = {
  work: "video",
  encoder: "x",
  picture: "1080p",
  nominalSeconds: 10,
  low: 5,
  high: 30,
} as const;

test("past runs are those of the work and the encoder, and outlive the attempts; the oldest are forgotten", (context) => {
  const { store } = newStore(context);
  store.pastRuns.add(EXPECTED, 20);
  store.pastRuns.add({ ...EXPECTED, encoder: "y" }, 10);
  store.pastRuns.add({ ...EXPECTED, work: "copy", encoder: "copy", picture: "" }, 0);
  store.jobs.prune(Number.MAX_SAFE_INTEGER, 100);
  assert.deepEqual(store.pastRuns.of("video", "x"), [{ picture: "1080p", multiple: Math.log(2) }]);
  assert.deepEqual(store.pastRuns.of("copy", "copy"), [], "what took no time says nothing");
  assert.deepEqual(store.pastRuns.told(1), [{ work: "video", low: 5, high: 30, seconds: 10 }]);
  store.transaction(() => {
    for (let each = 0; each < 5000; each++) store.pastRuns.add({ ...EXPECTED, encoder: "z" }, 1);
  });
  assert.deepEqual(store.pastRuns.of("video", "x"), []);
  assert.equal(store.pastRuns.of("video", "z").length, 40);
});

test("what of the work is lost is told by late attempts, and is never more than was done", (context) => {
  const { store } = newStore(context);
  let at = NOW;
  const attempt = (outcome: "done" | "failed" | "cancelled" | "interrupted", seconds: number) => {
    const id = store.jobs.start({
      assetId: 1,
      token: "t",
      attempt: 1,
      work: "video",
      encoder: "x",
      command: [],
      startedAt: at++,
    });
    store.jobs.finish(id, { finishedAt: at, outcome, seconds });
  };
  assert.equal(store.workload.lost("video"), 0);
  attempt("failed", 50);
  assert.equal(store.workload.lost("video"), 0, "nothing was done to compare with");
  attempt("done", 400);
  attempt("interrupted", 50);
  attempt("cancelled", 999);
  assert.equal(store.workload.lost("video"), 0.25);
  assert.equal(store.workload.lost("copy"), 0);
  attempt("failed", 9999);
  assert.equal(store.workload.lost("video"), 1);
});

test("the last results are read by an index", (context) => {
  const { store, file } = newStore(context);
  assert.deepEqual(store.workload.results(10), []);
  const raw = new DatabaseSync(file);
  context.after(() => raw.close());
  const plan = raw
    .prepare(
      "EXPLAIN QUERY PLAN SELECT * FROM jobs WHERE finished_at IS NOT NULL AND outcome <> 'interrupted' ORDER BY finished_at DESC, id DESC LIMIT 10",
    )
    .all()
    .map((each) => String(each.detail))
    .join("; ");
  assert.match(plan, /USING INDEX jobs_by_finish/);
  assert.doesNotMatch(plan, /TEMP B-TREE/);
});
