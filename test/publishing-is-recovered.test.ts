/** Every state a crash can leave publishing in, made by hand; recovery settles each, and doing it twice changes nothing. */
import assert from "node:assert/strict";
import { linkSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { test } from "node:test";
import { WRITING } from "../src/apps/job.ts";
import { markPath } from "../src/edges/give-name.ts";
import { finishPublishing } from "../src/steps/publish.ts";
import { recover, settlePublications } from "../src/steps/recover.ts";
import {
  ARCHIVED,
  type Case,
  crashed,
  KEPT,
  MOVED,
  PARTIAL,
  publish,
  recovers,
  SIDECAR,
} from "./support/crashed.ts";
import { filesBelow } from "./support/orchestrator.ts";
import { NOW, queue } from "./support/store.ts";

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
  {
    name: "no hard links: a placeholder stands at the final name, and the source became another film",
    crash: ({ root, write }) => {
      write(basename(markPath(join(root, PARTIAL), join(root, "Film.mp4"))), "");
      write("Film.mp4", "");
      write("Film.mkv", "another film!");
    },
    state: "Queued",
    files: ["Film.mkv"],
  },
  {
    name: "no hard links: a placeholder stands at a sidecar's name, and the published film was taken away",
    step: "published",
    crash: ({ root, write }) => {
      write(basename(markPath(join(root, SIDECAR), join(root, "Film.en.vtt"))), "");
      write("Film.en.vtt", "");
      rmSync(join(root, PARTIAL));
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

for (const [whose, content] of [
  ["ours", null],
  ["a person's by now", "their own lines"],
] as const)
  test(`published, its sidecar too, and the film was taken away: a sidecar goes, or stays where it is ${whose}`, async (context) => {
    const place = await crashed(context, { step: "published" }, ({ root, move }) => {
      rmSync(join(root, PARTIAL));
      move(SIDECAR, "Film.en.vtt");
    });
    const [sidecar, source] = [join(place.root, "Film.en.vtt"), join(place.root, "Film.mkv")];
    // As when it was published: it has the time of its film.
    await WRITING.finishFile(sidecar, source);
    if (content !== null) place.write("Film.en.vtt", content);
    const { asset, files } = await place.settle();
    assert.equal(asset.state, "Queued");
    assert.deepEqual(files, content === null ? ["Film.mkv"] : ["Film.en.vtt", "Film.mkv"]);
  });

// Places below an archive that is there: one that is away itself is waited for (a-folder-is-away.test.ts).
for (const [name, below] of [
  ["longer than its disk takes (encrypted ones take 143 bytes)", `${"x".repeat(300)}.mkv`],
  ["behind links that lead in a circle", "circle/Film (1).mkv"],
] as const)
  test(`a place in the archive that cannot be, ${name}: the original is kept, and nothing waits for ever`, async (context) => {
    const place = await crashed(context, { step: "published", original: "archive" }, publish);
    symlinkSync("circle", join(dirname(place.root), "circle"));
    const [entry] = place.store.journal.all();
    assert.ok(entry);
    place.store.journal.remove(entry.token);
    place.store.journal.put({ ...entry, archivePath: join(dirname(place.root), below) });
    const { asset, files } = await place.settle();
    assert.deepEqual([asset.state, asset.problemCode], ["Completed", "archive-failed"]);
    assert.match(asset.problemDetail ?? "", /ENAMETOOLONG|ELOOP/);
    assert.deepEqual(files, KEPT);
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

test("a row that is settled by its own job, while another row is looked at, is not settled once more", async (context) => {
  const place = await crashed(context, { original: "archive" }, () => {});
  const { store, deps } = place;
  const [entry] = store.journal.all();
  assert.ok(entry);
  const other = queue(store, "Other.mkv");
  const token = "f".repeat(32);
  store.assets.claim({ works: ["copy"], token, now: NOW, id: other.id });
  store.journal.put({ ...entry, token, assetId: other.id, createdAt: NOW - 1 });
  const isLibraryThere = async (assetId: number): Promise<boolean> => {
    if (assetId !== other.id) return true;
    await WRITING.moveWithoutOverwrite(entry.partialPath, entry.finalPath);
    await finishPublishing(deps, entry);
    // Undone by a person since: the row of before would archive it once more.
    place.move(ARCHIVED, "Film.mkv");
    return false;
  };
  const settled = await settlePublications({ ...deps, isLibraryThere });
  assert.deepEqual([...settled.kept.keys()], [token]);
  assert.deepEqual(filesBelow(place.root), KEPT);
  const events = store.events.forAsset(entry.assetId, 9).map(({ kind }) => kind);
  assert.equal(events[0], "published-moved");
});
