import assert from "node:assert/strict";
import { test } from "node:test";
import { librarySentence } from "./library-sentence.ts";
import { STATES, type State } from "./lifecycle.ts";

const none = Object.fromEntries(STATES.map((each) => [each, 0])) as Record<State, number>;

const rows: readonly (readonly [Partial<Record<State, number>>, string])[] = [
  [{}, "No films found yet"],
  [{ Completed: 1 }, "The film plays on your Chromecast"],
  [{ Queued: 1 }, "The film does not play yet on your Chromecast; 1 waits its turn"],
  [{ Completed: 10, Archived: 4 }, "All 14 films play on your Chromecast"],
  [
    { Completed: 12, Processing: 1, Failed: 1 },
    "12 of 14 films play on your Chromecast; 1 is being converted; 1 needs you",
  ],
  [
    { Completed: 1, Processing: 2, Queued: 3, New: 4, Failed: 1200 },
    "1 of 1,210 films plays on your Chromecast; 2 are being converted; 3 wait their turn; 4 are being looked at; 1,200 need you",
  ],
];

for (const [states, wanted] of rows)
  test(wanted, () => {
    const { head, rest } = librarySentence({ ...none, ...states });
    assert.equal([head, ...rest].join("; "), wanted);
  });
