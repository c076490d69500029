/** Every film that one problem holds up goes back into the queue at once, counted before; on the API and the command line. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { createActions } from "../src/apps/actions.ts";
import { buildServer } from "../src/apps/http/server.ts";
import type { ProblemCode } from "../src/core/problem.ts";
import { runCli } from "./support/cli.ts";
import { openTestControl } from "./support/control.ts";
import { newBench } from "./support/running.ts";
import { queue } from "./support/store.ts";
import { tempFolder } from "./support/temp.ts";

const FAILED = 450;

/** A library in which a full disk held up many films, and stopped none of some others. */
const held = async (context: TestContext) => {
  const { control, close } = openTestControl(tempFolder(context));
  const { running } = newBench(context, "/films");
  const { store } = control;
  const now = Date.now();
  const claimed = (path: string): { readonly id: number; readonly token: string } => {
    const { id } = queue(store, path);
    store.assets.claim({ works: ["copy"], token: path, now, id });
    return { id, token: path };
  };
  const ended = (
    path: string,
    event: "failed" | "interrupted" | "published-kept",
    problemCode: ProblemCode,
  ) => {
    const { id, token } = claimed(path);
    const availableAt = event === "interrupted" ? now + 60_000 : null;
    store.assets.apply(id, event, { now, token, problemCode, availableAt });
  };
  store.transaction(() => {
    for (let each = 0; each < FAILED; each++) ended(`failed ${each}.mkv`, "failed", "disk-full");
    for (const each of [1, 2]) ended(`waits ${each}.mkv`, "interrupted", "disk-full");
    ended("published.mkv", "published-kept", "disk-full");
    ended("another.mkv", "failed", "source-damaged");
  });
  const { reprocess } = createActions(
    { ...running, store },
    {
      explain: () => null,
      restoreNow: () => Promise.reject(new Error("not asked for")),
      giveUp: () => assert.fail("not asked for"),
    },
  );
  const app = buildServer(Object.assign(control, { reprocess }));
  const url = await app.listen({ port: 0, host: "127.0.0.1" });
  context.after(async () => {
    await app.close();
    close();
  });
  const left = (problem: ProblemCode) => store.assets.page({ problem, limit: 1 }).total;
  return { app, url, left, store };
};

test("cvc retry --code counts, then queues what the problem holds up, and leaves the rest", async (context) => {
  const { url, left, store } = await held(context);
  const retry = (...more: readonly string[]) =>
    runCli(context, ["retry", "--code", "disk-full", ...more], { ORCHESTRATOR_URL: url });
  const counted = await retry("--dry-run");
  assert.deepEqual(
    [counted.code, counted.out],
    [0, "453 films with disk-full: 450 Failed, 2 Queued, 1 Completed.\n"],
  );
  assert.equal(left("disk-full"), 453, "nothing was done");
  const done = await retry("--json");
  assert.equal(done.code, 0, done.err);
  assert.deepEqual(done.lines(), [
    { type: "matched", code: "disk-full", matched: 453, states: { Failed: 450, Queued: 2, Completed: 1 } },
    { type: "retried", code: "disk-full", done: 452, refused: 0 },
  ]);
  assert.deepEqual([left("source-damaged"), store.assets.counts().state.Failed], [1, 1]);
  assert.equal(store.assets.byPath("movies", "published.mkv")?.state, "Completed");
  assert.equal(store.assets.byPath("movies", "waits 1.mkv")?.availableAt, null, "it waits no longer");
  assert.equal((await retry("1")).code, 2);
});

test("the API takes any filter but an empty one, and says what it refused", async (context) => {
  const { app, store } = await held(context);
  const bulk = async (payload: object) => {
    const response = await app.inject({ method: "POST", url: "/api/assets/bulk", payload });
    return { status: response.statusCode, body: response.json() };
  };
  const filter = { q: "another", state: "Failed" };
  assert.deepEqual((await bulk({ action: "reprocess", filter, dryRun: true })).body, {
    matched: 1,
    states: { Failed: 1 },
    done: 0,
    refused: 0,
    refusals: [],
  });
  store.assets.claim({ works: ["copy"], token: "t", now: Date.now() + 120_000 });
  const { body } = await bulk({ action: "reprocess", filter: { q: "waits" } });
  assert.deepEqual([body.matched, body.done, body.refused], [2, 1, 1], "one of them is in work by now");
  const [refusal] = body.refusals;
  assert.deepEqual([body.refusals.length, refusal.films, refusal.ids.length], [1, 1, 1]);
  assert.match(refusal.detail, /It is Processing/);
  const chosen = [
    store.assets.byPath("movies", "failed 0.mkv")?.id,
    store.assets.byPath("movies", "another.mkv")?.id,
  ];
  const states = (await bulk({ action: "restore", filter: { ids: chosen } })).body;
  assert.deepEqual([states.matched, states.done, states.refusals[0].films], [2, 0, 2], "none is archived");
  for (const wrong of [
    { action: "reprocess", filter: {} },
    { action: "delete", filter },
    { action: "reprocess", filter: { problem: "disk-fuller" } },
    { action: "reprocess", filter: { ...filter, sort: "id" } },
    { action: "reprocess", filter: { ids: [] } },
    { action: "reprocess", filter: { ids: ["1"] } },
    { action: "reprocess", filter: { hdr: "bright" } },
  ]) {
    const refused = await bulk(wrong);
    assert.deepEqual([refused.status, refused.body.code], [400, "usage-invalid"]);
  }
});
