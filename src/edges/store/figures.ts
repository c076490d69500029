/** Figures of the whole library from tables that are kept as things happen: no film is read for them. */
import { STATES, type State } from "../../core/lifecycle.ts";
import { playingSeconds } from "../../core/media-info.ts";
import type { FilmSum, Kinds } from "./asset-kinds.ts";
import { numberOf, textOf, textOrNull, wordOf } from "./columns.ts";
import type { Database } from "./database.ts";
import type { Probes } from "./probes.ts";

export type DayReady = { readonly day: string; readonly films: number; readonly ready: number };

export type DayWork = {
  readonly day: string;
  readonly work: string;
  readonly done: number;
  readonly failed: number;
};

/** Films that play, alike in how they came to. */
export type OutcomeSum = {
  readonly state: State;
  readonly outcome: string;
  readonly work: string;
  readonly films: number;
  readonly playingSeconds: number;
  readonly sizeBytes: number;
  readonly resultBytes: number;
};

export type EncoderSum = {
  /** ffmpeg's name of it, or `copy`. */
  readonly encoder: string;
  readonly films: number;
  /** How long they play. */
  readonly playingSeconds: number;
  /** From the start of the work to the film in its place. */
  readonly workSeconds: number;
};

type Asked = {
  /** Only films of these libraries. */
  readonly libraries: readonly string[];
};

export type Figures = {
  readonly films: () => readonly FilmSum[];
  /** Oldest first; days without a row were like the one before. `since` like `2026-11-24`. */
  readonly ready: (asked: Asked & { readonly since: string }) => readonly DayReady[];
  readonly work: (asked: Asked & { readonly since: string }) => readonly DayWork[];
  readonly outcomes: (asked: Asked) => readonly OutcomeSum[];
  readonly encoders: (asked: Asked) => readonly EncoderSum[];
  /** Writes how many films there are and play, for `day`, where that changed. */
  readonly keepDay: (day: string) => void;
  /**
   * Reads the lengths that an older version did not keep from the probes of at most `limit` films with a number above
   * `after`; the last number, null when there is none any more.
   */
  readonly readLengths: (place: { readonly after: number; readonly limit: number }) => number | null;
};

const IN_LIBRARIES = "library IN (SELECT value FROM json_each(:libraries))";

const kept = (libraries: readonly string[]): { readonly libraries: string } => ({
  libraries: JSON.stringify(libraries),
});

const outcomesOf = (database: Database, libraries: readonly string[]): readonly OutcomeSum[] =>
  database
    .sql(
      // As floating numbers: sparse files may say that they are larger than can be counted exactly.
      `SELECT state, outcome, work, sum(films) AS films, total(playing_seconds) AS seconds,
         total(size_bytes) AS size, total(result_bytes) AS result
       FROM outcome_sums WHERE ${IN_LIBRARIES} GROUP BY 1, 2, 3 HAVING sum(films) > 0`,
    )
    .all(kept(libraries))
    .map((row) => ({
      state: wordOf(row, "state", STATES),
      outcome: textOf(row, "outcome"),
      work: textOf(row, "work"),
      films: numberOf(row, "films"),
      playingSeconds: numberOf(row, "seconds"),
      sizeBytes: numberOf(row, "size"),
      resultBytes: numberOf(row, "result"),
    }));

/** The figures of `database`. */
export const figuresOf = (
  database: Database,
  kinds: Pick<Kinds, "sums">,
  probes: Pick<Probes, "get">,
): Figures => ({
  films: kinds.sums,
  ready: ({ libraries, since }) =>
    database
      .sql(
        `SELECT day, sum(films) AS films, sum(ready) AS ready FROM daily_ready
         WHERE day >= :since AND ${IN_LIBRARIES} GROUP BY day ORDER BY day`,
      )
      .all({ ...kept(libraries), since })
      .map((row) => ({
        day: textOf(row, "day"),
        films: numberOf(row, "films"),
        ready: numberOf(row, "ready"),
      })),
  work: ({ libraries, since }) =>
    database
      .sql(
        `SELECT day, work, sum(done) AS done, sum(failed) AS failed FROM daily_work
         WHERE day >= :since AND ${IN_LIBRARIES} GROUP BY day, work ORDER BY day`,
      )
      .all({ ...kept(libraries), since })
      .map((row) => ({
        day: textOf(row, "day"),
        work: textOf(row, "work"),
        done: numberOf(row, "done"),
        failed: numberOf(row, "failed"),
      })),
  outcomes: ({ libraries }) => outcomesOf(database, libraries),
  encoders: ({ libraries }) =>
    database
      .sql(
        `SELECT encoder, sum(done) AS films, total(playing_seconds) AS seconds, total(work_seconds) AS work
         FROM daily_work WHERE playing_seconds > 0 AND ${IN_LIBRARIES} GROUP BY encoder ORDER BY films DESC, encoder`,
      )
      .all(kept(libraries))
      .map((row) => ({
        encoder: textOf(row, "encoder"),
        films: numberOf(row, "films"),
        playingSeconds: numberOf(row, "seconds"),
        workSeconds: numberOf(row, "work"),
      })),
  keepDay: (day) => {
    database
      .sql(
        `INSERT INTO daily_ready
           SELECT :day, library, sum(count), sum(count * (state IN ('Completed', 'Archived')))
           FROM asset_counts WHERE true GROUP BY library
         ON CONFLICT DO UPDATE SET films = excluded.films, ready = excluded.ready
           WHERE films <> excluded.films OR ready <> excluded.ready`,
      )
      .run({ day });
  },
  readLengths: ({ after, limit }) =>
    database.transaction(() => {
      const rows = database
        .sql(
          `SELECT id, fingerprint FROM assets WHERE outcome IS NOT NULL AND playing_seconds IS NULL AND id > :after
           ORDER BY id LIMIT :limit`,
        )
        .all({ after, limit });
      for (const row of rows) {
        const fingerprint = textOrNull(row, "fingerprint");
        const media = fingerprint === null ? null : probes.get(fingerprint)?.media;
        const seconds = media ? playingSeconds(media) : null;
        if (seconds !== null)
          database
            .sql(`UPDATE assets SET playing_seconds = :seconds WHERE id = :id`)
            .run({ id: numberOf(row, "id"), seconds });
      }
      const last = rows.at(-1);
      return last ? numberOf(last, "id") : null;
    }),
});
