/** How fast encoders are is measured: the real ffmpeg's libx264, and two cards made of stand-in programs. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { speedArgs, speedClipArgs } from "../src/core/encoder-speed.ts";
import { ENCODERS, onCudaDevice } from "../src/core/encoders.ts";
import { defaultEncodingProfile } from "../src/core/settings-profile.ts";
import { measureSpeed } from "../src/edges/encoder-speed.ts";
import { createFfmpeg } from "../src/edges/ffmpeg.ts";
import { readCapabilities } from "../src/edges/gpu.ts";
import { newCard } from "./support/card.ts";
import { putClip } from "./support/clips.ts";
import { NO_CARD, OUR_FAULT } from "./support/ffmpeg-says.ts";
import { newHouse, until } from "./support/orchestrator.ts";
import { tempFolder } from "./support/temp.ts";

const skip = spawnSync("ffmpeg", ["-version"]).status === 0 ? false : "ffmpeg is not installed";

test("the processor is measured with a real encode, and nothing is left of it", { skip }, async (context) => {
  const folder = tempFolder(context);
  const before = process.env.TMPDIR;
  process.env.TMPDIR = folder;
  context.after(() => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  });
  const engine = { encoder: ENCODERS.software, card: null, gpu: null };
  const { signal } = new AbortController();
  const fps = await measureSpeed(createFfmpeg(), engine, defaultEncodingProfile, signal, 3000);
  context.diagnostic(`${fps?.toFixed(1)} frames a second`);
  assert.ok(fps !== null && fps > 0.5 && fps < 5000);
  const ended = measureSpeed(createFfmpeg(), engine, defaultEncodingProfile, AbortSignal.abort("shutdown"));
  assert.equal(await ended, null);
  assert.deepEqual(readdirSync(folder), []);
});

test("what a card is measured with is refused for the missing driver alone", { skip }, async (context) => {
  const has = await readCapabilities(createFfmpeg());
  const clip = join(tempFolder(context), "clip.mp4");
  const run = (args: readonly string[]) => spawnSync("ffmpeg", args, { encoding: "utf8", timeout: 60_000 });
  assert.equal(run(speedClipArgs(ENCODERS.software, defaultEncodingProfile, clip)).status, 0);
  for (const encoder of [ENCODERS.nvenc, onCudaDevice(ENCODERS.nvenc, 1)])
    for (const card of [null, has]) {
      const { stderr } = run(speedArgs(encoder, defaultEncodingProfile, card, clip));
      assert.match(stderr, NO_CARD);
      assert.doesNotMatch(stderr, OUR_FAULT);
    }
});

const TWO = (driver: string): string => `0, GPU-aa, NVIDIA GeForce RTX 3060, ${driver}, 40, 0, 100, 12288, 0
1, GPU-bb, NVIDIA L4, ${driver}, 35, 0, 100, 23034, 0`;

test("each card is measured once for its driver, before the first film or after, and when asked", async (context) => {
  const card = newCard(context);
  card.set("cards", TWO("550.1"));
  card.smi("40\n35");
  card.set("fps-1", "90");
  const house = newHouse(context, { operational: { encoder: "nvenc" }, measures: true });
  const measured = () => house.now().store.calibrations.all();
  const all = () => until("both were measured", () => measured().length === 2 && measured());
  await house.start(card.program);
  await until("the first is measured", () => measured().length > 0);
  await putClip("picture", join(house.root, "Film.avi"));
  await house.scan();
  await house.becomes("Film.avi", "Completed");
  const first = await all();
  const speedOf = (device: string) => measured().find((each) => each.device === device)?.framesPerSecond ?? 0;
  assert.ok(Math.abs(speedOf("GPU-aa") - 300) < 60, `${speedOf("GPU-aa")}`);
  assert.ok(Math.abs(speedOf("GPU-bb") - 90) < 20, `${speedOf("GPU-bb")}`);
  const { speeds } = await house.now().system.facts();
  assert.deepEqual(
    speeds.measured.map(({ name, driver }) => [name, driver]),
    [
      ["NVIDIA GeForce RTX 3060", "550.1"],
      ["NVIDIA L4", "550.1"],
    ],
  );

  await house.start(card.program);
  await until("an encoder", () => house.now().overview().encoder.kind === "found");
  await house.scan();
  assert.deepEqual(measured(), first, "a restart measures nothing anew");

  house.now().system.measure();
  await until("both anew", () =>
    measured().every(({ measuredAt }, at) => measuredAt > (first[at]?.measuredAt ?? 0)),
  );
  while ((await house.now().system.facts()).speeds.state !== "idle")
    await new Promise((resolve) => setTimeout(resolve, 50));

  card.set("cards", TWO("610.2"));
  await house.start(card.program);
  await until("for the new driver", () => measured().every(({ driver }) => driver === "610.2"));
});

test("who asks waits for the film in work, and the next film waits for them", async (context) => {
  const card = newCard(context);
  card.set("cards", TWO("550.1").split("\n")[0] ?? "");
  card.set("slow", "4000");
  const house = newHouse(context, { operational: { encoder: "nvenc" } });
  for (const name of ["One.avi", "Two.avi"]) await putClip("picture", join(house.root, name));
  await house.start(card.program);
  await until("the first is in work", () => house.now().store.assets.inState("Processing").length === 1);
  house.now().system.measure();
  assert.equal((await house.now().system.facts()).speeds.state, "waiting");
  const { measuredAt } = await until("it is measured", () => house.now().store.calibrations.all()[0]);
  for (const name of ["One.avi", "Two.avi"]) await house.becomes(name, "Completed");
  const [first, second] = ["One.avi", "Two.avi"]
    .flatMap((name) => house.now().store.jobs.forAsset(house.at(name)?.id ?? 0, 1))
    .toSorted((a, b) => a.startedAt - b.startedAt);
  assert.ok((first?.finishedAt ?? Number.POSITIVE_INFINITY) < measuredAt - 2000, "it takes three seconds");
  assert.ok((second?.startedAt ?? 0) >= measuredAt);
  await putClip("picture", join(house.root, "Three.avi"));
  await house.scan();
  await house.becomes("Three.avi", "Completed");
});
