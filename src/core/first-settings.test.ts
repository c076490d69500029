import assert from "node:assert/strict";
import { test } from "node:test";
import { firstSettings } from "./first-settings.ts";
import { parseSettings } from "./settings.ts";

test("the answers make settings that can be used, with a name for each folder", () => {
  const tree = firstSettings({
    devices: ["chromecast-1"],
    folders: ["/media/Movies", "/mnt/TV Shows", "/srv/Movies", "/srv/映画"],
    original: "archive",
    hasCard: true,
  });
  const parsed = parseSettings(tree);
  assert.equal(parsed.kind, "ok");
  assert.deepEqual(
    Object.entries(tree.libraries).map(([name, { root, profile }]) => [name, root, profile]),
    [
      ["movies", "/media/Movies", "movies"],
      ["tv-shows", "/mnt/TV Shows", "series"],
      ["movies-2", "/srv/Movies", "movies"],
      ["-", "/srv/映画", "movies"],
    ],
  );
});

test("a folder inside of another is refused by the settings themselves", () => {
  const tree = firstSettings({
    devices: ["chromecast-2"],
    folders: ["/a", "/a/b"],
    original: "keep",
    hasCard: false,
  });
  assert.equal(parseSettings(tree).kind, "invalid");
});
