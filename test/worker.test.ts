/** A worker with a real Redis and real films: takes orders, converts, answers, and does as it is told. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fingerprintFile } from "../src/edges/library-walk.ts";
import { filesBelow } from "./support/orchestrator.ts";
import { startRedis, withoutRedis } from "./support/redis.ts";
import { tempFolder } from "./support/temp.ts";
import { createWorkGiver, eventually, partialsIn } from "./support/work-giver.ts";
import { beginWorker, mounts } from "./support/worker.ts";

const skip = withoutRedis;

test("a remux and an encode are made, answered, and left for the orchestrator to publish", {
  skip,
}, async (context) => {
  const redis = await startRedis(context);
  const giver = createWorkGiver(context, redis);
  const [remux, encode] = [
    await giver.order("subtitled", "A/Remux.mkv"),
    await giver.order("picture", "B/Encode.avi"),
  ];
  await giver.sayLibraries();
  beginWorker(redis);
  const hello = await giver.hello("it is there");
  assert.equal(hello.name, "attic");
  assert.deepEqual(hello.slots, { copies: 2, encodes: 1 });
  assert.deepEqual(hello.libraries, ["films"]);
  assert.ok(hello.decodes.includes("h264") && hello.decodes.includes("dts"), hello.decodes.join());
  const before = filesBelow(giver.root);
  const given = [await giver.give(hello, "copies", remux), await giver.give(hello, "encodes", encode)];
  for (const [at, order] of [remux, encode].entries()) {
    const result = await giver.result(hello, given[at] ?? { token: "", lane: "copies" });
    assert.equal(result.kind, "converted", JSON.stringify(result));
    if (result.kind !== "converted") return;
    assert.equal(result.token, order.token);
    assert.equal(result.worker, "attic");
    assert.equal(result.encoder, order === remux ? "copy" : "libx264");
    for (const file of [result.partial, ...result.sidecars]) {
      assert.ok(file.path.startsWith(`${order.folder}/.`) && file.path.includes(order.token), file.path);
      assert.equal(await fingerprintFile(file.path, file.sizeBytes), file.fingerprint);
    }
    assert.equal(result.sidecars.length, order === remux ? 2 : 0);
    assert.ok(result.checks.length > 0 && result.checks.every((each) => each.passed));
  }
  assert.equal(partialsIn(filesBelow(giver.root)).length, 4, "nothing but hidden files is new");
  assert.equal(filesBelow(giver.root).length, before.length + 4);
  const told = await giver.job(hello, given[1] ?? { token: "", lane: "encodes" });
  assert.match(JSON.stringify(told?.progress), /"worker":"attic"/, "it told of its work");
});

test("what is no order, or leads out of its library, is refused and nothing is done", {
  skip,
}, async (context) => {
  const redis = await startRedis(context);
  const giver = createWorkGiver(context, redis);
  const good = await giver.order("remux", "A/Film.mkv");
  const outside = tempFolder(context);
  symlinkSync(outside, join(giver.root, "link"));
  writeFileSync(join(outside, "Film.mkv"), "x");
  await giver.sayLibraries();
  beginWorker(redis);
  const hello = await giver.hello("it is there");
  const { root } = giver;
  const video = { ...good.plan.video, codec: "h264,movie=/etc/passwd" };
  const encode = { ...good.plan, video: { ...ENCODE, width: "16,movie=/etc/passwd" } };
  const hostile: Readonly<Record<string, readonly [change: object, why: RegExp]>> = {
    "another protocol": [{ protocol: 99 }, /protocol 99/],
    "no order": [{ plan: undefined }, /^plan/],
    "a source outside": [{ sourcePath: join(outside, "Film.mkv") }, /lies outside of films/],
    "a source above": [{ sourcePath: `${root}/../x/Film.mkv` }, /^sourcePath: is no plain/],
    "a source through a link": [{ sourcePath: join(root, "link", "Film.mkv") }, /a link on the way/],
    "a folder outside": [{ folder: outside, base: outside }, /lies outside of films/],
    "a folder through a link": [{ folder: join(root, "link") }, /a link on the way/],
    "a folder to be made behind a link": [{ folder: join(root, "link", "a", "b") }, /a link on the way/],
    "a folder of nobody's": [{ folder: join(outside, "a") }, /does not lie in/],
    "a base that is all": [{ base: "/" }, /^base/],
    "a sidecar outside": [{ earlierSidecars: ["/etc/passwd"] }, /lies outside of films/],
    "a token that is a path": [{ token: "../../../../tmp/abcdef0123456789" }, /^token: is no token/],
    "a token of another job": [{ token: "0".repeat(32) }, /token is not the job's/],
    "a filter in a codec": [{ plan: { ...good.plan, video } }, /^plan.video.codec/],
    "a width that is a filter": [{ plan: encode }, /^plan.video.width/],
    "a preset that is none": [
      { wish: { ...good.wish, profile: { ...good.wish.profile, preset: "-i" } } },
      /^wish.profile.preset/,
    ],
    "a film without an end": [{ media: { ...good.media, chapterCount: Array(60_000).fill(0) } }, /^media/],
  };
  for (const [what, [change, why]] of Object.entries(hostile)) {
    const token = randomBytes(16).toString("hex");
    const given = await giver.give(hello, "copies", { ...good, token, ...change }, token);
    const result = await giver.result(hello, given);
    assert.equal(result.kind === "failed" && result.problem.code, "order-refused", what);
    assert.match(result.kind === "failed" ? result.problem.detail : "", why, what);
  }
  const list = await giver.give(hello, "copies", [], "0123456789abcdef");
  assert.equal((await giver.result(hello, list)).kind, "failed");
  assert.deepEqual(partialsIn(filesBelow(root)), []);
  // What is no JSON at all is never seen by us; the worker goes on.
  const queue = giver.queue(hello, "copies");
  await redis.client.hset(`cvc:${queue.name}:0badbadbadbadbad`, "data", "{no", "name", "film", "opts", "{}");
  await redis.client.rpush(`cvc:${queue.name}:wait`, "0badbadbadbadbad");
  const last = await giver.give(hello, "copies", good);
  assert.equal((await giver.result(hello, last)).kind, "converted");
});

const ENCODE = {
  kind: "encode",
  stream: 0,
  width: 16,
  height: 16,
  level: "4.1",
  frameRate: null,
  keyframeEveryFrames: 48,
  deinterlace: "none",
  fieldOrder: "auto",
  detelecine: false,
  crop: null,
  toneMap: null,
  fromFullRange: false,
  fromRgb: false,
} as const;

test("another film than the one that is meant is not touched, and it is said which", {
  skip,
}, async (context) => {
  const redis = await startRedis(context);
  const giver = createWorkGiver(context, redis);
  const stale = await giver.order("remux", "A/Film.mkv", { sourceBytes: 12 });
  const changed = await giver.order("remux", "B/Film.mkv", { sourceFingerprint: "0".repeat(32) });
  await giver.sayLibraries();
  beginWorker(redis);
  const hello = await giver.hello("it is there");
  const first = await giver.result(hello, await giver.give(hello, "copies", stale));
  assert.equal(first.kind === "failed" && first.problem.code, "worker-sees-other");
  const doubting = await giver.hello("it doubts the library", (each) => each.libraries.length === 0);
  assert.equal(doubting.state, "working");
  assert.equal(changed.sourceFingerprint, "0".repeat(32));
});

test("a library is taken up when its folder comes and left when it goes", { skip }, async (context) => {
  const redis = await startRedis(context);
  const giver = createWorkGiver(context, redis);
  const order = await giver.order("remux", "A/Film.mkv");
  const known = { path: "A/Film.mkv", sizeBytes: order.sourceBytes };
  const said = {
    library: "films",
    root: "/of/the/orchestrator",
    output: "/of/the/orchestrator",
    known: [known],
  };
  await giver.sayLibraries([said]);
  beginWorker(redis, { reach: mounts({ [giver.root]: "/of/the" }) });
  await giver.hello("it is there without films", (each) => each.libraries.length === 0);
  const [grown, gone] = [
    { ...known, sizeBytes: known.sizeBytes + 1 },
    { path: "A/Gone.mkv", sizeBytes: 1 },
  ];
  // One film that is as it was is enough: others go and grow.
  await giver.sayLibraries([{ ...said, root: "/of/the", output: "/of/the", known: [gone, grown, known] }]);
  const hello = await giver.hello("it found it");
  const mapped = { ...order, sourcePath: "/of/the/A/Film.mkv", folder: "/of/the/A", base: "/of/the" };
  const result = await giver.result(hello, await giver.give(hello, "copies", mapped));
  assert.equal(result.kind, "converted", JSON.stringify(result));
  if (result.kind === "converted") assert.match(result.partial.path, /^\/of\/the\/A\/\.Film\./);
  await giver.sayLibraries([{ ...said, root: "/of/the", output: "/of/the", known: [grown, gone] }]);
  await giver.hello("it left it", (each) => each.libraries.length === 0);
});

test("a mount that goes is left, its film in work fails, and it is taken up again", {
  skip,
}, async (context) => {
  const redis = await startRedis(context);
  const giver = createWorkGiver(context, redis, join(tempFolder(context), "films"));
  const order = await giver.order("long", "A/Film.avi");
  await giver.sayLibraries();
  beginWorker(redis);
  const hello = await giver.hello("it is there");
  const given = await giver.give(hello, "encodes", order);
  await eventually("it writes", async () => partialsIn(filesBelow(giver.root)).length > 0);
  renameSync(giver.root, `${giver.root}.away`);
  await giver.sayLibraries();
  await giver.hello("it left it", (each) => each.libraries.length === 0);
  assert.equal((await giver.result(hello, given)).kind, "failed");
  renameSync(`${giver.root}.away`, giver.root);
  await giver.sayLibraries();
  await giver.hello("it took it up");
});

test("a film is cancelled by a message, and by its key when the message was lost", {
  skip,
}, async (context) => {
  const redis = await startRedis(context);
  const giver = createWorkGiver(context, redis);
  const orders = [await giver.order("long", "A/One.avi"), await giver.order("long", "A/Two.avi")];
  await giver.sayLibraries();
  beginWorker(redis);
  const hello = await giver.hello("it is there");
  for (const [at, order] of orders.entries()) {
    const given = await giver.give(hello, "encodes", order);
    await giver.hello("it works on it", (each) => each.running.includes(order.token));
    if (at === 0) await giver.control({ kind: "cancel", token: order.token });
    else await redis.client.set(`cvc:cancelled:${order.token}`, "1");
    const result = await giver.result(hello, given);
    assert.equal(result.kind === "failed" && result.problem.code, "cancelled");
  }
  assert.deepEqual(partialsIn(filesBelow(giver.root)), []);
});

test("a paused worker takes nothing, and goes on when it may", { skip }, async (context) => {
  const redis = await startRedis(context);
  const giver = createWorkGiver(context, redis);
  const order = await giver.order("remux", "A/Film.mkv");
  await giver.sayLibraries();
  beginWorker(redis);
  const hello = await giver.hello("it is there");
  await giver.wish("attic", { isPaused: true, refusal: "" });
  await giver.hello("it pauses", (each) => each.state === "paused");
  const given = await giver.give(hello, "copies", order);
  await giver.hello("it said so again", (each) => each.state === "paused" && each.at > Date.now() - 1000);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  assert.equal((await giver.job(hello, given))?.finishedOn, undefined);
  await giver.wish("attic", { isPaused: false, refusal: "" });
  assert.equal((await giver.result(hello, given)).kind, "converted");
  await giver.wish("attic", { isPaused: false, refusal: "It speaks another protocol." });
  await giver.hello("it waits", (each) => each.state === "paused");
});

test("a worker that ends finishes what it can, gives back the rest, and takes its name off", {
  skip,
}, async (context) => {
  const redis = await startRedis(context);
  const giver = createWorkGiver(context, redis);
  const [short, long] = [
    await giver.order("picture", "A/Short.avi"),
    await giver.order("long", "A/Long.avi"),
  ];
  await giver.sayLibraries();
  for (const [order, graceMs, kind] of [
    [short, 60_000, "converted"],
    [long, 0, "failed"],
  ] as const) {
    const worker = beginWorker(redis);
    const hello = await giver.hello("it is there");
    const given = await giver.give(hello, "encodes", order);
    await giver.hello("it works on it", (each) => each.running.includes(order.token));
    const waiting = await giver.give(hello, "encodes", await giver.order("picture", `A/Other ${kind}.avi`));
    await worker.end(graceMs);
    const result = await giver.result(hello, given);
    assert.equal(result.kind, kind);
    if (result.kind === "failed") assert.equal(result.problem.code, "interrupted");
    assert.equal((await giver.job(hello, waiting))?.finishedOn, undefined, "nothing new is taken");
    assert.deepEqual(await giver.hellos(), []);
    await giver.queue(hello, "encodes").obliterate({ force: true });
  }
});
