/**
 * How long the list takes over many films: `node bench/library-list.ts [FILMS] [FILE]`, in processor time of this thread,
 * which a busy machine does not change. Behind the times of a question stands how many times as long the plain SQL of it
 * takes in the same run (a WHERE, an ORDER BY and a LIMIT over the table for the page, a GROUP BY for one menu's counts):
 * below 1 the plain SQL is faster.
 */
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openStore } from "../src/edges/store/store.ts";
import { fillList, plainly, QUERIES } from "./list-films.ts";

const [count = "1000000", given] = process.argv.slice(2);
const FILMS = Number(count);
const folder = given === undefined ? mkdtempSync(join(tmpdir(), "cvc-list-")) : null;
const file = given ?? join(folder ?? "", "library.sqlite");

const timed = (work: () => void, times: number): { readonly median: number; readonly p99: number } => {
  const took = Array.from({ length: times }, () => {
    const start = process.threadCpuUsage();
    work();
    const { user, system } = process.threadCpuUsage(start);
    return (user + system) / 1000;
  }).toSorted((a, b) => a - b);
  return { median: took[times >> 1] ?? 0, p99: took[Math.floor(times * 0.99)] ?? 0 };
};

const began = performance.now();
if (!existsSync(file)) fillList(file, FILMS);
console.log(
  `${FILMS} films: ${Math.round((performance.now() - began) / 1000)} s to make, ${Math.round(statSync(file).size / 2 ** 20)} MB`,
);
const store = openStore({ file });
const plain = new DatabaseSync(file, { readOnly: true });
const kinds = Number(plain.prepare("SELECT count(*) AS n FROM asset_kinds WHERE count > 0").get()?.n);
console.log(
  `${kinds} kinds; milliseconds: page median, page p99, second page, counts median, counts p99; films; plain page, plain counts`,
);
const ratio = (one: number, other: number): string => `×${(one / other).toPrecision(2)}`.padStart(8);
for (const query of QUERIES) {
  const first = store.assets.page({ ...query, limit: 50 });
  const times = 25;
  const page = timed(() => store.assets.page({ ...query, limit: 50 }), times);
  const next = timed(() => store.assets.page({ ...query, limit: 50, cursor: first.next ?? "" }), 5);
  const counts = timed(() => store.assets.count(query).facets(), times);
  const { where, order } = plainly(query);
  const asked = (sql: string): number => timed(() => plain.prepare(sql).all(), 3).median;
  const plainPage = asked(`SELECT * FROM assets WHERE ${where} ORDER BY ${order} LIMIT 50`);
  const plainCounts = asked(`SELECT state, count(*) FROM assets WHERE ${where} GROUP BY state`);
  const said = [page.median, page.p99, next.median, counts.median, counts.p99]
    .map((each) => each.toFixed(1).padStart(7))
    .join(" ");
  console.log(
    `${said}  ${String(first.total).padStart(8)}${first.isTotalExact ? " " : "+"} ${ratio(plainPage, page.median)} ${ratio(plainCounts, counts.median)} ${JSON.stringify(query)}`,
  );
}
for (const query of [
  {},
  { state: "Failed" },
  { q: "winter" },
  { library: "series", codec: "vp9" },
] as const) {
  const shows = timed(() => store.assets.shows({ ...query, limit: 50 }), 10);
  console.log(
    `${shows.median.toFixed(1).padStart(7)} ${shows.p99.toFixed(1).padStart(7)}  shows ${JSON.stringify(query)}`,
  );
}
const counts = timed(() => store.assets.counts(), 20);
console.log(
  `${counts.median.toFixed(1).padStart(7)} ${counts.p99.toFixed(1).padStart(7)}  counts of the whole`,
);
const claim = timed(
  () =>
    store.transaction(() =>
      store.assets.claim({ works: ["copy"], token: String(Math.random()), now: Date.now() }),
    ),
  200,
);
console.log(`${claim.median.toFixed(2).padStart(7)} ${claim.p99.toFixed(2).padStart(7)}  a change of state`);
plain.close();
store.close();
if (folder !== null) rmSync(folder, { recursive: true, force: true });
