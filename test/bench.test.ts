/** What the benches promise of themselves: targets as they are said, and a page that is made of the kept rows. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { pageOf } from "../bench/frame/page.ts";
import { type Measured, type Row, rowOf, type Target } from "../bench/frame/row.ts";

const REFERENCE = join(import.meta.dirname, "../docs/reference");
const NOW = Date.UTC(2026, 10, 30);

const row = (value: number, baseline: number | null, target?: Target): Row => {
  const measured: Measured = {
    name: "any",
    what: "",
    assets: null,
    value,
    unit: "ms",
    baseline: baseline === null ? null : { what: "plain", value: baseline },
    ...(target ? { target } : {}),
  };
  return rowOf(measured, "a machine", NOW);
};

describe("a row", () => {
  const cases: readonly (readonly [number, number | null, Target, string, boolean])[] = [
    [50, null, { most: 50 }, "at most 50 ms", true],
    [51, null, { most: 50 }, "at most 50 ms", false],
    [200, 100, { mostRatio: 2 }, "at most 2 × the baseline", true],
    [201, 100, { mostRatio: 2 }, "at most 2 × the baseline", false],
    [2, 100, { mostRatio: 0.02 }, "baseline / 50 at most", true],
    [85, 100, { mostRatio: 0.85 }, "at most 0.85 × the baseline", true],
    [34, 100, { mostRatio: 1 / 3 }, "baseline / 3 at most", false],
    [90, 100, { mostRatio: 1 / 1.1 }, "baseline / 1.1 at most", true],
    [2, null, { mostRatio: 2 }, "at most 2 × the baseline", false],
    [1.6, 1, { mostMore: 0.5 }, "at most 0.5 ms above the baseline", false],
    [60, 30, { most: 50, mostRatio: 3 }, "at most 50 ms, at most 3 × the baseline", false],
  ];
  for (const [value, baseline, target, text, pass] of cases)
    it(`${value} over ${baseline}: ${text} is ${pass ? "kept" : "missed"}`, () => {
      const { target: said, pass: found } = row(value, baseline, target);
      assert.deepEqual([said, found], [text, pass]);
    });

  it("promises nothing without a target, and has no ratio without a baseline", () => {
    const { ratio, target, pass } = row(1, null);
    assert.deepEqual([ratio, target, pass], [null, null, null]);
  });
});

describe("docs/reference/performance.md", () => {
  const kept = join(REFERENCE, "performance.jsonl");
  const rows = existsSync(kept)
    ? readFileSync(kept, "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as Row)
    : [];
  const made = pageOf(rows);
  it("has the charts that its rows make, and no other", () => {
    const found = readdirSync(REFERENCE).filter((name) => name.endsWith(".svg"));
    assert.deepEqual(found.sort(), [...made.keys()].filter((name) => name.endsWith(".svg")).sort());
  });
  for (const [file, text] of made)
    it(`has ${file} as its rows make it`, () => {
      assert.equal(readFileSync(join(REFERENCE, file), "utf8"), text);
    });
});
