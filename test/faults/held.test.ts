/** The checker of what a person has: it takes neither a stranger nor a half film for what was lost. */
import assert from "node:assert/strict";
import { readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { openStore } from "../../src/edges/store/store.ts";
import { putClip } from "../support/clips.ts";
import { tempFolder } from "../support/temp.ts";
import { checkHeld, checkWhole, type Judged } from "./held.ts";
import { treeOf } from "./invariants.ts";

const NOW = 1_800_000_000_000;
const ALIKE = "what the program knows both by";

/** A library whose film was deleted once its result was there, and what a person had in it. */
const deletedFilm = async (context: TestContext) => {
  const folder = tempFolder(context);
  const place = {
    root: join(folder, "films"),
    archive: join(folder, "archive"),
    ready: join(folder, "ready"),
    temp: join(folder, "temp"),
    data: folder,
  };
  const [film, output] = [join(place.root, "Film.mkv"), join(place.root, "Film.mp4")];
  await putClip("remux", film);
  const sha256Of = (path: string): string => treeOf(place).get(`films/${path}`)?.sha256 ?? "";
  const original = { sha256: sha256Of("Film.mkv"), modifiedMs: NOW };
  await putClip("plays", output);
  const result = { sha256: sha256Of("Film.mp4"), modifiedMs: NOW };
  const store = openStore({ file: join(folder, "library.sqlite") });
  const { id } = store.assets.insert({
    library: "films",
    path: "Film.mkv",
    sizeBytes: statSync(film).size,
    modifiedUs: 1,
    fingerprint: ALIKE,
    foundAt: NOW,
  });
  store.assets.apply(id, "assessed-needs-work", { now: NOW, work: "copy" });
  store.assets.claim({ works: ["copy"], token: "t", now: NOW });
  store.assets.apply(id, "published-moved", { now: NOW, token: "t", outputPath: output });
  store.close();
  rmSync(film);
  const judged: Judged = {
    place,
    undisturbed: {
      expected: {
        originals: new Map([["Film.mkv", original]]),
        others: new Map(),
        results: new Map([["films/Film.mp4", [result]]]),
      },
    },
  };
  const held = { sha256: original.sha256, fingerprint: ALIKE, label: "films/Film.mkv" };
  return { judged, place, output, held, sha256Of };
};

const kindsOf = (found: readonly { readonly kind: string }[]): readonly string[] =>
  found.map(({ kind }) => kind);

test("an original that was deleted is replaced by its result", async (context) => {
  const { judged, held } = await deletedFilm(context);
  assert.deepEqual(checkHeld(judged, [held]), []);
  assert.deepEqual(checkWhole(judged, [held]), []);
});

test("neither by a file of a person under the result's name nor by nothing", async (context) => {
  const { judged, held, output, sha256Of } = await deletedFilm(context);
  await putClip("remux", output);
  const stranger = { sha256: sha256Of("Film.mp4"), fingerprint: "another", label: "films/Film.mp4" };
  // It has the bytes of the original here: what is asked is whether the original is said to be replaced by it.
  const lost = { ...held, sha256: "the original's" };
  assert.deepEqual(kindsOf(checkHeld(judged, [lost, stranger])), ["lost"]);
  rmSync(output);
  assert.deepEqual(kindsOf(checkHeld(judged, [held])), ["lost"]);
});

test("nor is a film replaced by what was made of another that looks like it", async (context) => {
  const { judged, held } = await deletedFilm(context);
  const rewritten = { ...held, sha256: "other bytes between the sampled blocks" };
  assert.deepEqual(kindsOf(checkHeld(judged, [rewritten])), ["lost"]);
});

test("a film of nobody's that is cut short, and a text that is empty or cut, are half", async (context) => {
  const { judged, held, place } = await deletedFilm(context);
  const whole = await putClip("sound", join(place.root, "Whole.mp4"));
  assert.deepEqual(checkWhole(judged, [held]), []);
  truncateSync(whole, readFileSync(whole).length / 2);
  writeFileSync(join(place.root, "Film.en.vtt"), "");
  writeFileSync(join(place.root, "Film.en.srt"), "1\n00:00:00,500 --> 00:00:02,000\nGood eve");
  writeFileSync(join(place.root, "Film.en.2.srt"), "1\n00:00:00,500 --> 00:00:02,000\nGood evening.\n");
  assert.deepEqual(kindsOf(checkWhole(judged, [held])), ["half", "half", "half"]);
});
