/** The reference pages are what the code's tables say. */
import { strict as assert } from "node:assert";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { referencePages } from "../tools/reference.ts";

const folder = new URL("../docs/reference/", import.meta.url);
const pages = await referencePages();

for (const [name, page] of Object.entries(pages))
  test(`docs/reference/${name} is made from the code (node tools/reference.ts)`, () => {
    assert.equal(readFileSync(new URL(name, folder), "utf8"), page);
  });

test("docs/reference holds no page that nothing makes", () => {
  // Two are written by the tests that play every film; those of the harness and of benchmarks by a run; two by who ran it.
  const played = ["pitfalls.md", "playback-matrix.md"];
  const measured = [...played, "faults.md", "performance.jsonl", "performance.md", "soak.md", "stack.md"];
  // The charts of the benches are compared where they are made (bench.test.ts).
  const found = readdirSync(folder).filter((name) => !/^performance-.*\.svg$/.test(name));
  assert.deepEqual(found.sort(), [...Object.keys(pages), ...measured].sort());
});
