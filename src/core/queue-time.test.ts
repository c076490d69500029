import assert from "node:assert/strict";
import { test } from "node:test";
import { NOTHING, type Pace, timeOf, wholeTime } from "./queue-time.ts";

const TEN_HOURS = { films: 5, bytes: 20e9, timedFilms: 5, playingSeconds: 36_000 };
const pace = (part: Partial<Pace>): Pace => ({ ...NOTHING, seconds: 0, ...part });

test("nothing takes no time", () => {
  for (const work of ["copy", "audio", "video"] as const)
    assert.deepEqual(timeOf(work, NOTHING, { pace: null, isHardware: false }), [0, 0]);
});

test("before a machine has done anything, the figures of other machines stand, and a card is faster", () => {
  assert.deepEqual(timeOf("copy", TEN_HOURS, { pace: null, isHardware: false }), [50, 500]);
  assert.deepEqual(timeOf("audio", TEN_HOURS, { pace: null, isHardware: false }), [500, 2900]);
  assert.deepEqual(timeOf("video", TEN_HOURS, { pace: null, isHardware: false }), [6000, 45_000]);
  assert.deepEqual(timeOf("video", TEN_HOURS, { pace: null, isHardware: true }), [1800, 9000]);
});

test("what was done lately says more than other machines, a third more or less", () => {
  const late = pace({ films: 3, bytes: 1e9, timedFilms: 3, playingSeconds: 7200, seconds: 3600 });
  const [low, high] = timeOf("video", TEN_HOURS, { pace: late, isHardware: false });
  assert.ok(Math.abs(low - 18_000 / 1.3) < 1 && Math.abs(high - 18_000 * 1.3) < 1, `${low} ${high}`);
  assert.deepEqual(
    timeOf("copy", TEN_HOURS, { pace: pace({ films: 4, bytes: 1e9, seconds: 10 }), isHardware: false }),
    [200 / 1.3, 260],
  );
});

test("two films, or films of no length, teach nothing", () => {
  const without = timeOf("video", TEN_HOURS, { pace: null, isHardware: false });
  for (const late of [
    pace({ films: 2, timedFilms: 2, playingSeconds: 100, seconds: 1 }),
    pace({ films: 9, seconds: 9 }),
  ])
    assert.deepEqual(timeOf("video", TEN_HOURS, { pace: late, isHardware: false }), without);
});

test("films whose length is not known count as long as the others, or by their size", () => {
  const half = { ...TEN_HOURS, films: 10 };
  assert.equal(timeOf("video", half, { pace: null, isHardware: true })[0], 3600);
  const unknown = { films: 1, bytes: 7.5e9, timedFilms: 0, playingSeconds: 0 };
  assert.equal(timeOf("video", unknown, { pace: null, isHardware: true })[0], 500);
});

test("lanes run beside each other at best, and after each other at worst", () => {
  const times = { copy: [10, 20], audio: [30, 60], video: [100, 200] } as const;
  assert.deepEqual(wholeTime(times, { copies: 2, encodes: 1 }), [100, 280]);
  assert.deepEqual(wholeTime(times, { copies: 2, encodes: 10 }), [20, 280]);
});
