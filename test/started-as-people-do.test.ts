/** Benches measure the program as `cvc` starts it, and `npm start` starts it so too. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { NODE } from "../bench/frame/served.ts";

const read = (file: string): string => readFileSync(join(import.meta.dirname, "..", file), "utf8");

test("what Node is given is the same wherever the program is started", () => {
  const [, given = ""] = /^exec "\$node" (.*) "\$root\/src\/main\.ts"/m.exec(read("cvc")) ?? [];
  assert.deepEqual(given.split(" "), NODE);
  const [memory = ""] = NODE;
  assert.match(memory, /^--max-semi-space-size=\d+$/);
  for (const file of ["package.json", "docker/compose.dev.yml"]) assert.ok(read(file).includes(memory), file);
});
