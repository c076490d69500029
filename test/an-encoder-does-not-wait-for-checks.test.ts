/** An encode gives its place to the next film as soon as only its checks and its publication are left. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { hasPlace, type Lane, laneWork, leavePlace, ranAmong } from "../src/apps/job-lane.ts";
import { runFfmpeg } from "./support/ffmpeg.ts";
import { newHouse } from "./support/orchestrator.ts";

const laneOf = (name: Lane["name"], tokens: readonly string[], capacity = 1): Lane => ({
  name,
  capacity: () => capacity,
  running: new Map(
    tokens.map((token, assetId) => [
      token,
      { assetId, isHere: true, done: Promise.resolve(), encodedAmong: null },
    ]),
  ),
});
const add = (lane: Lane, token: string): void =>
  void lane.running.set(token, { assetId: 9, isHere: true, done: Promise.resolve(), encodedAmong: null });
const free: Parameters<typeof hasPlace>[1] = { places: (_, wanted) => wanted, failing: () => [] };
const tried: typeof free = { ...free, failing: () => [{ lane: "encodes", films: 3, detail: "", until: 0 }] };

test("places: one that is encoded leaves its own, and no more are checked than places there are", () => {
  const lane = laneOf("encodes", ["a"]);
  assert.equal(hasPlace(lane, free), false);
  assert.equal(leavePlace(lane, "a"), true);
  assert.equal(leavePlace(lane, "a"), false, "it is told once");
  assert.deepEqual([hasPlace(lane, free), hasPlace(lane, tried)], [true, false]);
  add(lane, "b");
  assert.equal(hasPlace(lane, free), false);
  const places = (limits: typeof free): readonly number[] => {
    const { places, slots, running } = laneWork(lane, limits, 0);
    return [places, slots, running.length];
  };
  assert.deepEqual(
    [places(free), places(tried)],
    [
      [1, 2, 2],
      [1, 1, 2],
    ],
  );
  leavePlace(lane, "b");
  assert.equal(hasPlace(lane, free), false, "two are checked, one place");
  assert.deepEqual(places(free), [1, 2, 2], "no place is promised that nothing would be begun in");
  lane.running.delete("a");
  assert.equal(hasPlace(lane, free), true);
  assert.equal(ranAmong(lane, "b"), 1, "they were never encoded at once");
});

test("places: copies keep theirs until they are published", () => {
  const lane = laneOf("copies", ["a"]);
  assert.deepEqual([leavePlace(lane, "a"), hasPlace(lane, free)], [false, false]);
});

test("the second film is begun before the first one is published, and never beside its encode", async (context) => {
  const house = newHouse(context, { operational: { max_concurrent_jobs: 1 } });
  for (const name of ["A.avi", "B.avi"])
    await runFfmpeg([
      ...["-y", "-f", "lavfi", "-i", `testsrc2=s=320x240:r=25:d=${name === "A.avi" ? 12 : 9}`],
      ...["-f", "lavfi", "-i", "sine=r=48000:d=9", "-c:v", "mpeg4", "-q:v", "3", "-c:a", "mp3"],
      join(house.root, name),
    ]);
  const program = await house.start();
  const phases: string[] = [];
  program.subscribe((change) => {
    if (change.kind !== "progress") return;
    const said = `${change.assetId} ${change.progress.phase}`;
    if (!phases.includes(said)) phases.push(said);
  });
  const films = [await house.becomes("A.avi", "Completed"), await house.becomes("B.avi", "Completed")];
  const at = (film: number, phase: string): number => phases.indexOf(`${films[film]?.id} ${phase}`);
  const [first, second] = at(0, "converting") < at(1, "converting") ? [0, 1] : [1, 0];
  assert.ok(at(first, "verifying") < at(second, "converting"), phases.join(", "));
  const [done] = program.store.events
    .forAsset(films[first]?.id ?? 0, 50)
    .filter(({ kind }) => kind === "published-kept");
  const [begun] = program.store.events
    .forAsset(films[second]?.id ?? 0, 50)
    .filter(({ kind }) => kind === "claimed");
  assert.ok((begun?.at ?? 0) < (done?.at ?? 0), `begun at ${begun?.at}, the other published at ${done?.at}`);
});
