/** A database of before the list had names, kinds and words gets them, also when the program is killed in between. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { packJson } from "../src/edges/store/columns.ts";
import { openDatabase } from "../src/edges/store/database.ts";
import { migrate, readMigrations } from "../src/edges/store/migrations.ts";
import { openStore } from "../src/edges/store/store.ts";
import { media, wish } from "./support/media.ts";
import { insert, NOW, newStore } from "./support/store.ts";
import { tempFolder } from "./support/temp.ts";

const FILMS = 9000;
const COUNTS = "SELECT library, state, work, count FROM asset_counts WHERE count > 0 ORDER BY 1, 2, 3";

const oldDatabase = (file: string): void => {
  const database = openDatabase(file);
  migrate(
    database,
    readMigrations().filter((each) => each.version < 5),
  );
  database.transaction(() => {
    for (let index = 0; index < FILMS; index++)
      database
        .sql(
          `INSERT INTO assets (library, path, size_bytes, modified_us, fingerprint, found_at, state_at)
           VALUES (:library, :path, 1, 1, :fingerprint, 1, 1)`,
        )
        .run({
          library: index % 2 ? "movies" : "gone",
          path: index % 3 ? `Film ${index} (1999).mkv` : `Zoo/Season 1/Zoo S01E${index}.mkv`,
          fingerprint: `f${index % 10}`,
        });
    database.exec("UPDATE assets SET state = 'Completed', work = 'none' WHERE id % 4 = 0");
    database.sql("INSERT INTO probes VALUES ('f3', :media, :media, 1)").run({ media: packJson(media()) });
    database.sql("INSERT INTO wishes VALUES ('movies', :wish)").run({ wish: JSON.stringify(wish()) });
  });
  database.close();
};

test("names, kinds and words of the films that are there; killed in between, it goes on", (context) => {
  const file = join(tempFolder(context), "old.sqlite");
  oldDatabase(file);
  const raw = (sql: string) => {
    const database = new DatabaseSync(file);
    const rows = database.prepare(sql).all();
    database.close();
    return rows;
  };
  const before = raw(COUNTS);
  const database = openDatabase(file);
  let updates = 0;
  const dying = new Proxy(database, {
    get: (target, key) => {
      if (key !== "transaction") return Reflect.get(target, key);
      return (work: () => unknown) => {
        if (++updates > 2) throw new Error("killed");
        return target.transaction(work);
      };
    },
  });
  assert.throws(() => migrate(dying, readMigrations()), /killed/);
  database.close();
  const filled = Number(raw("SELECT count(*) AS n FROM assets WHERE kind IS NOT NULL")[0]?.n);
  assert.ok(filled > 0 && filled < FILMS, `${filled}`);

  const store = openStore({ file });
  context.after(store.close);
  assert.deepEqual(raw(COUNTS), before, "the counts are what they were");
  assert.equal(store.assets.page({ limit: 1 }).total, FILMS);
  assert.deepEqual(
    store.assets.shows({ limit: 5 }).shows.map(({ show, films }) => [show, films]),
    [["Zoo", FILMS / 3]],
  );
  assert.equal(store.assets.page({ q: "film 1234", limit: 5 }).total, 1);
  assert.deepEqual(store.assets.page({ sort: "year", limit: 1 }).assets[0]?.path, "Film 8999 (1999).mkv");
  // Judged by the wish of their library, where that is known and the film was assessed.
  assert.equal(
    store.assets.count({ codec: "h264" }).total,
    Number(
      raw(
        "SELECT count(*) AS n FROM assets WHERE fingerprint = 'f3' AND library = 'movies' AND state = 'Completed'",
      )[0]?.n,
    ),
  );
  assert.deepEqual(raw("SELECT name FROM sqlite_schema WHERE name IN ('migration_begun')"), []);
});

test("an old database and a new one have the same tables, indexes and triggers", (context) => {
  const { file, store } = newStore(context);
  insert(store, "a", { foundAt: NOW });
  const old = join(tempFolder(context), "old.sqlite");
  oldDatabase(old);
  openStore({ file: old }).close();
  const schema = (path: string) => {
    const database = new DatabaseSync(path);
    const rows = database.prepare("SELECT type, name, sql FROM sqlite_schema ORDER BY name").all();
    database.close();
    return rows;
  };
  assert.deepEqual(schema(old), schema(file));
});
