/** What each library's films were last planned by, so that a change of settings is noticed. */
import type { Wish } from "../../core/plan.ts";
import { jsonOf } from "./columns.ts";
import type { Database } from "./database.ts";

export type Wishes = {
  readonly get: (library: string) => Wish | null;
  readonly put: (library: string, wish: Wish) => void;
};

/** The wishes of `database`. */
export const wishesOf = (database: Database): Wishes => ({
  get: (library) => {
    const row = database.sql(`SELECT wish FROM wishes WHERE library = :library`).get({ library });
    // Only `put` writes this column.
    return row ? (jsonOf(row, "wish") as Wish) : null;
  },
  put: (library, wish) => {
    database
      .sql(`INSERT OR REPLACE INTO wishes (library, wish) VALUES (:library, :wish)`)
      .run({ library, wish: JSON.stringify(wish) });
  },
});
