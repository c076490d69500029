import assert from "node:assert/strict";
import { test } from "node:test";
import { momentOf } from "./thumbnail-args.ts";

test("the moment lies inside of the film", () => {
  const rows: readonly (readonly [Parameters<typeof momentOf>[0], number])[] = [
    [{ minute: null, playingSeconds: 6000 }, 900],
    [{ minute: 12, playingSeconds: 6000 }, 720],
    [{ minute: 10_000, playingSeconds: 6000 }, 5999],
    [{ minute: 0, playingSeconds: 6000 }, 0],
    [{ minute: null, playingSeconds: null }, 0],
    [{ minute: 3, playingSeconds: null }, 180],
    [{ minute: 3, playingSeconds: 0 }, 0],
  ];
  for (const [moment, seconds] of rows) assert.equal(momentOf(moment), seconds, JSON.stringify(moment));
});
