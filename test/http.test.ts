import assert from "node:assert/strict";
import { test } from "node:test";
import type { FastifyInstance, InjectOptions } from "fastify";
import { FILMS } from "./support/films.ts";
import { film, suite } from "./support/server.ts";

const askOf = (the: () => { readonly app: FastifyInstance }) => async (options: InjectOptions | string) => {
  const response = await the().app.inject(options);
  return { status: response.statusCode, type: response.headers["content-type"], body: response.json() };
};

const FILTERS: readonly (readonly [string, number])[] = [
  ["state=Queued", 4],
  ["state=Failed&problem=source-damaged", 1],
  ["state=Failed&problem=disk-full", 0],
  ["library=series", 2],
  ["work=audio", 3],
  ["reason=video-codec", 2],
  ["q=severance", 2],
  ["q=%25", 0],
  ["q=&state=", 14],
];

const WRONG: readonly (readonly [InjectOptions | string, number, string, RegExp])[] = [
  ["/api/assets?limit=201", 400, "usage-invalid", /^limit: /],
  ["/api/assets?state=Done", 400, "usage-invalid", /^state: /],
  ["/api/assets?problem=nonsense", 400, "usage-invalid", /^problem: is not a problem code/],
  ["/api/assets?q=a&q=b", 400, "usage-invalid", /^q: /],
  ["/api/assets/abc", 400, "usage-invalid", /^id: /],
  ["/api/assets/99999", 404, "asset-not-found", /99999/],
  ["/api/nothing", 404, "usage-invalid", /GET \/api\/nothing/],
  ["/assets/..%2f..%2fpackage.json", 404, "file-missing", /^$/],
  [{ method: "POST", url: "/api/scan", payload: { library: "music" } }, 404, "library-not-found", /music/],
  [{ method: "POST", url: "/api/scan", payload: { library: 5 } }, 400, "usage-invalid", /^library: /],
  [
    { method: "POST", url: "/api/scan", payload: { library: "x".repeat(20_000) } },
    413,
    "usage-invalid",
    /Large/,
  ],
  [
    { method: "POST", url: "/api/scan", payload: "{", headers: { "content-type": "application/json" } },
    400,
    "usage-invalid",
    /Bad Request/,
  ],
  [
    { method: "POST", url: "/api/scan", payload: "<a/>", headers: { "content-type": "text/xml" } },
    415,
    "usage-invalid",
    /Unsupported/,
  ],
];

suite("the API", (the) => {
  const ask = askOf(the);

  test("says that it is alive", async () => {
    assert.deepEqual((await ask("/healthz")).body, { status: "ok", version: "0.1.0" });
  });

  test("the status has the sentence and the counts", async () => {
    const { body } = await ask("/api/status");
    assert.equal(body.counts.total, FILMS.length);
    assert.match(
      body.sentence,
      /^7 of 14 films play on your Chromecast; 1 is being converted; .*1 needs you\.$/,
    );
    assert.equal(body.encoder.codec, "libx264");
  });

  test("pages through all assets with the cursor, each once", async () => {
    const seen: number[] = [];
    let cursor = "";
    do {
      const { body } = await ask(`/api/assets?limit=5&sort=size&cursor=${cursor}`);
      assert.equal(body.total, FILMS.length);
      seen.push(...body.assets.map((each: { id: number }) => each.id));
      cursor = body.next ?? "";
    } while (cursor !== "");
    assert.equal(new Set(seen).size, FILMS.length);
    assert.equal(seen.length, FILMS.length);
  });

  for (const [query, count] of FILTERS)
    test(`filters by ${query}`, async () => {
      const { body } = await ask(`/api/assets?${query}`);
      assert.equal(body.total, count);
      assert.equal(body.assets.length, count);
    });

  test("an asset does not show its claim token", async () => {
    const response = await the().app.inject(`/api/assets/${film(the().films, "Arrival").id}`);
    assert.doesNotMatch(response.body, /token-\d/);
    const body = response.json();
    assert.equal(body.asset.state, "Processing");
    assert.deepEqual(
      body.plan.streams.map((each: { action: string }) => each.action),
      ["encode", "encode", "extract"],
    );
    assert.equal(body.command[0], "ffmpeg");
    assert.deepEqual(
      body.events.map((each: { kind: string }) => each.kind),
      ["claimed", "assessed-needs-work", "found"],
    );
  });
});

suite("the API, asked wrongly or to change something", (the) => {
  const ask = askOf(the);

  for (const [options, status, code, detail] of WRONG)
    test(`${JSON.stringify(options).slice(0, 90)} is refused with ${code}`, async () => {
      const answer = await ask(options);
      assert.equal(answer.status, status);
      assert.equal(answer.type, "application/problem+json; charset=utf-8");
      assert.equal(answer.body.code, code);
      assert.equal(answer.body.status, status);
      assert.match(answer.body.detail, detail);
      assert.ok(answer.body.title && answer.body.hint && answer.body.tried && answer.body.retry);
    });

  test("what the program did wrong itself is not told", async () => {
    const { app, control } = the();
    const { startScan } = control;
    Object.assign(control, {
      startScan: () => {
        throw new Error("secret path /home/x");
      },
    });
    const response = await app.inject({ method: "POST", url: "/api/scan", payload: {} });
    Object.assign(control, { startScan });
    assert.equal(response.statusCode, 500);
    assert.equal(response.json().code, "internal");
    assert.doesNotMatch(response.body, /secret|\.ts:/);
  });

  test("re-processing, restoring and scanning do it, or say why not", async () => {
    const { films } = the();
    const post = (part: string, action: string) =>
      ask({ method: "POST", url: `/api/assets/${film(films, part).id}/${action}` });
    const failed = (await ask({ url: `/api/assets/${film(films, "Ikiru").id}` })).body.asset.problem;
    assert.deepEqual([failed.code, failed.retry], ["source-damaged", "no"]);
    assert.match(failed.tried, /read as far as that goes/);
    assert.equal((await post("Ikiru", "reprocess")).body.asset.state, "Queued");
    assert.equal((await post("Severance S01E01", "restore")).body.asset.state, "New");
    const refused = await post("Arrival", "reprocess");
    assert.equal(refused.status, 409);
    assert.equal(refused.body.code, "state-refuses");
    assert.match(refused.body.detail, /Processing/);
    assert.equal((await post("Arrival", "cancel")).body.asset.problem.code, "cancelled");
    const scan = await ask({ method: "POST", url: "/api/scan", payload: { library: "movies" } });
    assert.deepEqual([scan.status, scan.body], [202, { scanning: ["movies"] }]);
  });
});

suite("the border", (the) => {
  const hosts: readonly (readonly [string, number])[] = [
    ["localhost:9000", 200],
    ["127.0.0.1:9000", 200],
    ["[::1]:9000", 200],
    ["192.168.1.5:9000", 200],
    ["NAS.home", 200],
    ["evil.example", 403],
    ["localhost.evil.example", 403],
    ["localhost:9000@evil.example", 403],
  ];
  for (const [host, status] of hosts)
    test(`Host ${host || "(none)"} is answered with ${status}`, async () => {
      const response = await the().app.inject({ url: "/api/status", headers: { host } });
      assert.equal(response.statusCode, status);
    });

  const senders: readonly (readonly [Record<string, string>, number])[] = [
    [{}, 202],
    [{ "sec-fetch-site": "same-origin", origin: "http://localhost:9000" }, 202],
    [{ "sec-fetch-site": "cross-site" }, 403],
    [{ origin: "http://localhost:3000" }, 403],
    [{ origin: "http://evil.example" }, 403],
    [{ origin: "null" }, 403],
  ];
  for (const [headers, status] of senders)
    test(`a change sent with ${JSON.stringify(headers)} is answered with ${status}`, async () => {
      const response = await the().app.inject({
        method: "POST",
        url: "/api/scan",
        payload: {},
        headers: { host: "localhost:9000", ...headers },
      });
      assert.equal(response.statusCode, status);
    });

  test("the policy allows nothing inline and nothing from elsewhere, and the page needs neither", async () => {
    const { app, films } = the();
    for (const url of ["/library", `/library/${film(films, "Arrival").id}`]) {
      const { headers, body } = await app.inject(url);
      const policy = String(headers["content-security-policy"]);
      assert.match(policy, /default-src 'none'/);
      assert.doesNotMatch(policy, /unsafe|https?:|upgrade/);
      assert.doesNotMatch(
        body,
        /\sstyle=|<style|\son\w+="|<script(?! src="\/assets)|(?:src|href)="(?:https?:)?\/\//,
      );
    }
  });

  test("styles and scripts are served for ever under their own version, packed when asked", async () => {
    const { app } = the();
    const pages = await Promise.all(["/library", "/library/1", "/archive"].map((each) => app.inject(each)));
    const text = pages.map((each) => each.body).join("");
    const found = [...text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map((each) => String(each[1]));
    const urls = [...new Set(found)];
    assert.deepEqual(
      ["archive", "film", "frame", "library", "page", "tabler"].filter(
        (name) => !urls.some((each) => each.startsWith(`/assets/${name}-`)),
      ),
      [],
    );
    for (const script of ["film", "htmx", "page", "sse", "uplot"])
      assert.ok(
        urls.some((each) => each.startsWith(`/assets/${script}-`) && each.endsWith(".js")),
        script,
      );
    for (const url of urls) {
      const plain = await app.inject(url);
      assert.equal(plain.statusCode, 200);
      assert.match(String(plain.headers["cache-control"]), /immutable/);
      assert.match(String(plain.headers["content-type"]), /css|javascript|svg/);
      assert.doesNotMatch(plain.body, /sourceMappingURL/);
      const packed = await app.inject({ url, headers: { "accept-encoding": "gzip" } });
      assert.equal(packed.headers["content-encoding"], "gzip");
    }
    assert.equal((await app.inject(String(urls[0]).replace(/-\w{10}/, "-0000000000"))).statusCode, 404);
  });
});
