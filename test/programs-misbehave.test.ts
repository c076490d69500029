import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { createFfmpeg } from "../src/edges/ffmpeg.ts";
import { type ClipKind, putClip } from "./support/clips.ts";
import { assertNoPartials, filesBelow, newHouse, sha256, standIn } from "./support/orchestrator.ts";
import { tempFolder } from "./support/temp.ts";

const DAY_MS = 86_400_000;

type Row = {
  readonly program: string;
  readonly problem: string;
  /** Seconds until the next try, and whether this try counts. */
  readonly wait: number;
  readonly counts: boolean;
  readonly clip?: ClipKind;
};

const ROWS: readonly Row[] = [
  { program: "dies-by-signal", problem: "conversion-killed", wait: 30, counts: true },
  { program: "exits-0-with-short-file", problem: "verification-failed", wait: 30, counts: true },
  { program: "exits-0-with-nothing", problem: "verification-failed", wait: 30, counts: true },
  { program: "writes-garbage", problem: "verification-failed", wait: 30, counts: true },
  { program: "says-disk-full", problem: "disk-full", wait: 60, counts: false, clip: "remux" },
  { program: "loses-the-gpu", problem: "gpu-failed", wait: 60, counts: false },
];

for (const { program, problem, wait, counts, clip } of ROWS)
  test(`${program}: ${problem}, nothing is left, and it is tried again`, async (context) => {
    const house = newHouse(context);
    const source = await putClip(clip ?? "picture", join(house.root, "Film.mkv"));
    const before = sha256(source);
    await house.start(standIn(program));
    const failed = await house.failsOnce("Film.mkv");
    assert.equal(failed.problem, problem);
    assert.deepEqual([failed.asset.state, failed.asset.attempt], ["Queued", counts ? 1 : 0]);
    const left = ((failed.asset.availableAt ?? 0) - failed.asset.stateAt) / 1000;
    assert.ok(Math.abs(left - wait) < 5, `${left} s`);
    assert.equal(house.now().progressOf(failed.asset.id), null);
    assert.equal(sha256(source), before);
    assert.deepEqual(filesBelow(house.root), ["Film.mkv"]);
  });

test("a failure that stays is tried three times, later each time, and then the film is Failed", async (context) => {
  const house = newHouse(context);
  await putClip("picture", join(house.root, "Film.mkv"));
  const { reprocess } = await house.start(standIn("dies-by-signal"));
  const first = await house.failsOnce("Film.mkv", 1);
  reprocess(first.asset.id);
  const { asset } = await house.failsOnce("Film.mkv", 2);
  assert.ok((asset.availableAt ?? 0) - asset.stateAt > 45_000);
  reprocess(asset.id);
  const last = await house.failsOnce("Film.mkv", 3);
  assert.deepEqual([last.asset.state, last.asset.problemCode], ["Failed", "conversion-killed"]);
  assert.deepEqual(filesBelow(house.root), ["Film.mkv"]);
  await house.start();
  assert.equal(house.at("Film.mkv")?.state, "Failed");
  house.now().reprocess(asset.id);
  await house.becomes("Film.mkv", "Completed");
});

test("a copy that does not pass its checks is an encode the next time", async (context) => {
  const house = newHouse(context, { operational: { gpu_only: true, encoder: "nvenc" } });
  await putClip("remux", join(house.root, "Film.mkv"));
  await house.start(standIn("exits-0-with-short-file"));
  const { asset, problem } = await house.failsOnce("Film.mkv");
  assert.equal(problem, "verification-failed");
  assert.deepEqual([asset.state, asset.work, asset.attempt], ["Queued", "video", 1]);
  assert.ok(asset.reasonCodes.includes("copy-failed"));
  assertNoPartials(house.root);
});

test("an old card's refusals are stepped round within one attempt", async (context) => {
  const house = newHouse(context, { operational: { encoder: "nvenc" } });
  await putClip("picture", join(house.root, "Film.avi"));
  await house.start(standIn("refuses-b-ref-mode"));
  const asset = await house.becomes("Film.avi", "Completed", "Failed");
  assert.equal(asset.state, "Completed", asset.problemDetail ?? "");
  const [job] = house.now().store.jobs.forAsset(asset.id, 5);
  assert.equal(job?.attempt, 1);
  assert.ok(job?.command.includes("h264_nvenc"));
  assert.equal(job.command[job.command.indexOf("-b_ref_mode:v") + 1], "disabled");
  assert.match(job.log, /^B frames as references are not supported: again with -b_ref_mode:v disabled\.\n/);
});

test("a film that the card does not decode is decoded on the processor within one attempt", async (context) => {
  const house = newHouse(context, { operational: { encoder: "nvenc" } });
  await putClip("ten-bit", join(house.root, "Film.mkv"));
  await house.start(standIn("refuses-to-decode"));
  const asset = await house.becomes("Film.mkv", "Completed", "Failed");
  assert.equal(asset.state, "Completed", asset.problemDetail ?? "");
  const [job, ...more] = house.now().store.jobs.forAsset(asset.id, 5);
  assert.deepEqual([job?.attempt, more.length], [1, 0]);
  assert.ok(job?.command.includes("h264_nvenc") && !job.command.includes("-hwaccel"));
  assert.match(
    job?.log ?? "",
    /^The card did not decode this film \(Hardware is lacking required capabilities\)/,
  );
  assert.ok(house.now().explain(asset)?.command?.includes("-hwaccel"), "it is tried with the card first");
});

test("after an attempt that failed the card does not decode the film again", async (context) => {
  const house = newHouse(context, { operational: { encoder: "nvenc" } });
  await putClip("ten-bit", join(house.root, "Ends the program.mkv"));
  const { reprocess } = await house.start(standIn("refuses-to-decode"));
  const first = await house.failsOnce("Ends the program.mkv");
  assert.deepEqual([first.problem, first.asset.attempt], ["conversion-killed", 1]);
  reprocess(first.asset.id);
  const asset = await house.becomes("Ends the program.mkv", "Completed", "Failed");
  assert.equal(asset.state, "Completed", asset.problemDetail ?? "");
});

test("a flood of complaints is cut and the film is made", async (context) => {
  const house = newHouse(context);
  await putClip("picture", join(house.root, "Film.avi"));
  await house.start(standIn("floods-stderr"));
  const asset = await house.becomes("Film.avi", "Completed", "Failed");
  assert.equal(asset.state, "Completed", asset.problemDetail ?? "");
  const [job] = house.now().store.jobs.forAsset(asset.id, 1);
  assert.ok(job && job.log.length > 0 && job.log.length < 100_000);
});

test("a program that hangs is stalled though it talks, and ended though it will not", async (context) => {
  const output = join(tempFolder(context), ".film.0123456789abcdef.partial.mp4");
  const started = Date.now();
  const { end } = await createFfmpeg(standIn("hangs")).run([output], {
    durationSeconds: 3,
    watchFile: output,
    stallMs: 800,
  });
  assert.equal(end.stopped, "stalled");
  assert.equal(end.signal, "SIGKILL");
  assert.ok(Date.now() - started < 40_000);
});

test("a film under a program that hangs can be stopped, and so can the orchestrator", async (context) => {
  const house = newHouse(context);
  const source = await putClip("picture", join(house.root, "Film.avi"));
  const before = sha256(source);
  const { cancel, reprocess } = await house.start(standIn("hangs"));
  const working = await house.becomes("Film.avi", "Processing");
  assert.throws(() => reprocess(working.id), { code: "state-refuses" });
  cancel(working.id);
  const failed = await house.becomes("Film.avi", "Failed");
  assert.equal(failed.problemCode, "cancelled");
  assert.deepEqual(filesBelow(house.root), ["Film.avi"]);
  reprocess(failed.id);
  await house.becomes("Film.avi", "Processing");
  const started = Date.now();
  await house.stop();
  assert.ok(Date.now() - started < 20_000, "it did not wait for the film");
  assert.deepEqual(filesBelow(house.root), ["Film.avi"]);
  await house.start();
  const asset = await house.becomes("Film.avi", "Completed", "Failed");
  assert.equal(asset.state, "Completed");
  assert.equal(sha256(source), before);
});

test("encodes wait for a card and say so, while copy work goes on", async (context) => {
  const house = newHouse(context, { operational: { gpu_only: true, encoder: "nvenc" } });
  await putClip("picture", join(house.root, "encode.avi"));
  await putClip("remux", join(house.root, "copy.mkv"));
  const { overview, waitingReason } = await house.start();
  await house.becomes("copy.mkv", "Completed");
  const waiting = await house.becomes("encode.avi", "Queued");
  assert.match(waitingReason(waiting) ?? "", /No encoder works: h264_nvenc/);
  assert.equal(overview().waiting?.code, "encoder-unavailable");
});

test("without ffmpeg a film waits; it is not the film's fault", async (context) => {
  const house = newHouse(context);
  await putClip("remux", join(house.root, "Film.mkv"));
  await house.start("/no/such/ffmpeg");
  const { asset, problem } = await house.failsOnce("Film.mkv");
  assert.equal(problem, "ffmpeg-missing");
  assert.deepEqual([asset.state, asset.attempt], ["Queued", 0]);
  assert.ok((asset.availableAt ?? 0) < Date.now() + DAY_MS);
});

test("an orchestrator whose encoders hang at their trial can be stopped, and does copy work until then", async (context) => {
  const house = newHouse(context, { operational: { encoder: "auto" } });
  await putClip("remux", join(house.root, "copy.mkv"));
  await house.start(standIn("hangs-when-tried"));
  await house.becomes("copy.mkv", "Completed");
  assert.equal(house.now().overview().encoder.kind, "probing");
  const started = Date.now();
  await house.stop();
  assert.ok(Date.now() - started < 15_000);
});
