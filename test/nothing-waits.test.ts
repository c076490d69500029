/** A queue without films is asked each second of all days: that is one look, and no transaction. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { HELD_UNTIL } from "../src/core/lifecycle.ts";
import { openDatabase } from "../src/edges/store/database.ts";
import { isAnyInLine } from "../src/edges/store/queue-places.ts";
import { storeOf } from "../src/edges/store/store.ts";

test("whether any film waits is one seek, and nobody claims where none does", () => {
  const database = openDatabase(":memory:");
  const { assets, queue } = storeOf(database);
  const add = (path: string, state: string, availableAt: number | null): void => {
    database
      .sql(
        `INSERT INTO assets (library, path, state, work, size_bytes, modified_us, found_at, state_at, available_at, sort_name)
         VALUES ('films', :path, :state, 'audio', 1, 1, 1, 1, :availableAt, :path)`,
      )
      .run({ path, state, availableAt });
  };
  const wanted = { works: ["audio"], token: "t", now: 10 } as const;
  const before = database.sql(`SELECT total_changes() AS n`).get();
  assert.equal(isAnyInLine(database), false);
  assert.equal(assets.claim(wanted), null);
  assert.deepEqual(queue.page({ works: ["audio"], now: 10 }, { limit: 5 }).assets, []);
  assert.deepEqual(database.sql(`SELECT total_changes() AS n`).get(), before);
  add("New.mkv", "New", null);
  add("Held.mkv", "Queued", HELD_UNTIL);
  assert.equal(isAnyInLine(database), false, "what waits for a person has no place");
  add("Later.mkv", "Queued", 20);
  assert.equal(isAnyInLine(database), true);
  assert.equal(assets.claim(wanted), null, "its time has not come");
  assert.equal(assets.claim({ ...wanted, now: 20 })?.path, "Later.mkv");
});
