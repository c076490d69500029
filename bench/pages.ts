/** How long the server takes for the pages of activity and figures: `node bench/pages.ts [FILMS]` (100,000 without). */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildServer } from "../src/apps/http/server.ts";
import { dayOf } from "../src/apps/local-day.ts";
import { openTestControl } from "../test/support/control.ts";
import { fillWithFilms } from "./many-films.ts";

const RUNS = 15;
const DAY_MS = 86_400_000;

const films = Number(process.argv[2] ?? 100_000);
const folder = mkdtempSync(join(tmpdir(), "cvc-bench-"));
let clock = Date.now();
const { control, close } = openTestControl(folder, () => clock);
const beganAt = performance.now();
fillWithFilms(control.store.database.file, films);
console.log(`${films} films, ${4 * films} events, filled in ${Math.round(performance.now() - beganAt)} ms`);
const app = buildServer(control, { now: () => clock });
const third = (await app.inject("/api/activity?limit=200")).json().next;
const urls = [
  "/",
  "/library",
  "/queue",
  "/archive",
  "/settings",
  "/activity",
  `/activity?cursor=${third}`,
  "/activity?topic=trouble",
  "/activity?topic=converted&library=series",
  "/activity?q=number%2077777",
  "/activity?q=not%20there%20at%20all",
  `/activity?day=${dayOf(clock - 30 * DAY_MS)}`,
  "/stats",
  "/api/stats",
  "/system",
];
for (const url of urls) {
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    // A minute later, so that nothing is kept from the time before.
    clock += 61_000;
    const at = performance.now();
    await app.inject(url);
    times.push(performance.now() - at);
  }
  times.sort((a, b) => a - b);
  const [middle, worst] = [times[Math.floor(RUNS / 2)] ?? 0, times.at(-1) ?? 0];
  console.log(
    `${url.padEnd(45)} ${middle.toFixed(1).padStart(7)} ms  worst ${worst.toFixed(1).padStart(7)} ms`,
  );
}
const base = await app.listen({ port: 0, host: "127.0.0.1" });
for (const format of ["csv", "ndjson"]) {
  const [at, before] = [performance.now(), process.memoryUsage.rss()];
  let [bytes, peak] = [0, before];
  const { body } = await fetch(`${base}/api/activity.${format}`);
  for await (const part of body ?? []) {
    bytes += part.length;
    peak = Math.max(peak, process.memoryUsage.rss());
  }
  const grown = Math.round((peak - before) / 1e6);
  console.log(
    `export ${format}: ${Math.round(bytes / 1e6)} MB in ${Math.round(performance.now() - at)} ms, ${grown} MB more memory`,
  );
}
await app.close();
close();
rmSync(folder, { recursive: true, force: true });
