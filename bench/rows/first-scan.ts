/** What it takes to take up a library that nobody knows yet, against reading and hashing the same blocks alone. */
import { hash } from "node:crypto";
import { closeSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { sampledRanges } from "../../src/core/fingerprint.ts";
import { openStore } from "../../src/edges/store/store.ts";
import { inFolder, inTurns, mustBe, timed } from "../frame/measure.ts";
import type { Bench, Measured } from "../frame/row.ts";
import { LIBRARY, makeTree } from "../frame/tree.ts";
import { scanOf } from "./rescan.ts";

const PROMISED = 100_000;

/** One thread that waits for nothing: the fastest of the ways to read that were tried, where the disk is warm. */
const readAndHash = (root: string): ReadonlyMap<string, string> => {
  const hashes = new Map<string, string>();
  const folders = [root];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop())
    for (const each of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, each.name);
      if (each.isDirectory()) {
        folders.push(path);
        continue;
      }
      const { size } = statSync(path);
      const parts = [Buffer.from(`${size}\n`)];
      const file = openSync(path, "r");
      for (const { offset, length } of sampledRanges(size)) {
        const block = Buffer.alloc(length);
        readSync(file, block, 0, length, offset);
        parts.push(block);
      }
      closeSync(file);
      hashes.set(relative(root, path), hash("sha256", Buffer.concat(parts), "hex").slice(0, 32));
    }
  return hashes;
};

const measure = (files: number, runs: number): Promise<Measured> =>
  inFolder(async (folder) => {
    const root = join(folder, "films");
    makeTree(root, files);
    let [run, hashes] = [0, readAndHash(root)];
    const scan = async (): Promise<number> => {
      const store = openStore({ file: join(folder, `library-${run++}.sqlite`) });
      const took = await timed(async () => {
        const report = await scanOf(store, root);
        mustBe("films added", report.added, files);
        mustBe("problem", report.problem, null);
      });
      for (const { path, fingerprint } of store.assets.iterate(LIBRARY))
        mustBe(`fingerprint of ${path}`, fingerprint, hashes.get(path));
      mustBe("films in the database", store.assets.counts().total, files);
      store.close();
      return took;
    };
    const plain = (): Promise<number> =>
      timed(() => {
        hashes = readAndHash(root);
      });
    const { value, baseline } = await inTurns(runs, scan, plain);
    return {
      name: "first-scan",
      what: "Take up a library that nobody knows yet: walk, fingerprint, database.",
      assets: files,
      value,
      unit: "ms",
      baseline: { what: "walk, read and hash the same blocks in one thread, no database", value: baseline },
      ...(files === PROMISED ? { target: { mostRatio: 2.5 } } : {}),
    };
  });

export const bench: Bench = {
  run: async ({ isQuick, sizes }) => {
    const rows: Measured[] = [];
    for (const files of isQuick ? sizes([1000]) : sizes([1000, 10_000, PROMISED, 1_000_000]))
      rows.push(await measure(files, files >= PROMISED ? 1 : 3));
    return rows;
  },
};
