/** The queue over HTTP and on the command line. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { runCli } from "./support/cli.ts";
import { film, suite } from "./support/server.ts";

suite("the queue over HTTP", (the) => {
  const ask = async (method: "GET" | "POST", url: string, payload?: object) => {
    const response = await the().app.inject({ method, url, ...(payload ? { payload } : {}) });
    return { status: response.statusCode, body: response.json() };
  };
  const form = (url: string, payload = "", referer = "http://localhost/queue?x=1") =>
    the().app.inject({
      method: "POST",
      url,
      payload,
      headers: { accept: "text/html", "content-type": "application/x-www-form-urlencoded", referer },
    });

  test("it says how it stands, and what is next in each lane", async () => {
    const { body } = await ask("GET", "/api/queue?limit=1");
    assert.deepEqual([body.hold.kind, body.hold.sentence], ["running", "The queue runs."]);
    const total = body.lanes.reduce((sum: number, each: { queued: number }) => sum + each.queued, 0);
    assert.equal(total, the().control.store.assets.counts().state.Queued);
    assert.equal(body.assets.length, 1);
    const rest = await ask("GET", `/api/queue?cursor=${body.next}`);
    assert.equal(rest.body.assets.length, total - 1);
    const encodes = await ask("GET", "/api/queue?lane=encodes");
    assert.ok(encodes.body.assets.every((each: { work: string }) => each.work === "video"));
    assert.equal((await ask("GET", "/api/queue?lane=fast")).status, 400);
  });

  test("it is paused, drained and resumed, each with the sentence", async () => {
    const paused = await ask("POST", "/api/queue/pause", { reason: "film night" });
    assert.match(
      paused.body.hold.sentence,
      /^The queue is paused \(film night\): nothing new is begun; 1 film in work/,
    );
    assert.deepEqual([paused.body.hold.by, paused.body.hold.why], ["api", "film night"]);
    assert.equal((await ask("GET", "/api/status")).body.hold.kind, "paused");
    assert.match((await the().app.inject("/library")).body, /The queue is paused \(film night\)/);
    assert.match((await ask("POST", "/api/queue/drain", {})).body.hold.sentence, /finishing: /);
    assert.equal((await ask("POST", "/api/queue/resume")).body.hold.sentence, "The queue runs.");
    assert.equal((await ask("POST", "/api/queue/pause", { why: "x" })).status, 400);
  });

  test("forms lead back to the page they stood on", async () => {
    for (const [verb, kind] of [
      ["pause", "paused"],
      ["drain", "draining"],
      ["resume", "running"],
    ] as const) {
      const response = await form(`/queue/${verb}`, "reason=");
      assert.deepEqual([response.statusCode, response.headers.location], [303, `/queue?x=1&done=${verb}`]);
      const { why, by, kind: held } = the().control.hold();
      assert.deepEqual([held, why, by], [kind, null, kind === "running" ? null : "page"]);
    }
    const { id } = film(the().films, "Ikiru");
    const kept = await form(`/ignore/${id}`, "", `http://localhost/library/${id}`);
    assert.equal(kept.headers.location, `/library/${id}?done=ignore`);
  });

  test("a film gets another place, and is kept as it is", async () => {
    const { body } = await ask("GET", "/api/queue?lane=encodes");
    const ids = body.assets.map((each: { id: number }) => each.id);
    assert.ok(ids.length >= 2);
    const moved = await ask("POST", `/api/assets/${ids.at(-1)}/priority`, { where: "first" });
    assert.equal(moved.body.asset.id, ids.at(-1));
    const after = await ask("GET", "/api/queue?lane=encodes");
    assert.equal(after.body.assets[0].id, ids.at(-1));
    assert.equal((await form(`/priority/${ids.at(-1)}`, "where=last")).statusCode, 303);
    assert.equal((await ask("GET", "/api/queue?lane=encodes")).body.assets.at(-1).id, ids.at(-1));
    assert.equal((await ask("POST", `/api/assets/${ids[0]}/priority`, { where: "top" })).status, 400);
    const kept = await ask("POST", `/api/assets/${ids[0]}/ignore`);
    assert.deepEqual([kept.body.asset.state, kept.body.asset.kept], ["Queued", true]);
    const lanes = (await ask("GET", "/api/queue")).body.lanes;
    assert.deepEqual([lanes[1].queued, lanes[1].held], [ids.length, 1]);
    const bulk = await ask("POST", "/api/assets/bulk", { action: "reprocess", filter: { state: "Queued" } });
    assert.ok(bulk.body.refused >= 1, "what was kept is not asked for in bulk");
    assert.equal((await ask("GET", `/api/assets/${ids[0]}`)).body.asset.kept, true);
    const refused = await ask("POST", `/api/assets/${film(the().films, "Arrival").id}/ignore`);
    assert.deepEqual([refused.status, refused.body.code], [409, "state-refuses"]);
  });
});

suite("the queue on the command line", (the) => {
  test("cvc queue says how it stands, holds it and lets it run", async (context) => {
    const url = await the().app.listen({ port: 0, host: "127.0.0.1" });
    const cvc = (...args: readonly string[]) =>
      runCli(context, ["queue", ...args], { ORCHESTRATOR_URL: url });
    const paused = await cvc("pause", "--reason", "film night");
    assert.equal(paused.code, 0, paused.err);
    assert.match(paused.out, /^The queue is paused \(film night\).*\n {2}copies +\d of 2 in work, \d waits?/);
    assert.equal(the().control.hold().by, "cli");
    const [said] = (await cvc("--json")).lines();
    assert.equal(said?.type, "queue");
    assert.match(JSON.stringify(said.hold), /"kind":"paused"/);
    assert.match((await cvc("resume")).out, /^The queue runs\.\n/);
    assert.equal((await cvc("stop")).code, 2);
  });
});
