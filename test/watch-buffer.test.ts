/** What a watcher has still to tell outlives it. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { openWatchBuffer } from "../src/edges/watch-buffer.ts";
import { tempFolder } from "./support/temp.ts";

const EDGE = fileURLToPath(new URL("../src/edges/watch-buffer.ts", import.meta.url));
const folder = (path: string, isTree = false) => ({ path, isTree });

test("what was noted before a kill is told after it, under the same number", (context) => {
  const file = join(tempFolder(context), "watcher.sqlite");
  const script = `
    import { openWatchBuffer } from ${JSON.stringify(EDGE)};
    const buffer = openWatchBuffer(${JSON.stringify(file)});
    buffer.add("films", [{ path: "A", isTree: false }, { path: "B\\n🎬", isTree: true }]);
    process.stdout.write(buffer.next("films").id);
    process.kill(process.pid, "SIGKILL");`;
  const { stdout, signal } = spawnSync(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", script],
    { encoding: "utf8" },
  );
  assert.equal(signal, "SIGKILL");
  const buffer = openWatchBuffer(file);
  context.after(buffer.close);
  const batch = buffer.next("films");
  assert.deepEqual(batch?.folders, [folder("A"), folder("B\n🎬", true)]);
  assert.equal(batch?.id, stdout);
});

test("what was noted again while it was told is told again", (context) => {
  const buffer = openWatchBuffer(join(tempFolder(context), "watcher.sqlite"));
  context.after(buffer.close);
  buffer.add("films", [folder("A"), folder("B", true)]);
  const first = buffer.next("films");
  buffer.add("films", [folder("B"), folder("C")]);
  assert.ok(first);
  buffer.done(first);
  assert.deepEqual(buffer.next("films")?.folders, [folder("B", true), folder("C")], "still with all below");
  assert.notEqual(buffer.next("films")?.id, first.id);
  assert.deepEqual(buffer.libraries(), ["films"]);
});

test("a batch is no larger than a message may be, and too many folders are the whole library", (context) => {
  const buffer = openWatchBuffer(join(tempFolder(context), "watcher.sqlite"));
  context.after(buffer.close);
  const long = "\n".repeat(3000);
  buffer.add(
    "films",
    Array.from({ length: 100 }, (_, index) => folder(`${long}${index}`)),
  );
  assert.ok((buffer.next("films")?.folders.length ?? 0) < 40);
  buffer.add(
    "films",
    Array.from({ length: 9_901 }, (_, index) => folder(`f${index}`)),
  );
  assert.deepEqual(buffer.next("films")?.folders, [folder("", true)]);
  const before = buffer.next("films");
  buffer.add("films", [folder("A")]);
  if (before) buffer.done(before);
  assert.deepEqual(
    buffer.next("films")?.folders,
    [folder("", true)],
    "what came after it was sent is not lost",
  );
});

test("one that is damaged is begun anew", (context) => {
  const file = join(tempFolder(context), "watcher.sqlite");
  writeFileSync(file, "no database".repeat(1000));
  const buffer = openWatchBuffer(file);
  context.after(buffer.close);
  buffer.add("films", [folder("A")]);
  assert.deepEqual(buffer.next("films")?.folders, [folder("A")]);
});
