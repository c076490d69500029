import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { diffLibrary, type FoundFile, type KnownFile } from "./scan-diff.ts";

const known = (
  id: number,
  path: string,
  fingerprint: string | null,
  more: Partial<KnownFile> = {},
): KnownFile => ({
  id,
  path,
  fingerprint,
  sizeBytes: 10,
  modifiedUs: 1,
  isFree: true,
  ...more,
});
const found = (path: string, fingerprint: string | null, more: Partial<FoundFile> = {}): FoundFile => ({
  path,
  fingerprint,
  sizeBytes: 10,
  modifiedUs: 1,
  ...more,
});

const summary = (
  rows: readonly KnownFile[],
  files: readonly FoundFile[],
  elsewhere: readonly string[] = [],
): readonly string[] =>
  diffLibrary(rows, files, (each) => elsewhere.includes(each))
    .map((each) =>
      [each.kind, "id" in each ? each.id : "", "found" in each ? each.found.path : ""]
        .filter((part) => part !== "")
        .join(" "),
    )
    .sort();

const busy = { isFree: false };

const ROWS: readonly (readonly [
  string,
  readonly KnownFile[],
  readonly FoundFile[],
  readonly string[],
  (readonly string[])?,
])[] = [
  ["nothing", [], [], []],
  ["new", [], [found("a", "A")], ["new a"]],
  ["unchanged", [known(1, "a", "A")], [found("a", "A")], ["unchanged 1 a"]],
  ["touched", [known(1, "a", "A")], [found("a", "A", { modifiedUs: 2 })], ["touched 1 a"]],
  ["changed", [known(1, "a", "A")], [found("a", "B")], ["changed 1 a"]],
  ["missing", [known(1, "a", "A")], [], ["missing 1"]],
  ["moved", [known(1, "a", "A")], [found("b/c", "A")], ["moved 1 b/c"]],
  ["renamed in case only", [known(1, "Film.mkv", "A")], [found("film.mkv", "A")], ["moved 1 film.mkv"]],
  ["copied, the old one stays", [], [found("b", "A")], ["copied b"], ["A"]],
  ["hard link or copy, both new", [], [found("a", "A"), found("b", "A")], ["copied b", "new a"]],
  [
    "copied and touched",
    [known(1, "a", "A")],
    [found("a", "A", { modifiedUs: 2 }), found("b", "A")],
    ["copied b", "touched 1 a"],
  ],
  ["moved and copied", [known(1, "a", "A")], [found("b", "A"), found("c", "A")], ["copied c", "moved 1 b"]],
  [
    "moved, the same name before another",
    [known(1, "x/a", "A"), known(2, "x/b", "A")],
    [found("y/b", "A")],
    ["missing 1", "moved 2 y/b"],
  ],
  [
    "two copies, both moved",
    [known(1, "x/a", "A"), known(2, "x/b", "A")],
    [found("y/b", "A"), found("y/a", "A")],
    ["moved 1 y/a", "moved 2 y/b"],
  ],
  [
    "swap of two names",
    [known(1, "a", "A"), known(2, "b", "B")],
    [found("a", "B"), found("b", "A")],
    ["moved 1 b", "moved 2 a"],
  ],
  [
    "ring of three",
    [known(1, "a", "A"), known(2, "b", "B"), known(3, "c", "C")],
    [found("b", "A"), found("c", "B"), found("a", "C")],
    ["moved 1 b", "moved 2 c", "moved 3 a"],
  ],
  [
    "moved aside, another in its place",
    [known(1, "a", "A")],
    [found("a", "B"), found("a.old", "A")],
    ["moved 1 a.old", "new a"],
  ],
  [
    "moved over another",
    [known(1, "a", "A"), known(2, "b", "B")],
    [found("b", "A")],
    ["missing 2", "moved 1 b"],
  ],
  ["changed to a copy of another", [known(1, "a", "A")], [found("a", "B")], ["changed 1 a"], ["B"]],
  [
    "empty files are not each other",
    [known(1, "a", "E", { sizeBytes: 0 })],
    [found("b", "E", { sizeBytes: 0 }), found("c", "E", { sizeBytes: 0 })],
    ["missing 1", "new b", "new c"],
  ],
  ["unreadable now", [known(1, "a", "A")], [found("a", null, { modifiedUs: 2 })], ["unchanged 1 a"]],
  ["unreadable before, read now", [known(1, "a", null)], [found("a", "A")], ["changed 1 a"]],
  ["unreadable and new", [known(1, "a", null)], [found("b", null)], ["missing 1", "new b"]],
  ["being converted: gone", [known(1, "a", "A", busy)], [], []],
  ["being converted: changed", [known(1, "a", "A", busy)], [found("a", "B")], ["waits a"]],
  [
    "being converted: touched",
    [known(1, "a", "A", busy)],
    [found("a", "A", { modifiedUs: 2 })],
    ["unchanged 1 a"],
  ],
  ["being converted: moved", [known(1, "a", "A", busy)], [found("b", "A")], ["waits b"]],
];

for (const [name, rows, files, expected, elsewhere] of ROWS)
  test(`scan diff: ${name}`, () => assert.deepEqual(summary(rows, files, elsewhere), [...expected].sort()));

test("every file gets one action, no row two, and what is applied is found unchanged", () => {
  const file = fc.record({
    path: fc.constantFrom("a", "b", "c", "d", "e"),
    fingerprint: fc.constantFrom("A", "B", "C", null),
    modifiedUs: fc.integer({ min: 1, max: 2 }),
  });
  const files = fc.uniqueArray(file, { selector: (each) => each.path });
  fc.assert(
    fc.property(files, files, (before, after) => {
      const rows = before.map((each, index) => known(index + 1, each.path, each.fingerprint, each));
      const met = after.map((each) => found(each.path, each.fingerprint, each));
      const actions = diffLibrary(rows, met, () => false);
      const paths = actions.flatMap((each) => ("found" in each ? [each.found.path] : []));
      assert.deepEqual(paths.sort(), met.map((each) => each.path).sort());
      const ids = actions.flatMap((each) => ("id" in each ? [each.id] : []));
      assert.equal(new Set(ids).size, ids.length);
      for (const row of rows) assert.ok(ids.includes(row.id), `row ${row.id} is forgotten`);
      let next = 100;
      const applied = actions.flatMap((each) => {
        if (!("found" in each)) return [];
        const id = "id" in each ? each.id : next++;
        return [known(id, each.found.path, each.found.fingerprint, each.found)];
      });
      const again = diffLibrary(applied, met, () => false);
      assert.ok(again.every((each) => each.kind === "unchanged"));
    }),
  );
});
