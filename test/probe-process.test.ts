/** A probe process may hang, die and lie: it costs a film that ffprobe is asked, and nobody else notices. */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { assessAgain } from "../src/apps/job-prepare.ts";
import { createFfprobe, type Probe } from "../src/edges/ffprobe.ts";
import { hasLibav } from "../src/edges/probe/libav.ts";
import { toSaid } from "../src/edges/probe/messages.ts";
import { CHILD, type Command } from "../src/edges/probe/process.ts";
import {
  createQuickReader,
  type QuickOptions,
  type QuickReader,
  tryQuickReader,
} from "../src/edges/probe/quick-reader.ts";
import { createQuickProbe } from "../src/edges/quick-probe.ts";
import { putClip } from "./support/clips.ts";
import { until } from "./support/orchestrator.ts";
import { MISBEHAVIOURS, misbehaving, neverReady, saying, sayingFirst } from "./support/probe-stand-ins.ts";
import { newBench } from "./support/running.ts";
import { insert, isProblem } from "./support/store.ts";
import { tempFolder } from "./support/temp.ts";

const skip = hasLibav() ? false : "the optional package is not installed";
const WHY: string[] = [];

const pidsOf = (reader: QuickReader): readonly number[] => {
  const state = reader.state();
  return state.kind === "there" ? state.pids : [];
};
const lives = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
const gone = (pid: number): Promise<boolean> => until(`process ${pid} is gone`, () => !lives(pid));

/** A reader whose process is ready. */
const ready = async (
  context: TestContext,
  command: Command,
  more: QuickOptions = {},
): Promise<QuickReader> => {
  const onFailure: QuickOptions["onFailure"] = ({ why }) => void WHY.push(why);
  const reader = createQuickReader({ command, worth: 1, onFailure, ...more });
  context.after(reader.close);
  assert.equal(await reader.read("/no/film"), null, "nobody waits for its start");
  await until("it is ready", () => {
    const state = reader.state();
    return state.kind === "there" && state.version !== null;
  });
  return reader;
};

for (const name of Object.keys(MISBEHAVIOURS) as (keyof typeof MISBEHAVIOURS)[])
  test(`one that ${name} costs a film that ffprobe is asked, and is replaced`, async (context) => {
    const film = await putClip("remux", join(tempFolder(context), "Film.mkv"));
    const reader = await ready(context, misbehaving(name), { limits: { answerMs: 2000 } });
    const [pid = 0] = pidsOf(reader);
    const told = WHY.length;
    const { media, raw } = await createQuickProbe(createFfprobe(), reader)(film);
    assert.equal(media.container, "matroska");
    assert.ok(!("asked" in Object(raw)), "ffprobe's own words");
    await until("it is said why", () => WHY.length > told);
    await gone(pid);
    await reader.read("/no/film");
    await until("another one is there", () => pidsOf(reader).some((each) => each !== pid));
  });

test("what dies again and again is left alone", async (context) => {
  const reader = await ready(context, misbehaving("ends"));
  for (let film = 0; reader.state().kind === "there" && film < 200; film++) {
    await reader.read("/no/film");
    await pause(50);
  }
  assert.equal(reader.state().kind, "resting");
  assert.equal(await reader.read("/no/film"), null);
  assert.deepEqual(pidsOf(reader), []);
});

test("a package that cannot be loaded is not tried again", async (context) => {
  const unable = { kind: "unable", why: "no such file" };
  const reader = createQuickReader({ command: sayingFirst(unable), worth: 1 });
  context.after(reader.close);
  await reader.read("/no/film");
  await until("it has said so", () => reader.state().kind === "unable");
  assert.deepEqual(reader.state(), unable);
  assert.deepEqual(await tryQuickReader(sayingFirst(unable)), unable);
  assert.deepEqual(await tryQuickReader(null), { kind: "absent" });
});

test("one that never is ready is ended, and holds nobody up", async (context) => {
  const reader = createQuickReader({ command: neverReady, worth: 1, limits: { startMs: 5000 } });
  context.after(reader.close);
  const at = performance.now();
  assert.equal(await reader.read("/no/film"), null);
  assert.ok(performance.now() - at < 5000);
  const [pid = 0] = pidsOf(reader);
  await gone(pid);
});

test("few films start nothing, an idle process ends, and a closed reader starts none", async (context) => {
  const declining = saying({ kind: "declined", why: "" });
  const few = createQuickReader({ command: declining, worth: 3 });
  context.after(few.close);
  await few.read("/no/film");
  await few.read("/no/film");
  assert.deepEqual(pidsOf(few), []);
  await few.read("/no/film");
  assert.equal(pidsOf(few).length, 1);
  const reader = await ready(context, declining, { idleMs: 100 });
  const [pid = 0] = pidsOf(reader);
  await gone(pid);
  assert.deepEqual(pidsOf(reader), []);
  const [of = 0] = pidsOf(few);
  await few.close();
  assert.equal(lives(of), false);
  assert.equal(await few.read("/no/film"), null);
  assert.deepEqual(pidsOf(few), []);
});

test("a film that nobody waits for any more ends its process", async (context) => {
  const reader = await ready(context, misbehaving("hangs"));
  const [pid = 0] = pidsOf(reader);
  const ending = new AbortController();
  const asked = reader.read("/no/film", ending.signal);
  ending.abort("shutdown");
  await assert.rejects(asked, isProblem("interrupted"));
  await gone(pid);
});

test("it gets none of our environment", async (context) => {
  process.env.CVC_TEST_SECRET = "hidden";
  context.after(() => delete process.env.CVC_TEST_SECRET);
  const telling = `const names = Object.keys(process.env).join(); console.log(JSON.stringify({ kind: "unable", why: names }));`;
  const state = await tryQuickReader([process.execPath, "-e", telling]);
  assert.equal(state.kind, "unable");
  assert.ok(state.kind === "unable" && state.why.includes("PATH") && !state.why.includes("SECRET"), "why");
});

/** The real process by itself, ready, with its pipes. */
const realOne = async (context: TestContext) => {
  const [program, ...args] = CHILD;
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "ignore", "pipe"] });
  context.after(() => child.kill("SIGKILL"));
  const { stdin, stdout } = child;
  assert.ok(stdin && stdout);
  await once(stdout, "data");
  return { child, stdin, stdout };
};

test("the real one ends with who started it, also while native code hangs", { skip }, async (context) => {
  const folder = tempFolder(context);
  const pipe = join(folder, "pipe.mkv");
  await once(spawn("mkfifo", [pipe]), "exit");
  const { child, stdin } = await realOne(context);
  // To open a pipe that nobody writes to waits for ever.
  const look = { path: pipe, stream: 0, windows: [{ startSeconds: 0, pictures: 1 }], questions: ["combing"] };
  stdin.write(`${JSON.stringify(look)}\n`);
  await pause(300);
  assert.equal(child.exitCode ?? child.signalCode, null);
  child.stdio[3]?.destroy();
  await once(child, "exit");
});

test("many films that are expected start what is worth a start, few start nothing", async (context) => {
  for (const [films, started] of [
    [2, 0],
    [3, 1],
    [6, 2],
    [1000, 2],
  ] as const) {
    const reader = createQuickReader({ command: saying({ kind: "declined", why: "" }), worth: 3 });
    context.after(reader.close);
    reader.expect(films);
    reader.expect(films);
    assert.equal(pidsOf(reader).length, started, `${films} films, said twice`);
    assert.equal(reader.isReady(), false, "nobody answers yet");
    if (started > 0) await until("one answers", reader.isReady);
    await reader.close();
    assert.equal(reader.isReady(), false);
  }
});

test("what processes decline ffprobe is asked of, two films at a time", async (context) => {
  const reader = await ready(context, saying({ kind: "declined", why: "" }));
  let [declined, now, most] = [0, 0, 0];
  let open = (): void => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const counted: Pick<QuickReader, "read" | "instead"> = {
    instead: reader.instead,
    read: async (path) => {
      const said = await reader.read(path);
      declined += 1;
      return said;
    },
  };
  const probe = async (): Promise<Probe> => {
    most = Math.max(most, ++now);
    await gate;
    now -= 1;
    return { media: {}, raw: {} } as Probe;
  };
  const quick = createQuickProbe({ probe }, counted);
  const ending = new AbortController();
  const all = Promise.all(Array.from({ length: 7 }, () => quick("/no/film")));
  await until("all are declined", () => declined === 7);
  const late = quick("/no/film", ending.signal);
  await until("it is too", () => declined === 8);
  ending.abort("shutdown");
  assert.equal(now, 2);
  open();
  assert.equal((await all).length, 7);
  await assert.rejects(late, isProblem("interrupted"), "nobody waits for it any more");
  assert.deepEqual([most, now], [2, 0]);
  const failing = createQuickProbe({ probe: () => Promise.reject(new Error("no")) }, reader);
  const failed = await Promise.allSettled(Array.from({ length: 5 }, () => failing("/no/film")));
  assert.ok(
    failed.every(({ status }) => status === "rejected"),
    "one that fails leaves its place",
  );
});

test("an answer may be long, and wait for who asked", { skip }, async (context) => {
  const folder = tempFolder(context);
  const [chapters, film] = [join(folder, "chapters.txt"), join(folder, "Film.mkv")];
  const count = 60_000;
  const each = Array.from({ length: count }, (_, at) => `[CHAPTER]\nSTART=${at}\nEND=${at + 1}\n`);
  writeFileSync(chapters, `;FFMETADATA1\n${each.join("")}`);
  const clip = await putClip("remux", join(folder, "Clip.mkv"));
  const asked = ["-v", "error", "-i", clip, "-f", "ffmetadata", "-i", chapters];
  execFileSync("ffmpeg", [...asked, "-map_chapters", "1", "-map", "0", "-c", "copy", film]);
  const { child, stdin, stdout } = await realOne(context);
  stdout.pause();
  stdin.write(`${JSON.stringify({ path: film })}\n`);
  // What it says fills its pipe, and is far longer than that.
  await once(stdout, "readable");
  await pause(300);
  let said = "";
  stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  await until("all of it came", () => said.endsWith("\n"));
  assert.equal(toSaid(said.trim())?.kind, "read");
  assert.equal(JSON.parse(said).json.chapters.length, count);
  assert.equal(child.exitCode ?? child.signalCode, null, "and it lives on");
});

test("asked what a film is, the real one reads none that is no regular file", { skip }, async (context) => {
  const folder = tempFolder(context);
  const [pipe, link] = [join(folder, "pipe.mkv"), join(folder, "link.mkv")];
  await once(spawn("mkfifo", [pipe]), "exit");
  symlinkSync(await putClip("remux", join(folder, "Film.mkv")), link);
  const reader = await ready(context, CHILD, { limits: { answerMs: 60_000, startMs: 60_000 } });
  const at = performance.now();
  assert.equal((await reader.read(join(folder, "Film.mkv")))?.kind, "read");
  for (const path of [pipe, link, folder]) assert.equal(await reader.read(path), null, path);
  assert.ok(performance.now() - at < 30_000, "it waits for none");
  assert.equal(pidsOf(reader).length, 1, "and lives on");
});

test("before a film is converted ffprobe has the last word", async (context) => {
  const root = tempFolder(context);
  const film = await putClip("remux", join(root, "Film.mkv"));
  const { running } = newBench(context, root);
  const { media } = await running.ffprobe.probe(film);
  const lie = { ...media, streams: media.streams.map((each) => ({ ...each, codec: "mpeg4" })) };
  const asset = insert(running.store, "Film.mkv", { library: "films", fingerprint: "f".repeat(32) });
  const library = running.settings.libraries.films;
  assert.ok(library);
  const worksBy = async (raw: object): Promise<string> => {
    running.store.probes.put("f".repeat(32), lie, raw, 1);
    return (await assessAgain(running, asset, library)).plan.work;
  };
  assert.equal(await worksBy({ asked: "libavformat 62" }), "copy");
  assert.equal(await worksBy({ streams: [] }), "video");
});
