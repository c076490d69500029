/** The OpenAPI document against the server: every route is in it, and answers as it says, whatever it is asked. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { FastifyInstance, InjectOptions } from "fastify";
import type { JsonSchema, OpenApi, Operation } from "../src/apps/http/openapi.ts";
import { buildServer } from "../src/apps/http/server.ts";
import { PROBLEM_CODES } from "../src/core/problem.ts";
import { addFilm, fillLibrary, openTestControl, type TestControl } from "./support/control.ts";
import { FILMS } from "./support/films.ts";
import { giveOut } from "./support/given-out.ts";
import { checkerOf, rightValue, wrongValue } from "./support/json-schema.ts";
import { newSettingsHome } from "./support/settings.ts";
import { tempFolder } from "./support/temp.ts";

type Called = {
  readonly name: string;
  readonly method: "GET" | "POST" | "PUT";
  readonly path: string;
  readonly operation: Operation;
};

/** What a schema cannot say. */
const BODIES: Readonly<Record<string, object>> = {
  "POST /api/assets/bulk": { action: "ignore", filter: { q: "nothing of that name" } },
  "POST /api/notifications/test": { name: "phone" },
  "POST /api/restore": { q: "nothing of that name" },
  "PUT /api/settings": { values: {}, dryRun: true },
  "POST /api/events": { library: "movies", folders: ["A folder"] },
};

/** More bytes than any route takes, but for those that take a whole file. */
const LARGE = 20_000;
const LARGER: Readonly<Record<string, number>> = {
  "PUT /api/settings": 2_000_000,
  "POST /api/events": 2_000_000,
  "POST /api/events/arr": 9_000_000,
};

/** A name stands in their path, so that any word is one: see workers-page.test.ts. */
const NAMED = new Set(["POST /api/workers/{name}/pause", "POST /api/workers/{name}/resume"]);

/** Without real files no film can be sent: see video-route.test.ts; and without Redis there is no worker. */
const ONLY_REFUSED = new Set([
  "GET /api/assets/{id}/video",
  "GET /api/assets/{id}/subtitles/{track}",
  ...NAMED,
]);

/** Asked by the token of a film that is given out, and with bytes: see work-files.test.ts. */
const isOfWork = ({ path }: Called): boolean => path.startsWith("/api/work/");

const settings = newSettingsHome({ after });
let app: FastifyInstance;
let control: TestControl;
let document: OpenApi;
let check: ReturnType<typeof checkerOf>;
let close = (): void => {};
const registered: string[] = [];

before(async () => {
  const opened = openTestControl(tempFolder({ after }));
  ({ control, close } = opened);
  app = buildServer(control, { settings: settings.source });
  app.addHook("onRoute", ({ method, url }) => {
    for (const each of [method].flat())
      if (url.startsWith("/api/") && each !== "HEAD") registered.push(`${each} ${url}`);
  });
  fillLibrary(control, Date.now());
  document = (await app.inject("/api/openapi.json")).json();
  check = checkerOf(document);
});
after(async () => {
  await app.close();
  close();
});

const operations = (): readonly Called[] =>
  Object.entries(document.paths).flatMap(([path, all]) =>
    Object.entries(all).map(([verb, operation]) => {
      const method = verb.toUpperCase() as Called["method"];
      return { name: `${method} ${path}`, method, path, operation };
    }),
  );

const isStream = ({ operation }: Called): boolean =>
  Object.hasOwn(operation.responses["200"]?.content ?? {}, "text/event-stream");

/** Asks, and checks the answer against what the document says of its status. */
const ask = async (
  { name, operation, method }: Called,
  options: InjectOptions,
  server = app,
): Promise<number> => {
  const response = await server.inject({ method, ...options });
  const what = `${name} ${JSON.stringify(options)}: ${response.statusCode}`;
  const described = operation.responses[response.statusCode];
  assert.ok(described, `${what} is not described`);
  const [[type, { schema }] = ["", { schema: {} }]] = Object.entries(described.content ?? {});
  assert.ok(String(response.headers["content-type"] ?? "").startsWith(type), `${what}: ${type}`);
  if (/\/(?:problem\+)?json/.test(type)) assert.deepEqual(check(schema, response.json()), [], what);
  if (response.statusCode >= 400 && described.content) {
    const { code, status } = response.json();
    assert.equal(status, response.statusCode, what);
    assert.ok(described.description.includes(`\`${code}\``), `${what}: ${code} is not named`);
  }
  return response.statusCode;
};

/** The path with a number in it (a second one is 0), and a query. */
const urlOf = ({ path }: Called, id: number | string, query: Record<string, string> = {}): string =>
  `${path.replace(/\{\w+\}/, String(id)).replace(/\{\w+\}/, "0")}?${new URLSearchParams(query)}`;

const bodyOf = ({ name, operation }: Called): object | undefined => {
  const schema = operation.requestBody?.content["application/json"]?.schema;
  return schema && (BODIES[name] ?? (rightValue(schema) as object));
};

const payload = (body: object | undefined) => (body === undefined ? {} : { payload: body });

describe("the OpenAPI document", () => {
  test("has every route under /api/, and no other", () => {
    const described = operations().map(
      ({ method, path }) => `${method} ${path.replaceAll(/\{(\w+)\}/g, ":$1")}`,
    );
    assert.deepEqual(described.toSorted(), [...new Set(registered)].toSorted());
    assert.ok(described.length >= 17);
  });

  test("has names that are one route's each, chapters that are explained, and no loose references", () => {
    const ids = operations().map(({ operation }) => operation.operationId);
    assert.equal(new Set(ids).size, ids.length);
    const chapters = document.tags.map(({ name }) => name);
    for (const { name, path, operation } of operations()) {
      assert.ok(chapters.includes(operation.tags[0] ?? ""), name);
      const inPath = operation.parameters.filter((each) => each.in === "path").map((each) => each.name);
      assert.deepEqual(
        [...path.matchAll(/\{(\w+)\}/g)].map((each) => each[1]),
        inPath,
        name,
      );
    }
    const named = Object.keys(document.components.schemas);
    for (const [, ref = ""] of JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g))
      assert.ok(named.includes(ref.replace("#/components/schemas/", "")), ref);
  });

  test("names every code of a problem", () => {
    const code = document.components.schemas.Problem?.properties?.code;
    assert.deepEqual(code?.enum, PROBLEM_CODES);
  });

  test("is the same again, and a GET has a tag by which it is not sent twice", async () => {
    for (const each of operations().filter((one) => one.operation.responses["304"] && !isOfWork(one))) {
      const url = urlOf(each, 1);
      const { headers } = await app.inject(url);
      assert.match(String(headers.etag), /^"[\w-]+"$/, url);
      assert.equal(headers["cache-control"], "private, no-cache");
      for (const tag of [headers.etag, `W/${headers.etag}, "other"`, "*"]) {
        const again = await app.inject({ url, headers: { "if-none-match": String(tag) } });
        assert.deepEqual([again.statusCode, again.body], [304, ""], `${url} ${tag}`);
      }
      assert.equal((await app.inject({ url, headers: { "if-none-match": '"other"' } })).statusCode, 200);
      const head = await app.inject({
        method: "HEAD",
        url,
        headers: { "if-none-match": String(headers.etag) },
      });
      assert.deepEqual([head.statusCode, head.headers.etag], [304, headers.etag]);
    }
    const post = { method: "POST", url: "/api/scan", headers: { "if-none-match": "*" } } as const;
    assert.equal((await app.inject(post)).statusCode, 202);
  });
});

describe("every route of the document", () => {
  test("asked rightly, answers as is described, and well at least once", async () => {
    for (const each of operations().filter((one) => !isStream(one) && !isOfWork(one))) {
      const statuses: number[] = [];
      // New ones for each route, as what was asked before changed the others.
      const { operationId } = each.operation;
      const ids = each.path.includes("{")
        ? FILMS.map((row) => addFilm(control, { ...row, path: `${operationId}/${row.path}` }, Date.now()).id)
        : [1];
      for (const id of ids)
        statuses.push(await ask(each, { url: urlOf(each, id), ...payload(bodyOf(each)) }));
      const isGood = statuses.some((status) => status < 300);
      assert.equal(isGood, !ONLY_REFUSED.has(each.name), `${each.name}: ${statuses}`);
      if (each.path.includes("{"))
        assert.equal(await ask(each, { url: urlOf(each, 999_999), ...payload(bodyOf(each)) }), 404);
      for (const { name, in: place, schema } of each.operation.parameters) {
        if (place !== "query") continue;
        const query = { [name]: String(rightValue(schema)) };
        assert.equal(
          await ask(each, { url: urlOf(each, ids[0] ?? 1, query), ...payload(bodyOf(each)) }),
          200,
          name,
        );
      }
    }
  });

  test("asked wrongly, says so with a problem", async () => {
    for (const each of operations().filter((one) => !isStream(one) && !isOfWork(one))) {
      const body = bodyOf(each);
      if (each.path.includes("{") && !NAMED.has(each.name))
        for (const id of ["abc", "0", "-1", "1.5", "9".repeat(30)])
          assert.equal(
            await ask(each, { url: urlOf(each, id), ...payload(body) }),
            400,
            `${each.name} ${id}`,
          );
      for (const { name, in: place, schema } of each.operation.parameters) {
        if (place !== "query") continue;
        const wrong: unknown =
          schema.type === "string" && !schema.enum ? "x".repeat(20_001) : wrongValue(schema);
        const url = urlOf(each, 1, { [name]: String(wrong) });
        if (wrong !== undefined)
          assert.equal(await ask(each, { url, ...payload(body) }), 400, url.slice(0, 100));
      }
      if (body !== undefined) await askWithWrongBodies(each, body);
    }
  });
});

test("every route of what is given out answers as is described, whatever it is asked", async (context) => {
  const the = await giveOut(context);
  const routes = operations().filter(isOfWork);
  assert.equal(routes.length, 6);
  const urls = (each: Called, token: string): readonly string[] =>
    ["mp4", "exe"].map(
      (name) => `${each.path.replace("{token}", token).replace("{name}", name)}?name=Film.srt`,
    );
  const statuses: Record<string, number[]> = {};
  for (const each of routes) {
    const tokens = [the.token, "0".repeat(32), "1"];
    const bodies = each.operation.requestBody
      ? [undefined, {}, { files: [] }, { files: [SENT] }]
      : [undefined];
    for (const url of tokens.flatMap((token) => urls(each, token)))
      for (const body of bodies)
        for (const range of ["bytes=0-9", "bytes=10-5", undefined]) {
          const headers = range ? { range } : {};
          const status = await ask(each, { url, headers, ...payload(body) }, the.app);
          statuses[each.name] = [...new Set([...(statuses[each.name] ?? []), status])];
        }
  }
  for (const [name, seen] of Object.entries(statuses))
    assert.ok((name.startsWith("PUT") || seen.includes(404)) && seen.includes(400), `${name}: ${seen}`);
  assert.ok(statuses["GET /api/work/{token}/source"]?.includes(206));
  assert.ok(statuses["GET /api/work/{token}/source"]?.includes(416));
});

const SENT = { name: "mp4", sizeBytes: 1, sha256: "0".repeat(64) };

const askWithWrongBodies = async (each: Called, body: object): Promise<void> => {
  const url = urlOf(each, 1);
  const schema: JsonSchema = each.operation.requestBody?.content["application/json"]?.schema ?? {};
  for (const [key, value] of Object.entries(schema.properties ?? {})) {
    const wrong = wrongValue(value);
    if (wrong !== undefined)
      assert.equal(await ask(each, { url, payload: { ...body, [key]: wrong } }), 400, `${each.name} ${key}`);
    if (!schema.required?.includes(key)) continue;
    const without = Object.fromEntries(Object.entries(body).filter(([name]) => name !== key));
    assert.equal(await ask(each, { url, payload: without }), 400, `${each.name} without ${key}`);
  }
  if (schema.additionalProperties === false)
    assert.equal(await ask(each, { url, payload: { ...body, unknown: 1 } }), 400, each.name);
  const json = { "content-type": "application/json" };
  assert.equal(await ask(each, { url, payload: "{", headers: json }), 400);
  assert.equal(await ask(each, { url, payload: "[]", headers: json }), 400);
  assert.equal(await ask(each, { url, payload: "<a/>", headers: { "content-type": "text/xml" } }), 415);
  assert.equal(await ask(each, { url, payload: { key: "x".repeat(LARGER[each.name] ?? LARGE) } }), 413);
};
