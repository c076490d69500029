/** No film is passed over for ever, and each step of a claim is a seek. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import fc from "fast-check";
import { LONG_WAIT_MS, QUEUE_ORDERS, type QueueOrder, TURN_EVERY } from "../src/core/queue-order.ts";
import type { Store } from "../src/edges/store/store.ts";
import { add, claim, claimAll, WORKS } from "./support/queue.ts";
import { NOW, newStore } from "./support/store.ts";

const HOUR = 3600_000;
const DAY = 24 * HOUR;
let names = 0;

/** Films come as `arrivals` say, one is claimed after each; how often the last of the `long` ones was passed over. */
const passedOver = (
  store: Store,
  arrivals: readonly { readonly count: number; readonly sizeBytes: number; readonly passMs: number }[],
  { order, long }: { readonly order: QueueOrder; readonly long: number },
): number => {
  const asked = { order, libraries: ["first", "last"] };
  // The worst that each order knows: the largest, the oldest, of the last library.
  const ids = Array.from({ length: long }, (_, at) =>
    add(store, `long ${names++}`, {
      library: "last",
      sizeBytes: 9e12,
      foundAt: NOW,
      queuedAt: NOW + at,
      modifiedAt: 0,
    }),
  );
  const path = store.assets.byId(ids.at(-1) ?? 0)?.path;
  let [now, passed] = [NOW + long, 0];
  for (const { count, sizeBytes, passMs } of arrivals) {
    for (let more = 0; more < count; more++)
      add(store, `quick ${names++}`, { library: "first", sizeBytes, foundAt: now });
    const isLong = now - (NOW + long) >= LONG_WAIT_MS;
    if (claim(store, { now, ...asked }) === path) break;
    if (isLong) passed++;
    now += isLong ? 1 : passMs;
  }
  claimAll(store, { now: now + 3 * LONG_WAIT_MS, ...asked }, WORKS);
  return passed;
};

test("under any stream of arrivals a film is begun within five places for each that waits as long", (context) => {
  const { store } = newStore(context);
  const arrival = fc.record({
    count: fc.integer({ min: 1, max: 4 }),
    sizeBytes: fc.integer({ min: 1, max: 1000 }).map((each) => each * 1e7),
    passMs: fc.integer({ min: 12 * HOUR, max: 2 * DAY }),
  });
  let longest = 0;
  fc.assert(
    fc.property(
      fc.array(arrival, { minLength: 45, maxLength: 45 }),
      fc.constantFrom(...QUEUE_ORDERS),
      fc.integer({ min: 1, max: 4 }),
      (arrivals, order, long) => {
        const passed = passedOver(store, arrivals, { order, long });
        longest = Math.max(longest, passed);
        // Nobody had a turn for a week, so that the first comes at once.
        const most = TURN_EVERY * (long - 1);
        assert.ok(passed <= most, `${order}: ${passed} times, with ${long} that wait as long`);
      },
    ),
    { numRuns: 40 },
  );
  assert.ok(longest >= TURN_EVERY, "and the bound was put to the test");
});

test("every step of a claim is a seek in an index, for each order", (context) => {
  const { store, file } = newStore(context);
  for (let each = 0; each < 50; each++) add(store, `film ${each}`, { queuedAt: NOW - LONG_WAIT_MS });
  const raw = new DatabaseSync(file);
  context.after(() => raw.close());
  const indexes = { quick: "nominal_ms", newest: "newest_rank", waiting: "wait_rank" } as const;
  for (const [name, rank] of Object.entries(indexes)) {
    const plan = raw
      .prepare(
        `EXPLAIN QUERY PLAN SELECT id FROM assets INDEXED BY assets_queue_${name}
         WHERE state = 'Queued' AND available_at IS NOT 253402300799000 AND library = 'a' AND work = 'copy'
           AND priority = 0 AND ${rank} >= 5 AND (${rank} > 5 OR id > 5) ORDER BY priority DESC, ${rank}, id LIMIT 1`,
      )
      .all()
      .map((each) => String(each.detail))
      .join("; ");
    assert.match(
      plan,
      new RegExp(
        `SEARCH assets USING INDEX assets_queue_${name} \\(library=\\? AND work=\\? AND priority=\\? AND ${rank}>\\?\\)`,
      ),
    );
    assert.doesNotMatch(plan, /TEMP B-TREE/);
  }
});
