/** How long the server takes for the pages of activity and figures: `node bench/pages.ts [FILMS]` (100,000 without). */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { buildServer } from "../src/apps/http/server.ts";
import { dayOf } from "../src/apps/local-day.ts";
import { openTestControl } from "../test/support/control.ts";

const RUNS = 15;
const DAY_MS = 86_400_000;

/** Films in all states, four events a film over 60 days, and figures for a year. */
const fill = (file: string, films: number): void => {
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

const films = Number(process.argv[2] ?? 100_000);
const folder = mkdtempSync(join(tmpdir(), "cvc-bench-"));
let clock = Date.now();
const { control, close } = openTestControl(folder, () => clock);
const beganAt = performance.now();
fill(control.store.database.file, films);
console.log(`${films} films, ${4 * films} events, filled in ${Math.round(performance.now() - beganAt)} ms`);
const app = buildServer(control, { now: () => clock });
const third = (await app.inject("/api/activity?limit=200")).json().next;
const urls = [
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
