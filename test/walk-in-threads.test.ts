/** Disks that answer slowly or not at all: a walk takes several threads, holds nobody up, and ends when it is told to. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { walkLibrary } from "../src/edges/library-walk.ts";
import { createReader, type Work } from "../src/edges/walk/read-some.ts";
import { readSlices } from "../src/edges/walk/threads.ts";
import { tempFolder } from "./support/temp.ts";

const pathOf = (file: string): string => join(import.meta.dirname, "support", file);

const walkAlone = async (root: string, ...args: readonly string[]) => {
  const node = ["--disable-warning=ExperimentalWarning", "--import", pathOf("slow-disk.ts")];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...node, pathOf("walk-alone.ts"), root, ...args],
    {
      env: { ...process.env, SLOW_DISK: root },
      timeout: 60_000,
    },
  );
  return JSON.parse(stdout) as { paths?: readonly string[]; thrown?: string; ticks: number };
};

/** Files in some folders, and many in one. */
const makeFiles = (context: TestContext): { readonly root: string; readonly paths: readonly string[] } => {
  const root = join(tempFolder(context), "films");
  const paths = Array.from({ length: 1600 }, (_, index) =>
    index < 400 ? `Shelf ${index % 7}/Film ${index}/Film ${index}.mkv` : `One folder/Film ${index}.mkv`,
  );
  for (const path of paths) {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), path);
  }
  return { root, paths: paths.toSorted() };
};

test("a slow disk is read by several threads, each file once", async (context) => {
  const { root, paths } = makeFiles(context);
  const found = await walkAlone(root);
  assert.deepEqual(found.paths?.toSorted(), paths);
  const threads = readFileSync(`${root}.threads`, "utf8").trim().split("\n");
  const counts = Object.values(Object.groupBy(threads, (each) => each)).map((each) => each?.length ?? 0);
  assert.equal(counts.length, 4);
  // Also the files of one folder are shared.
  assert.ok(Math.max(...counts) < threads.length / 2, `calls by thread: ${counts.join(", ")}`);
});

test("a call that never comes back holds nobody up, and an abort does not wait for it", async (context) => {
  const { root } = makeFiles(context);
  writeFileSync(join(root, "Shelf 0", "Film that hangs.mkv"), "");
  const found = await walkAlone(root, "3000");
  assert.equal(found.thrown, "AbortError");
  assert.ok(found.ticks > 20, `${found.ticks} ticks`);
});

test("a walk that is left in the middle and walks at once see all they should", async (context) => {
  const { root, paths } = makeFiles(context);
  const walk = async (): Promise<readonly string[]> => {
    const seen: string[] = [];
    for await (const batch of walkLibrary({ root, depth: "max", rule: "films" }))
      for (const each of batch) seen.push(each.path);
    return seen.toSorted();
  };
  for await (const _ of walkLibrary({ root, depth: "max", rule: "films" })) break;
  for (const each of await Promise.all([walk(), walk(), walk()])) assert.deepEqual(each, paths);
  assert.deepEqual(await walk(), paths);
});

test("what one reader gives away and what it keeps are all there is, in whatever order", async (context) => {
  const { root, paths } = makeFiles(context);
  const ground = { root, rule: "films", limit: 64 } as const;
  const open: Work[] = [
    { folders: [{ path: "", level: 0, isTree: true, device: null, isFirst: true }], files: [] },
  ];
  const seen: string[] = [];
  for (let work = open.pop(); work; work = open.pop()) {
    const reader = createReader(ground);
    reader.add(work);
    while (!reader.isDone()) {
      const slice = reader.read();
      if (slice.numbers.length > 0) seen.push(...slice.paths.split("\0"));
      const shared = reader.share();
      if (shared) open.push(shared);
    }
  }
  assert.deepEqual(seen.toSorted(), paths);
});

test("a thread that died is not given to the next walk", { timeout: 60_000 }, async (context) => {
  const { root, paths } = makeFiles(context);
  // Nothing of the sort is ever asked for.
  const work = { folders: [null as never], files: [] };
  await assert.rejects(async () => {
    for await (const _ of readSlices({ root, rule: "films", limit: 9 }, work)) break;
  }, TypeError);
  const folder = { path: "", level: 0, isTree: true, device: null, isFirst: true };
  const found: string[] = [];
  for await (const { paths } of readSlices(
    { root, rule: "films", limit: 9 },
    { folders: [folder], files: [] },
  ))
    found.push(...paths.split("\0").filter((each) => each !== ""));
  assert.deepEqual(found.toSorted(), paths);
});
