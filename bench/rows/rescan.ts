/** What it takes to look through a library in which nothing changed. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import {
  findFolder,
  fingerprintFile,
  statFile,
  statRoot,
  walkLibrary,
} from "../../src/edges/library-walk.ts";
import { openStore, type Store } from "../../src/edges/store/store.ts";
import { scanLibrary } from "../../src/steps/scan.ts";
import { inFolder, inTurns, mustBe, timed } from "../frame/measure.ts";
import type { Bench, Measured } from "../frame/row.ts";
import { knowTree, LIBRARY, makeTree } from "../frame/tree.ts";

/** Promised of this many. */
const PROMISED = 100_000;

/** The scan of the program over `root`, with a store of the caller. */
export const scanOf = (store: Store, root: string) =>
  scanLibrary(
    {
      ...{ store, walkLibrary, statRoot, statFile, findFolder, fingerprintFile },
      settling: new Map(),
      missed: new Map(),
      settleSeconds: 5,
      clock: Date.now,
    },
    { name: LIBRARY, library: { root, depth: "max" }, now: Date.now() },
  );

/** Lines that `find` prints of a tree. */
const find = (root: string): Promise<number> =>
  new Promise((resolve, reject) => {
    let lines = 0;
    const child = spawn("find", [root, "-type", "f", "-printf", "%s\\t%T@\\t%p\\n"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    child.stdout.on("data", (part: Buffer) => {
      for (const byte of part) if (byte === 10) lines++;
    });
    child.once("error", reject);
    child.once("close", () => resolve(lines));
  });

const measure = (files: number): Promise<Measured> =>
  inFolder(async (folder) => {
    const [root, file] = [join(folder, "films"), join(folder, "library.sqlite")];
    makeTree(root, files);
    knowTree(file, files);
    const store = openStore({ file });
    const scan = async (): Promise<void> => {
      const report = await scanOf(store, root);
      mustBe("files seen", report.seen, files);
      mustBe("problem", report.problem, null);
      for (const each of ["added", "changed", "moved", "copied", "missing", "waiting", "unreadable"] as const)
        mustBe(each, report[each], 0);
    };
    const walk = async (): Promise<void> => mustBe("files that find sees", await find(root), files);
    // Warm: both have been there before.
    await scan();
    const { value, baseline } = await inTurns(
      files > 200_000 ? 3 : 5,
      () => timed(scan),
      () => timed(walk),
    );
    mustBe("films in the database", store.assets.counts().total, files);
    store.close();
    return {
      name: "rescan",
      what: "Look through a library in which nothing changed.",
      assets: files,
      value,
      unit: "ms",
      baseline: { what: "`find -printf` of size, time and path", value: baseline },
      ...(files === PROMISED ? { target: { mostRatio: 2 } } : {}),
    };
  });

export const bench: Bench = {
  run: async ({ sizes }) => {
    const rows: Measured[] = [];
    for (const files of sizes([1000, 10_000, PROMISED, 1_000_000])) rows.push(await measure(files));
    return rows;
  },
};
