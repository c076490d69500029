/** What migration 5 computes of films that are there: names from their paths, kinds from their stored probes. */
import type { MediaKind } from "../../core/media-kind.ts";
import { mediaKindOf } from "../../core/media-kind.ts";
import { judge } from "../../core/verdict.ts";
import { nameColumns } from "./asset-row.ts";
import { numberOf, textOf, textOrNull } from "./columns.ts";
import type { Database, Row } from "./database.ts";
import { mediaColumn } from "./media-column.ts";
import { probesOf } from "./probes.ts";
import { wishesOf } from "./wishes.ts";

const FILMS_AT_ONCE = 4000;

const WRITE_NAMES = `UPDATE assets SET sort_name = :sort_name, year = :year, show = :show, season = :season,
  media = :media WHERE id = :id`;

/** Between :from and :to, as the triggers do it later for one film. */
const WRITE_KINDS = [
  `INSERT OR IGNORE INTO asset_kinds (library, state, work, problem, reasons, media)
     SELECT DISTINCT library, state, ifnull(work, ''), ifnull(problem_code, ''), reason_codes, media
     FROM assets WHERE id BETWEEN :from AND :to`,
  `UPDATE assets SET kind = (SELECT id FROM asset_kinds AS k WHERE k.library = assets.library
       AND k.state = assets.state AND k.work = ifnull(assets.work, '')
       AND k.problem = ifnull(assets.problem_code, '') AND k.reasons = assets.reason_codes AND k.media = assets.media)
     WHERE id BETWEEN :from AND :to`,
];

/** The kind of a film that was assessed, by the wish it was assessed by; null for any other. */
const kindReader = (database: Database): ((row: Row) => MediaKind | null) => {
  const [probes, wishes] = [probesOf(database), wishesOf(database)];
  return (row) => {
    const fingerprint = textOrNull(row, "fingerprint");
    const wish = textOf(row, "state") === "New" ? null : wishes.get(textOf(row, "library"));
    const media = fingerprint === null || !wish ? null : probes.get(fingerprint)?.media;
    return media && wish ? mediaKindOf(media, judge(media, wish)) : null;
  };
};

/** Goes on where it was interrupted; each batch is a transaction of its own. */
export const fillLibraryList = (database: Database): void => {
  const kindOf = kindReader(database);
  for (let after = 0; ; ) {
    const rows = database
      .sql(
        `SELECT id, path, library, state, fingerprint FROM assets WHERE id > :after AND kind IS NULL
         ORDER BY id LIMIT ${FILMS_AT_ONCE}`,
      )
      .all({ after });
    const [first, last] = [rows[0], rows.at(-1)];
    if (!first || !last) return;
    const [from, to] = [numberOf(first, "id"), numberOf(last, "id")];
    database.transaction(() => {
      for (const row of rows) {
        const path = textOf(row, "path");
        const media = mediaColumn(kindOf(row));
        database.sql(WRITE_NAMES).run({ ...nameColumns(path), media, id: numberOf(row, "id") });
      }
      for (const each of WRITE_KINDS) database.sql(each).run({ from, to });
    });
    after = to;
  }
};
