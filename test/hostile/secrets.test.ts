/** What is secret is in no answer, no page, no export, no stream and no line of the log, whatever goes wrong. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { InjectOptions } from "fastify";
import { stringify } from "yaml";
import { SECRET_KEYS } from "../../src/core/settings-secrets.ts";
import { type SettingsTree, withValue } from "../../src/core/settings-tree.ts";
import { cookieOf, openDoor } from "../support/access.ts";
import { runCli } from "../support/cli.ts";
import { fillLibrary } from "../support/control.ts";

const PASSWORD = "planted-password-5b0c";
const PRESET = "planted-preset-token-9d41e7";
const planted = SECRET_KEYS.map((key, at) => ({
  key: key.replace("*", "webhook"),
  value: key.endsWith("url") ? `https://hooks.example/planted-${at}-c3f1` : `planted-${at}-c3f1`,
}));
const settings = planted.reduce<SettingsTree>(
  (tree, { key, value }) => withValue(tree, key.split("."), value),
  { libraries: { movies: { root: "/films/movies" }, series: { root: "/films/series" } } } as SettingsTree,
);

const routes: { readonly method: "GET" | "POST" | "PUT"; readonly url: string }[] = [];
const door = await openDoor(
  { after },
  { password: PASSWORD, presetToken: PRESET, settingsText: stringify(settings) },
);
door.app.addHook("onRoute", ({ method, url }) => {
  for (const each of [method].flat())
    if (/^(?:GET|POST|PUT)$/.test(each)) routes.push({ method: each as "GET", url });
});
await door.app.ready();
const films = [...fillLibrary(door.control, Date.now()).values()];
const token = door.access.makeToken("planted", "admin", null);
const cookie = await door.logIn();

const SECRETS: readonly string[] = [
  ...[PASSWORD, PRESET, token, cookie.split("=")[1] ?? "", door.store.password()?.hash ?? ""],
  ...planted.map(({ value }) => value),
];

const assertNothingIn = (text: string, what: string): void => {
  // In a page it would be escaped, in an address encoded.
  for (const [at, secret] of SECRETS.entries())
    for (const each of [secret, encodeURIComponent(secret), secret.replaceAll("/", "&#x2F;")])
      assert.ok(each !== "" && !text.includes(each), `${what}: secret ${at}`);
};

type Asked = {
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: string | object;
  readonly remoteAddress: string;
};

let good = 0;

const everywhere = async ({ headers, payload, remoteAddress }: Asked): Promise<void> => {
  const ids = [films[0]?.id, films.at(-1)?.id, 999_999, "x"];
  for (const { method, url } of routes) {
    if (url.endsWith("/stream") || /^\/(?:logout|access\/(?:sessions|password|tokens\/.+))/.test(url))
      continue;
    for (const id of url.includes(":") ? ids : [1]) {
      const target = url.replace(/:\w+/, String(id)).replaceAll(/:\w+/g, "0");
      const asked: InjectOptions = { method, url: target, headers, remoteAddress };
      const response = await door.app.inject(method === "GET" ? asked : { ...asked, payload });
      good += response.statusCode === 200 ? 1 : 0;
      const { "set-cookie": own, ...others } = response.headers;
      assertNothingIn(response.rawPayload.toString("latin1") + JSON.stringify(others), `${method} ${target}`);
      if (own) assert.ok(!String(own).includes(PASSWORD));
    }
  }
};

const LOOKS = [
  { accept: "text/html" },
  { accept: "text/html", "hx-request": "true" },
  { accept: "application/json" },
] as const;

test("no route tells a secret, to whomever and however it is asked", async () => {
  let host = 0;
  for (const look of LOOKS)
    for (const who of [
      { cookie },
      { authorization: `Bearer ${token}` },
      { authorization: `Bearer ${PRESET}` },
      {},
    ])
      for (const payload of [
        {},
        { q: "x", password: PASSWORD, current: PASSWORD },
        `{"password":"${PASSWORD}`,
      ]) {
        host++;
        const headers = { ...look, ...who, host: "localhost:9000", "content-type": "application/json" };
        await everywhere({ headers, payload, remoteAddress: `10.0.${host}.1` });
      }
  assert.ok(good > 500, `${good} answers were good ones`);
  assertNothingIn(JSON.stringify(await door.said.page({ limit: 5000 })), "the log");
});

test("the settings are shown with their secrets masked: as values, as text, as a form, as what would change", async () => {
  const headers = { cookie, accept: "text/html" };
  for (const url of [
    "/api/settings",
    "/settings",
    "/settings/text",
    "/settings/changes",
    "/api/settings/changes",
  ]) {
    const { statusCode, body } = await door.app.inject({ url, headers });
    assert.equal(statusCode, 200, url);
    assertNothingIn(body, url);
  }
  for (const { key } of planted) {
    const values = withValue(
      {},
      key.split("."),
      key.endsWith("url") ? "https://hooks.example/planted-other" : "planted-other",
    );
    for (const dryRun of [true, false]) {
      const { headers: said } = await door.app.inject({ url: "/api/settings", headers });
      const changed = await door.app.inject({
        method: "PUT",
        url: "/api/settings",
        payload: { values, dryRun },
        headers: { cookie, "if-match": String(said.etag) },
      });
      assert.equal(changed.statusCode, 200, changed.body);
      assert.ok(!changed.body.includes("planted-other"), key);
      assertNothingIn(changed.body, key);
    }
  }
  const { body } = await door.app.inject({ url: "/api/settings/changes", headers });
  assert.ok(!body.includes("planted-other"));
});

test("a mistake of the program, a wrong password and a wrong token leave nothing of what was sent in the log", async () => {
  const { control, app } = door;
  const { startScan } = control;
  Object.assign(control, {
    startScan: () => {
      throw new TypeError("x is not a function");
    },
  });
  const failed = await app.inject({
    method: "POST",
    url: "/api/scan",
    payload: {},
    headers: { authorization: `Bearer ${token}` },
  });
  Object.assign(control, { startScan });
  assert.equal(failed.statusCode, 500);
  assertNothingIn(failed.body, "500");
  const wrong = {
    password: "planted-wrong-password",
    code: "planted-wrong-code",
    again: "planted-wrong-password",
  };
  for (const url of ["/login", "/welcome", "/access/password"])
    await door.post(
      url,
      { ...wrong, current: "planted-wrong-password" },
      { headers: { cookie }, remoteAddress: "10.9.9.9" },
    );
  await app.inject({ url: "/api/status", headers: { authorization: "Bearer planted-wrong-token" } });
  await app.inject("/nothing?token=planted-wrong-token");
  const log = JSON.stringify(await door.said.page({ limit: 5000 }));
  assert.match(log, /request failed.*x is not a function|x is not a function.*request failed/);
  assert.doesNotMatch(log, /planted-wrong/);
  assertNothingIn(log, "the log");
});

test("streams tell none, and a page that is logged in holds none", async () => {
  const base = await door.app.listen({ port: 0, host: "127.0.0.1" });
  for (const path of ["/api/events/stream", "/library/stream"]) {
    const ending = new AbortController();
    const response = await fetch(base + path, { headers: { cookie }, signal: ending.signal });
    let text = JSON.stringify([...response.headers]);
    door.control.tell({ kind: "overview" });
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString();
      if (/event: overview/.test(text)) break;
    }
    ending.abort();
    assertNothingIn(text, path);
  }
  const set = await door.post("/login", { password: PASSWORD });
  assert.ok(!set.body.includes(cookieOf(set).split("=")[1] ?? ""));
});

test("the command line does not repeat the token it was given", async (context) => {
  const env = { ORCHESTRATOR_URL: "http://127.0.0.1:9", AUTH_TOKEN: PRESET };
  for (const args of [
    ["status"],
    ["status", "--json"],
    ["status", "--token", token],
    ["status", "--help"],
    ["nonsense"],
  ]) {
    const { out, err } = await runCli(context, args, env);
    assertNothingIn(out + err, args.join(" "));
  }
});
