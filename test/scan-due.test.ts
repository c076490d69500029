/** When folders are looked at: the disk rests from noise, and a film that has settled is not kept waiting by that. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { addFolder, lookLater, newDue, nextAt, rest, takeFolders } from "../src/apps/scan-due.ts";

const NOW = 1_000_000;
const SHELF = { path: "Shelf", isTree: false };

/** A library of which all was looked through, and of which a folder was looked at for `seconds` until now. */
const lookedAt = (seconds: number) => {
  const due = newDue();
  due.allAt = NOW + 3_600_000;
  rest(due, NOW, seconds);
  return due;
};

test("a folder of which something is told again waits five times as long as the look took", () => {
  const due = lookedAt(0.3);
  addFolder(due, SHELF, NOW + 10);
  assert.equal(nextAt(due), NOW + 1500);
});

test("a file that settles is looked at when it has settled", () => {
  const due = lookedAt(0.3);
  lookLater(due, new Map([["Shelf", NOW + 500]]));
  assert.equal(nextAt(due), NOW + 500);
  assert.deepEqual(takeFolders(due, NOW + 500), [SHELF]);
  assert.equal(nextAt(due), due.allAt);
});

test("what settles at once waits for as long as the look took, however often something is told of it meanwhile", () => {
  const due = lookedAt(0.8);
  lookLater(due, new Map([["Shelf", NOW + 1]]));
  for (const at of [1, 2, 3]) addFolder(due, SHELF, NOW + at);
  assert.equal(nextAt(due), NOW + 800);
});

test("one look is for all that is due, for whichever reason", () => {
  const due = lookedAt(0);
  lookLater(due, new Map([["Shelf", NOW + 300]]));
  addFolder(due, { path: "Other", isTree: true }, NOW + 10);
  assert.deepEqual(takeFolders(due, NOW + 300), [SHELF, { path: "Other", isTree: true }]);
});
