/** Every state a crash can leave publishing in, made by hand; recovery settles each, and doing it twice changes nothing. */
import assert from "node:assert/strict";
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { WRITING } from "../src/apps/job.ts";
import type { OriginalPolicy } from "../src/core/settings.ts";
import { fingerprintFile } from "../src/edges/library-walk.ts";
import { sweepPartials } from "../src/edges/library-write.ts";
import type { JournalStep } from "../src/edges/store/journal.ts";
import { recover, settlePublications } from "../src/steps/recover.ts";
import { filesBelow } from "./support/orchestrator.ts";
import { NOW, newStore, queue } from "./support/store.ts";
import { tempFolder } from "./support/temp.ts";

const TOKEN = "0123456789abcdef0123456789abcdef";
const PARTIAL = `.Film.${TOKEN}.partial.mp4`;
const SIDECAR = `.Film.${TOKEN}.partial.en.vtt`;
const ARCHIVED = ".originals/Film.mkv";

type Place = {
  readonly root: string;
  readonly text: (path: string) => string;
  readonly write: (path: string, content: string) => void;
  readonly move: (from: string, to: string) => void;
};

const newPlace = (root: string): Place => ({
  root,
  text: (path) => readFileSync(join(root, path), "utf8"),
  write: (path, content) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  },
  move: (from, to) => {
    mkdirSync(dirname(join(root, to)), { recursive: true });
    renameSync(join(root, from), join(root, to));
  },
});

/** A claimed film whose verified partial file and sidecar lie beside it, with its journal row; then `crash` happens. */
const crashed = async (
  context: TestContext,
  {
    step = "planned",
    original = "keep",
  }: { readonly step?: JournalStep; readonly original?: OriginalPolicy },
  crash: (place: Place) => void,
) => {
  const { store } = newStore(context);
  const place = newPlace(join(tempFolder(context), "films"));
  const at = (path: string): string => join(place.root, path);
  place.write("Film.mkv", "the original film");
  place.write(PARTIAL, "the converted film");
  place.write(SIDECAR, "WEBVTT\n\nlines");
  const found = await WRITING.fileStat(at("Film.mkv"));
  assert.ok(found);
  const sourceFingerprint = await fingerprintFile(at("Film.mkv"), found.sizeBytes);
  const asset = queue(store, "Film.mkv", { ...found, fingerprint: sourceFingerprint });
  store.assets.touch(asset.id, found);
  store.assets.claim({ works: ["copy"], token: TOKEN, now: NOW });
  store.journal.put({
    token: TOKEN,
    assetId: asset.id,
    step,
    partialPath: at(PARTIAL),
    finalPath: at("Film.mp4"),
    sidecars: [{ from: at(SIDECAR), to: at("Film.en.vtt") }],
    sourcePath: at("Film.mkv"),
    original,
    archivePath: original === "archive" ? at(ARCHIVED) : null,
    sourceFingerprint,
    outputFingerprint: await fingerprintFile(at(PARTIAL), statSync(at(PARTIAL)).size),
    createdAt: NOW,
  });
  crash(place);
  let isThere = true;
  const deps = {
    store,
    files: WRITING,
    now: () => NOW,
    sweepPartials,
    isLibraryThere: () => Promise.resolve(isThere),
  };
  const settle = async () => {
    const first = await recover(deps, () => [place.root]);
    const state = () => [store.assets.byId(asset.id), filesBelow(place.root), store.journal.all()];
    const before = state();
    assert.deepEqual(await recover(deps, () => [place.root]), {
      finished: 0,
      requeued: 0,
      partialsRemoved: 0,
    });
    assert.deepEqual(state(), before, "twice is once");
    const now = store.assets.byId(asset.id);
    assert.ok(now);
    return { ...first, asset: now, files: filesBelow(place.root) };
  };
  return { ...place, store, deps, settle, unmount: (away: boolean) => (isThere = !away) };
};

const publish = ({ move }: Place): void => move(PARTIAL, "Film.mp4");
const KEPT = ["Film.en.vtt", "Film.mkv", "Film.mp4"];
const MOVED = [ARCHIVED, "Film.en.vtt", "Film.mp4"];

type Case = {
  readonly name: string;
  readonly step?: JournalStep;
  readonly original?: OriginalPolicy;
  readonly crash: (place: Place) => void;
  readonly state: string;
  readonly files: readonly string[];
};

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
    crash: ({ write }) => write("Film.mp4", `${PARTIAL} is being moved here.\n`),
    state: "Completed",
    files: KEPT,
  },
  { name: "published", step: "published", crash: publish, state: "Completed", files: KEPT },
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
    name: "linked under both names, and the source became another film",
    crash: ({ root, write }) => {
      linkSync(join(root, PARTIAL), join(root, "Film.mp4"));
      write("Film.mkv", "another film!");
    },
    state: "Queued",
    files: ["Film.mkv"],
  },
];

for (const { name, crash, state, files, ...row } of CASES)
  test(`${row.original ?? "keep"}, ${name}: ${state}`, async (context) => {
    const place = await crashed(context, row, crash);
    const strangers =
      filesBelow(place.root).includes("Film.mp4") && statSync(join(place.root, "Film.mp4")).size;
    const settled = await place.settle();
    assert.equal(settled.asset.state, state);
    assert.deepEqual(settled.files, files);
    assert.deepEqual([settled.finished, settled.requeued], state === "Queued" ? [0, 1] : [1, 0]);
    if (files.includes(ARCHIVED)) assert.equal(place.text(ARCHIVED), "the original film");
    if (state !== "Queued" && files.includes("Film.mp4")) {
      assert.equal(place.text("Film.mp4"), "the converted film");
      assert.equal(settled.asset.outputPath, join(place.root, "Film.mp4"));
    }
    if (state === "Queued" && files.includes("Film.mp4"))
      assert.equal(statSync(join(place.root, "Film.mp4")).size, strangers);
  });

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
