import assert from "node:assert/strict";
import { test } from "node:test";
import { createFlood } from "./log-flood.ts";

test("the first equal lines of a while are said, the others counted and told with the next", () => {
  const flood = createFlood(2, 1000);
  const said = [0, 1, 2, 3, 999, 1000, 1001].map((now) => flood.ask("a", now));
  assert.deepEqual(
    said.map((each) => each.isSaid),
    [true, true, false, false, false, true, true],
  );
  assert.deepEqual(said[5], { isSaid: true, leftOut: 3 });
  assert.deepEqual(flood.ask("b", 3), { isSaid: true, leftOut: 0 });
});

test("many different lines take no more memory", () => {
  const flood = createFlood(1, 1000);
  for (let at = 0; at < 2000; at++) assert.ok(flood.ask(`line ${at}`, 0).isSaid);
  assert.ok(!flood.ask("line 1999", 1).isSaid);
  assert.ok(flood.ask("line 1", 1).isSaid, "forgotten");
});
