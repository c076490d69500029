/** What the API lets in and what not: other sites, too many requests; and what a stream says. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { OpenApi } from "../src/apps/http/openapi.ts";
import { buildServer } from "../src/apps/http/server.ts";
import { addFilm, openTestControl, type TestControl } from "./support/control.ts";
import { checkerOf } from "./support/json-schema.ts";
import { tempFolder } from "./support/temp.ts";

const OURS = "https://home.example:8123";

const serverOf = (context: TestContext, origins: readonly string[] = []) => {
  const { control, close } = openTestControl(tempFolder(context));
  const settings = {
    ...control.settings,
    server: { ...control.settings.server, cors_origins: [...origins] },
  };
  const told: TestControl = { ...control, settings };
  const app = buildServer(told);
  context.after(async () => {
    await app.close();
    close();
  });
  return { app, control: told };
};

test("a page of a site that the settings name may use the API, and nothing else", async (context) => {
  const { app } = serverOf(context, [OURS]);
  const headers = { origin: OURS, "sec-fetch-site": "cross-site" };
  const asked = await app.inject({ url: "/api/status", headers });
  assert.equal(asked.headers["access-control-allow-origin"], OURS);
  const before = await app.inject({
    method: "OPTIONS",
    url: "/api/scan",
    headers: { ...headers, "access-control-request-method": "POST" },
  });
  assert.equal(before.statusCode, 204);
  assert.match(String(before.headers["access-control-allow-methods"]), /POST/);
  assert.equal(
    (await app.inject({ method: "POST", url: "/api/scan", headers, payload: {} })).statusCode,
    202,
  );
  assert.equal((await app.inject({ method: "POST", url: "/scan", headers })).statusCode, 403);
  const page = await app.inject({ url: "/library", headers });
  assert.equal(page.headers["access-control-allow-origin"], undefined);
  const other = { origin: "https://evil.example" };
  assert.equal(
    (await app.inject({ url: "/api/status", headers: other })).headers["access-control-allow-origin"],
    undefined,
  );
  assert.equal(
    (await app.inject({ method: "POST", url: "/api/scan", headers: other, payload: {} })).statusCode,
    403,
  );
});

test("without one, no site may", async (context) => {
  const { app } = serverOf(context);
  const headers = { origin: OURS };
  const asked = await app.inject({ url: "/api/status", headers });
  assert.equal(asked.headers["access-control-allow-origin"], undefined);
  assert.equal((await app.inject({ method: "OPTIONS", url: "/api/scan", headers })).statusCode, 403);
});

test("who asks too often is told when to go on; styles and the sign of life are never counted", async (context) => {
  const { app } = serverOf(context);
  let refused = await app.inject("/favicon.ico");
  for (let left = 3000; refused.statusCode !== 429 && left > 0; left--)
    refused = await app.inject("/favicon.ico");
  assert.equal(refused.json().code, "too-many-requests");
  assert.equal(refused.headers["content-type"], "application/problem+json; charset=utf-8");
  assert.match(String(refused.headers["retry-after"]), /^\d+$/);
  assert.equal((await app.inject("/api/status")).statusCode, 429);
  assert.equal((await app.inject("/healthz")).statusCode, 200);
  const other = { url: "/api/status", remoteAddress: "192.168.1.7" };
  assert.equal((await app.inject(other)).statusCode, 200, "another address is not meant");
});

test("a stream says what is described, and what was missed", async (context) => {
  const { app, control } = serverOf(context, [OURS]);
  const document: OpenApi = (await app.inject("/api/openapi.json")).json();
  const schema =
    document.paths["/api/events/stream"]?.get?.responses["200"]?.content?.["text/event-stream"]?.schema ??
    assert.fail("it is described");
  const check = checkerOf(document);
  const base = await app.listen({ port: 0, host: "127.0.0.1" });
  const film = addFilm(control, { path: "Film.mkv", kind: "plays", events: [] }, Date.now());

  /** Reads until each of `types` was said. */
  const listen = async (types: readonly string[], seen: string, tell: () => void): Promise<void> => {
    const ending = new AbortController();
    const headers = { origin: OURS, "last-event-id": seen };
    const response = await fetch(`${base}/api/events/stream`, { headers, signal: ending.signal });
    assert.equal(response.headers.get("content-type"), "text/event-stream; charset=utf-8");
    assert.equal(response.headers.get("access-control-allow-origin"), OURS);
    tell();
    let text = "";
    const open = new Set(types);
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString();
      const blocks = text.split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks) {
        const data = /^data: (.*)$/m.exec(block)?.[1];
        if (data === undefined) continue;
        const value = JSON.parse(data) as { type: string };
        assert.equal(/^event: (.*)$/m.exec(block)?.[1], value.type);
        assert.deepEqual(check(schema, value), [], data);
        open.delete(value.type);
      }
      if (open.size === 0) break;
    }
    ending.abort();
  };
  await listen(["reset"], "long ago", () => {});
  await listen(["asset", "progress", "overview"], "", () => {
    const nothing = { fps: null, speed: null, etaSeconds: null, outTimeSeconds: null, bytes: null };
    control.setProgress(film.id, { ...nothing, percent: 12.5, phase: "converting", encoder: "copy" });
    control.tell({ kind: "asset", assetId: film.id });
    control.say({ scanning: ["movies"] });
  });
});
