/** Whether a card decodes is found by trying, with a clip that is gone afterwards. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { ENCODERS } from "../src/core/encoders.ts";
import { createFfmpeg } from "../src/edges/ffmpeg.ts";
import { chooseEncoder, readCapabilities, tryDecoding } from "../src/edges/gpu.ts";
import { NO_CARD } from "./support/ffmpeg-says.ts";
import { standIn } from "./support/orchestrator.ts";
import { tempFolder } from "./support/temp.ts";

/** A folder for temporary files of this test alone; what is left in it. */
const temporaryFiles = (context: TestContext): (() => readonly string[]) => {
  const before = process.env.TMPDIR;
  const folder = tempFolder(context);
  process.env.TMPDIR = folder;
  context.after(() => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  });
  return () => readdirSync(folder);
};

test("the installed ffmpeg lists its version, filters and decoders of cards", async () => {
  const { version, filters, hwaccels } = await readCapabilities(createFfmpeg());
  assert.match(version, /^\S+$/);
  assert.ok(filters.has("scale") && filters.has("setsar") && filters.size > 100);
  assert.ok(![...hwaccels].some((each) => /\W/.test(each)));
});

test("without a card its decoder is not proven, and the driver is named", async (context) => {
  const left = temporaryFiles(context);
  const found = await tryDecoding(createFfmpeg(), ENCODERS.nvenc);
  assert.match(found.kind === "proven" ? "Cannot load libcuda" : found.why, NO_CARD);
  assert.deepEqual(left(), []);
});

test("with a card the chain is proven once, when the encoder is chosen", async (context) => {
  const left = temporaryFiles(context);
  const { encoder, decoding } = await chooseEncoder(createFfmpeg(standIn("refuses-to-decode")), "auto", true);
  assert.equal(encoder?.name, "nvenc");
  assert.ok(decoding?.kind === "proven" && decoding.card.filters.has("scale_cuda"));
  assert.deepEqual(left(), []);
});

test("an old card's refusals are stepped round at its trial too", async (context) => {
  const left = temporaryFiles(context);
  const { encoder } = await chooseEncoder(createFfmpeg(standIn("refuses-b-ref-mode")), "nvenc", true);
  assert.equal(encoder?.name, "nvenc");
  assert.deepEqual(left(), []);
});

test("the processor has no card to prove", async () => {
  const { encoder, decoding } = await chooseEncoder(createFfmpeg(), "software", false);
  assert.deepEqual([encoder?.name, decoding], ["software", null]);
  const found = await tryDecoding(createFfmpeg(), ENCODERS.software);
  assert.equal(found.kind, "not-proven");
});

test("without ffmpeg there is nothing to read", async () => {
  await assert.rejects(readCapabilities(createFfmpeg("/no/such/ffmpeg")), { code: "ffmpeg-missing" });
});
