/** The films of a folder are found by a range of the index: what lies behind the folder costs nothing, however much it is. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { folderOf, treeOf } from "../src/edges/store/asset-folder.ts";
import { type Database, openDatabase } from "../src/edges/store/database.ts";
import { storeOf } from "../src/edges/store/store.ts";

const LIBRARY = "films";

const known = (database: Database, paths: readonly string[]): void => {
  const insert = database.sql(
    `INSERT INTO assets (library, path, state, size_bytes, modified_us, found_at, state_at, sort_name)
     VALUES ('${LIBRARY}', :path, 'New', 1, 1, 1, 1, :path)`,
  );
  for (const path of paths) insert.run({ path });
};

/** A database, and how SQLite would go about what it was asked. */
const statements = (database: Database) => {
  const asked: string[] = [];
  const seen: Database = {
    ...database,
    sql: (sql) => {
      asked.push(sql);
      return database.sql(sql);
    },
  };
  const plans = (): readonly string[] =>
    asked.flatMap((sql) =>
      database
        .sql(`EXPLAIN QUERY PLAN ${sql}`)
        .all(Object.fromEntries([...sql.matchAll(/:(\w+)/g)].map(([, name]) => [name ?? "", null])))
        .map((row) => String(row.detail)),
    );
  return { seen, plans };
};

test("a folder and a tree are ranges with two ends, and the root is one without", () => {
  const database = openDatabase(":memory:");
  storeOf(database);
  known(database, ["A.mkv", "B/1.mkv", "B/2.mkv", "B/C/3.mkv", "B0.mkv", "D/4.mkv"]);
  const { seen, plans } = statements(database);
  const names = (folder: string) => {
    const { rows, folders } = folderOf(seen, LIBRARY, folder);
    return { films: rows.map(({ file }) => file.path), folders };
  };
  assert.deepEqual(names("B"), { films: ["B/1.mkv", "B/2.mkv"], folders: ["C"] });
  assert.deepEqual(names("B/C"), { films: ["B/C/3.mkv"], folders: [] });
  assert.deepEqual(
    treeOf(seen, LIBRARY, "B").map(({ file }) => file.path),
    ["B/1.mkv", "B/2.mkv", "B/C/3.mkv"],
  );
  for (const plan of plans()) assert.match(plan, /^SEARCH .*\(library=\? AND path>\? AND path<\?\)$/);
  assert.deepEqual(names(""), { films: ["A.mkv", "B0.mkv"], folders: ["B", "D"] });
  assert.equal(treeOf(seen, LIBRARY, "").length, 6);
});
