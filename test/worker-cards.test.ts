/** A worker with two graphics cards made of stand-in programs: both encode, and what one of them cannot do the other does. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createFfmpeg } from "../src/edges/ffmpeg.ts";
import { newCard } from "./support/card.ts";
import { startRedis, withoutRedis } from "./support/redis.ts";
import { createWorkGiver, eventually } from "./support/work-giver.ts";
import { beginWorker } from "./support/worker.ts";

const TWO = `0, GPU-aa, NVIDIA GeForce RTX 3060, 550.163.01, 40, 0, 100, 12288, 0
1, GPU-bb, NVIDIA L4, 550.163.01, 35, 0, 100, 23034, 0`;

/** The encodes that run now, by the number of their card. */
const running = (): readonly string[] => {
  try {
    return readdirSync(join(process.env.CVC_TEST_CARD ?? "", "running"));
  } catch {
    return [];
  }
};

test("a worker shares its films out to its cards, and asks one that refuses no more for a while", {
  skip: withoutRedis,
}, async (context) => {
  const card = newCard(context);
  card.set("cards", TWO);
  card.set("slow", "4000");
  const redis = await startRedis(context);
  const giver = createWorkGiver(context, redis);
  const orders = [await giver.order("picture", "A/One.avi"), await giver.order("picture", "B/Two.avi")];
  await giver.sayLibraries();
  const ffmpeg = createFfmpeg(card.program);
  beginWorker(redis, { encoder: "nvenc", ffmpeg, places: { copies: 0, encodes: null } });
  const hello = await giver.hello(
    "it has a place for each card",
    ({ slots, libraries }) => libraries.length > 0 && slots.encodes === 2,
  );
  const given = await Promise.all(orders.map((order) => giver.give(hello, "encodes", order)));
  const used = await eventually("both are encoded at once", async () => {
    const found = running();
    return found.length === 2 && found.map((each) => each.split("-")[0]);
  });
  assert.deepEqual(used.toSorted(), ["0", "1"]);
  for (const each of given) assert.equal((await giver.result(hello, each)).kind, "converted");

  card.set("slow", null);
  card.set("sessions-0", "0");
  const refused = await giver.give(hello, "encodes", await giver.order("picture", "C/Three.avi"));
  const answer = await giver.result(hello, refused);
  assert.equal(answer.kind === "failed" && answer.problem.code, "encoder-sessions-spent");
  const again = await giver.give(hello, "encodes", await giver.order("picture", "C/Four.avi"));
  assert.equal((await giver.result(hello, again)).kind, "converted");
});

test("a card that does not encode is no place for a film", { skip: withoutRedis }, async (context) => {
  const card = newCard(context);
  card.set("cards", TWO);
  card.set("refuses-1", "OpenEncodeSessionEx failed: unsupported device (2): (no details)");
  const redis = await startRedis(context);
  const giver = createWorkGiver(context, redis);
  await giver.order("picture", "A/One.avi");
  await giver.sayLibraries();
  const ffmpeg = createFfmpeg(card.program);
  beginWorker(redis, { encoder: "nvenc", ffmpeg, places: { copies: 0, encodes: null } });
  const hello = await giver.hello(
    "it sees both cards",
    ({ cards, encoder }) => cards.length === 2 && encoder !== null,
  );
  assert.equal(hello.slots.encodes, 1);
});

test("a card that is too hot takes no film, and the worker says so", {
  skip: withoutRedis,
}, async (context) => {
  const card = newCard(context);
  card.set("cards", TWO);
  const redis = await startRedis(context);
  const giver = createWorkGiver(context, redis);
  const order = await giver.order("picture", "A/One.avi");
  await giver.sayLibraries();
  const ffmpeg = createFfmpeg(card.program);
  beginWorker(redis, { encoder: "nvenc", ffmpeg, places: { copies: 0, encodes: null } });
  await giver.hello("both cards take films", ({ slots }) => slots.encodes === 2);
  card.set("cards", TWO.replace(" 40,", " 91,"));
  const hello = await giver.hello("one rests", ({ slots }) => slots.encodes === 1);
  assert.deepEqual(
    hello.cards.map(({ degrees, isHot }) => [degrees, isHot]),
    [
      [91, true],
      [35, false],
    ],
  );
  card.set("slow", "1500");
  const given = await giver.give(hello, "encodes", order);
  assert.match((await eventually("it is encoded", async () => running()[0])) ?? "", /^1-/);
  assert.equal((await giver.result(hello, given)).kind, "converted");
  // What the orchestrator's settings say counts.
  await giver.wish("attic", { isPaused: false, refusal: "", cardCutoff: 30 });
  await giver.hello("none is cool enough", ({ slots }) => slots.encodes === 0);
});
