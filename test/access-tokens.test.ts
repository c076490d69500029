/** Programs show tokens; proxies say who somebody is; names that are not ours lead nowhere. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { openDoor, PASSWORD } from "./support/access.ts";
import { until } from "./support/orchestrator.ts";

const DAY_MS = 86_400_000;
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const basic = (token: string) => ({ authorization: `Basic ${btoa(`sonarr:${token}`)}` });

test("a token is made on the page, shown once, used, and revoked", async (context) => {
  const { post, ask, logIn, app, wait } = await openDoor(context);
  const headers = { cookie: await logIn() };
  const made = await post("/access/tokens", { name: "watcher", scope: "operate", days: "30" }, { headers });
  const [token = ""] = /cvc_[\w-]{43}/.exec(made.body) ?? [];
  assert.equal(made.headers["cache-control"], "no-store");
  const page = async () => (await ask("/access", { headers })).body;
  assert.ok(!(await page()).includes(token));
  assert.ok(/watcher.*operate.*never used · expires in 30 days/s.test(await page()));
  const status = async (given: Record<string, string>) =>
    (await app.inject({ url: "/api/status", headers: given })).statusCode;
  assert.deepEqual([await status(bearer(token)), await status(basic(token))], [200, 200]);
  assert.ok(/watcher.*used <time[^>]*>just now/s.test(await page()));
  for (const wrong of [bearer(`${token}x`), bearer("x"), basic("x"), { authorization: "Bearer" }, {}])
    assert.equal(await status(wrong), 401, JSON.stringify(wrong));
  const refused = await app.inject({ url: "/api/status", headers: bearer("x") });
  assert.equal(refused.json().code, "token-refused");
  wait(30 * DAY_MS);
  assert.equal(await status(bearer(token)), 401);
  const again = { cookie: await logIn() };
  const other = await post("/access/tokens", { name: "other", scope: "read", days: "" }, { headers: again });
  const [second = ""] = /cvc_[\w-]{43}/.exec(other.body) ?? [];
  wait(3650 * DAY_MS);
  assert.equal(await status(bearer(second)), 200);
  const last = { cookie: await logIn() };
  const [, id] =
    /tokens\/(\d+)\/revoke[^>]*>[^<]*<[^>]*>Revoke<[^>]*> other/.exec(
      (await ask("/access", { headers: last })).body,
    ) ?? [];
  await post(`/access/tokens/${id}/revoke`, {}, { headers: last });
  assert.equal(await status(bearer(second)), 401);
});

test("what the environment presets may operate, and no more", async (context) => {
  const presetToken = "0123456789abcdef0123456789abcdef";
  const { app } = await openDoor(context, { presetToken });
  const headers = bearer(presetToken);
  assert.equal(
    (await app.inject({ method: "POST", url: "/api/scan", payload: {}, headers })).statusCode,
    202,
  );
  assert.equal((await app.inject({ url: "/api/settings", headers })).json().code, "scope-missing");
});

test("a proxy that is trusted says who it is; nobody else can", async (context) => {
  const server = { trusted_proxies: ["172.18.0.0/16", "fd00::/8"], auth_header: "Remote-User" };
  const { ask, post, access, app } = await openDoor(context, { server });
  const headers = { "remote-user": "ada" };
  for (const remoteAddress of ["172.18.0.2", "::ffff:172.18.0.2", "fd00::7"])
    assert.ok((await ask("/access", { headers, remoteAddress })).body.includes("you are ada"), remoteAddress);
  for (const remoteAddress of ["172.19.0.2", "127.0.0.1", "::1"])
    assert.equal((await ask("/access", { headers, remoteAddress })).statusCode, 303, remoteAddress);
  assert.equal(
    (await ask("/access", { headers: { "remote-user": " " }, remoteAddress: "172.18.0.2" })).statusCode,
    303,
  );
  // Whose address it is, is believed of the proxy alone.
  const from = async (remoteAddress: string) => {
    await post(
      "/login",
      { password: PASSWORD },
      { remoteAddress, headers: { "x-forwarded-for": "203.0.113.9" } },
    );
    return access.sessions()[0]?.address;
  };
  assert.deepEqual([await from("172.18.0.2"), await from("10.1.1.1")], ["203.0.113.9", "10.1.1.1"]);
  for (const said of ["x, nobody, 172.18.0.9", "x, fe80::1%eth0, 172.18.0.9", "x".repeat(5000), ""])
    assert.equal(
      (await ask("/login", { remoteAddress: "172.18.0.2", headers: { "x-forwarded-for": said } })).statusCode,
      200,
      said.slice(0, 30),
    );
  // A page of another site cannot use what the proxy adds.
  const forged = await app.inject({
    method: "POST",
    url: "/scan",
    remoteAddress: "172.18.0.2",
    headers: { ...headers, host: "films.example", origin: "https://evil.example", accept: "text/html" },
  });
  assert.equal(forged.statusCode, 403);
});

const HOSTS = {
  "localhost:9000": [true, true],
  "127.0.0.1:9000": [true, true],
  "[::1]:9000": [true, true],
  "192.168.1.20:9000": [true, true],
  "films.home.example": [true, true],
  "NAS.home": [true, true],
  "nas:9000": [false, true],
  "nas.local": [false, true],
  "evil.example": [false, false],
  "127.0.0.1.evil.example:9000": [false, false],
  "localhost.evil.example": [false, false],
  "evil.example@127.0.0.1": [false, false],
} as const;

test("by a name that is not ours nothing is answered: an attacker's name that leads here", async (context) => {
  const wanted = { server: { allowed_hosts: ["films.home.example"] }, allowedHosts: ["nas.home"] };
  const open = await openDoor(context, { ...wanted, password: null, isExposed: false });
  const guarded = await openDoor(context, wanted);
  for (const [host, [isOpen, isGuarded]] of Object.entries(HOSTS)) {
    const isAnswered = async ({ app }: typeof open) =>
      (await app.inject({ url: "/healthz", headers: { host } })).statusCode === 200;
    assert.deepEqual([await isAnswered(open), await isAnswered(guarded)], [isOpen, isGuarded], host);
  }
});

test("the history of the settings names the token and the person", async (context) => {
  const server = { trusted_proxies: ["10.0.0.0/8"], auth_header: "Remote-User" };
  const { app, access } = await openDoor(context, { server });
  const change = async (headers: Record<string, string>, rescan_minutes: number) => {
    const from = { remoteAddress: "10.0.0.2", url: "/api/settings" };
    const { headers: said } = await app.inject({ ...from, headers });
    const payload = { values: { operational: { rescan_minutes } } };
    const changed = { ...headers, "if-match": String(said.etag) };
    assert.equal((await app.inject({ ...from, method: "PUT", payload, headers: changed })).statusCode, 200);
  };
  await change(bearer(access.makeToken("my script", "admin", null)), 61);
  await change({ "remote-user": "ada" }, 62);
  const { changes } = (
    await app.inject({
      url: "/api/settings/changes",
      headers: { "remote-user": "ada" },
      remoteAddress: "10.0.0.2",
    })
  ).json();
  assert.deepEqual(
    changes.map(({ who, to }: { who: string; to: number }) => [who, to]),
    [
      ["ada", 62],
      ["token my script", 61],
    ],
  );
});

test("a page of a site that the settings name uses the API with a token, never with what the browser holds", async (context) => {
  const origin = "https://home.example";
  const { app, logIn, access } = await openDoor(context, { server: { cors_origins: [origin] } });
  const before = await app.inject({
    method: "OPTIONS",
    url: "/api/scan",
    headers: {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization",
    },
  });
  assert.equal(before.statusCode, 204);
  assert.equal(before.headers["access-control-allow-headers"], "authorization");
  const headers = { origin, "sec-fetch-site": "cross-site" };
  const scan = (more: Record<string, string>) =>
    app.inject({ method: "POST", url: "/api/scan", payload: {}, headers: { ...headers, ...more } });
  const shown = await scan(bearer(access.makeToken("home", "operate", null)));
  assert.deepEqual([shown.statusCode, shown.headers["access-control-allow-origin"]], [202, origin]);
  assert.equal((await scan({})).statusCode, 401);
  // A browser gives an answer to a request with cookies to the page only where this header is.
  for (const each of [before, shown, await scan({ cookie: await logIn() })])
    assert.equal(each.headers["access-control-allow-credentials"], undefined);
});

test("who is not let in is counted too, and what is sent is not read", async (context) => {
  const { app } = await openDoor(context);
  const large = { method: "POST", url: "/api/scan", payload: { library: "x".repeat(50_000) } } as const;
  assert.equal((await app.inject(large)).statusCode, 401);
  let last = 401;
  for (let left = 1300; last === 401 && left > 0; left--) last = (await app.inject("/api/status")).statusCode;
  assert.equal(last, 429);
});

test("a stream ends when its session or token does", async (context) => {
  context.mock.timers.enable({ apis: ["setInterval"] });
  const { app, access, logIn } = await openDoor(context);
  const base = await app.listen({ port: 0, host: "127.0.0.1" });
  const cookie = await logIn();
  const token = access.makeToken("program", "read", null);
  const follow = async (path: string, headers: Record<string, string>) => {
    const response = await fetch(base + path, { headers });
    assert.equal(response.status, 200);
    const stream = { isOpen: true };
    void response.text().then(() => (stream.isOpen = false));
    return stream;
  };
  const page = await follow("/library/stream", { cookie });
  const program = await follow("/api/events/stream", bearer(token));
  context.mock.timers.tick(15_000);
  access.endSessionsBut(null);
  context.mock.timers.tick(15_000);
  await until("the page's stream ends", () => !page.isOpen);
  assert.equal(program.isOpen, true);
  access.revokeToken(access.tokens()[0]?.id ?? 0);
  context.mock.timers.tick(15_000);
  await until("the program's stream ends", () => !program.isOpen);
});
