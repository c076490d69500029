/** A library of many films, written straight into its database: for measuring what is slow only with many. */
import { DatabaseSync } from "node:sqlite";
import { dayOf } from "../src/apps/local-day.ts";

const DAY_MS = 86_400_000;

/** Films in all states, four events a film over 60 days, and figures for a year. */
export const fillWithFilms = (file: string, films: number): void => {
  const raw = new DatabaseSync(file);
  const now = Date.now();
  raw.exec("BEGIN");
  const asset = raw.prepare(
    `INSERT INTO assets (library, path, state, outcome, work, size_bytes, modified_us, result_bytes, playing_seconds,
       problem_code, found_at, state_at) VALUES (?, ?, ?, ?, ?, 4000000000, 1, ?, 5400, ?, ?, ?)`,
  );
  const event = raw.prepare("INSERT INTO events (at, asset_id, kind, path, data) VALUES (?, ?, ?, ?, ?)");
  const kinds = ["found", "assessed-needs-work", "claimed", "published-kept"];
  for (let each = 0; each < films; each++) {
    const library = each % 3 === 0 ? "series" : "movies";
    const path = `Folder ${each % 5000}/Film number ${each} (${1950 + (each % 70)}).mkv`;
    const at = now - 60 * DAY_MS + Math.floor((60 * DAY_MS * each) / films);
    const kind = each % 10;
    const [state, outcome, work] =
      kind < 4
        ? ["Completed", "direct-play", "none"]
        : kind < 7
          ? ["Completed", "converted", "copy"]
          : kind < 9
            ? ["Queued", null, "video"]
            : ["Failed", null, "impossible"];
    const result = outcome === "converted" ? 3_000_000_000 : null;
    const problem = state === "Failed" ? (each % 20 === 9 ? "source-damaged" : "conversion-failed") : null;
    const { lastInsertRowid: id } = asset.run(library, path, state, outcome, work, result, problem, at, at);
    const last = state === "Failed" ? "failed" : "published-kept";
    for (const [index, one] of [...kinds.slice(0, 3), last].entries())
      event.run(
        at + index,
        id,
        one,
        path,
        JSON.stringify({ library, from: "New", to: "Queued", why: "container" }),
      );
  }
  const work = raw.prepare("INSERT INTO daily_work VALUES (?, ?, ?, 'copy', 20, 1, 5400, 60)");
  const ready = raw.prepare("INSERT INTO daily_ready VALUES (?, ?, ?, ?)");
  for (let back = 365; back > 0; back--)
    for (const library of ["movies", "series"]) {
      const day = dayOf(now - back * DAY_MS);
      ready.run(day, library, films - back, Math.floor(films / 2) - back);
      for (const each of ["copy", "audio"]) work.run(day, library, each);
    }
  raw.exec("COMMIT; ANALYZE; PRAGMA wal_checkpoint(TRUNCATE)");
  raw.close();
};
