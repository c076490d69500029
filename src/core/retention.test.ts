import assert from "node:assert/strict";
import { test } from "node:test";
import { leavesAt, type Retained, retention } from "./retention.ts";

const DAY = 86_400_000;
const NOW = 1000 * DAY;
const ago = (days: number): number => NOW - days * DAY;

type Row = {
  readonly name: string;
  readonly file: Retained;
  readonly days?: number;
  readonly next: ReturnType<typeof retention>;
  /** Days from now; null for never. */
  readonly leaves: number | null;
};

const ROWS: readonly Row[] = [
  { name: "never", file: { since: ago(999), removal: null }, days: 0, next: "wait", leaves: null },
  {
    name: "never, though it was being removed",
    file: { since: ago(999), removal: { step: "removing", at: ago(1) } },
    days: 0,
    next: "wait",
    leaves: null,
  },
  { name: "its days are not over", file: { since: ago(29), removal: null }, next: "wait", leaves: 2 },
  { name: "its days are over", file: { since: ago(30), removal: null }, next: "announce", leaves: 1 },
  {
    name: "announced an hour ago",
    file: { since: ago(40), removal: { step: "announced", at: ago(1 / 24) } },
    next: "wait",
    leaves: 1 - 1 / 24,
  },
  {
    name: "announced a day ago",
    file: { since: ago(40), removal: { step: "announced", at: ago(1) } },
    next: "remove",
    leaves: 0,
  },
  {
    name: "announced when fewer days were asked for",
    file: { since: ago(40), removal: { step: "announced", at: ago(15) } },
    next: "announce",
    leaves: -9,
  },
  {
    name: "a crash in the middle of it",
    file: { since: ago(40), removal: { step: "removing", at: NOW } },
    next: "remove",
    leaves: 1,
  },
  {
    name: "kept three days ago",
    file: { since: ago(40), removal: { step: "kept", at: ago(3) } },
    next: "wait",
    leaves: 5,
  },
  {
    name: "kept a week ago",
    file: { since: ago(40), removal: { step: "kept", at: ago(7) } },
    next: "announce",
    leaves: 1,
  },
];

for (const { name, file, days = 30, next, leaves } of ROWS)
  test(`${days} days, ${name}: ${next}`, () => {
    assert.equal(retention(file, days, NOW), next);
    const at = leavesAt(file, days);
    assert.equal(at === null ? null : Math.round(((at - NOW) / DAY) * 24), leaves && Math.round(leaves * 24));
  });
