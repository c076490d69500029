import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { liesIn, type PathMap, toOurs, toTheirs } from "./path-map.ts";

const MAP: PathMap = {
  "/media": "/data",
  "/media/kids/": "/kids",
  "/media/films": "D:\\Films\\",
  "/share": "\\\\nas\\share",
  "/all": "/",
};

for (const [ours, theirs] of [
  ["/media", "/data"],
  ["/media/series/Show/Season 1", "/data/series/Show/Season 1"],
  ["/media/kids/A", "/kids/A"],
  ["/media/kids", "/kids"],
  ["/media/kids 2", "/data/kids 2"],
  ["/media/films/Heat (1995)", "D:\\Films\\Heat (1995)"],
  ["/media/films", "D:\\Films"],
  ["/share/a/b", "\\\\nas\\share\\a\\b"],
  ["/all/a", "/a"],
  ["/all", "/"],
  ["/elsewhere/x", "/elsewhere/x"],
] as const)
  test(`${ours} is ${theirs} there`, () => {
    assert.equal(toTheirs(MAP, ours), theirs);
    if (!ours.startsWith("/elsewhere")) assert.equal(toOurs(MAP, theirs), ours);
  });

test("what a server of Windows writes is found in any spelling", () => {
  assert.equal(toOurs(MAP, "d:\\films\\Heat (1995)\\"), "/media/films/Heat (1995)");
  assert.equal(toOurs(MAP, "D:/Films/Heat (1995)"), "/media/films/Heat (1995)");
  assert.ok(liesIn("D:\\Films\\Heat", "d:/films"));
  assert.ok(!liesIn("D:\\Films 2", "d:/films"));
  assert.ok(!liesIn("/Films/a", "/films"));
});

test("nothing leads out of a folder", () => {
  assert.equal(toOurs({ "/media": "/data" }, "/data/../etc"), "/etc");
  assert.equal(toOurs({}, "/data/a/../b"), "/data/b");
});

test("there and back is the same folder", () => {
  const name = fc.stringMatching(/^[A-Za-z0-9 ]{1,8}$/).filter((each) => each.trim() === each);
  const folder = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join("/")}`);
  const there = fc.oneof(
    folder,
    folder.map((each) => `E:${each.replaceAll("/", "\\")}`),
  );
  fc.assert(
    fc.property(folder, there, folder, (from, to, rest) => {
      assert.equal(toOurs({ [from]: to }, toTheirs({ [from]: to }, from + rest)), from + rest);
    }),
  );
});

test("a path of nothing but slashes takes no longer than it is long", () => {
  const startedAt = performance.now();
  const folder = `${"/".repeat(1_000_000)}x`;
  assert.equal(toOurs(MAP, folder), "/all/x");
  assert.ok(!liesIn(folder, "/media"));
  assert.ok(performance.now() - startedAt < 2000);
});
