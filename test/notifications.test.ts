/** The real program tells somebody: over a kill, and when a person asks for a test on the page, by the API and on the command line. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { runCli, serve } from "./support/cli.ts";
import { until } from "./support/orchestrator.ts";
import { tempFolder } from "./support/temp.ts";
import { newTold } from "./support/told.ts";

test("a message that waits is delivered after kill -9, and tests are answered in words", async (context) => {
  const folder = tempFolder(context);
  const told = await newTold(context);
  const films = join(folder, "films");
  mkdirSync(films);
  writeFileSync(join(films, "Broken (1999).mkv"), "no film");
  const file = join(folder, "settings.yaml");
  writeFileSync(
    file,
    `libraries: { films: { root: ${films} } }
operational: { settle_seconds: 0, gpu_only: false, encoder: software }
notifiers:
  webhook: { url: "${told.url}/s3cr3t", events: [hopeless, failed] }
  off: { kind: ntfy, url: "" }
`,
  );
  const args = ["--settings", file, "--data", join(folder, "data")];
  told.answer = (response) => response.writeHead(503).end();
  const first = await serve(context, args);
  await until("it was tried", () => told.all.length > 0);
  first.child.kill("SIGKILL");
  await first.ended;
  const tried = told.all.length;
  told.answer = (response) => response.end();

  const { url, ...cli } = await serve(context, args);
  await until("it arrived", () => told.all.length > tried);
  const [before, after] = [told.all[0], told.all[tried]].map((each) => JSON.parse(each?.body ?? ""));
  assert.deepEqual(after, before);
  assert.match(after.data.title, /^Broken \(1999\) (cannot be mended|could not be converted)$/);

  const get = async (path: string) => (await fetch(url + path)).text();
  const post = async (path: string, body: object) => {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(url + path, { method: "POST", headers, body: JSON.stringify(body) });
    return { status: answer.status, body: JSON.parse(await answer.text()) };
  };
  await until("nothing waits", async () => (await get("/api/notifications")).includes('"waiting":0'));
  const listed = JSON.parse(await get("/api/notifications"));
  assert.equal(listed.notifiers.length, 1, "one without an address is off");
  assert.equal(listed.notifiers[0].problem, null);
  const good = await post("/api/notifications/test", { name: "webhook" });
  assert.equal(good.body.arrived, true);
  assert.equal(JSON.parse(told.all.at(-1)?.body ?? "").type, "test");

  told.answer = (response) => response.writeHead(401).end("who are you?");
  const bad = await post("/api/notifications/test", { name: "webhook" });
  assert.equal(bad.body.arrived, false);
  assert.equal(bad.body.notifier.problem.code, "target-refuses");
  assert.match(bad.body.notifier.problem.sentence, /does not let us in\. It answered 401: who are you\?\./);
  assert.equal((await post("/api/notifications/test", { name: "nobody" })).status, 400);

  const form = new URLSearchParams({ name: "webhook", back: "/system" });
  const sent = await fetch(`${url}/notifications/test`, {
    method: "POST",
    headers: { accept: "text/html" },
    body: form,
    redirect: "manual",
  });
  assert.equal(sent.headers.get("location"), "/system#messages");
  for (const path of ["/system", "/settings"]) {
    const page = await get(path);
    assert.match(page, /Did not arrive .*The other program does not let us in\./);
    assert.doesNotMatch(page, /s3cr3t/);
  }
  const refused = await runCli(context, ["notify"], { ORCHESTRATOR_URL: url });
  assert.equal(refused.code, 1);
  assert.match(refused.out, /^webhook: The other program does not let us in\./);
  told.answer = (response) => response.end();
  const taken = await runCli(context, ["notify", "webhook", "--json"], { ORCHESTRATOR_URL: url });
  assert.equal(taken.code, 0);
  assert.equal(taken.lines()[0]?.arrived, true);
  assert.doesNotMatch(cli.out() + cli.err(), /s3cr3t/);
});
