import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { createDeliveryLoop, type DeliveryTarget } from "../src/apps/delivery-loop.ts";
import { createLog } from "../src/edges/log.ts";
import { sendOut } from "../src/edges/outgoing-http.ts";
import { openStore } from "../src/edges/store/store.ts";
import { NOW, newStore } from "./support/store.ts";
import { newTold } from "./support/told.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const TARGET = { kind: "webhook", name: "home" };

/** A store, a server that is told, a clock, and a loop between them. */
const newPost = async (context: TestContext) => {
  const { store, file } = newStore(context);
  const told = await newTold(context);
  const ending = new AbortController();
  let clock = NOW;
  const target: DeliveryTarget = {
    ...TARGET,
    send: ({ payload }, signal) =>
      sendOut({ method: "POST", url: told.url, body: JSON.stringify(payload) }, signal),
  };
  const begin = (targets = [target], chance = 0.5) =>
    createDeliveryLoop(
      { store, log: createLog("silent"), now: () => clock, signal: ending.signal, changed: () => {} },
      targets,
      () => chance,
    );
  let loop = begin();
  return {
    store,
    file,
    told,
    target,
    ending,
    ask: (key: string, payload: unknown = key) => store.deliveries.ask(TARGET, { key, payload, now: clock }),
    loop: () => loop,
    restart: (targets?: DeliveryTarget[]) => {
      loop = begin(targets);
    },
    work: async () => {
      loop.pump();
      await loop.idle();
    },
    pass: (ms: number) => {
      clock += ms;
    },
    said: () => told.all.map(({ body }) => JSON.parse(body)),
    state: () => store.deliveries.targets()[0],
  };
};

test("what is asked for arrives once, in order, and of equal ones the newest", async (context) => {
  const post = await newPost(context);
  post.ask("a", 1);
  post.ask("b", 2);
  post.ask("a", 3);
  await post.work();
  await post.work();
  assert.deepEqual(post.said(), [3, 2]);
  assert.deepEqual(post.state(), {
    ...TARGET,
    waiting: 0,
    arrivedAt: NOW,
    failedAt: null,
    problem: null,
    restsUntil: 0,
  });
});

test("one that is asked for again while it is sent is sent again", async (context) => {
  const post = await newPost(context);
  post.ask("a", 1);
  post.told.answer = (response) => {
    if (post.told.all.length === 1) post.ask("a", 2);
    response.end();
  };
  await post.work();
  assert.deepEqual(post.said(), [1, 2]);
});

test("a target that fails rests, longer each time, and then all arrives", async (context) => {
  const post = await newPost(context);
  post.told.answer = (response) => response.writeHead(500).end("<html>oops</html>");
  post.ask("a");
  post.ask("b");
  await post.work();
  assert.equal(post.told.all.length, 1);
  assert.deepEqual(post.state()?.problem, { code: "target-unreachable", detail: "It answered 500." });
  post.pass(30_000 - 1);
  await post.work();
  assert.equal(post.told.all.length, 1);
  post.pass(1);
  await post.work();
  // The other one: no message holds up the others for ever.
  assert.deepEqual(post.said(), ["a", "b"]);
  post.pass(30_000);
  await post.work();
  assert.equal(post.told.all.length, 2);
  post.told.answer = (response) => response.writeHead(204).end();
  post.pass(30_000);
  await post.work();
  assert.deepEqual(post.said(), ["a", "b", "a", "b"]);
  assert.equal(post.state()?.problem, null);
  assert.equal(post.state()?.waiting, 0);
});

test("a wish to be left alone is respected, in seconds and as a date", async (context) => {
  const post = await newPost(context);
  post.ask("a");
  post.told.answer = (response) => response.writeHead(429, { "retry-after": "90" }).end("slow down");
  await post.work();
  assert.deepEqual(post.state()?.problem, {
    code: "target-busy",
    detail: "It answered 429: slow down.",
  });
  assert.equal(post.state()?.restsUntil, NOW + 90_000);
  post.pass(90_000);
  const later = new Date(Date.now() + 10 * MINUTE).toUTCString();
  post.told.answer = (response) => response.writeHead(503, { "retry-after": later }).end();
  await post.work();
  const rest = (post.state()?.restsUntil ?? 0) - NOW - 90_000;
  assert.ok(rest > 9 * MINUTE && rest <= 10 * MINUTE, String(rest));
});

for (const [status, code] of [
  [401, "target-refuses"],
  [403, "target-refuses"],
  [404, "target-not-found"],
  [302, "target-not-found"],
] as const)
  test(`${status} is ${code}: an hour later it is asked again, and at once after a restart`, async (context) => {
    const post = await newPost(context);
    post.ask("a");
    post.told.answer = (response) => response.writeHead(status, { location: "/elsewhere" }).end();
    await post.work();
    assert.equal(post.state()?.problem?.code, code);
    assert.equal(post.state()?.restsUntil, NOW + HOUR);
    post.restart();
    await post.work();
    assert.deepEqual(
      post.told.all.map(({ path }) => path),
      ["/", "/"],
    );
  });

test("a message that is refused goes, with an event, and the next one is sent at once", async (context) => {
  const post = await newPost(context);
  post.ask("a");
  post.ask("b");
  post.told.answer = (response, { body }) => response.writeHead(body === '"a"' ? 400 : 200).end("no good");
  await post.work();
  assert.deepEqual(post.said(), ["a", "b"]);
  const [event] = post.store.events.latest({ limit: 5 });
  assert.equal(event?.kind, "delivery-given-up");
  assert.equal(event?.path, "webhook home");
  assert.deepEqual(event?.data, {
    target: "webhook",
    name: "home",
    count: 1,
    problem: "message-refused",
    detail: "It answered 400: no good.",
  });
});

test("after three days all that waited so long is given up, with one event", async (context) => {
  const post = await newPost(context);
  post.told.answer = (response) => response.destroy();
  for (const key of ["a", "b", "c"]) post.ask(key);
  post.pass(DAY);
  post.ask("young");
  post.pass(2 * DAY);
  await post.work();
  assert.equal(post.store.deliveries.waiting(TARGET, "a"), null);
  assert.ok(post.store.deliveries.waiting(TARGET, "young"));
  const events = post.store.events.latest({ limit: 5 });
  assert.deepEqual(
    events.map(({ kind, data }) => [kind, (data as { count: number }).count]),
    [["delivery-given-up", 3]],
  );
});

test("a target that never answers is cut off, and holds up no other", async (context) => {
  const post = await newPost(context);
  const arrived: unknown[] = [];
  const other: DeliveryTarget = {
    kind: "jellyfin",
    name: "",
    send: async ({ payload }) => {
      arrived.push(payload);
      return { kind: "arrived" };
    },
  };
  post.told.answer = () => {};
  post.restart([post.target, other]);
  post.ask("a");
  post.store.deliveries.ask(other, { key: "x", payload: 1, now: NOW });
  post.loop().pump();
  while (post.told.all.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  post.store.deliveries.ask(other, { key: "y", payload: 2, now: NOW });
  post.loop().pump();
  assert.equal(post.told.all.length, 1);
  assert.deepEqual(arrived, [1, 2]);
  // The end of the program waits for nobody and uses up no attempt.
  post.ending.abort("shutdown");
  await post.loop().idle();
  assert.equal(post.store.deliveries.waiting(TARGET, "a")?.attempts, 0);
});

test("what waits is there for the next program that opens the file, and goes when the settings name it no more", async (context) => {
  const post = await newPost(context);
  post.ask("a", { film: "Sintel" });
  post.store.close();
  const again = openStore({ file: post.file });
  context.after(again.close);
  assert.deepEqual(again.deliveries.next(TARGET, NOW)?.payload, { film: "Sintel" });
  again.deliveries.keepOnly([{ kind: "webhook", name: "other" }], NOW);
  assert.equal(again.deliveries.next(TARGET, NOW), null);
});

test("of a million messages a thousand wait, and few events say so", async (context) => {
  const { store } = newStore(context);
  store.transaction(() => {
    for (let each = 0; each < 5000; each++)
      store.deliveries.ask(TARGET, { key: String(each), payload: each, now: NOW + each });
  });
  assert.equal(store.deliveries.next(TARGET, NOW + DAY)?.payload, 4000);
  assert.equal(store.events.latest({ limit: 100 }).length, 40);
});
