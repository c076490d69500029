/** What a probe process says of a film is what ffprobe says, or it says nothing: real files, and damaged ones. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { isWithoutFfprobe } from "../src/core/libav-film.ts";
import { type MediaInfo, mainVideo, type Stream, type VideoStream } from "../src/core/media-info.ts";
import { toProblem } from "../src/core/problem.ts";
import { createFfmpeg } from "../src/edges/ffmpeg.ts";
import { createFfprobe } from "../src/edges/ffprobe.ts";
import { hasLibav } from "../src/edges/probe/libav.ts";
import { createQuickReader, type QuickReader } from "../src/edges/probe/quick-reader.ts";
import { createQuickProbe } from "../src/edges/quick-probe.ts";
import { createSecondLook, type SecondLook } from "../src/edges/second-look.ts";
import { putClip } from "./support/clips.ts";
import { planFor } from "./support/media.ts";
import { until } from "./support/orchestrator.ts";
import { tempFolder } from "./support/temp.ts";

const skip = hasLibav() ? false : "the optional package is not installed";
const FOLDER = join(import.meta.dirname, "..", "..", "shared", "media");
const noCorpus = skip || (existsSync(FOLDER) ? false : "../shared/media is not there");

const ffprobe = createFfprobe();
const SLOW_MS = 600_000;
const failures: string[] = [];
const readyReader = async (context: TestContext): Promise<QuickReader> => {
  const reader = createQuickReader({
    worth: 1,
    // That this machine is busy is no finding here.
    limits: { answerMs: SLOW_MS, startMs: SLOW_MS },
    onFailure: ({ why }) => void failures.push(why),
  });
  context.after(reader.close);
  await reader.read("/no/film");
  await until("it is ready", () => {
    const state = reader.state();
    return state.kind === "there" && state.version !== null;
  });
  return reader;
};

/** Lengths differ by some hundredths between versions; what is derived from them differs with them. */
const CLOSE_SECONDS = 0.1;
const ROUNDED: readonly (keyof Stream)[] = ["durationSeconds", "startSeconds"];
const isClose = (one: unknown, other: unknown): boolean =>
  one === other ||
  (typeof one === "number" && typeof other === "number" && Math.abs(one - other) <= CLOSE_SECONDS);

/** All that decides, without lengths and rates (compared by themselves) and names of places of speakers (nobody's). */
const exact = ({ streams, ...media }: MediaInfo) => ({
  ...{ ...media, durationSeconds: null, bitrateBps: null, startSeconds: null },
  streams: streams.map((each) => ({
    ...{ ...each, durationSeconds: null, startSeconds: null, bitrateBps: null, channelLayout: null },
  })),
});

const said = async (asking: () => Promise<MediaInfo>): Promise<MediaInfo | string> => {
  try {
    return await asking();
  } catch (thrown) {
    return toProblem(thrown).code;
  }
};

/** Compares what both say of a file; true where it was told without ffprobe. */
const agreesOn = async (quick: ReturnType<typeof createQuickProbe>, name: string): Promise<boolean> => {
  const path = join(FOLDER, name);
  const [probe, judged] = await Promise.all([
    quick(path).catch(() => null),
    said(async () => (await ffprobe.probe(path)).media),
  ]);
  if (probe === null || typeof judged === "string") {
    assert.deepEqual([name, probe, typeof judged], [name, null, "string"]);
    return false;
  }
  const { media } = probe;
  assert.deepEqual(exact(media), exact(judged), name);
  assert.ok(isClose(media.durationSeconds, judged.durationSeconds), `${name}: ${media.durationSeconds}`);
  for (const [index, stream] of media.streams.entries())
    for (const key of ROUNDED)
      assert.ok(isClose(stream[key], judged.streams[index]?.[key]), `${name} ${key}`);
  const [mine, its] = [media, judged].map((each) => planFor(each));
  assert.deepEqual(
    [name, mine?.work, mine?.reasons.map(({ code }) => code)],
    [name, its?.work, its?.reasons.map(({ code }) => code)],
  );
  return isWithoutFfprobe(probe.raw);
};

test("of every real file both say the same, or ffprobe is asked", {
  skip: noCorpus,
  timeout: SLOW_MS,
}, async (context) => {
  const quick = createQuickProbe(ffprobe, await readyReader(context));
  const left = readdirSync(FOLDER).filter((each) => !/\.(tsv|md)$/.test(each));
  let told = 0;
  const some = async (): Promise<void> => {
    for (let name = left.pop(); name !== undefined; name = left.pop())
      if (await agreesOn(quick, name)) told += 1;
  };
  await Promise.all([some(), some()]);
  assert.ok(told >= 35, `${told} files were told without ffprobe`);
  assert.deepEqual(failures, []);
});

for (const name of ["mpeg4-asp-b-frames-mp3.avi", "mpeg2-dvb-bitmap-subtitles.ts"])
  test(`the pictures of ${name} look alike to both`, {
    skip: noCorpus,
    timeout: SLOW_MS,
  }, async (context) => {
    const path = join(FOLDER, name);
    const reader = await readyReader(context);
    const { media } = await ffprobe.probe(path);
    const seen = async (look: SecondLook): Promise<VideoStream> => {
      const video = mainVideo(await look(path, media, ["combing", "bars"]));
      assert.ok(video?.combing && video.insideBars);
      return video;
    };
    const its = await seen(createSecondLook(createFfmpeg()));
    const mine = await seen(createSecondLook(createFfmpeg("/no/such/ffmpeg"), reader));
    assert.deepEqual(mine.insideBars, its.insideBars);
    // ffmpeg shows its filters a picture more than it lets out, and idet counts some otherwise from filter to filter.
    for (const key of ["topFirst", "bottomFirst", "progressive", "undecided", "repeated"] as const)
      assert.ok(Math.abs((mine.combing?.[key] ?? 0) - (its.combing?.[key] ?? 0)) <= 10, key);
    assert.ok(isClose(mine.combing?.seconds, its.combing?.seconds));
  });

/** Truncated, with bytes changed in front or anywhere, or with its head cut off. */
const damaged = (film: Buffer, seed: number): Buffer => {
  let state = seed;
  const random = (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state % below;
  };
  if (seed % 4 === 0) return film.subarray(0, 1 + random(film.length));
  if (seed % 4 === 1) return film.subarray(random(4096));
  const copy = Buffer.from(film);
  const reach = seed % 4 === 2 ? 4096 : copy.length;
  for (let left = 20; left > 0; left--) copy[random(reach)] = random(256);
  return copy;
};

test("damaged films are taken or refused as ffprobe does, and nobody else dies", {
  skip,
}, async (context) => {
  const folder = tempFolder(context);
  const reader = await readyReader(context);
  const quick = createQuickProbe(ffprobe, reader);
  for (const kind of ["remux", "plays", "picture"] as const) {
    const film = readFileSync(await putClip(kind, join(folder, kind)));
    for (let seed = 1; seed <= 8; seed++) {
      const path = join(folder, `${kind}-${seed}`);
      writeFileSync(path, damaged(film, seed));
      const [mine, its] = await Promise.all([
        said(async () => (await quick(path)).media),
        said(async () => (await ffprobe.probe(path)).media),
      ]);
      assert.equal(typeof mine, typeof its, `${kind} ${seed}: ${String(mine)} ${String(its)}`);
      if (typeof mine === "string") assert.equal(mine, its, `${kind} ${seed}`);
    }
  }
});
