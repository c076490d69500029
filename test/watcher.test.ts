/** The folder watcher as a service of its own, over HTTP, with an orchestrator that comes and goes. */
import assert from "node:assert/strict";
import { mkdirSync, renameSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { buildServer } from "../src/apps/http/server.ts";
import { startWatcher, type Watcher } from "../src/apps/watcher.ts";
import { createLog } from "../src/edges/log.ts";
import { connectOrchestrator } from "../src/edges/orchestrator-client.ts";
import { HAS_EVENTS } from "../src/edges/watch-system.ts";
import { startCli } from "./support/cli.ts";
import { type House, newHouse, until } from "./support/orchestrator.ts";
import { tempFolder } from "./support/temp.ts";

const skip = HAS_EVENTS ? false : "this system does not tell of changes";

type Told = {
  readonly id?: string;
  readonly library: string;
  readonly folders: string[];
  readonly trees: string[];
};

/** Stands where an orchestrator would, and keeps what it is told. */
const listener = async (context: TestContext) => {
  const told: Told[] = [];
  const headers: (string | undefined)[] = [];
  let status = 202;
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (each) => (text += each));
    request.on("end", () => {
      headers.push(request.headers.authorization);
      if (status === 202) told.push(JSON.parse(text));
      response.writeHead(status, { "content-type": "application/json", "retry-after": "1" });
      response.end(status === 202 ? '{"accepted":1,"isKnown":false}' : '{"code":"restarting","detail":""}');
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  context.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const answer = (next: number): void => {
    status = next;
  };
  return { url, told, headers, answer, server };
};

const write = (root: string, path: string): void => {
  const file = join(root, path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(join(file, "..", ".new"), path);
  utimesSync(join(file, "..", ".new"), 1, 1);
  renameSync(join(file, "..", ".new"), file);
};

const watcherOf = (
  context: TestContext,
  root: string,
  url: string,
  stateFolder = tempFolder(context),
): Watcher => {
  const watcher = startWatcher({
    roots: new Map([["films", root]]),
    client: connectOrchestrator(url),
    stateFolder,
    pollSeconds: 5,
    log: createLog("silent"),
  });
  context.after(watcher.stop);
  return watcher;
};

/** A house whose page answers, as it does for a watcher on another machine. */
const served = async (context: TestContext, house: House) => {
  const app = buildServer(await house.start());
  context.after(() => app.close());
  return app.listen({ port: 0, host: "127.0.0.1" });
};

test("a watcher elsewhere tells the orchestrator, which finds the films and says who watches", {
  skip,
}, async (context) => {
  const house = newHouse(context);
  const url = await served(context, house);
  watcherOf(context, house.root, url);
  const watching = await until("it was heard", () => {
    const [first] = house.now().watching();
    return first?.mode === "events" && first;
  });
  assert.equal(watching.by, "a watcher elsewhere");
  await until("it was scanned", () => house.now().store.roots.get("films"));
  write(house.root, "A/One.mkv");
  await until("it is found", () => house.at("A/One.mkv"));
});

test("it is told when the orchestrator is there again, and nothing twice when nothing is new", {
  skip,
}, async (context) => {
  const root = tempFolder(context);
  const { url, told, headers, answer } = await listener(context);
  answer(503);
  watcherOf(context, root, url);
  await until("it was asked", () => headers.length > 0);
  write(root, "A/One.mkv");
  write(root, "B/Two.mkv");
  await new Promise((resolve) => setTimeout(resolve, 500));
  answer(429);
  await new Promise((resolve) => setTimeout(resolve, 500));
  assert.equal(told.length, 0);
  answer(202);
  await until("it is told", () => told.length > 0);
  assert.deepEqual(told[0]?.trees, [""], "all of it, as it has just begun");
  told.length = 0;
  write(root, "C/Three.mkv");
  await until("it is told", () => told.length > 0);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const told2 = told.flatMap((each) => [...each.folders, ...each.trees]);
  assert.ok(told2.includes("C"), told2.join());
  assert.equal(told2.filter((each) => each === "A").length, 0, "what was heard is not told again");
});

test("nothing is lost when it is killed while nobody listens", { skip }, async (context) => {
  const root = tempFolder(context);
  const data = tempFolder(context);
  mkdirSync(join(root, "A"));
  const { url, told, headers, answer } = await listener(context);
  answer(503);
  const env = { WATCH_ROOTS: `films:${root}`, ORCHESTRATOR_URL: url, AUTH_TOKEN: "s3cr3t", DATA_DIR: data };
  const first = startCli(context, ["watch"], env);
  await until("it asks", () => headers.length > 0);
  write(root, "A/One.mkv");
  await new Promise((resolve) => setTimeout(resolve, 1000));
  first.child.kill("SIGKILL");
  await first.ended;
  write(root, "B/Meanwhile.mkv");
  answer(202);
  const second = startCli(context, ["watch"], env);
  await until("it is told", () => told.some((each) => each.trees.includes("")));
  assert.equal(headers.at(-1), "Bearer s3cr3t");
  second.child.kill("SIGTERM");
  assert.equal(await second.ended, 0);
  assert.doesNotMatch(first.out() + second.out() + second.err(), /s3cr3t/);
});

test("two watchers do not share what they have to tell", { skip }, async (context) => {
  const [root, state] = [tempFolder(context), tempFolder(context)];
  watcherOf(context, root, "http://127.0.0.1:1", state);
  assert.throws(() => watcherOf(context, root, "http://127.0.0.1:1", state), { code: "already-running" });
});

test("a mistake in its roots is said", async (context) => {
  for (const env of [{}, { WATCH_ROOTS: "films" }, { WATCH_ROOTS: ":/films" }]) {
    const cli = startCli(context, ["watch"], env);
    assert.equal(await cli.ended, 2);
    assert.match(cli.err(), /movies:\/films\/movies/);
  }
});
