/** The program's own log: in memory, in files, over restarts, kills and full disks. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { createKeptLog, type KeptLog } from "../src/edges/kept-log.ts";
import type { LogQuery } from "../src/edges/log-line.ts";
import { tempFolder } from "./support/temp.ts";

const NOW = Date.parse("2026-11-24T03:00:00.000Z");
const DAY_MS = 86_400_000;

const line = (fields: object): string =>
  `${JSON.stringify({ level: 30, time: "2026-11-24T03:00:00.000Z", ...fields })}\n`;

const messages = async (log: KeptLog, query: Partial<LogQuery> = {}): Promise<readonly string[]> =>
  (await log.page({ limit: 50, ...query })).lines.map((each) => each.message);

describe("the log in memory", () => {
  it("keeps the last lines and numbers them on", async () => {
    const log = createKeptLog();
    for (let at = 1; at <= 2003; at++) log.write(line({ msg: String(at) }));
    const { lines, next } = await log.page({ limit: 3000 });
    assert.deepEqual([lines.length, lines[0]?.id, lines.at(-1)?.id], [2000, 2003, 4]);
    assert.deepEqual([next, log.lastId()], [null, 2003]);
  });

  it("takes no more memory for long lines", async () => {
    const log = createKeptLog();
    for (let count = 0; count < 1500; count++) log.write(line({ msg: "m", data: "x".repeat(100_000) }));
    const { lines } = await log.page({ limit: 5000 });
    const characters = lines.reduce((sum, each) => sum + each.data.length + each.message.length, 0);
    assert.ok(characters <= 4 * 2 ** 20, String(characters));
    assert.ok(lines.length > 400 && lines.every((each) => each.data.length <= 8193));
  });

  it("keeps a line that is no JSON, as it is", async () => {
    const log = createKeptLog();
    log.write("not json\n");
    log.write("[1]");
    const { lines } = await log.page({ limit: 2 });
    assert.deepEqual(
      lines.map((each) => [each.level, each.source, each.data, each.message]),
      [
        ["info", "program", "", "[1]"],
        ["info", "program", "", "not json\n"],
      ],
    );
  });

  it("pages by number, and says which sources there are", async () => {
    const log = createKeptLog();
    for (const source of ["scan", "jobs", "scan"]) log.write(line({ msg: source, source }));
    const first = await log.page({ limit: 2 });
    assert.equal(first.next, 2);
    assert.deepEqual((await log.page({ limit: 2, before: 2 })).lines[0]?.id, 1);
    assert.deepEqual((await log.page({ limit: 2, after: 2 })).lines[0]?.id, 3);
    assert.deepEqual(log.sources(), ["jobs", "scan"]);
  });
});

type Kept = { readonly log: KeptLog; readonly folder: string; readonly pass: (ms: number) => void };

const kept = async (
  context: TestContext,
  { folder = join(tempFolder(context), "logs"), days = 7, maxBytes = 100e6 } = {},
): Promise<Kept> => {
  let now = NOW;
  const log = createKeptLog(() => now);
  await log.keepIn({ folder, days, maxBytes });
  context.after(log.close);
  return { log, folder, pass: (ms) => (now += ms) };
};

const filesIn = (folder: string): readonly string[] => readdirSync(folder).sort();

describe("the log in files is read", () => {
  it("is there after a restart, with numbers that go on; what was said before the folder was known too", async (context) => {
    const { log, folder } = await kept(context);
    for (const msg of ["a", "b", "c"]) log.write(line({ msg, source: "scan", library: "movies" }));
    await log.close();
    const next = createKeptLog(() => NOW);
    next.write(line({ msg: "early" }));
    await next.keepIn({ folder, days: 7, maxBytes: 100e6 });
    next.write(line({ msg: "late" }));
    const { lines } = await next.page({ limit: 3 });
    assert.deepEqual(
      lines.map((each) => [each.id, each.message]),
      [
        [5, "late"],
        [4, "early"],
        [3, "c"],
      ],
    );
    assert.deepEqual(await messages(next, { before: 4, limit: 2 }), ["c", "b"]);
    assert.deepEqual(await messages(next, { q: "MOVIES" }), ["c", "b", "a"]);
    assert.deepEqual(next.sources(), ["program", "scan"]);
    await next.close();
    const files = filesIn(folder);
    assert.deepEqual(files, ["2026-11-24-000000000001.ndjson"]);
    const ids = readFileSync(join(folder, files[0] ?? ""), "utf8")
      .split("\n")
      .filter((each) => each !== "")
      .map((each) => JSON.parse(each).id);
    assert.deepEqual(ids, [1, 2, 3, 4, 5]);
  });

  it("is searched by level, source and text on disk as in memory", async (context) => {
    const { log, folder } = await kept(context);
    const said = [
      { level: 30, source: "scan", msg: "scanned", found: 14 },
      { level: 40, source: "jobs", msg: "attempt failed", path: 'Say "hello" \\ Größe.mkv' },
      { level: 50, source: "backup", msg: "no room", err: { stack: "at copy\n at b" } },
      { level: 20, source: "page", msg: "answered" },
    ];
    for (const each of said) log.write(line(each));
    await log.close();
    const onDisk = createKeptLog(() => NOW);
    await onDisk.keepIn({ folder, days: 7, maxBytes: 100e6 });
    context.after(onDisk.close);
    const cases: readonly (readonly [Partial<LogQuery>, readonly string[]])[] = [
      [{ level: "warn" }, ["no room", "attempt failed"]],
      [{ source: "scan" }, ["scanned"]],
      [{ q: "GRÖSSE" }, []],
      [{ q: "größe" }, ["attempt failed"]],
      [{ q: 'say \\"hello' }, ["attempt failed"]],
      [{ q: '"found":14' }, ["scanned"]],
      [{ q: "at copy" }, ["no room"]],
      [{ q: "nowhere" }, []],
    ];
    for (const [query, wanted] of cases) {
      assert.deepEqual(await messages(log, query), wanted, `in memory: ${JSON.stringify(query)}`);
      assert.deepEqual(await messages(onDisk, query), wanted, `on disk: ${JSON.stringify(query)}`);
    }
  });

  it("pages through all of it, newest first, without a line twice or left out", async (context) => {
    const { log } = await kept(context);
    const count = 9000;
    for (let at = 1; at <= count; at++) {
      log.write(line({ msg: "m", more: "x".repeat(500) }));
      if (at % 500 === 0) await new Promise((resolve) => setTimeout(resolve, at === count ? 700 : 100));
    }
    const ids: number[] = [];
    for (let before: number | undefined; ; ) {
      const { lines, next } = await log.page({ limit: 700, ...(before === undefined ? {} : { before }) });
      ids.push(...lines.map((each) => each.id));
      if (next === null) break;
      before = next;
    }
    assert.deepEqual(
      ids,
      Array.from({ length: count }, (_, at) => count - at),
    );
  });
});

describe("the log in files is bounded", () => {
  it("goes by days and by size, the oldest first", async (context) => {
    const { log, folder, pass } = await kept(context, { days: 2, maxBytes: 5e6 });
    for (const msg of ["first", "second", "third", "fourth"]) {
      log.write(line({ msg }));
      await new Promise((resolve) => setTimeout(resolve, 600));
      pass(DAY_MS);
    }
    assert.deepEqual(
      filesIn(folder).map((each) => each.slice(0, 10)),
      ["2026-11-25", "2026-11-26", "2026-11-27"],
    );
    for (let round = 0; round < 20; round++) {
      for (let at = 0; at < 100; at++) log.write(line({ msg: "m", more: "x".repeat(8000) }));
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
    await log.close();
    const bytes = filesIn(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
    assert.ok(bytes <= 7e6 && bytes > 3e6, String(bytes));
    assert.equal(log.facts().sizeBytes, bytes);
  });
});

describe("the log in files bears", () => {
  it("half a line, and writes behind it", async (context) => {
    const { log, folder } = await kept(context);
    log.write(line({ msg: "whole" }));
    await log.close();
    appendFileSync(join(folder, filesIn(folder)[0] ?? ""), '{"id":2,"level":30,"msg":"ha');
    writeFileSync(join(folder, "notes.txt"), "of a person");
    const next = createKeptLog(() => NOW);
    await next.keepIn({ folder, days: 7, maxBytes: 100e6 });
    next.write(line({ msg: "after" }));
    await next.close();
    const last = createKeptLog(() => NOW);
    await last.keepIn({ folder, days: 7, maxBytes: 100e6 });
    context.after(last.close);
    assert.deepEqual(await messages(last), ["after", "whole"]);
    assert.ok(filesIn(folder).includes("notes.txt"));
  });

  it("a full disk: says how many lines it lost, and never fails who says them", async (context) => {
    const folder = join(tempFolder(context), "logs");
    mkdirSync(folder);
    // A device on which every write finds no room, where the first file will be.
    const file = join(folder, "2026-11-24-000000000001.ndjson");
    symlinkSync("/dev/full", file);
    const { log } = await kept(context, { folder });
    for (let at = 0; at < 5; at++) log.write(line({ msg: "lost" }));
    await new Promise((resolve) => setTimeout(resolve, 600));
    assert.deepEqual([log.facts().trouble, log.facts().lost], ["ENOSPC", 5]);
    rmSync(file);
    log.write(line({ msg: "again" }));
    await new Promise((resolve) => setTimeout(resolve, 1200));
    assert.equal(log.facts().trouble, null);
    const [newest, before] = (await log.page({ limit: 2 })).lines;
    assert.match(newest?.data ?? "", /"lines":5/);
    assert.equal(before?.message, "again");
  });

  it("a disk that cannot be written to, with some megabytes", async (context) => {
    const folder = join(tempFolder(context), "no-folder", "logs");
    const { log } = await kept(context, { folder });
    const before = process.memoryUsage().heapUsed;
    for (let at = 0; at < 20_000; at++) log.write(line({ msg: "m", more: "x".repeat(1000) }));
    const grown = process.memoryUsage().heapUsed - before;
    assert.ok(grown < 60e6, String(grown));
    assert.ok(log.facts().lost > 10_000);
  });

  it("kill -9, and loses less than a second", async (context) => {
    const folder = join(tempFolder(context), "logs");
    const url = JSON.stringify(new URL("../src/edges/kept-log.ts", import.meta.url).href);
    const code = `const { createKeptLog } = await import(${url});
      const log = createKeptLog();
      await log.keepIn({ folder: ${JSON.stringify(folder)}, days: 7, maxBytes: 1e8 });
      setInterval(() => { const at = Date.now();
        log.write(JSON.stringify({ level: 30, time: new Date(at).toISOString(), msg: "tick" }));
        process.stdout.write(at + "\\n"); }, 20);`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", code]);
    let said = "";
    child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
    await new Promise((resolve) => setTimeout(resolve, 2500));
    child.kill("SIGKILL");
    await new Promise((resolve) => child.once("close", resolve));
    const last = Number(said.trim().split("\n").at(-1));
    const log = createKeptLog();
    await log.keepIn({ folder, days: 7, maxBytes: 1e8 });
    context.after(log.close);
    const [newest] = (await log.page({ limit: 1 })).lines;
    assert.ok(newest && last - newest.at < 1000, `${last - (newest?.at ?? 0)} ms`);
  });
});

describe("a folder of logs that cannot be read", () => {
  it("is no reason to end", { skip: process.getuid?.() === 0 }, async (context) => {
    const folder = join(tempFolder(context), "logs");
    mkdirSync(folder);
    chmodSync(folder, 0);
    context.after(() => chmodSync(folder, 0o700));
    const { log } = await kept(context, { folder });
    log.write(line({ msg: "said" }));
    await new Promise((resolve) => setTimeout(resolve, 600));
    assert.deepEqual([await messages(log), log.facts().trouble], [["said"], "EACCES"]);
  });
});
