/** A tree of files that look like films to a walk: sparse, each with content and a size of its own. */
import { closeSync, ftruncateSync, futimesSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Wish } from "../../src/core/plan.ts";
import { nameColumns } from "../../src/edges/store/asset-row.ts";
import { openStore } from "../../src/edges/store/store.ts";

/** As in a household: a folder a film, with what lies beside it. */
const FILES_A_FOLDER = 3;
const FOLDERS_A_SHELF = 500;
const SIZE_BYTES = 700_000_000;
const MODIFIED_SECONDS = 1_600_000_000;
export const LIBRARY = "films";

const pathOf = (index: number): string => {
  const folder = Math.floor(index / FILES_A_FOLDER);
  return `Shelf ${Math.floor(folder / FOLDERS_A_SHELF)}/Film ${folder} (${1950 + (folder % 70)})/Film ${folder} - ${index}.mkv`;
};

/** How many folders such a tree has. */
export const foldersOf = (files: number): number =>
  Math.ceil(files / FILES_A_FOLDER) + Math.ceil(files / FILES_A_FOLDER / FOLDERS_A_SHELF) + 1;

/** Makes `files` files below `root`. Each is of another size, so that none is looked for among the others. */
export const makeTree = (root: string, files: number): void => {
  for (let index = 0; index < files; index++) {
    const path = join(root, pathOf(index));
    if (index % FILES_A_FOLDER === 0) mkdirSync(join(path, ".."), { recursive: true });
    const file = openSync(path, "wx");
    writeSync(file, `film ${index}`);
    ftruncateSync(file, SIZE_BYTES + index);
    futimesSync(file, MODIFIED_SECONDS, MODIFIED_SECONDS);
    closeSync(file);
  }
};

/** A database in `file` that knows all of such a tree, each film played as it is; planned by `wish`, which a start compares. */
export const knowTree = (file: string, files: number, wish: Wish | null = null): void => {
  const store = openStore({ file });
  if (wish !== null) store.wishes.put(LIBRARY, wish);
  store.close();
  const raw = new DatabaseSync(file);
  raw.exec("PRAGMA synchronous = OFF; BEGIN");
  const insert = raw.prepare(
    `INSERT INTO assets (library, path, state, outcome, work, size_bytes, modified_us, fingerprint, playing_seconds,
       found_at, state_at, sort_name, year, show, season)
     VALUES (:library, :path, 'Completed', 'direct-play', 'none', :size, :modified, :fingerprint, 5400, 1, 1, :sort_name, :year, :show,
       :season)`,
  );
  for (let index = 0; index < files; index++) {
    const path = pathOf(index);
    insert.run({
      library: LIBRARY,
      path,
      size: SIZE_BYTES + index,
      modified: MODIFIED_SECONDS * 1e6,
      fingerprint: String(index).padStart(32, "0"),
      ...nameColumns(path),
    });
  }
  raw.exec("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
  raw.close();
};
