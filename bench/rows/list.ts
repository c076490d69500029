/** Every question of the list, the page of the library and the front page over many films, as they are answered. */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setImmediate } from "node:timers/promises";
import { buildServer } from "../../src/apps/http/server.ts";
import { WORKS } from "../../src/core/work.ts";
import { type AssetQuery, usualOrder } from "../../src/edges/store/asset-page.ts";
import { WORDS_COUNTED_MAX } from "../../src/edges/store/asset-words.ts";
import type { Store } from "../../src/edges/store/store.ts";
import { openTestControl } from "../../test/support/control.ts";
import { inFolder, median, mustBe, quantile, timed } from "../frame/measure.ts";
import type { Bench, Measured } from "../frame/row.ts";
import { fillList, plainly, QUERIES } from "../list-films.ts";

const PROMISED = 1_000_000;
const SHOWN = 50;
/** Of so many rounds the quietest: what else the machine does only ever adds. */
type Often = { readonly runs: number; readonly rounds: number };
const WHOLE: Often = { runs: 100, rounds: 3 };
/** Of sizes that nothing is promised of, which only draw the curve. */
const ONCE: Often = { runs: 100, rounds: 1 };
const QUICK: Often = { runs: 10, rounds: 1 };
const PLAIN_RUNS = 3;
const FRONT_RUNS = 25;

/** What stands on the front page beside numbers. */
const [IN_WORK, DONE] = [2, 10];

type Query = (typeof QUERIES)[number];
type Times = { readonly p99: number; readonly middle: number; readonly baseline: number };

// Of the clock: the processor time of a thread is counted by the kernel in steps of some milliseconds.
const many = async (
  runs: number,
  work: () => unknown,
  before = (): void => {},
): Promise<readonly number[]> => {
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    // As between two answers of a server: what an answer leaves behind is let go of in the turns of others.
    await setImmediate();
    before();
    times.push(await timed(work));
  }
  return times;
};

/** Films that are done, and some that are in work. */
const workOn = (store: Store, now: number): void => {
  for (let index = 0; index < DONE + IN_WORK; index++) {
    const token = `token-${index}`;
    const asset = store.assets.claim({ works: ["copy", "audio", "video"], token, now });
    if (!asset?.work) throw new Error("nothing waits");
    const { id: assetId, work } = asset;
    const begun = { assetId, token, attempt: 1, work, encoder: "copy", command: [], startedAt: now };
    const job = store.jobs.start(begun);
    if (index < IN_WORK) continue;
    store.assets.apply(assetId, "published-kept", { now, token });
    store.jobs.finish(job, { outcome: "done", finishedAt: now, seconds: 9, outputBytes: 1e9 });
  }
};

/** A film changes, as they do all the time while some are converted: what was summed up and kept is to be asked for again. */
const changer = ({ assets }: Store) => {
  let priority = 0;
  return (): void => assets.touch(1, { priority: ++priority });
};

/** The question as plain SQL, read whole: the films of the page, and how many there are as far as the list counts them. */
const plainOf = (plain: DatabaseSync, query: Query, isExact: boolean) => {
  const { where, order } = plainly(query);
  const films = `SELECT * FROM assets WHERE ${where} ORDER BY ${order} LIMIT ${SHOWN}`;
  const few = isExact ? "" : `LIMIT ${WORDS_COUNTED_MAX + 1}`;
  const count = `SELECT count(*) AS n FROM (SELECT 1 FROM assets WHERE ${where} ${few})`;
  return {
    total: (): unknown => plain.prepare(count).get()?.n,
    ask: (): unknown => [plain.prepare(films).all(), plain.prepare(count).all()],
  };
};

const addressOf = ({ sort, isReversed, ...filter }: Query & Pick<AssetQuery, "limit">): string => {
  const usual = usualOrder(sort ?? "path");
  const order = isReversed ? { order: usual === "asc" ? "desc" : "asc" } : {};
  const fields = Object.entries({ ...filter, ...(sort && { sort }), ...order });
  return new URLSearchParams(fields.map(([key, value]): [string, string] => [key, String(value)])).toString();
};

type Asked = { readonly api: Times; readonly page: Times; readonly store: Times };

/** An address has 1200 requests a minute. */
const ADDRESS_ASKS = 1000;

/** Opens the house in a folder with its database; `ask` measures one question in all three ways. */
const open = (folder: string, file: string, { runs, rounds }: Often) => {
  const plain = new DatabaseSync(file, { readOnly: true });
  const { control, close } = openTestControl(folder);
  let [clock, asked] = [Date.now(), 0];
  const app = buildServer(control, { now: () => clock });
  workOn(control.store, clock);
  const change = changer(control.store);
  const answered = async (url: string): Promise<string> => {
    // So that nothing is kept by the clock, and no address has asked too often.
    clock += 61_000;
    const from = Math.floor(asked++ / ADDRESS_ASKS);
    const { statusCode, body } = await app.inject({ url, remoteAddress: `127.0.${from >> 8}.${from & 255}` });
    mustBe(`status of ${url}`, statusCode, 200);
    return body;
  };
  const inRounds = async (work: () => unknown, baseline: number, before?: () => void): Promise<Times> => {
    const all: (readonly number[])[] = [];
    for (let round = 0; round < rounds; round++) all.push(await many(runs, work, before));
    return {
      p99: Math.min(...all.map((each) => quantile(each, 0.99))),
      middle: median(all.flat()),
      baseline,
    };
  };
  const ask = async (query: Query): Promise<Asked> => {
    const limited = { ...query, limit: SHOWN };
    const address = addressOf(limited);
    const found = control.store.assets.page(limited);
    const asPlain = plainOf(plain, query, found.isTotalExact);
    // Words are found by their beginnings in the list, anywhere by LIKE.
    if (query.q === undefined) mustBe(`films of ${address}`, found.total, asPlain.total());
    const { assets, total } = JSON.parse(await answered(`/api/assets?${address}`)) as {
      readonly assets: readonly unknown[];
      readonly total: number;
    };
    mustBe(`films of ${address} over the API`, total, found.total);
    mustBe(`films shown of ${address}`, assets.length, Math.min(SHOWN, total));
    const baseline = median(await many(PLAIN_RUNS, asPlain.ask));
    return {
      api: await inRounds(() => answered(`/api/assets?${address}`), baseline, change),
      page: await inRounds(() => answered(`/library?${address}`), baseline, change),
      store: await inRounds(() => control.store.assets.page(limited), baseline),
    };
  };
  const fronts = async (): Promise<{ readonly value: number; readonly grouped: number }> => {
    const groups = plain.prepare("SELECT state, count(*) AS n FROM assets GROUP BY state");
    const counts: Readonly<Record<string, number>> = control.store.assets.counts().state;
    for (const row of groups.all()) mustBe(`films in ${row.state}`, counts[String(row.state)], row.n);
    const { queued, held } = control.store.queue.counts({ works: WORKS });
    mustBe("films that wait", queued, counts.Queued);
    mustBe("films that wait for a person", held, 0);
    const front = await answered("/");
    mustBe("cards of films in work", front.split('class="card job"').length - 1, IN_WORK);
    mustBe("results", front.split('class="result result-done"').length - 1, DONE);
    const value = median(await many(FRONT_RUNS, () => answered("/"), change));
    return { value, grouped: median(await many(PLAIN_RUNS, () => groups.all())) };
  };
  const end = async (): Promise<void> => {
    await app.close();
    plain.close();
    close();
  };
  return { ask, fronts, end };
};

const measure = (films: number, often: Often): Promise<readonly Measured[]> =>
  inFolder(async (folder) => {
    // Where the store of a test's control is.
    const file = join(folder, "state.db");
    fillList(file, films);
    const house = open(folder, file, often);
    const asked: Asked[] = [];
    for (const query of QUERIES) asked.push(await house.ask(query));
    const front = await house.fronts();
    await house.end();
    return rowsOf(films, asked, front);
  });

const slowest = (all: readonly Times[]): Times | undefined => all.toSorted((a, b) => b.p99 - a.p99)[0];

const rowsOf = (
  films: number,
  asked: readonly Asked[],
  front: { readonly value: number; readonly grouped: number },
): readonly Measured[] => {
  const [api, page] = [slowest(asked.map((each) => each.api)), slowest(asked.map((each) => each.page))];
  const furthest = asked
    .map((each) => each.store)
    .toSorted((a, b) => b.middle / b.baseline - a.middle / a.baseline)[0];
  const isPromised = films === PROMISED;
  const same = { assets: films, unit: "ms" } as const;
  const sql = `the same question as plain SQL over the same table: ${SHOWN} films in order and their number, as far as the list counts it; its median`;
  const questions = `The slowest of ${QUERIES.length} questions of the list (filters, searches, every order), ${SHOWN} films of it, each after a film changed;`;
  const longest = "the longest but one of 100 times, at a million films in the quietest of three rounds";
  return [
    {
      ...{ ...same, name: "list", what: `${questions} as the API answers; ${longest}.` },
      value: api?.p99 ?? 0,
      baseline: { what: sql, value: api?.baseline ?? 0 },
      ...(isPromised ? { target: { most: 50 } } : {}),
    },
    {
      ...{
        ...same,
        name: "list-page",
        what: `${questions} as a whole page with the counts of all menus; ${longest}.`,
      },
      value: page?.p99 ?? 0,
      baseline: { what: sql, value: page?.baseline ?? 0 },
      ...(isPromised ? { target: { most: 50 } } : {}),
    },
    {
      ...{ ...same, name: "list-ratio" },
      what: "The question that is furthest behind plain SQL, its median; without the words of the API around it, nothing changing.",
      value: furthest?.middle ?? 0,
      baseline: { what: sql, value: furthest?.baseline ?? 0 },
      ...(isPromised ? { target: { mostRatio: 3 } } : {}),
    },
    {
      ...{ ...same, name: "counts" },
      what: "The front page with all its numbers, films in work and results, each time after a film changed; median.",
      value: front.value,
      baseline: { what: "`GROUP BY state` over the same table", value: front.grouped },
      ...(isPromised ? { target: { most: 20 } } : {}),
    },
  ];
};

export const bench: Bench = {
  run: async ({ sizes, isQuick }) => {
    const rows: Measured[] = [];
    for (const films of sizes([1000, 10_000, 100_000, PROMISED]))
      rows.push(...(await measure(films, isQuick ? QUICK : films === PROMISED ? WHOLE : ONCE)));
    return rows;
  },
};
