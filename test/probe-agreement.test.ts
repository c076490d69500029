/** What a probe process says of a film is what ffprobe says, or it says nothing: real files, and damaged ones. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { isWithoutFfprobe } from "../src/core/libav-film.ts";
import type { MediaInfo, Stream } from "../src/core/media-info.ts";
import { toProblem } from "../src/core/problem.ts";
import { createFfmpeg } from "../src/edges/ffmpeg.ts";
import { createFfprobe } from "../src/edges/ffprobe.ts";
import { hasLibav } from "../src/edges/probe/libav.ts";
import { createQuickReader, type QuickReader } from "../src/edges/probe/quick-reader.ts";
import { createQuickProbe } from "../src/edges/quick-probe.ts";
import { createSecondLook } from "../src/edges/second-look.ts";
import { putClip } from "./support/clips.ts";
import { planFor } from "./support/media.ts";
import { until } from "./support/orchestrator.ts";
import { tempFolder } from "./support/temp.ts";

const skip = hasLibav() ? false : "the optional package is not installed";
const FOLDER = join(import.meta.dirname, "..", "..", "shared", "media");
const noCorpus = skip || (existsSync(FOLDER) ? false : "../shared/media is not there");

const ffprobe = createFfprobe();
const failures: string[] = [];
const readyReader = async (context: TestContext): Promise<QuickReader> => {
  const reader = createQuickReader({ worth: 1, onFailure: ({ why }) => void failures.push(why) });
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
  one === other || (typeof one === "number" && typeof other === "number" && Math.abs(one - other) <= CLOSE_SECONDS);

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

test("of every real file both say the same, or ffprobe is asked", { skip: noCorpus }, async (context) => {
  const reader = await readyReader(context);
  const quick = createQuickProbe(ffprobe, reader);
  const looks = [createSecondLook(createFfmpeg()), createSecondLook(createFfmpeg(), reader)] as const;
  let [told, looked] = [0, 0];
  for (const name of readdirSync(FOLDER).filter((each) => !/\.(tsv|md)$/.test(each))) {
    const path = join(FOLDER, name);
    const probe = await quick(path).catch(() => null);
    const judged = await said(async () => (await ffprobe.probe(path)).media);
    if (probe === null || typeof judged === "string") {
      assert.deepEqual([name, probe], [name, null]);
      assert.equal(typeof judged, "string", name);
      continue;
    }
    const { media } = probe;
    assert.deepEqual(exact(media), exact(judged), name);
    assert.ok(isClose(media.durationSeconds, judged.durationSeconds), `${name}: ${media.durationSeconds}`);
    for (const [index, stream] of media.streams.entries())
      for (const key of ROUNDED) assert.ok(isClose(stream[key], judged.streams[index]?.[key]), `${name} ${key}`);
    const [mine, its] = [planFor(media), planFor(judged)];
    assert.deepEqual([mine.work, mine.reasons.map(({ code }) => code)], [its.work, its.reasons.map(({ code }) => code)]);
    if (!isWithoutFfprobe(probe.raw)) continue;
    told += 1;
    if (!/avi$|mpeg2|720p|fields?-/.test(name)) continue;
    const [one, other] = [
      await looks[0](path, media, ["combing", "bars"]),
      await looks[1](path, media, ["combing", "bars"]),
    ].map((each) => each.streams.find((stream) => stream.kind === "video"));
    assert.ok(one?.kind === "video" && other?.kind === "video");
    assert.deepEqual(other.insideBars, one.insideBars, name);
    for (const key of ["topFirst", "bottomFirst", "progressive", "repeated"] as const)
      assert.ok(Math.abs((one.combing?.[key] ?? -9) - (other.combing?.[key] ?? 9)) <= 3, `${name} ${key}`);
    looked += 1;
  }
  assert.ok(told >= 35, `${told} files were told without ffprobe`);
  assert.ok(looked >= 3, `${looked} were looked at`);
  assert.deepEqual(failures, []);
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

test("damaged films are taken or refused as ffprobe does, and nobody else dies", { skip }, async (context) => {
  const folder = tempFolder(context);
  const reader = await readyReader(context);
  const quick = createQuickProbe(ffprobe, reader);
  for (const kind of ["remux", "plays", "picture"] as const) {
    const film = readFileSync(await putClip(kind, join(folder, kind)));
    for (let seed = 1; seed <= 12; seed++) {
      const path = join(folder, `${kind}-${seed}`);
      writeFileSync(path, damaged(film, seed));
      const [mine, its] = [
        await said(async () => (await quick(path)).media),
        await said(async () => (await ffprobe.probe(path)).media),
      ];
      assert.equal(typeof mine, typeof its, `${kind} ${seed}: ${String(mine)} ${String(its)}`);
      if (typeof mine === "string") assert.equal(mine, its, `${kind} ${seed}`);
    }
  }
});
