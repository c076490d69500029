import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readAlive, writeAlive } from "../src/edges/alive-file.ts";
import { tempFolder } from "./support/temp.ts";

test("many that write at once leave one whole file", async (context) => {
  const folder = tempFolder(context);
  const file = join(folder, "worker", "attic.alive");
  const all = Array.from({ length: 50 }, (_, at) => writeAlive(file, { at, note: "Redis answers." }));
  await Promise.all(all);
  assert.equal((await readAlive(file))?.note, "Redis answers.");
  assert.deepEqual(readdirSync(join(folder, "worker")), ["attic.alive"]);
});
