/** The heat of the graphics card, asked of a stand-in for nvidia-smi. */
import assert from "node:assert/strict";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createCardWatch } from "../src/apps/card-watch.ts";
import { ENCODERS, type EncoderName } from "../src/core/encoders.ts";
import { readTemperature } from "../src/edges/gpu.ts";
import { tempFolder } from "./support/temp.ts";

const says = (folder: string, text: string): string => {
  const program = join(folder, "nvidia-smi");
  writeFileSync(program, `#!/bin/sh\nprintf '${text}'\n`);
  chmodSync(program, 0o755);
  return program;
};

test("the hottest of several cards counts, and what is no temperature is none", async (context) => {
  const folder = tempFolder(context);
  assert.equal(await readTemperature(says(folder, "41\\n67\\n")), 67);
  assert.equal(await readTemperature(says(folder, "[N/A]\\n")), null);
  assert.equal(await readTemperature(says(folder, "NVIDIA-SMI has failed\\n9999\\n")), null);
  assert.equal(await readTemperature(join(folder, "not-there")), null);
});

test("the card is asked now and then, never twice at once, and not at all where none encodes", async () => {
  let asked = 0;
  let now = 0;
  const watch = (name: EncoderName) =>
    createCardWatch(
      {
        encoder: () => ({ status: { kind: "probing" }, encoder: ENCODERS[name], card: null }),
        now: () => now,
        signal: new AbortController().signal,
      },
      async () => 60 + asked++,
    );
  const card = watch("nvenc");
  assert.equal(card(), null);
  assert.equal(card(), null);
  await new Promise(setImmediate);
  assert.equal(card(), 60);
  assert.equal(asked, 1);
  now = 5000;
  assert.equal(card(), 60, "the last answer until there is a new one");
  await new Promise(setImmediate);
  assert.equal(card(), 61);
  const processor = watch("software");
  assert.equal(processor(), null);
  await new Promise(setImmediate);
  assert.equal(asked, 2);
});
