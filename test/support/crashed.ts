/** A publication cut off by a crash, made by hand, and what recovery makes of it. */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { WRITING } from "../../src/apps/job.ts";
import type { OriginalPolicy } from "../../src/core/settings.ts";
import { fingerprintFile } from "../../src/edges/library-walk.ts";
import { sweepPartials } from "../../src/edges/library-write.ts";
import type { JournalEntry, JournalStep } from "../../src/edges/store/journal.ts";
import { recover } from "../../src/steps/recover.ts";
import { filesBelow } from "./orchestrator.ts";
import { NOW, newStore, queue } from "./store.ts";
import { tempFolder } from "./temp.ts";

export type Case = {
  readonly name: string;
  readonly step?: JournalStep;
  readonly original?: OriginalPolicy;
  /** Files of an earlier result of ours, by path. */
  readonly earlier?: Readonly<Record<string, string>>;
  readonly crash: (place: Place) => void;
  readonly state: string;
  readonly files: readonly string[];
};

const TOKEN = "0123456789abcdef0123456789abcdef";
export const PARTIAL = `.Film.${TOKEN}.partial.mp4`;
export const SIDECAR = `.Film.${TOKEN}.partial.en.vtt`;
export const ARCHIVED = ".chromecast-originals/Film.mkv";

export type Place = {
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
export const crashed = async (
  context: TestContext,
  { step = "planned", original = "keep", earlier = {} }: Pick<Case, "step" | "original" | "earlier">,
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
  const superseded: JournalEntry["superseded"][number][] = [];
  for (const [path, content] of Object.entries(earlier)) {
    place.write(path, content);
    const stat = await WRITING.fileStat(at(path));
    if (stat) superseded.push({ path: at(path), ...stat });
  }
  store.journal.put({
    token: TOKEN,
    assetId: asset.id,
    step,
    partialPath: at(PARTIAL),
    finalPath: at("Film.mp4"),
    sidecars: [
      {
        from: at(SIDECAR),
        to: at("Film.en.vtt"),
        fingerprint: await fingerprintFile(at(SIDECAR), statSync(at(SIDECAR)).size),
      },
    ],
    superseded,
    sourcePath: at("Film.mkv"),
    original,
    archivePath: original === "archive" ? at(ARCHIVED) : null,
    sourceFingerprint,
    outputFingerprint: await fingerprintFile(at(PARTIAL), statSync(at(PARTIAL)).size),
    archiveFolder: null,
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

export const publish = ({ move }: Place): void => move(PARTIAL, "Film.mp4");
export const KEPT = ["Film.en.vtt", "Film.mkv", "Film.mp4"];
export const MOVED = [ARCHIVED, "Film.en.vtt", "Film.mp4"];

/** One state and what it becomes. */
export const recovers = ({ name, crash, state, files, ...row }: Case): void => {
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
};
