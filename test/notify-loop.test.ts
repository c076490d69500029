import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { createDeliveryLoop } from "../src/apps/delivery-loop.ts";
import { createNewsLoop } from "../src/apps/news-loop.ts";
import { type Notifier, notifiersOf, notifierTargets } from "../src/apps/notifiers.ts";
import { createNotifyLoop } from "../src/apps/notify-loop.ts";
import { settingsFrom } from "../src/apps/settings-source.ts";
import type { Checks } from "../src/apps/system-facts.ts";
import { createLog } from "../src/edges/log.ts";
import { insert, NOW, newStore, queue } from "./support/store.ts";
import { newTold } from "./support/told.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A store, a receiver, a clock and the loops between. */
const newDesk = async (context: TestContext, more: Partial<Notifier> = {}) => {
  const { store } = newStore(context);
  const told = await newTold(context);
  let clock = NOW;
  const now = () => clock;
  const ending = new AbortController();
  const settings = settingsFrom({
    libraries: { movies: { root: "/movies" } },
    notifiers: { phone: { url: told.url, ...more } },
  });
  const needs = {
    store,
    settings,
    now,
    signal: ending.signal,
    log: createLog("silent"),
    changed: () => {},
    wake: () => {},
  };
  const checks: Checks = { at: null, isRunning: false, findings: [] };
  const system = {
    state: checks,
    asked: 0,
    checks: () => system.state,
    check: () => {
      system.asked++;
    },
  };
  const begin = () => [
    createNewsLoop(needs, system, true),
    createNotifyLoop(needs, notifiersOf(settings)),
    createDeliveryLoop(needs, notifierTargets(settings, now), () => 0.5),
  ];
  let loops = begin();
  const pump = async () => {
    for (const loop of loops) loop.pump();
    for (const loop of loops) await loop.idle();
  };
  await pump();
  return {
    store,
    told,
    system,
    now,
    pump,
    restart: () => {
      loops = begin();
    },
    pass: async (ms: number) => {
      clock += ms;
      await pump();
    },
    happen: (kind: string, path: string, data: object = {}, assetId: number | null = 1) =>
      store.events.append({ at: clock, assetId, kind, path, data: { library: "movies", ...data } }),
    said: (): { type: string; data: { title: string; text: string; count: number } }[] =>
      told.all.map(({ body }) => JSON.parse(body)),
  };
};

const titles = (desk: Awaited<ReturnType<typeof newDesk>>) => desk.said().map(({ data }) => data.title);

test("what needs a person is told after some seconds, and the rest is not", async (context) => {
  const desk = await newDesk(context);
  desk.happen("published-kept", "Sintel (2010).mkv");
  desk.happen("failed", "Severance/S01E02.mkv", { problem: "cancelled" });
  desk.happen("failed", "Brazil (1985).mkv", { problem: "disk-full" });
  desk.happen("root-problem", "/mnt/secret/movies", { problem: "root-missing" }, null);
  await desk.pump();
  assert.deepEqual(desk.said(), []);
  await desk.pass(10_000);
  assert.deepEqual(titles(desk), [
    "Brazil (1985) could not be converted",
    "The library movies cannot be looked at",
  ]);
  assert.match(desk.said()[0]?.data.text ?? "", /^The disk is full\.\n/);
  assert.doesNotMatch(JSON.stringify(desk.said()), /mnt|\.mkv/);
  await desk.pass(HOUR);
  assert.equal(desk.said().length, 2);
});

test("500 films that fail together are one message, and those that follow come more and more seldom", async (context) => {
  const desk = await newDesk(context);
  desk.store.transaction(() => {
    for (let each = 0; each < 700; each++) desk.happen("failed", `Film ${each}.mkv`, { problem: "io-error" });
  });
  for (let each = 0; each < 4; each++) await desk.pump();
  await desk.pass(10_000);
  assert.deepEqual(titles(desk), ["700 films could not be converted"]);
  assert.match(desk.said()[0]?.data.text ?? "", /^Film 0: .*\nFilm 1: .*\nFilm 2: .*\n… and 697 more\.\n/);
  for (let minute = 0; minute < 120; minute++) {
    desk.happen("failed", "Another.mkv", { problem: "io-error" });
    await desk.pass(MINUTE);
  }
  const after = desk.said().slice(1);
  assert.ok(after.length >= 4 && after.length <= 7, String(after.length));
  const counted = after.reduce((sum, { data }) => sum + data.count, 0);
  assert.ok(counted > 50 && counted <= 120, String(counted));
});

test("while a receiver is away its messages grow together, and nothing is told twice", async (context) => {
  const desk = await newDesk(context);
  desk.told.answer = (response) => response.writeHead(503).end();
  for (let hour = 0; hour < 24; hour++) {
    desk.happen("failed", `Film ${hour}.mkv`);
    await desk.pass(HOUR);
  }
  const tried = desk.told.all.length;
  assert.ok(tried <= 30, String(tried));
  desk.told.answer = (response) => response.end();
  await desk.pass(2 * HOUR);
  assert.deepEqual(titles(desk).slice(tried), ["24 films could not be converted"]);
});

test("what happens while a message is being sent is told in the next one", async (context) => {
  const desk = await newDesk(context);
  desk.happen("failed", "One.mkv");
  await desk.pump();
  desk.told.answer = (response) => {
    if (desk.told.all.length > 1) return response.end();
    desk.happen("failed", "Two.mkv");
    setTimeout(() => response.end(), 100);
    return desk.pump();
  };
  await desk.pass(10_000);
  await desk.pass(2 * MINUTE);
  await desk.pass(2 * MINUTE);
  assert.deepEqual(titles(desk), ["One could not be converted", "Two could not be converted"]);
});

test("a restart forgets nothing and repeats nothing, and a new receiver hears nothing old", async (context) => {
  const desk = await newDesk(context);
  desk.happen("failed", "Before.mkv");
  desk.restart();
  await desk.pump();
  await desk.pass(10_000);
  desk.restart();
  await desk.pass(10_000);
  assert.deepEqual(titles(desk), ["Before could not be converted"]);
  desk.store.eventReaders.keepOnly("notifier ", ["notifier phone", "notifier new"]);
  desk.store.eventReaders.read("notifier new", ["failed"], (events) => assert.fail(JSON.stringify(events)));
});

test("that a message was lost is not told to whom it was for", async (context) => {
  const desk = await newDesk(context);
  const data = { count: 3, problem: "target-unreachable" };
  desk.happen("delivery-given-up", "notifier phone", { target: "notifier", name: "phone", ...data }, null);
  desk.happen("delivery-given-up", "jellyfin home", { target: "jellyfin", name: "home", ...data }, null);
  await desk.pump();
  await desk.pass(10_000);
  assert.deepEqual(titles(desk), ["3 messages to other programs were given up"]);
});

test("the summary comes once a day, also when the program slept at its time, and not for an empty day", async (context) => {
  const desk = await newDesk(context, { events: ["digest"], digest_at: "08:00" });
  // The day of the first start: from its time on.
  const first = desk.said().length;
  desk.happen("published-kept", "One.mkv");
  desk.happen("published-moved", "Two.mkv");
  desk.happen("failed", "Three.mkv");
  insert(desk.store, "Four.mkv");
  await desk.pass(DAY);
  await desk.pump();
  const [said] = desk.said().slice(first);
  assert.equal(said?.type, "digest");
  assert.equal(said?.data.text, "2 films were converted, 1 failed. Now 1 film waits, and nothing needs you.");
  desk.restart();
  await desk.pass(MINUTE);
  await desk.pass(2 * DAY);
  assert.equal(desk.said().length, first + 1);
});

test("the end of all work is noticed once it stays quiet, and told once", async (context) => {
  const desk = await newDesk(context, { events: ["all-done"] });
  const { id } = queue(desk.store, "One.mkv");
  await desk.pass(10_000);
  desk.happen("published-kept", "Zero.mkv");
  await desk.pass(10 * MINUTE);
  assert.deepEqual(desk.said(), []);
  desk.store.assets.apply(id, "gone", { now: desk.now() });
  for (let each = 0; each < 20; each++) await desk.pass(10_000);
  desk.restart();
  for (let each = 0; each < 20; each++) await desk.pass(10_000);
  assert.deepEqual(titles(desk), ["All work is done"]);
  assert.equal(desk.said()[0]?.data.text, "1 film was converted, and nothing needs you.");
});

test("the doctor is asked once a day, and told of when something else is wrong than before", async (context) => {
  const desk = await newDesk(context);
  await desk.pass(5 * MINUTE);
  assert.equal(desk.system.asked, 0);
  await desk.pass(6 * MINUTE);
  assert.equal(desk.system.asked, 1);
  const wrong = { check: "folder movies", state: "bad", detail: "/srv/x: no", mend: "chown" } as const;
  desk.system.state = { at: desk.now(), isRunning: false, findings: [wrong] };
  for (let each = 0; each < 5; each++) await desk.pass(MINUTE);
  assert.deepEqual(titles(desk), ["The daily check found something wrong"]);
  assert.match(
    desk.said()[0]?.data.text ?? "",
    /^Look at: folder movies\. The System page says what to do\.$/,
  );
  await desk.pass(DAY);
  assert.equal(desk.system.asked, 2);
  desk.system.state = { at: desk.now(), isRunning: false, findings: [] };
  await desk.pass(MINUTE);
  desk.system.state = { at: desk.now(), isRunning: false, findings: [wrong] };
  for (let each = 0; each < 5; each++) await desk.pass(MINUTE);
  assert.equal(desk.said().length, 2);
});

test("a million events that nobody is told of cost little", async (context) => {
  const desk = await newDesk(context);
  desk.store.transaction(() => {
    for (let each = 0; each < 100_000; each++) desk.happen("found", `Film ${each}.mkv`);
  });
  const began = performance.now();
  await desk.pump();
  const ms = performance.now() - began;
  assert.ok(ms < 500, `${ms} ms`);
});
