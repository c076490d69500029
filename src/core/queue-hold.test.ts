import assert from "node:assert/strict";
import { test } from "node:test";
import { type Hold, holdSentence, RUNNING } from "./queue-hold.ts";

const held = (kind: Hold["kind"], why: string | null = null): Hold => ({ kind, why, since: 1, by: "page" });

const ROWS: readonly (readonly [Hold, number, string])[] = [
  [RUNNING, 3, "The queue runs."],
  [held("paused"), 0, "The queue is paused: nothing new is begun."],
  [
    held("paused", "film night"),
    1,
    "The queue is paused (film night): nothing new is begun; 1 film in work goes on to the end.",
  ],
  [held("draining"), 2, "The queue is finishing: nothing new is begun; 2 films in work go on to the end."],
  [
    held("draining", "update"),
    0,
    "The queue has stopped (update): nothing is in work, and nothing is begun until you resume it.",
  ],
];

for (const [hold, inWork, sentence] of ROWS)
  test(`a queue that is ${hold.kind} with ${inWork} in work says so`, () =>
    assert.equal(holdSentence(hold, inWork), sentence));
