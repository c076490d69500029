/** Every question of the list and the front page over many films, in processor time, which a busy machine does not change. */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { buildServer } from "../../src/apps/http/server.ts";
import { openTestControl } from "../../test/support/control.ts";
import { cpuTimed, inFolder, median, mustBe, quantile } from "../frame/measure.ts";
import type { Bench, Measured } from "../frame/row.ts";
import { fillList, plainly, QUERIES } from "../list-films.ts";

const PROMISED = 1_000_000;
const RUNS = 25;
const PLAIN_RUNS = 3;

const many = (runs: number, work: () => unknown): readonly number[] =>
  Array.from({ length: runs }, () => cpuTimed(work));

const measure = (films: number): Promise<readonly Measured[]> =>
  inFolder(async (folder) => {
    // Where the store of a test's control is.
    const file = join(folder, "state.db");
    fillList(file, films);
    const plain = new DatabaseSync(file, { readOnly: true });
    const { control, close } = openTestControl(folder);
    const { assets } = control.store;
    const asked = QUERIES.map((query) => {
      const { where, order } = plainly(query);
      const page = assets.page({ ...query, limit: 50 });
      const sql = `SELECT * FROM assets WHERE ${where} ORDER BY ${order} LIMIT 50`;
      // Words are found by their beginnings in the list, anywhere by LIKE.
      if (query.q === undefined && page.isTotalExact)
        mustBe(`films of ${where}`, page.total, plain.prepare(`SELECT count(*) AS n FROM assets WHERE ${where}`).get()?.n);
      const times = many(RUNS, () => assets.page({ ...query, limit: 50 }));
      const baseline = median(many(PLAIN_RUNS, () => plain.prepare(sql).all()));
      return { p99: quantile(times, 0.99), middle: median(times), baseline };
    });
    const slowest = asked.toSorted((a, b) => b.p99 - a.p99)[0];
    const furthest = asked.toSorted((a, b) => b.middle / b.baseline - a.middle / a.baseline)[0];
    const groups = plain.prepare("SELECT state, count(*) AS n FROM assets GROUP BY state");
    const counts: Readonly<Record<string, number>> = assets.counts().state;
    for (const row of groups.all()) mustBe(`films in ${row.state}`, counts[String(row.state)], row.n);
    const grouped = median(many(PLAIN_RUNS, () => groups.all()));
    let clock = Date.now();
    const app = buildServer(control, { now: () => clock });
    const fronts: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      clock += 61_000;
      const start = process.threadCpuUsage();
      mustBe("status of the front page", (await app.inject("/")).statusCode, 200);
      const { user, system } = process.threadCpuUsage(start);
      fronts.push((user + system) / 1000);
    }
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
        what: `The slowest of ${QUERIES.length} questions of the list (filters, searches, every order), 50 films of it; 99th of 100.`,
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
  run: async ({ isQuick }) => {
    const rows: Measured[] = [];
    for (const films of isQuick ? [1000, 10_000] : [1000, 10_000, 100_000, PROMISED])
      rows.push(...(await measure(films)));
    return rows;
  },
};
