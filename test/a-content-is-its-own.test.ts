/** What is read of a path is kept with a content: only where that content is still there. */
import assert from "node:assert/strict";
import { renameSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createAssessLoop } from "../src/apps/assess-loop.ts";
import { Problem } from "../src/core/problem.ts";
import { statFile } from "../src/edges/library-walk.ts";
import { assess } from "../src/steps/assess.ts";
import { newLibrary } from "./support/library.ts";
import { inContainer, media, wish } from "./support/media.ts";
import { newBench } from "./support/running.ts";
import { NOW } from "./support/store.ts";

const PROBE = { raw: {}, video: [], soundEndSeconds: null, boxLevel: null };

test("two films whose names are swapped between the scan and the look keep what is theirs", async (context) => {
  const library = newLibrary(context);
  const paths = ["plays.mp4", "does-not.mkv"].map((name) => library.write(name, `the film ${name}`));
  await library.scan();
  const [one = "", other = ""] = paths;
  for (const [from, to] of [
    [one, "aside"],
    [other, one],
    ["aside", other],
  ] as const)
    renameSync(
      from === "aside" ? join(library.root, ".aside") : from,
      to === "aside" ? join(library.root, ".aside") : to,
    );
  const deps = {
    store: library.store,
    statFile,
    // As ffprobe would: by what lies at the path now.
    probe: async (path: string) => ({ ...PROBE, media: path === other ? media() : inContainer("matroska") }),
    look: async (_: string, known: ReturnType<typeof media>) => known,
    now: () => NOW,
  };
  const round = async () => {
    for (const name of ["plays.mp4", "does-not.mkv"]) {
      const asset = library.at(name) ?? assert.fail(name);
      const input = { asset, path: join(library.root, name), wish: wish(), isHardware: false };
      assert.equal(await assess(deps, input), asset.path === name && isSwapped ? "source-changed" : null);
    }
  };
  let isSwapped = true;
  await round();
  assert.deepEqual(library.store.assets.counts().state.New, 2);
  assert.equal((await library.scan()).moved, 2);
  isSwapped = false;
  await round();
  assert.deepEqual(
    [library.at("does-not.mkv")?.outcome, library.at("plays.mp4")?.work],
    ["direct-play", "copy"],
  );
});

test("what is no film at the path of one says nothing of the film; a scan is asked for, and no try is used up", async (context) => {
  const library = newLibrary(context);
  const path = library.write("Film.mkv", "the film");
  await library.scan();
  library.write("Film.mkv", "a text that somebody wrote over it");
  const { path: name, sizeBytes, modifiedUs, fingerprint, foundAt } = library.at("Film.mkv") ?? assert.fail();
  const { running, scans, pass } = newBench(context, library.root, () =>
    Promise.reject(new Problem("not-media")),
  );
  const film = { library: "films", path: name, sizeBytes, modifiedUs, fingerprint, foundAt };
  const asset = running.store.assets.insert(film);
  const loop = createAssessLoop(running);
  for (let round = 0; round < 8; round++) {
    loop.pump();
    await loop.idle();
    pass(120_000);
  }
  assert.equal(running.store.assets.byId(asset.id)?.state, "New");
  assert.equal(scans.length, 8);
  const now = await statFile(path);
  assert.ok(now.kind === "file");
  running.store.assets.touch(asset.id, { modifiedUs: now.modifiedUs, sizeBytes: now.sizeBytes });
  loop.pump();
  await loop.idle();
  assert.equal(running.store.assets.byId(asset.id)?.problemCode, "not-media");
});
