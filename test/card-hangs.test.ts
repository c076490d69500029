/** A driver that hangs does not let its programs be ended: what is only tried or measured is not waited for. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ENCODERS } from "../src/core/encoders.ts";
import { defaultEncodingProfile } from "../src/core/settings-profile.ts";
import { measureSpeed } from "../src/edges/encoder-speed.ts";
import { createFfmpeg, runBriefly } from "../src/edges/ffmpeg.ts";

/** What a program in the driver's hands looks like from here: it never ends, whatever it is told. */
const HANGS = { program: "ffmpeg", run: () => new Promise<never>(() => {}) };
const OPTIONS = { durationSeconds: null, limitMs: 50 };

test("a trial that cannot be ended is over all the same", async () => {
  const { end, saidEnd } = await runBriefly(HANGS, [], OPTIONS, 50);
  assert.deepEqual([end.stopped, end.exitCode, saidEnd], ["too-long", null, false]);
});

test("one that ends is what it was", async () => {
  const { end } = await runBriefly(createFfmpeg(), ["-version"], { ...OPTIONS, limitMs: 60_000 });
  assert.equal(end.exitCode, 0);
});

test("a card that hangs while it is measured has no speed", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { signal } = new AbortController();
  const engine = { encoder: ENCODERS.software, card: null, gpu: null };
  let found: number | null | "waiting" = "waiting";
  const measuring = measureSpeed(HANGS, engine, defaultEncodingProfile, signal).then((fps) => {
    found = fps;
  });
  // On a busy machine what it asks for comes late.
  for (const end = performance.now() + 20_000; performance.now() < end && found === "waiting"; ) {
    context.mock.timers.tick(10_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.equal(found, null);
  await measuring;
});
