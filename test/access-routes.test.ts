/** Every route there is, asked by everybody there can be. */
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import type { InjectOptions } from "fastify";
import type { Scope } from "../src/core/access.ts";
import { openDoor } from "./support/access.ts";
import { fillLibrary } from "./support/control.ts";

type Route = { readonly method: "GET" | "POST" | "PUT"; readonly url: string };

/** What is told to everybody; a new one belongs here only when it tells nothing. */
const OPEN = ["/assets/:name", "/favicon.ico", "/healthz", "/login", "/readyz", "/welcome"];
/** Films for workers on other machines: who may only read need not read them whole. */
const OF_WORKERS = /^\/api\/work\//;
/** What an operator may not. */
const ADMIN = /^\/(?:api\/settings|settings|setup|access)(?:\/|$)/;

const routes: Route[] = [];
const tokens = new Map<Scope, string>();
const door = await openDoor({ after });
door.app.addHook("onRoute", ({ method, url }) => {
  for (const each of [method].flat())
    if (each !== "HEAD" && each !== "OPTIONS") routes.push({ method: each as Route["method"], url });
});
await door.app.ready();
fillLibrary(door.control, Date.now());
for (const scope of ["read", "operate", "admin"] as const)
  tokens.set(scope, door.access.makeToken(scope, scope, null));

const isOpen = ({ url }: Route): boolean => OPEN.includes(url);
const isStream = ({ url }: Route): boolean => url.endsWith("/stream");
const isApi = ({ url }: Route): boolean => url.startsWith("/api/");

const ask = ({ method, url }: Route, headers: Record<string, string>) =>
  door.app.inject({
    method,
    url: url.replaceAll(/:\w+/g, "1"),
    headers,
    ...(method === "GET" ? {} : { payload: {} }),
  } satisfies InjectOptions);

/** The code of the refusal of one who shows a token; null when it was let in, whatever came of it. */
const refusalOf = async (route: Route, scope: Scope): Promise<string | null> => {
  const response = await ask(route, { authorization: `Bearer ${tokens.get(scope)}` });
  if (response.statusCode !== 401 && response.statusCode !== 403) return null;
  return response.json().code;
};

describe("every route", () => {
  test("is known to this test", () => {
    assert.ok(routes.length > 70, String(routes.length));
    const open = new Set(routes.filter(isOpen).map(({ url }) => url));
    assert.deepEqual(
      OPEN.filter((url) => !open.has(url) && url !== "/readyz"),
      [],
    );
  });

  test("lets nobody in who does not say who they are: programs get a problem, people the login", async () => {
    for (const route of routes.filter((each) => !isOpen(each))) {
      const name = `${route.method} ${route.url}`;
      const program = await ask(route, {});
      assert.deepEqual([program.statusCode, program.json().code], [401, "login-needed"], name);
      assert.equal(program.headers["content-type"], "application/problem+json; charset=utf-8", name);
      assert.match(String(program.headers["www-authenticate"]), /^Bearer /, name);
      const person = await ask(route, { accept: "text/html" });
      if (isApi(route) && route.url !== "/api/docs") assert.equal(person.statusCode, 401, name);
      else assert.match(`${person.statusCode} ${person.headers.location}`, /^303 \/login(?:\?next=|$)/, name);
      if (isApi(route)) continue;
      const part = await ask(route, { accept: "text/html", "hx-request": "true" });
      assert.equal(part.statusCode, 401, name);
      assert.match(String(part.headers["hx-redirect"]), /^\/login/, name);
    }
  });

  test("a token that may read changes nothing and sees no settings", async () => {
    for (const route of routes.filter((each) => !isOpen(each) && !isStream(each)))
      assert.equal(
        await refusalOf(route, "read"),
        route.method === "GET" && !ADMIN.test(route.url) && !OF_WORKERS.test(route.url)
          ? null
          : "scope-missing",
        `${route.method} ${route.url}`,
      );
  });

  test("a token that may operate changes no settings and no access; one of an admin may all", async () => {
    for (const route of routes.filter((each) => !isOpen(each) && !isStream(each))) {
      const name = `${route.method} ${route.url}`;
      assert.equal(await refusalOf(route, "operate"), ADMIN.test(route.url) ? "scope-missing" : null, name);
      // These would take away what the test itself stands on.
      if (!/^\/access\/(?:password|sessions|tokens)|^\/welcome/.test(route.url) || route.method === "GET")
        assert.equal(await refusalOf(route, "admin"), null, name);
    }
  });

  test("that is there for one method is there for HEAD as for GET, and no other way around the door", async () => {
    for (const url of ["/library", "/api/status", "/settings"]) {
      assert.notEqual((await door.app.inject({ method: "HEAD", url })).statusCode, 200, url);
      const spelt = [
        "/LIBRARY",
        "//library",
        "/./library",
        "/library/",
        "/%6cibrary",
        "/library;x",
        "/library%00",
      ];
      for (const each of url === "/library" ? spelt : [])
        assert.ok([303, 401, 404, 400].includes((await door.app.inject(each)).statusCode), each);
    }
  });
});
