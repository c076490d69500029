/** Whether a card decodes is found by trying, with a clip that is gone afterwards. */
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { encoderFindings } from "../src/apps/doctor/encoders.ts";
import type { Finding } from "../src/apps/doctor/finding.ts";
import { answerOf } from "../src/apps/encoder-choice.ts";
import { settingsFrom } from "../src/apps/settings-source.ts";
import { ENCODERS } from "../src/core/encoders.ts";
import { createFfmpeg } from "../src/edges/ffmpeg.ts";
import { chooseEncoder, readCapabilities, tryDecoding } from "../src/edges/gpu.ts";
import { readSurroundings } from "../src/edges/surroundings.ts";
import { newCard } from "./support/card.ts";
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

const TWO = `0, GPU-aa, NVIDIA GeForce RTX 3060, 550.163.01, 40, 0, 100, 12288, 0
1, GPU-bb, NVIDIA A100-PCIE-40GB, 550.163.01, 35, 0, 100, 40960, 0`;
const NO_ENCODER = "OpenEncodeSessionEx failed: unsupported device (2): (no details)";

test("of several cards each is tried, one that has no encoder is left out, and it is said why", async (context) => {
  const card = newCard(context);
  card.set("cards", TWO);
  card.set("refuses-1", NO_ENCODER);
  const chosen = await chooseEncoder(createFfmpeg(card.program), "auto", true);
  assert.deepEqual(
    chosen.trials.map(({ gpu, works, diagnosis }) => [gpu?.index, works, diagnosis?.kind]),
    [
      [0, true, undefined],
      [1, false, "no-encoder-on-card"],
    ],
  );
  assert.deepEqual(
    chosen.engines.map(({ gpu, encoder }) => [gpu?.uuid, encoder.cudaDevice]),
    [["GPU-aa", 0]],
  );
  const { unused, engines, status } = answerOf(chosen);
  assert.deepEqual([unused, engines?.length, status.kind], [undefined, 1, "found"], "nothing mends it");
});

test("CUDA_VISIBLE_DEVICES leaves cards out, and counts the others anew", async (context) => {
  const card = newCard(context);
  card.set("cards", `${TWO}\n2, GPU-cc, NVIDIA L4, 550.163.01, 30, 0, 1, 24576, 0`);
  process.env.CUDA_VISIBLE_DEVICES = "GPU-c,0";
  context.after(() => delete process.env.CUDA_VISIBLE_DEVICES);
  const { engines } = await chooseEncoder(createFfmpeg(card.program), "nvenc", true);
  assert.deepEqual(
    engines.map(({ gpu, encoder }) => [gpu?.index, encoder.cudaDevice]),
    [
      [2, 0],
      [0, 1],
    ],
  );
});

test("one card is told by what nvidia-smi lists and ffmpeg says, with the mend", async (context) => {
  const card = newCard(context);
  card.set("cards", TWO.split("\n")[0] ?? "");
  const broken = join(tempFolder(context), "ffmpeg");
  const says = "[h264_nvenc @ 0x1] Cannot load libnvidia-encode.so.1";
  writeFileSync(broken, `#!/bin/sh\necho '${says}' >&2\nexit 1\n`, { mode: 0o755 });
  const answer = answerOf(await chooseEncoder(createFfmpeg(broken), "nvenc", true));
  assert.match(answer.status.kind === "none" ? answer.status.why : "", /encoder.*(?:Install|Set|Mount) /);
  const findings: Finding[] = [];
  const settings = settingsFrom({ operational: { encoder: "nvenc" } });
  for await (const each of encoderFindings(createFfmpeg(broken), settings)) findings.push(each);
  const found = findings.find((each) => each.check === "encoder h264_nvenc");
  assert.deepEqual([found?.state, found?.mend !== ""], ["bad", true]);
});

test("the doctor has a line for each of several cards", async (context) => {
  const card = newCard(context);
  card.set("cards", TWO);
  card.set("refuses-1", NO_ENCODER);
  const findings: Finding[] = [];
  for await (const each of encoderFindings(createFfmpeg(card.program), settingsFrom({}))) findings.push(each);
  const lines = findings.filter((each) => each.check.startsWith("encoder h264_nvenc"));
  assert.deepEqual(
    lines.map(({ check, state }) => [check, state]),
    [
      ["encoder h264_nvenc, card 0 NVIDIA GeForce RTX 3060", "ok"],
      ["encoder h264_nvenc, card 1 NVIDIA A100-PCIE-40GB", "note"],
    ],
  );
});

test("where it runs is read from what a container and a kernel leave", (context) => {
  const made = (files: Readonly<Record<string, string>>, env = {}) => {
    const root = tempFolder(context);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(root, dirname(path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    return readSurroundings(root, env);
  };
  const nowhere = { container: null, isWsl: false, capabilities: null };
  const wsl = { "proc/sys/kernel/osrelease": "6.6.87.2-microsoft-standard-WSL2\n" };
  for (const [found, wanted] of [
    [made({}), {}],
    [
      made({ ".dockerenv": "" }, { NVIDIA_DRIVER_CAPABILITIES: "all" }),
      { container: "docker", capabilities: "all" },
    ],
    [made({ "run/.containerenv": "", ".dockerenv": "" }), { container: "podman" }],
    [made({ ".dockerenv": "" }, { KUBERNETES_SERVICE_HOST: "10.0.0.1" }), { container: "kubernetes" }],
    [made({ "proc/1/cgroup": "0::/lxc/films\n" }), { container: "other" }],
    [made(wsl), { isWsl: true }],
    [made({ ...wsl, ".dockerenv": "" }), { isWsl: true, container: "docker" }],
    [made({ "dev/dxg": "" }), { isWsl: true }],
  ] as const)
    assert.deepEqual(found, { ...nowhere, ...wanted });
});
