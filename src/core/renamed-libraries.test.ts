import assert from "node:assert/strict";
import { test } from "node:test";
import { renamedLibraries } from "./renamed-libraries.ts";

const films = { library: "films", root: "/films" };
const kids = { library: "kids", root: "/kids" };

const CASES: readonly (readonly [string, Parameters<typeof renamedLibraries>, readonly string[]])[] = [
  [
    "another name for the same folder",
    [[films, kids], { movies: { root: "/films/" }, kids }],
    ["films>movies"],
  ],
  ["two at once", [[films, kids], { a: { root: "/kids" }, b: { root: "/films" } }], ["kids>a", "films>b"]],
  ["another folder is another library", [[films], { movies: { root: "/movies" } }], []],
  ["a name that stays keeps its films, whatever its folder", [[films], { films: { root: "/new" } }], []],
  ["two names that trade folders stay as they are", [[films, kids], { films: kids, kids: films }], []],
  ["a name that has a history of its own takes no other", [[films, kids], { kids: { root: "/films" } }], []],
];
for (const [name, given, expected] of CASES)
  test(name, () =>
    assert.deepEqual(
      renamedLibraries(...given).map(({ from, to }) => `${from}>${to}`),
      expected,
    ),
  );
