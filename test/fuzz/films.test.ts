/**
 * Mutants of real films through the real pieces, in this process. 60 of them here; `npm run test:fuzz` takes 2,500.
 * FUZZ_MUTANTS: how many; FUZZ_SEED: the first; FUZZ_KEEP: a folder that gets the mutants that failed.
 */
import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { convertOne, prepareTools } from "../../src/apps/convert-one.ts";
import { settingsFrom } from "../../src/apps/settings-source.ts";
import { ENCODERS } from "../../src/core/encoders.ts";
import { toArgs } from "../../src/core/ffmpeg-args.ts";
import { Problem, type ProblemCode } from "../../src/core/problem.ts";
import { ORIGINAL_POLICIES } from "../../src/core/settings.ts";
import { streamWords } from "../../src/core/stream-words.ts";
import { createFfprobe } from "../../src/edges/ffprobe.ts";
import { openStore } from "../../src/edges/store/store.ts";
import { assessMedia } from "../../src/steps/assess.ts";
import { wish } from "../support/media.ts";
import { filesBelow, sha256 } from "../support/orchestrator.ts";
import { tempFolder } from "../support/temp.ts";
import { readCorpus } from "./corpus.ts";
import { type Mutant, mutantOf } from "./mutate.ts";
import { wrongWith } from "./second-opinion.ts";

const COUNT = Number(process.env.FUZZ_MUTANTS ?? 60);
const FIRST = Number(process.env.FUZZ_SEED ?? 1);
/** Every so manieth is taken the whole way; the others end at the plan. */
const WHOLE_WAY = 5;
const AT_ONCE = 2;
const MAX_RSS_BYTES = 1.5 * 2 ** 30;

/** Codes that would be our fault, whatever the film. */
const OURS: ReadonlySet<string> = new Set<ProblemCode>([
  "internal",
  "arguments-refused",
  "ffmpeg-missing",
  "publish-failed",
]);

const { probe } = createFfprobe();

/** What comes of a mutant up to the plan: a problem's code, or the work. Throws what no film may cause. */
const planned = async (path: string): Promise<string> => {
  try {
    const { media } = await probe(path);
    const asked = wish();
    const { plan } = assessMedia(media, asked, false);
    const context = { encoder: ENCODERS.software, profile: asked.profile, sourceFingerprint: "ab" };
    const args = toArgs(plan, { ...context, paths: { input: path, output: `${path}.mp4` } });
    assert.equal(args.length === 0, plan.video === null);
    assert.ok(media.streams.map(streamWords).every((each) => each.length < 10_000));
    return plan.work;
  } catch (thrown) {
    if (thrown instanceof Problem && !OURS.has(thrown.code)) return thrown.code;
    throw thrown;
  }
};

type Room = {
  readonly root: string;
  readonly convert: (
    path: string,
    original: (typeof ORIGINAL_POLICIES)[number],
  ) => ReturnType<typeof convertOne>;
};

const newRoom = async (context: TestContext): Promise<Room> => {
  const folder = tempFolder(context);
  const root = join(folder, "films");
  mkdirSync(root);
  const store = openStore({ file: join(folder, "state.db") });
  context.after(store.close);
  const operational = {
    encoder: "software",
    gpu_only: false,
    max_attempts: 1,
    remove_original_after_success: true,
  };
  const tools = await prepareTools(settingsFrom({ operational }), store, new AbortController().signal);
  const silent = { onPlan: () => {}, onProgress: () => {}, onCheck: () => {} };
  return {
    root,
    convert: (path, original) =>
      convertOne(tools, { path, output: "beside", original, burnIn: null }, silent),
  };
};

/** The whole way of a mutant: what it ended as. Nothing but its own files may change, and what is published is a film. */
const worked = async ({ convert }: Room, folder: string, name: string, seed: number): Promise<string> => {
  const path = join(folder, name);
  const before = sha256(path);
  const aside = join(folder, "..", `aside-${name}`);
  copyFileSync(path, aside);
  try {
    const original = ORIGINAL_POLICIES[seed % ORIGINAL_POLICIES.length] ?? "keep";
    const asset = await convert(path, original);
    const { problemCode, state, outputPath, sidecarPaths, archivePath } = asset;
    assert.ok(problemCode === null || !OURS.has(problemCode), `${problemCode}: ${asset.problemDetail}`);
    const isPublished = asset.outcome === "converted";
    const isGone = state === "Archived";
    assert.ok(!isGone || (isPublished && original !== "keep"));
    const mine = [
      ...(isGone ? (original === "archive" ? [archivePath ?? ""] : []) : [path]),
      ...(isPublished ? [outputPath ?? "", ...sidecarPaths] : []),
    ].map((each) => each.slice(folder.length + 1));
    assert.deepEqual(filesBelow(folder), [...mine, ...CANARIES].toSorted());
    if (!isGone) assert.equal(sha256(path), before, "the original is as it was");
    else if (original === "archive") assert.equal(sha256(archivePath ?? ""), before, "the archived one too");
    if (isPublished) assert.deepEqual(await wrongWith(outputPath ?? "", aside), []);
    return isPublished ? `published, ${isGone ? original : "keep"}` : (problemCode ?? state);
  } finally {
    rmSync(aside);
  }
};

const CANARIES = ["another film.mkv", "mutant.srt", "nested/theirs.mp4"];

/** Files beside a film that are not its own, and in front of the library. */
const putCanaries = (folder: string): void => {
  mkdirSync(join(folder, "nested"), { recursive: true });
  for (const each of CANARIES) writeFileSync(join(folder, each), `a canary: ${each}`);
};
const canaries = (folder: string): readonly string[] => CANARIES.map((each) => sha256(join(folder, each)));

const tryMutant = async (room: Room, mutant: Mutant, seed: number): Promise<string> => {
  const folder = join(room.root, String(seed));
  putCanaries(folder);
  const before = canaries(folder);
  const path = join(folder, mutant.name);
  writeFileSync(path, mutant.bytes);
  const outcome = await planned(path);
  const isWorked = seed % WHOLE_WAY === 0 && ["copy", "audio", "video"].includes(outcome);
  const ended = isWorked ? await worked(room, folder, mutant.name, seed) : null;
  assert.deepEqual(canaries(folder), before);
  rmSync(folder, { recursive: true });
  return ended === null ? outcome : `${outcome} -> ${ended}`;
};

test(`${COUNT} mutants from seed ${FIRST} on crash nothing, touch nothing and publish nothing that is no film`, async (context) => {
  const corpus = await readCorpus(tempFolder(context));
  const room = await newRoom(context);
  const outside = join(room.root, "..", "outside");
  putCanaries(outside);
  const [before, apart] = [canaries(outside), filesBelow(outside)];
  const outcomes = new Map<string, number>();
  const failures: string[] = [];
  let [slowestMs, rssBytes, next] = [0, 0, FIRST];
  const some = async (): Promise<void> => {
    for (let seed = next++; seed < FIRST + COUNT; seed = next++) {
      const mutant = mutantOf(seed, corpus);
      const startedAt = performance.now();
      const outcome = await tryMutant(room, mutant, seed).catch((thrown: unknown) => {
        failures.push(
          `seed ${seed}, ${mutant.story}: ${thrown instanceof Error ? thrown.stack : String(thrown)}`,
        );
        const kept = process.env.FUZZ_KEEP;
        if (kept) writeFileSync(join(kept, mutant.name), mutant.bytes);
        return "wrong";
      });
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      slowestMs = Math.max(slowestMs, performance.now() - startedAt);
      rssBytes = Math.max(rssBytes, process.memoryUsage().rss);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, some));
  for (const [outcome, count] of [...outcomes].toSorted((a, b) => b[1] - a[1]))
    context.diagnostic(`${String(count).padStart(5)} ${outcome}`);
  context.diagnostic(`slowest ${Math.round(slowestMs)} ms, at most ${Math.round(rssBytes / 2 ** 20)} MiB`);
  assert.deepEqual(failures, []);
  assert.deepEqual([canaries(outside), filesBelow(outside)], [before, apart]);
  assert.deepEqual(filesBelow(room.root), []);
  assert.ok(rssBytes < MAX_RSS_BYTES, `${rssBytes} bytes of memory`);
  assert.ok(COUNT < 50 || outcomes.size >= 5, "they end in many ways");
});
