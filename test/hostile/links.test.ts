/** What stands in a library and is no film: links, pipes, devices, holes; and what takes a film's place under our hands. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { buildServer } from "../../src/apps/http/server.ts";
import { runJob } from "../../src/apps/job.ts";
import { createFfprobe } from "../../src/edges/ffprobe.ts";
import { fingerprintFile } from "../../src/edges/library-walk.ts";
import { fileStat } from "../../src/edges/library-write.ts";
import { putClip } from "../support/clips.ts";
import { counts, newLibrary } from "../support/library.ts";
import { filesBelow, newHouse, sha256, until } from "../support/orchestrator.ts";
import { newBench } from "../support/running.ts";
import { isProblem, NOW } from "../support/store.ts";
import { tempFolder } from "../support/temp.ts";

/** Fails instead of waiting for ever, as whoever opens a pipe does. */
const soon = <T>(promise: Promise<T>): Promise<T> =>
  Promise.race([
    promise,
    new Promise<never>((_, reject) => {
      setTimeout(() => reject(new Error("It waits.")), 10_000).unref();
    }),
  ]);

const { probe } = createFfprobe();

test("what is no regular file is neither opened nor waited for", async (context) => {
  const folder = tempFolder(context);
  const film = await putClip("plays", join(folder, "Film.mp4"));
  const at = (name: string): string => join(folder, name);
  execFileSync("mkfifo", [at("pipe.mkv")]);
  mkdirSync(at("folder.mkv"));
  symlinkSync(film, at("link.mkv"));
  symlinkSync("loop.mkv", at("loop.mkv"));
  symlinkSync("/dev/zero", at("device.mkv"));
  const socket = createServer().listen(at("socket.mkv"));
  context.after(() => socket.close());
  await until("the socket is there", () => existsSync(at("socket.mkv")));
  for (const name of ["pipe", "folder", "link", "loop", "device", "socket"]) {
    await assert.rejects(soon(probe(at(`${name}.mkv`))), isProblem("file-missing"), name);
    await assert.rejects(soon(fingerprintFile(at(`${name}.mkv`), 0)), isProblem("file-missing"), name);
  }
});

test("loops and links out of the library are not followed, and a root may be a link itself", async (context) => {
  const library = newLibrary(context);
  const outside = join(dirname(library.root), "outside");
  mkdirSync(outside);
  writeFileSync(join(outside, "theirs.mkv"), "not ours");
  library.write("a/film.mkv", "content");
  symlinkSync("..", join(library.root, "a", "up"));
  symlinkSync("round", join(library.root, "a", "round"));
  symlinkSync(outside, join(library.root, "out"));
  symlinkSync(join(outside, "theirs.mkv"), join(library.root, "theirs.mkv"));
  assert.deepEqual(await counts(library.scan()), { added: 1, skipped: 4 });
  const link = join(dirname(library.root), "link");
  symlinkSync(library.root, link);
  assert.deepEqual(await counts(library.scan({ root: link })), { skipped: 4 });
  assert.deepEqual(library.paths(), ["a/film.mkv"]);
});

test("films in a folder that became a link are gone from the library, whatever lies behind it", async (context) => {
  const library = newLibrary(context);
  library.write("a/b/film.mkv", "content");
  library.write("c/other.mkv", "other");
  await library.scan();
  renameSync(join(library.root, "a"), join(dirname(library.root), "moved"));
  symlinkSync(join(dirname(library.root), "moved"), join(library.root, "a"));
  assert.deepEqual(await counts(library.scan()), { missing: 1, skipped: 1 });
  assert.deepEqual(library.paths(), ["c/other.mkv"]);
});

/** A film in a folder `a`, claimed for work. */
const claimed = async (context: TestContext) => {
  const folder = tempFolder(context);
  const root = join(folder, "films");
  const path = await putClip("remux", join(root, "a", "Film.mkv"));
  const { running, scans } = newBench(context, root);
  const { assets, probes } = running.store;
  const found = await fileStat(path);
  assert.ok(found);
  const fingerprint = await fingerprintFile(path, found.sizeBytes);
  const { media, raw } = await probe(path);
  probes.put(fingerprint, media, raw, NOW);
  const asset = assets.insert({ library: "films", path: "a/Film.mkv", ...found, fingerprint, foundAt: NOW });
  assets.apply(asset.id, "assessed-needs-work", { now: NOW, work: "copy" });
  const token = "0123456789abcdef0123456789abcdef";
  const claim = assets.claim({ works: ["copy"], token, now: NOW });
  assert.ok(claim);
  const work = async () => {
    await soon(runJob(running, claim, token));
    return assets.byId(asset.id);
  };
  return { folder, root, path, scans, work };
};

test("a folder that becomes a link after the scan leads no work out of the library", async (context) => {
  const { folder, root, scans, work } = await claimed(context);
  const outside = join(folder, "outside");
  renameSync(join(root, "a"), outside);
  symlinkSync(outside, join(root, "a"));
  const asset = await work();
  assert.deepEqual([asset?.state, asset?.problemCode], ["Queued", "source-changed"]);
  assert.deepEqual(filesBelow(outside), ["Film.mkv"]);
  assert.deepEqual(scans, ["films"], "which the scan then finds");
});

for (const [what, put] of [
  ["a pipe", (path: string) => void execFileSync("mkfifo", [path])],
  ["a link", (path: string) => symlinkSync("../../kept.mkv", path)],
  ["a folder", (path: string) => mkdirSync(path)],
] as const)
  test(`a film whose place ${what} took is not worked on`, async (context) => {
    const { folder, root, path, work } = await claimed(context);
    renameSync(path, join(folder, "kept.mkv"));
    put(path);
    const asset = await work();
    assert.deepEqual([asset?.state, asset?.problemCode], ["Queued", "file-missing"]);
    assert.equal(existsSync(join(root, "a", "Film.mp4")), false);
  });

test("the page plays no pipe, no link and nothing from elsewhere in a film's place", async (context) => {
  const house = newHouse(context);
  const path = await putClip("plays", join(house.root, "a", "Film.mp4"));
  const control = await house.start();
  const { id } = await house.becomes("a/Film.mp4", "Completed");
  const server = buildServer(control);
  context.after(() => server.close());
  const url = `/api/assets/${id}/video`;
  const get = (range: string) => server.inject({ url, headers: { range } });
  const { size } = statSync(path);
  assert.deepEqual(
    [(await get("bytes=-4")).rawPayload, (await get("bytes=8-")).rawPayload.length],
    [readFileSync(path).subarray(-4), size - 8],
  );
  const beyond = await get(`bytes=${size}-`);
  assert.deepEqual([beyond.statusCode, beyond.headers["content-range"]], [416, `bytes */${size}`]);
  const head = await server.inject({ method: "HEAD", url });
  assert.deepEqual([head.headers["content-length"], head.payload], [String(size), ""]);
  const film = readFileSync(path);
  writeFileSync(path, "");
  assert.equal((await server.inject(url)).statusCode, 416, "nothing is left of it");
  writeFileSync(path, film);
  const aside = join(dirname(house.root), "aside.mp4");
  renameSync(path, aside);
  for (const put of [
    () => execFileSync("mkfifo", [path]),
    () => symlinkSync(aside, path),
    () => mkdirSync(path),
    () => {},
  ]) {
    put();
    assert.equal((await soon(get("bytes=0-3"))).statusCode, 404);
    rmSync(path, { recursive: true, force: true });
  }
});

test("a film under two names is two films: archiving one or both loses neither", async (context) => {
  const house = newHouse(context, { library: { original: "archive" } });
  const path = await putClip("remux", join(house.root, "One.mkv"));
  const before = sha256(path);
  const seed = join(dirname(house.root), "seed.mkv");
  linkSync(path, join(house.root, "Two.mkv"));
  linkSync(path, seed);
  await house.start();
  for (const name of ["One", "Two"]) {
    const { archivePath, outputPath } = await house.becomes(`${name}.mkv`, "Archived");
    assert.equal(sha256(archivePath ?? ""), before);
    assert.equal(outputPath, join(house.root, `${name}.mp4`));
  }
  assert.equal(sha256(seed), before, "and the name outside stays as it is");
  assert.equal(statSync(seed).nlink, 3);
});

test("deleting one name of a film leaves the other", async (context) => {
  const house = newHouse(context, {
    library: { original: "delete" },
    operational: { remove_original_after_success: true },
  });
  const path = await putClip("remux", join(house.root, "Film.mkv"));
  const before = sha256(path);
  const seed = join(dirname(house.root), "seed.mkv");
  linkSync(path, seed);
  await house.start();
  await house.becomes("Film.mkv", "Archived");
  assert.deepEqual(filesBelow(house.root), ["Film.mp4"]);
  assert.equal(sha256(seed), before);
});

test("a terabyte of nothing, alone or behind a film, costs no more than what is there", async (context) => {
  const library = newLibrary(context);
  const nothing = library.write("nothing.mkv", "");
  const holes = library.write("holes.mkv", "");
  const behind = await putClip("plays", join(library.root, "behind.mp4"));
  for (const path of [holes, behind]) truncateSync(path, 2 ** 40);
  const startedAt = performance.now();
  assert.equal((await library.scan({}, Date.now() + 3600_000)).added, 3);
  await assert.rejects(probe(nothing), isProblem("not-media"));
  await assert.rejects(probe(holes), isProblem("not-media"));
  assert.equal((await probe(behind)).media.sizeBytes, 2 ** 40);
  assert.ok(performance.now() - startedAt < 30_000);
});

test("a file that says it is 8 EiB large, of a time before or after all others, stops no scan", async (context) => {
  if (!existsSync("/dev/shm")) return context.skip("no file system here takes it");
  const library = newLibrary(context);
  const root = tempFolder(context, "/dev/shm");
  for (const name of ["past.mkv", "future.mkv", "large.mkv", "film.mkv"])
    writeFileSync(join(root, name), name);
  execFileSync("truncate", ["-s", "9223372036854775807", join(root, "large.mkv")]);
  execFileSync("touch", ["-d", "@9223372036854775807", join(root, "future.mkv")]);
  execFileSync("touch", ["-d", "@-9223372036854775807", join(root, "past.mkv")]);
  await library.scan({ root }, Date.now() + 3600_000);
  const { added, waiting } = await library.scan({ root }, Date.now() + 7200_000);
  assert.deepEqual(
    [library.paths().length, added, waiting],
    [3, 1, 1],
    "the large one waits, for it cannot be read",
  );
});
