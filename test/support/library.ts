import { mkdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import {
  findFolder,
  fingerprintFile,
  statFile,
  statRoot,
  walkLibrary,
} from "../../src/edges/library-walk.ts";
import type { Asset } from "../../src/edges/store/asset-row.ts";
import type { Store } from "../../src/edges/store/store.ts";
import { type ScanDeps, type ScanInput, type ScanReport, scanLibrary } from "../../src/steps/scan.ts";
import { scanFolders } from "../../src/steps/scan-folders.ts";
import { NOW, newStore } from "./store.ts";
import { tempFolder } from "./temp.ts";

const OLD_SECONDS = NOW / 1000 - 86_400;

export type TestLibrary = {
  readonly store: Store;
  readonly root: string;
  readonly deps: ScanDeps;
  /** Paths read for a fingerprint since the last scan began. */
  readonly read: string[];
  /** Writes a file, a day old unless `ageSeconds` says otherwise. */
  readonly write: (path: string, content: string | Buffer, ageSeconds?: number) => string;
  readonly remove: (path: string) => void;
  readonly scan: (input?: Partial<ScanInput["library"]>, now?: number) => Promise<ScanReport>;
  /** Looks at some folders: `Series` alone, `Series/` with all below it. */
  readonly look: (folders: readonly string[], now?: number) => Promise<ScanReport | null>;
  readonly at: (path: string) => Asset | null;
  readonly paths: () => readonly string[];
  /** What events an asset has, oldest first. */
  readonly kinds: (id: number) => readonly string[];
};

/** A real library folder with a real store; `change` replaces functions that the scan is given. */
export const newLibrary = (context: TestContext, change: Partial<ScanDeps> = {}): TestLibrary => {
  const { store } = newStore(context);
  const root = join(tempFolder(context), "movies");
  mkdirSync(root);
  const read: string[] = [];
  const deps: ScanDeps = {
    store,
    walkLibrary,
    statRoot,
    statFile,
    fingerprintFile: (path, sizeBytes) => {
      read.push(path.slice(root.length + 1));
      return fingerprintFile(path, sizeBytes);
    },
    findFolder,
    settling: new Map(),
    missed: new Map(),
    settleSeconds: 30,
    clock: () => NOW,
    ...change,
  };
  return {
    store,
    root,
    deps,
    read,
    write: (path, content, ageSeconds) => {
      const file = join(root, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
      const seconds = ageSeconds === undefined ? OLD_SECONDS : NOW / 1000 - ageSeconds;
      utimesSync(file, seconds, seconds);
      return file;
    },
    remove: (path) => rmSync(join(root, path), { recursive: true, force: true }),
    scan: (input = {}, now = NOW) => {
      read.length = 0;
      return scanLibrary(deps, { name: "movies", library: { root, depth: "max", ...input }, now });
    },
    look: (folders, now = NOW) => {
      read.length = 0;
      const wanted = folders.map((each) => ({ path: each.replace(/\/$/, ""), isTree: each.endsWith("/") }));
      return scanFolders(deps, { name: "movies", library: { root, depth: "max" }, now }, wanted);
    },
    at: (path) => store.assets.byPath("movies", path),
    paths: () => [...store.assets.iterate("movies")].map((each) => each.path),
    kinds: (id) =>
      store.events
        .forAsset(id, 100)
        .map((each) => each.kind)
        .reverse(),
  };
};

/** The counts of a report that are not 0, without `seen`. */
export const counts = async (report: Promise<ScanReport | null>): Promise<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries((await report) ?? { problem: "a scan of all" }).filter(
      ([key, value]) =>
        !["library", "seen", "seconds", "again"].includes(key) && value !== 0 && value !== null,
    ),
  );
