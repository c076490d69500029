/** Every question of the list and the front page over many films. */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { buildServer } from "../../src/apps/http/server.ts";
import { openTestControl } from "../../test/support/control.ts";
import { inFolder, median, mustBe, quantile, timed } from "../frame/measure.ts";
import type { Bench, Measured } from "../frame/row.ts";
import { fillList, plainly, QUERIES } from "../list-films.ts";

const PROMISED = 1_000_000;
const RUNS = 100;
/** Of so many rounds the quietest: what else the machine does only ever adds. */
const ROUNDS = 3;
const PLAIN_RUNS = 3;
const FRONT_RUNS = 25;

// Of the clock: the processor time of a thread is counted by the kernel in steps of some milliseconds.
const many = async (runs: number, work: () => unknown): Promise<readonly number[]> => {
  const times: number[] = [];
  for (let run = 0; run < runs; run++) times.push(await timed(work));
  return times;
};

const measure = (films: number): Promise<readonly Measured[]> =>
  inFolder(async (folder) => {
    // Where the store of a test's control is.
    const file = join(folder, "state.db");
    fillList(file, films);
    const plain = new DatabaseSync(file, { readOnly: true });
    const { control, close } = openTestControl(folder);
    const { assets } = control.store;
    const asked: { readonly p99: number; readonly middle: number; readonly baseline: number }[] = [];
    for (const query of QUERIES) {
      const { where, order } = plainly(query);
      const page = assets.page({ ...query, limit: 50 });
      const sql = `SELECT * FROM assets WHERE ${where} ORDER BY ${order} LIMIT 50`;
      // Words are found by their beginnings in the list, anywhere by LIKE.
      if (query.q === undefined && page.isTotalExact)
        mustBe(
          `films of ${where}`,
          page.total,
          plain.prepare(`SELECT count(*) AS n FROM assets WHERE ${where}`).get()?.n,
        );
      const rounds: (readonly number[])[] = [];
      for (let round = 0; round < ROUNDS; round++)
        rounds.push(await many(RUNS, () => assets.page({ ...query, limit: 50 })));
      const p99 = Math.min(...rounds.map((times) => quantile(times, 0.99)));
      const baseline = median(await many(PLAIN_RUNS, () => plain.prepare(sql).all()));
      asked.push({ p99, middle: median(rounds.flat()), baseline });
    }
    const slowest = asked.toSorted((a, b) => b.p99 - a.p99)[0];
    const furthest = asked.toSorted((a, b) => b.middle / b.baseline - a.middle / a.baseline)[0];
    const groups = plain.prepare("SELECT state, count(*) AS n FROM assets GROUP BY state");
    const counts: Readonly<Record<string, number>> = assets.counts().state;
    for (const row of groups.all()) mustBe(`films in ${row.state}`, counts[String(row.state)], row.n);
    const grouped = median(await many(PLAIN_RUNS, () => groups.all()));
    let clock = Date.now();
    const app = buildServer(control, { now: () => clock });
    const fronts = await many(FRONT_RUNS, async () => {
      clock += 61_000;
      mustBe("status of the front page", (await app.inject("/")).statusCode, 200);
    });
    await app.close();
    plain.close();
    close();
    const isPromised = films === PROMISED;
    const same = { assets: films, unit: "ms" } as const;
    const sql = "the same question as plain SQL over the same table, its median";
    return [
      {
        ...same,
        name: "list",
        what: `The slowest of ${QUERIES.length} questions of the list (filters, searches, every order), 50 films of it; the longest but one of 100 times, in the quietest of three rounds.`,
        value: slowest?.p99 ?? 0,
        baseline: { what: sql, value: slowest?.baseline ?? 0 },
        ...(isPromised ? { target: { most: 50 } } : {}),
      },
      {
        ...same,
        name: "list-ratio",
        what: "The question that is furthest behind plain SQL, its median.",
        value: furthest?.middle ?? 0,
        baseline: { what: sql, value: furthest?.baseline ?? 0 },
        ...(isPromised ? { target: { mostRatio: 3 } } : {}),
      },
      {
        ...same,
        name: "counts",
        what: "The front page with all its numbers, nothing kept from before; median.",
        value: median(fronts),
        baseline: { what: "`GROUP BY state` over the same table", value: grouped },
        ...(isPromised ? { target: { most: 20 } } : {}),
      },
    ];
  });

export const bench: Bench = {
  run: async ({ sizes }) => {
    const rows: Measured[] = [];
    for (const films of sizes([1000, 10_000, 100_000, PROMISED])) rows.push(...(await measure(films)));
    return rows;
  },
};
