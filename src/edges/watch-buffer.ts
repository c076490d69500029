/** What a folder watcher has still to tell, in a small database of its own: it outlives the process, however that ends. */
import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { ALL, type DirtyFolder } from "../core/dirty-folders.ts";
import { Problem } from "../core/problem.ts";
import { numberOf, textOf } from "./store/columns.ts";
import { type Database, openDatabase, SIDE_FILES } from "./store/database.ts";

/** Some folders of one library. The same ones have the same `id`, however often they are told. */
export type Batch = {
  readonly id: string;
  readonly library: string;
  readonly folders: readonly DirtyFolder[];
  /** Up to which they were noted. */
  readonly seq: number;
};

export type WatchBuffer = {
  /** Notes folders; more than fit are all of the library. */
  readonly add: (library: string, folders: readonly DirtyFolder[]) => void;
  /** The libraries of which there is something to tell. */
  readonly libraries: () => readonly string[];
  /** What is to be told next of a library, oldest first; null when nothing is. */
  readonly next: (library: string) => Batch | null;
  /** A batch was heard; what was noted again since stays. */
  readonly done: (batch: Batch) => void;
  readonly close: () => void;
};

/** Of one library; a disk that is away for a week must not fill this one. */
const FOLDERS_KEPT = 10_000;
/** Of one message. */
const BATCH_FOLDERS = 500;
const BATCH_CHARACTERS = 200_000;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS watcher (id TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS dirty (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, library TEXT NOT NULL, path TEXT NOT NULL, is_tree INTEGER NOT NULL,
    UNIQUE (library, path)) STRICT;`;

const opened = (file: string): Database => {
  const database = openDatabase(file);
  try {
    database.exec(SCHEMA);
    return database;
  } catch (thrown) {
    database.close();
    throw thrown;
  }
};

/** A damaged one is of no use and begun anew: a watcher tells everything when it begins. */
const openAnyhow = (file: string): Database => {
  try {
    return opened(file);
  } catch (thrown) {
    const isOfNoUse = thrown instanceof Problem && /^database-(damaged|unusable)$/.test(thrown.code);
    if (!isOfNoUse) throw thrown;
    for (const each of ["", ...SIDE_FILES]) rmSync(`${file}${each}`, { force: true });
    return opened(file);
  }
};

/** Opens or makes the buffer in `file`. Throws Problem database-locked, -read-only, -full. */
export const openWatchBuffer = (file: string): WatchBuffer => {
  const database = openAnyhow(file);
  const { sql, transaction } = database;
  const known = sql("SELECT id FROM watcher").get();
  const watcher = known ? textOf(known, "id") : randomUUID();
  if (!known) sql("INSERT INTO watcher (id) VALUES (:watcher)").run({ watcher });

  const put = (library: string, { path, isTree }: DirtyFolder): void => {
    const before = sql("DELETE FROM dirty WHERE library = :library AND path = :path RETURNING is_tree").get({
      library,
      path,
    });
    const tree = isTree || (before !== undefined && numberOf(before, "is_tree") === 1) ? 1 : 0;
    sql("INSERT INTO dirty (library, path, is_tree) VALUES (:library, :path, :tree)").run({
      library,
      path,
      tree,
    });
  };
  const putAll = (library: string): void => {
    sql("DELETE FROM dirty WHERE library = :library").run({ library });
    put(library, ALL);
  };
  const isAll = (library: string): boolean =>
    sql("SELECT 1 FROM dirty WHERE library = :library AND path = '' AND is_tree = 1").get({ library }) !==
    undefined;
  const count = (library: string): number =>
    numberOf(
      sql("SELECT count(*) AS n FROM dirty WHERE library = :library").get({ library }) ?? { n: 0 },
      "n",
    );

  return {
    add: (library, folders) =>
      transaction(() => {
        // All of it again, so that it has a new number: it may be on its way at this moment.
        if (isAll(library) || folders.some((each) => each.isTree && each.path === "")) return putAll(library);
        for (const each of folders) put(library, each);
        if (count(library) > FOLDERS_KEPT) putAll(library);
      }),
    libraries: () =>
      sql("SELECT DISTINCT library FROM dirty ORDER BY library")
        .all()
        .map((row) => textOf(row, "library")),
    next: (library) => {
      const folders: DirtyFolder[] = [];
      let [seq, left] = [0, BATCH_CHARACTERS];
      for (const row of sql(
        `SELECT seq, path, is_tree FROM dirty WHERE library = :library ORDER BY seq LIMIT ${BATCH_FOLDERS}`,
      ).all({ library })) {
        const path = textOf(row, "path");
        left -= JSON.stringify(path).length + 1;
        if (left < 0 && folders.length > 0) break;
        folders.push({ path, isTree: numberOf(row, "is_tree") === 1 });
        seq = numberOf(row, "seq");
      }
      return folders.length === 0 ? null : { id: `${watcher}-${seq}`, library, folders, seq };
    },
    done: ({ library, seq }) => {
      sql("DELETE FROM dirty WHERE library = :library AND seq <= :seq").run({ library, seq });
    },
    close: database.close,
  };
};
