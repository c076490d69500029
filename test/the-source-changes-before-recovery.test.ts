/** A crash after publishing, and an original that is another one, or was written to, when the program starts again. */
import assert from "node:assert/strict";
import { utimesSync } from "node:fs";
import { join, relative } from "node:path";
import { test } from "node:test";
import { markPath } from "../src/edges/give-name.ts";
import { copyPath } from "../src/edges/library-write.ts";
import { ARCHIVED, crashed, KEPT, type Place, publish } from "./support/crashed.ts";

for (const original of ["archive", "delete"] as const)
  test(`${original}: a source written to before the restart, between its sampled blocks, is neither moved nor removed`, async (context) => {
    const place = await crashed(context, { step: "published", original }, (each) => {
      publish(each);
      utimesSync(join(each.root, "Film.mkv"), 1_700_000_000, 1_700_000_000);
    });
    const { asset, files } = await place.settle();
    assert.deepEqual([asset.state, asset.problemCode], ["Completed", "source-changed"]);
    assert.deepEqual(files, KEPT);
  });

/** What a kill leaves in the archive: half a copy on another disk; or a placeholder, by its mark known to be ours. */
const HALF_MOVES = {
  "half a copy": ({ root, write }: Place): void =>
    write(relative(root, copyPath(join(root, ARCHIVED))), "the ori"),
  "a placeholder": ({ root, write }: Place): void => {
    write(relative(root, markPath(join(root, "Film.mkv"), join(root, ARCHIVED))), "");
    write(ARCHIVED, "");
  },
};

for (const [name, leave] of Object.entries(HALF_MOVES))
  test(`archive: ${name} goes where the source became another film before the restart`, async (context) => {
    const place = await crashed(context, { step: "published", original: "archive" }, (each) => {
      publish(each);
      leave(each);
      each.write("Film.mkv", "a better film, of which this is the only copy");
    });
    const { asset, files } = await place.settle();
    assert.deepEqual([asset.state, asset.problemCode], ["Completed", "source-changed"]);
    assert.deepEqual(files, KEPT);
  });

test("archive: an empty file of somebody else stays where the source became another film", async (context) => {
  const place = await crashed(context, { step: "published", original: "archive" }, (each) => {
    publish(each);
    each.write(ARCHIVED, "");
    each.write("Film.mkv", "a better film, of which this is the only copy");
  });
  assert.deepEqual((await place.settle()).files, [ARCHIVED, ...KEPT]);
});
