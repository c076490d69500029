/** A disk that goes away, or a crash, between two steps of a publication. */
import assert from "node:assert/strict";
import { readFileSync, renameSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { WRITING } from "../src/apps/job.ts";
import { publish } from "../src/steps/publish.ts";
import { recover } from "../src/steps/recover.ts";
import { filesBelow } from "./support/orchestrator.ts";
import { isRoot, makeReadOnly, smallDisk } from "./support/small-disk.ts";
import { isProblem, NOW } from "./support/store.ts";
import { onDisk } from "./support/verified.ts";

for (const original of ["keep", "archive"] as const)
  test(`${original}: a disk pulled right after the name was given: the journal waits, and all is known when it is back`, async (context) => {
    const { store, root, asset, input, deps, settling, pull, putBack } = await onDisk(context, original);
    const moveWithoutOverwrite: typeof WRITING.moveWithoutOverwrite = async (from, to) => {
      const isMoved = await WRITING.moveWithoutOverwrite(from, to);
      if (to.endsWith(".en.vtt")) pull();
      return isMoved;
    };
    const files = { ...WRITING, moveWithoutOverwrite };
    await assert.rejects(publish({ ...deps, files }, input), isProblem("publish-failed"));
    assert.equal((await recover(settling, () => [root])).finished, 0);
    assert.equal(store.assets.byId(asset.id)?.state, "Processing");
    putBack();
    assert.equal((await recover(settling, () => [root])).finished, 1);
    const done = store.assets.byId(asset.id);
    assert.equal(done?.state, original === "keep" ? "Completed" : "Archived");
    assert.deepEqual([done?.outputSizeBytes, done?.sidecarPaths.length], [18, 1]);
    assert.equal(done?.problemCode, null);
  });

test("delete: a disk pulled after the original went: the published film is known all the same", async (context) => {
  const { store, asset, input, deps, pull } = await onDisk(context, "delete");
  const removeUnchanged: typeof WRITING.removeUnchanged = async (path, known) => {
    const result = await WRITING.removeUnchanged(path, known);
    pull();
    return result;
  };
  await publish({ ...deps, files: { ...WRITING, removeUnchanged } }, input);
  assert.deepEqual(
    [store.assets.byId(asset.id)?.state, store.assets.byId(asset.id)?.outputSizeBytes],
    ["Archived", 18],
  );
});

test("delete: a restart while the disk is away writes no state; its subtitles are not forgotten", async (context) => {
  const { store, root, at, asset, input, deps, settling, pull, putBack } = await onDisk(context, "delete");
  const apply: typeof store.assets.apply = () => assert.fail("the plug is pulled");
  const unplugged = { ...store, assets: { ...store.assets, apply } };
  await assert.rejects(publish({ ...deps, store: unplugged }, input));
  pull();
  assert.deepEqual(await recover(settling, () => [root]), { finished: 0, requeued: 0, partialsRemoved: 0 });
  putBack();
  assert.equal((await recover(settling, () => [root])).finished, 1);
  assert.deepEqual(store.assets.byId(asset.id)?.sidecarPaths, [at("Film.en.vtt")]);
});

/** Every call of the files a publication makes, one after the other: at which a person does something, right after it. */
const momentsOf = (files: typeof WRITING, moment: number, change: () => void) => {
  let left = moment;
  const watched = new Proxy(files, {
    get: (target, name, receiver) => {
      const call = Reflect.get(target, name, receiver) as (...args: unknown[]) => Promise<unknown>;
      return async (...args: unknown[]) => {
        const result = await call(...args);
        if (left-- === 0) change();
        return result;
      };
    },
  });
  return { files: watched, isReached: () => left < 0 };
};

for (const original of ["archive", "delete"] as const)
  test(`${original}: a film that a person puts in the original's place, at whatever moment, is not lost`, async (context) => {
    for (let moment = 0, isReached = true; isReached; moment++) {
      const { root, input, deps } = await onDisk(context, original);
      const watched = momentsOf(WRITING, moment, () => {
        writeFileSync(`${input.sourcePath}.new`, "a person's own film");
        renameSync(`${input.sourcePath}.new`, input.sourcePath);
      });
      await publish({ ...deps, files: watched.files }, input).catch((thrown: unknown) => {
        assert.ok(isProblem("source-changed")(thrown), `${moment}: ${thrown}`);
      });
      isReached = watched.isReached();
      const texts = filesBelow(root).map((path) => readFileSync(join(root, path), "utf8"));
      assert.equal(texts.includes("a person's own film"), isReached, `after call ${moment}`);
    }
  });

test("an earlier result that a person changes, at whatever moment, stays with its subtitles", async (context) => {
  for (let moment = 0, isReached = true; isReached; moment++) {
    const { root, at, input, deps } = await onDisk(context, "keep");
    const made = { outputPath: at("Film.mp4"), sidecarPaths: [at("Film.de.vtt")] };
    for (const path of [made.outputPath, ...made.sidecarPaths]) writeFileSync(path, "ours of last year");
    for (const path of [made.outputPath, ...made.sidecarPaths])
      utimesSync(path, 1_600_000_000, 1_600_000_000);
    const outputModifiedUs = 1_600_000_000_000_000;
    const asset = { ...input.asset, ...made, outputSizeBytes: 17, outputModifiedUs };
    let isNamed = false;
    const watched = momentsOf(WRITING, moment, () => {
      isNamed = readFileSync(at("Film.mp4"), "utf8") === "the converted film";
      if (!isNamed) writeFileSync(at("Film.mp4"), "ours of last year, cut by a person");
    });
    const done = await publish({ ...deps, files: watched.files }, { ...input, asset });
    isReached = watched.isReached() && !isNamed;
    assert.equal(filesBelow(root).includes("Film.de.vtt"), isReached, `call ${moment}`);
    if (isReached) {
      assert.equal(
        readFileSync(at("Film.mp4"), "utf8"),
        "ours of last year, cut by a person",
        `call ${moment}`,
      );
      assert.equal(done.outputPath, at("Film.chromecast.mp4"));
    }
  }
});

test("a file that cannot be removed when a publication is taken back: the row waits, and the start goes on", async (context) => {
  const { store, root, asset, input, settling } = await onDisk(context, "keep");
  const cut = () => Promise.reject(new Error("the plug is pulled"));
  await assert.rejects(
    publish({ ...settling, files: { ...WRITING, moveWithoutOverwrite: cut } }, input),
    isProblem("publish-failed"),
  );
  writeFileSync(input.sourcePath, "another film by now");
  const stuck = { ...WRITING, removeFile: () => Promise.reject(new Error("read-only")) };
  assert.equal((await recover({ ...settling, files: stuck }, () => [root])).requeued, 0);
  assert.equal(store.assets.byId(asset.id)?.state, "Processing");
  assert.equal((await recover(settling, () => [root])).requeued, 1);
  assert.deepEqual(filesBelow(root), ["Film.mkv", "Film.ru.vtt"]);
});

test("a subtitle whose name a person has leaves no hidden file after a crash", async (context) => {
  const { root, input, deps, settling } = await onDisk(context, "keep");
  writeFileSync(join(root, "Film.en.vtt"), "a person's");
  const moveWithoutOverwrite = async (from: string, to: string) => {
    await WRITING.moveWithoutOverwrite(from, to);
    throw new Error("the plug is pulled");
  };
  const removeFile = () => Promise.reject(new Error("the plug is pulled"));
  const files = { ...WRITING, moveWithoutOverwrite, removeFile };
  await assert.rejects(publish({ ...deps, files }, input));
  assert.equal((await recover(settling, () => [root])).finished, 1);
  assert.deepEqual(filesBelow(root), ["Film.en.vtt", "Film.mkv", "Film.mp4", "Film.ru.vtt"]);
  assert.equal(readFileSync(join(root, "Film.en.vtt"), "utf8"), "a person's");
});

test("a partial file that cannot be removed does not keep the program from starting; the others go", {
  skip: isRoot ? false : "only root can mount a disk",
}, async (context) => {
  const disk = smallDisk(context, 65_536);
  if (disk === null) return context.skip("nothing may be mounted here");
  const { store, asset, input, settling, root } = await onDisk(context, "keep");
  const job = { assetId: asset.id, token: input.token, attempt: 1, work: "copy", encoder: null } as const;
  store.jobs.start({ ...job, command: [], startedAt: NOW });
  const left = `.Film.${input.token}.partial.mp4`;
  writeFileSync(join(disk, left), "half a film");
  makeReadOnly(disk);
  const recovered = await recover(settling, () => [disk, root]);
  assert.deepEqual(recovered, { finished: 0, requeued: 1, partialsRemoved: 2 });
  assert.deepEqual(filesBelow(disk), [left]);
  assert.deepEqual(filesBelow(root), ["Film.mkv", "Film.ru.vtt"]);
  assert.deepEqual(store.jobs.unfinished(), []);
});
