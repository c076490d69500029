/** Every state a crash can leave publishing in, made by hand; recovery settles each, and doing it twice changes nothing. */
import assert from "node:assert/strict";
import { linkSync, mkdirSync, renameSync, rmSync, utimesSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { test } from "node:test";
import { markPath } from "../src/edges/give-name.ts";
import { copyPath } from "../src/edges/library-write.ts";
import { recover, settlePublications } from "../src/steps/recover.ts";
import {
  ARCHIVED,
  type Case,
  crashed,
  KEPT,
  MOVED,
  PARTIAL,
  type Place,
  publish,
  recovers,
  SIDECAR,
} from "./support/crashed.ts";

const CASES: readonly Case[] = [
  { name: "planned, nothing moved", crash: () => {}, state: "Completed", files: KEPT },
  {
    name: "linked under both names",
    crash: ({ root }) => linkSync(join(root, PARTIAL), join(root, "Film.mp4")),
    state: "Completed",
    files: KEPT,
  },
  { name: "linked, the partial name gone", crash: publish, state: "Completed", files: KEPT },
  {
    name: "no hard links: a placeholder stands at the final name",
    crash: ({ root, write }) => {
      write(basename(markPath(join(root, PARTIAL), join(root, "Film.mp4"))), "");
      write("Film.mp4", "");
    },
    state: "Completed",
    files: KEPT,
  },
  { name: "published", step: "published", crash: publish, state: "Completed", files: KEPT },
  {
    name: "planned, with a subtitle file whose name was taken, so that no row has it",
    crash: ({ write }) => write(SIDECAR.replace(".en.", ".fr."), "WEBVTT"),
    state: "Completed",
    files: KEPT,
  },
  {
    name: "published, its sidecar too",
    step: "published",
    crash: (place) => {
      publish(place);
      place.move(SIDECAR, "Film.en.vtt");
    },
    state: "Completed",
    files: KEPT,
  },
  {
    name: "published, the original not yet in the archive",
    step: "published",
    original: "archive",
    crash: publish,
    state: "Archived",
    files: MOVED,
  },
  {
    name: "the original under both names",
    step: "published",
    original: "archive",
    crash: (place) => {
      publish(place);
      mkdirSync(join(place.root, dirname(ARCHIVED)));
      linkSync(join(place.root, "Film.mkv"), join(place.root, ARCHIVED));
    },
    state: "Archived",
    files: MOVED,
  },
  {
    name: "the original archived, the step not written",
    step: "published",
    original: "archive",
    crash: (place) => {
      publish(place);
      place.move("Film.mkv", ARCHIVED);
    },
    state: "Archived",
    files: MOVED,
  },
  {
    name: "the original archived, the published film taken away by a person",
    step: "published",
    original: "archive",
    crash: (place) => {
      place.move("Film.mkv", ARCHIVED);
      rmSync(join(place.root, PARTIAL));
    },
    state: "Archived",
    files: [ARCHIVED, "Film.en.vtt"],
  },
  {
    name: "the original done, the state not written",
    step: "original-done",
    original: "archive",
    crash: (place) => {
      publish(place);
      place.move("Film.mkv", ARCHIVED);
    },
    state: "Archived",
    files: MOVED,
  },
  {
    name: "published, the original to be deleted",
    step: "published",
    original: "delete",
    crash: publish,
    state: "Archived",
    files: ["Film.en.vtt", "Film.mp4"],
  },
  {
    name: "the original deleted, the step not written",
    step: "published",
    original: "delete",
    crash: (place) => {
      publish(place);
      rmSync(join(place.root, "Film.mkv"));
    },
    state: "Archived",
    files: ["Film.en.vtt", "Film.mp4"],
  },
  {
    name: "the original deleted, and then the published film taken away by a person",
    step: "original-done",
    original: "delete",
    crash: ({ root }) => {
      for (const path of ["Film.mkv", PARTIAL]) rmSync(join(root, path));
    },
    state: "Archived",
    files: ["Film.en.vtt"],
  },
  {
    name: "planned, and the partial file is gone",
    crash: ({ root }) => rmSync(join(root, PARTIAL)),
    state: "Queued",
    files: ["Film.mkv"],
  },
  {
    name: "planned, and a stranger took the name",
    crash: ({ write }) => write("Film.mp4", "a stranger's"),
    state: "Queued",
    files: ["Film.mkv", "Film.mp4"],
  },
  {
    name: "planned, and a stranger's empty file has the name",
    crash: ({ write }) => write("Film.mp4", ""),
    state: "Queued",
    files: ["Film.mkv", "Film.mp4"],
  },
  {
    name: "planned, and the source was written to between its sampled blocks",
    crash: ({ root }) => utimesSync(join(root, "Film.mkv"), 1_700_000_000, 1_700_000_000),
    state: "Queued",
    files: ["Film.mkv"],
  },
  {
    name: "linked under both names, and the source became another film",
    crash: ({ root, write }) => {
      linkSync(join(root, PARTIAL), join(root, "Film.mp4"));
      write("Film.mkv", "another film!");
    },
    state: "Queued",
    files: ["Film.mkv"],
  },
];

for (const each of CASES) recovers(each);

for (const original of ["archive", "delete"] as const)
  test(`${original}: a source that became another film before the restart is neither moved nor removed`, async (context) => {
    const place = await crashed(context, { step: "published", original }, (each) => {
      publish(each);
      each.write("Film.mkv", "a better film, of which this is the only copy");
    });
    const { asset, files } = await place.settle();
    assert.deepEqual([asset.state, asset.problemCode], ["Completed", "source-changed"]);
    assert.deepEqual(files, KEPT);
    assert.match(place.text("Film.mkv"), /only copy/);
  });

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

test("a disk that is away loses nothing, and is settled when it is back, once", async (context) => {
  const place = await crashed(context, { step: "published", original: "archive" }, (each) => {
    publish(each);
    each.move("Film.mkv", ARCHIVED);
  });
  const away = `${place.root}-away`;
  renameSync(place.root, away);
  place.unmount(true);
  for (let time = 0; time < 3; time++)
    assert.equal((await recover(place.deps, () => [place.root])).requeued, 0);
  assert.equal(place.store.assets.inState("Processing").length, 1);
  renameSync(away, place.root);
  place.unmount(false);
  assert.equal((await settlePublications(place.deps)).finished, 1);
  const { asset, files } = await place.settle();
  assert.equal(asset.state, "Archived");
  assert.deepEqual(files, MOVED);
});
