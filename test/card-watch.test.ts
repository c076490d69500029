/** The heat of the graphics card, asked of a stand-in for nvidia-smi. */
import assert from "node:assert/strict";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createCardWatch } from "../src/apps/card-watch.ts";
import { ENCODERS, type EncoderName } from "../src/core/encoders.ts";
import type { Heat } from "../src/core/nvidia-smi.ts";
import { createHeatReader } from "../src/edges/gpu.ts";
import { tempFolder } from "./support/temp.ts";

const program = (folder: string, text: string): string => {
  const path = join(folder, "nvidia-smi");
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
  return path;
};

const SAID: readonly (readonly [string, Heat])[] = [
  ["echo 41; echo 67", { kind: "degrees", degrees: 67, cards: [41, 67] }],
  ["echo '[N/A]'; echo 55", { kind: "degrees", degrees: 55, cards: [null, 55] }],
  ["echo '[N/A]'", { kind: "silent" }],
  ["echo 9999; head -c 100000 /dev/urandom", { kind: "silent" }],
  [
    "echo 'Failed to initialize NVML: Unknown Error'; exit 255",
    { kind: "lost", why: "Failed to initialize NVML: Unknown Error" },
  ],
  [
    "echo 'Failed to initialize NVML: Driver/library version mismatch' >&2; exit 18",
    { kind: "lost", why: "Failed to initialize NVML: Driver/library version mismatch" },
  ],
  ["echo 'No devices were found'; exit 6", { kind: "lost", why: "No devices were found" }],
];

for (const [says, heat] of SAID)
  test(`nvidia-smi: ${says}`, async (context) => {
    assert.deepEqual(await createHeatReader(program(tempFolder(context), says))(), heat);
  });

const degrees = (value: number): Heat => ({ kind: "degrees", degrees: value, cards: [value] });

test("without nvidia-smi nothing is known", async (context) => {
  assert.deepEqual(await createHeatReader(join(tempFolder(context), "not-there"))(), { kind: "silent" });
});

test("one that hangs is ended, holds nobody up, and is not asked twice at once", async (context) => {
  const folder = tempFolder(context);
  const asked = join(folder, "asked");
  const read = createHeatReader(program(folder, `echo x >>${asked}; trap '' TERM; exec sleep 60`), 300);
  const before = performance.now();
  assert.deepEqual(await Promise.all([read(), read()]), [{ kind: "silent" }, { kind: "silent" }]);
  assert.ok(performance.now() - before < 3000);
  assert.equal(readFileSync(asked, "utf8"), "x\n");
});

test("the card is asked now and then, and what it said stands for a minute", async () => {
  let asked = 0;
  let now = 0;
  let answer: Heat | null = null;
  const watch = (name: EncoderName) =>
    createCardWatch(
      {
        encoder: () => ({ status: { kind: "probing" }, encoder: ENCODERS[name], card: null }),
        now: () => now,
        signal: new AbortController().signal,
      },
      async () => answer ?? degrees(60 + asked++),
    );
  const card = watch("nvenc");
  const look = async (): Promise<number | null> => {
    card.pump();
    card.pump();
    await card.idle();
    return card.degrees();
  };
  assert.equal(card.degrees(), null);
  assert.equal(await look(), 60);
  assert.equal(await look(), 60, "not asked again so soon");
  now = 5000;
  assert.equal(await look(), 61);
  answer = { kind: "silent" };
  now = 20_000;
  assert.equal(await look(), 61, "a driver may be busy for a moment");
  now = 70_000;
  assert.equal(await look(), null);
  assert.deepEqual(card.readings(), []);
  answer = { kind: "lost", why: "gone" };
  now = 700_000;
  await look();
  assert.deepEqual(card.lost(), { why: "gone", since: 700_000 });
  answer = degrees(50);
  now = 720_000;
  assert.deepEqual([await look(), card.lost()], [50, null]);
  const processor = watch("software");
  processor.pump();
  await processor.idle();
  assert.deepEqual([processor.degrees(), asked], [null, 2]);
});
