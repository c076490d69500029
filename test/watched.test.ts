/** What a watcher of the program asks: whether it is alive and ready, and by which id it finds a request in the log. */
import assert from "node:assert/strict";
import { chmodSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { buildServer } from "../src/apps/http/server.ts";
import { startOrchestrator } from "../src/apps/orchestrator.ts";
import { readinessOf } from "../src/apps/readiness.ts";
import { settingsFrom } from "../src/apps/settings-source.ts";
import { createKeptLog } from "../src/edges/kept-log.ts";
import { createProgramLog } from "../src/edges/log.ts";
import { createMetrics } from "../src/edges/metrics.ts";
import { putClip } from "./support/clips.ts";
import { openTestControl } from "./support/control.ts";
import { newHouse, until } from "./support/orchestrator.ts";
import { BROWSER } from "./support/server.ts";
import { tempFolder } from "./support/temp.ts";

test("/readyz says ready, and of a program whose folder went away why not, without its name", async (context) => {
  const house = newHouse(context);
  const app = buildServer(await house.start());
  context.after(() => app.close());
  writeFileSync(join(house.root, "Bad.mkv"), "no film");
  await house.scan();
  const ready = await app.inject("/readyz");
  assert.equal(ready.statusCode, 200);
  assert.equal(ready.json().status, "ready");
  renameSync(house.root, `${house.root}-away`);
  house.now().startScan(null);
  await until("the folder is missed", () => house.now().overview().rootProblems.length > 0);
  const away = await app.inject("/readyz");
  assert.equal(away.statusCode, 503);
  assert.deepEqual(
    away.json().checks.filter((each: { isReady: boolean }) => !each.isReady),
    [{ name: "libraries", isReady: false, why: "1 of 1 library cannot be read." }],
  );
  assert.ok(!away.body.includes(house.root) && !away.body.includes("films"), away.body);
  assert.equal((await app.inject("/healthz")).statusCode, 200, "it is alive all the same");
});

test("what is not ready is each said by itself", async (context) => {
  const folder = tempFolder(context);
  const { control, close } = openTestControl(folder);
  context.after(close);
  const whys = async (more: object, programs: readonly string[] = []) => {
    const { isReady, checks } = await readinessOf({ ...control, ...more }, programs);
    assert.equal(
      isReady,
      checks.every((each) => each.why === ""),
    );
    return checks.filter((each) => !each.isReady).map((each) => `${each.name}: ${each.why}`);
  };
  assert.deepEqual(await whys({}), []);
  assert.deepEqual(await whys({ isRestarting: () => true }), [
    "settings: Other settings are being taken up.",
  ]);
  const database = { ...control.store.database, trouble: () => ({ code: "database-full" }) };
  assert.deepEqual(await whys({ store: { ...control.store, database } }), [
    "database: The disk of the database is full.",
  ]);
  const program = join(folder, "ffprobe");
  writeFileSync(program, "#!/bin/sh\n");
  assert.deepEqual(await whys({}, ["no-such-program-here", program]), [
    `ffmpeg: no-such-program-here and ${program} cannot be started.`,
  ]);
  chmodSync(program, 0o755);
  assert.deepEqual(await whys({}, ["sh", program]), []);
});

test("an attempt is told in the log by its film and its number, and counted", async (context) => {
  const folder = tempFolder(context);
  const root = join(folder, "films");
  await putClip("remux", join(root, "Film.mkv"));
  const said = createKeptLog();
  const metrics = createMetrics();
  const rules = { kept: "info", printed: "error", secrets: [] } as const;
  const orchestrator = await startOrchestrator({
    settings: settingsFrom({
      libraries: { films: { root } },
      operational: { encoder: "software", gpu_only: false, settle_seconds: 0 },
    }),
    dataDirectory: join(folder, "data"),
    log: createProgramLog(() => rules, said),
    metrics,
  });
  context.after(orchestrator.stop);
  const asset = await until("the film is made", () => {
    const found = orchestrator.store.assets.byPath("films", "Film.mkv");
    return found?.state === "Completed" && found;
  });
  const [job] = orchestrator.store.jobs.forAsset(asset.id, 1);
  const { lines } = await said.page({ limit: 10, source: "jobs" });
  assert.deepEqual(
    lines.map(({ message, data }) => [message, JSON.parse(data).assetId, JSON.parse(data).jobId]),
    [
      ["film made", asset.id, job?.id],
      ["attempt begins", asset.id, job?.id],
    ],
  );
  const text = await metrics.text();
  assert.match(text, /^cvc_job_seconds_count\{work="copy",outcome="done"\} 1$/m);
  assert.match(text, /^cvc_scan_seconds_count\{library="films",outcome="done"\} [1-9]/m);
});

test("a request has an id: in its answer, in a problem, on the page of one, and in the log", async () => {
  const folder = tempFolder({ after });
  const { control, close } = openTestControl(folder);
  const said = createKeptLog();
  const rules = { kept: "debug", printed: "error", secrets: [] } as const;
  const log = createProgramLog(() => rules, said);
  const app = buildServer(control, { logger: log.child({ source: "page" }), said });
  const missing = await app.inject("/api/assets/4711?token=hidden");
  const { requestId } = missing.json();
  assert.match(requestId, /^[0-9a-f]{12}$/);
  assert.equal(missing.headers["x-request-id"], requestId);
  const { lines } = await said.page({ limit: 10, q: requestId });
  assert.deepEqual(
    lines.map(({ level, source, message }) => [level, source, message]),
    [["debug", "page", "answered"]],
  );
  assert.match(lines[0]?.data ?? "", /"path":"\/api\/assets\/4711","status":404/);
  assert.doesNotMatch(lines[0]?.data ?? "", /hidden/);
  const page = await app.inject({ url: "/library/4711", headers: BROWSER });
  assert.ok(page.body.includes(String(page.headers["x-request-id"])));
  await app.inject({ method: "POST", url: "/api/scan" });
  const changes = await said.page({ limit: 10, level: "info" });
  assert.equal(changes.lines.length, 1, "what changes something is said without being asked for");
  await app.close();
  close();
});
