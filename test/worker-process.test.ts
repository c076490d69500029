/** `cvc worker` as people start it: a process that is asked to end, is killed, and is looked after. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { SILENT_MS } from "../src/core/work-order.ts";
import { helloKey } from "../src/edges/work-keys.ts";
import { runCli, startCli } from "./support/cli.ts";
import { filesBelow } from "./support/orchestrator.ts";
import { startRedis, withoutRedis } from "./support/redis.ts";
import { tempFolder } from "./support/temp.ts";
import { createWorkGiver, eventually, partialsIn } from "./support/work-giver.ts";

const skip = withoutRedis || (process.platform === "linux" ? false : "what runs is looked for in /proc");

/** Whether a program with this word in its command line runs. */
const runs = (word: string): boolean =>
  readdirSync("/proc").some((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(join("/proc", pid, "cmdline"), "utf8").includes(word);
    } catch {
      return false;
    }
  });

/** A worker in a process of its own, in the middle of a long film. */
const working = async (context: TestContext, args: readonly string[] = []) => {
  const redis = await startRedis(context);
  const giver = createWorkGiver(context, redis);
  const order = await giver.order("long", "A/Long.avi");
  await giver.sayLibraries();
  const data = tempFolder(context);
  const env = { REDIS_URL: redis.url, WORKER_NAME: "attic", DATA_DIR: data };
  const cli = startCli(context, ["worker", "--encoder", "software", ...args], env);
  const hello = await giver.hello("it is there");
  const given = await giver.give(hello, "encodes", order);
  await eventually(
    "it encodes",
    async () => runs(order.token) && partialsIn(filesBelow(giver.root)).length > 0,
  );
  return { redis, giver, order, data, env, cli, hello, given };
};

test("killed, it leaves no ffmpeg behind", {
  skip,
}, async (context) => {
  const { cli, order, giver, redis, hello } = await working(context);
  cli.child.kill("SIGKILL");
  await cli.ended;
  await eventually("its ffmpeg ended", async () => !runs(order.token));
  assert.equal(partialsIn(filesBelow(giver.root)).length, 1, "the orchestrator sweeps it, by its token");
  // What it said of itself goes by itself: nobody has to wait for that here.
  const left = await redis.client.pttl(helloKey(hello.id));
  assert.ok(left !== -1 && left <= SILENT_MS, `${left} ms`);
});

test("SIGTERM lets it end its film; a second one does not", { skip }, async (context) => {
  const { cli, giver, hello, given, order } = await working(context, ["--grace-seconds", "600"]);
  cli.child.kill("SIGTERM");
  await giver.hello("it says that it ends", (each) => each.state === "draining");
  assert.ok(runs(order.token), "the film goes on");
  cli.child.kill("SIGTERM");
  assert.equal(await cli.ended, 0);
  const result = await giver.result(hello, given);
  assert.equal(result.kind === "failed" && result.problem.code, "interrupted");
  assert.deepEqual(partialsIn(filesBelow(giver.root)), []);
  assert.deepEqual(await giver.hellos(), []);
  const lines = cli.lines();
  assert.ok(lines.some((each) => each.token === order.token && each.assetId === order.assetId));
});

test("it ends while Redis is away, and leaves nothing of its film", { skip }, async (context) => {
  const { cli, redis, giver, order } = await working(context, ["--grace-seconds", "1"]);
  await redis.kill();
  cli.child.kill("SIGTERM");
  assert.equal(await cli.ended, 0);
  assert.ok(!runs(order.token));
  assert.deepEqual(partialsIn(filesBelow(giver.root)), []);
  await redis.start();
});

test("a health check finds it, and does not find another", { skip }, async (context) => {
  const { cli, env } = await working(context);
  const found = await runCli(context, ["worker", "--check"], env);
  assert.equal(found.code, 0, found.out);
  assert.match(found.out, /attic runs\. Redis answers\./);
  assert.equal((await runCli(context, ["worker", "--check", "--name", "cellar"], env)).code, 1);
  cli.child.kill("SIGKILL");
});

test("a mistake is said, and no password", async (context) => {
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [[], /Say where Redis is/],
    [["--redis", "http://u:s3cr3t@nas"], /redis:\/\/host:6379/],
    [["--redis", "redis://nas", "--map", "films"], /\/films=\/mnt\/films/],
    [["--redis", "redis://nas", "--map", "/a=/x,/b=/x"], /stands for two folders/],
    [["--redis", "redis://nas", "--encodes", "-1"], /whole number/],
    [["--redis", "redis://nas", "--name", "../x"], /A name is/],
  ];
  for (const [args, said] of cases) {
    const { code, err } = await runCli(context, ["worker", ...args], { REDIS_URL: "", REDIS_URL_FILE: "" });
    assert.equal(code, 2, err);
    assert.match(err, said);
    assert.doesNotMatch(err, /s3cr3t/);
  }
});
