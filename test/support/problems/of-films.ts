/** Problems of a film and of the programs that work on it. */
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { createCardPlaces } from "../../../src/apps/card-places.ts";
import { runJob } from "../../../src/apps/job.ts";
import { overview } from "../../../src/apps/overview.ts";
import type { Running } from "../../../src/apps/running.ts";
import { classifyFailure } from "../../../src/core/ffmpeg-failure.ts";
import { toMicroseconds } from "../../../src/core/fingerprint.ts";
import { pairShape } from "../../../src/core/frame-pairs.ts";
import type { MediaInfo } from "../../../src/core/media-info.ts";
import { createFfmpeg, type RunOptions } from "../../../src/edges/ffmpeg.ts";
import { createFfprobe, type Ffprobe } from "../../../src/edges/ffprobe.ts";
import { openFilm } from "../../../src/edges/film-file.ts";
import { makePair } from "../../../src/edges/frame-pairs.ts";
import { fingerprintFile, statFile } from "../../../src/edges/library-walk.ts";
import { assess } from "../../../src/steps/assess.ts";
import { inContainer, video, wish } from "../media.ts";
import { standIn } from "../orchestrator.ts";
import { newBench } from "../running.ts";
import { NOW, newStore } from "../store.ts";
import { tempFolder } from "../temp.ts";
import { type Maker, type Met, thrown } from "./maker.ts";

/** A program that says this and ends. */
const saying = (context: TestContext, script: string): string => {
  const path = join(tempFolder(context), "program");
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return path;
};

/** An ffprobe that answers as the real one does of such a film. */
const answering = (context: TestContext, stream: object): Ffprobe => {
  const answer = {
    streams: [{ index: 0, width: 1920, height: 1080, ...stream }],
    format: { format_name: "mov,mp4" },
  };
  return createFfprobe(saying(context, `cat <<'END'\n${JSON.stringify(answer)}\nEND`));
};

/** What becomes of a file that is assessed. */
const assessed = async (context: TestContext, content: string | Buffer, ffprobe: Ffprobe): Promise<Met> => {
  const { store } = newStore(context);
  const path = join(tempFolder(context), "Film.mkv");
  writeFileSync(path, content);
  const { size, mtimeMs } = statSync(path);
  const asset = store.assets.insert({
    library: "films",
    path: "Film.mkv",
    sizeBytes: size,
    modifiedUs: toMicroseconds(mtimeMs),
    fingerprint: await fingerprintFile(path, size),
    foundAt: NOW,
  });
  const deps = {
    store,
    probe: ffprobe.probe,
    statFile,
    look: async (_: string, media: MediaInfo) => media,
    now: () => NOW,
  };
  const code = await assess(deps, { asset, path, wish: wish(), isHardware: false });
  return store.assets.byId(asset.id)?.problemCode ?? code;
};

const MPEG4 = inContainer("matroska", { streams: [video({ codec: "mpeg4", sps: null })] });

/** How an attempt at a film ends, by the job that the orchestrator runs. */
const worked = async (
  context: TestContext,
  media: MediaInfo,
  more: (running: Running, id: number) => Partial<Running>,
): Promise<Met> => {
  const root = tempFolder(context);
  const { running } = newBench(context, root);
  const { store } = running;
  writeFileSync(join(root, "Film.mkv"), "a film");
  const { size, mtimeMs } = statSync(join(root, "Film.mkv"));
  const fingerprint = await fingerprintFile(join(root, "Film.mkv"), size);
  const file = { library: "films", path: "Film.mkv", sizeBytes: size, modifiedUs: toMicroseconds(mtimeMs) };
  const { id } = store.assets.insert({ ...file, fingerprint, foundAt: NOW });
  store.probes.put(fingerprint, media, {}, NOW);
  store.assets.apply(id, "assessed-needs-work", { now: NOW, work: "video" });
  const asset = store.assets.claim({ works: ["video"], token: "0123456789abcdef", now: NOW });
  if (!asset) throw new Error("it was not claimed");
  const changed = { ...running, ...more(running, id) };
  await runJob({ ...changed, cards: createCardPlaces(changed) }, asset, "0123456789abcdef");
  return store.jobs.forAsset(id, 1)[0]?.problemCode ?? store.assets.byId(id)?.problemCode;
};

const workedBy =
  (program: string): Maker =>
  (context) =>
    worked(context, MPEG4, () => ({ ffmpeg: createFfmpeg(program) }));

/** Says on the way what the real one says, read in nvenc.c or seen. */
const complaining =
  (line: string): Maker =>
  (context) =>
    workedBy(saying(context, `echo '${line}' >&2\nexit 1`))(context);

/** How a run of a program is classified. */
const run = async (
  program: string,
  args: readonly string[],
  options: Partial<RunOptions> = {},
): Promise<Met> => {
  const { end } = await createFfmpeg(program).run(args, { durationSeconds: 1, ...options });
  return classifyFailure(end)?.code;
};

const PICTURE = ["-f", "lavfi", "-i", "color=s=64x64:d=0.1"];

/** A film whose work is ended from outside as soon as ffmpeg writes. */
const stopped =
  (why: "cancelled" | "shutdown"): Maker =>
  (context) =>
    worked(context, MPEG4, ({ cancels }, id) => {
      const ending = new AbortController();
      const changed: Running["changed"] = (change) => {
        if (change.kind !== "progress") return;
        if (why === "shutdown") ending.abort(why);
        else cancels.get(id)?.abort(why);
      };
      return { ffmpeg: createFfmpeg(standIn("takes-its-time")), signal: ending.signal, changed };
    });

const someFile = (context: TestContext): string => {
  const path = join(tempFolder(context), "Film.mkv");
  writeFileSync(path, "some bytes");
  return path;
};

/** A comparison of two files that only have the names of films. */
const comparedWithText = async (context: TestContext): Promise<Met> => {
  const folder = tempFolder(context);
  const path = join(folder, "Film.mp4");
  writeFileSync(path, "no film");
  const file = await openFilm(path);
  context.after(() => file.close());
  const shape = pairShape(video(), { video: null }, video());
  const input = {
    source: { file, path },
    result: { file, path },
    stream: 0,
    atSeconds: [1, 1] as const,
    shape,
  };
  const [before, after] = [join(folder, "before.jpg"), join(folder, "after.jpg")];
  const { signal } = new AbortController();
  return thrown(() => makePair(createFfmpeg(), { ...input, before, after }, signal));
};

const ofFilms = {
  "pictures-not-made": comparedWithText,
  "not-media": (context) => assessed(context, "a text, whatever its name says", createFfprobe()),
  "no-video": (context) =>
    assessed(context, "sound", answering(context, { codec_type: "audio", codec_name: "aac" })),
  "source-encrypted": (context) =>
    assessed(
      context,
      "encrypted",
      answering(context, { codec_type: "video", codec_name: "h264", codec_tag_string: "encv" }),
    ),
  // What ffmpeg leaves when it is killed: bytes of pictures without an index.
  "source-damaged": (context) =>
    assessed(
      context,
      Buffer.from("\0\0\0\x14ftypisom\0\0\x02\0isom\0\0\0\x10mdat12345678", "latin1"),
      createFfprobe(),
    ),
  "codec-unknown": (context) =>
    assessed(context, "odd", answering(context, { codec_type: "video", codec_tag_string: "vvc1" })),
  "dolby-vision-unsupported": (context) => {
    const record = {
      side_data_type: "DOVI configuration record",
      dv_profile: 5,
      dv_bl_signal_compatibility_id: 0,
    };
    const stream = {
      codec_type: "video",
      codec_name: "hevc",
      codec_tag_string: "dvh1",
      side_data_list: [record],
    };
    return assessed(context, "dolby", answering(context, stream));
  },
  "probe-failed": (context) =>
    thrown(() => createFfprobe(saying(context, "echo no JSON")).probe(someFile(context))),
  "probe-timeout": (context) =>
    thrown(() => createFfprobe(saying(context, "exec sleep 60"), 50).probe(someFile(context))),
  "ffmpeg-missing": (context) => thrown(() => createFfprobe("/no/such/ffprobe").probe(someFile(context))),
  "encoder-unavailable": (context) =>
    worked(context, MPEG4, () => ({
      encoder: () => ({ encoder: null, card: null, status: { kind: "none", why: "no card" } }),
    })),
  "card-unused": async (context) => {
    const { running } = newBench(context, tempFolder(context));
    const unused = "The container lacks the capability.";
    const told = { ...running, encoder: () => ({ ...running.encoder(), unused }) };
    const scans = { scanning: () => [], badNames: () => [] };
    return overview(told, { scans, startedAt: NOW, problems: [] }).warnings[0]?.code;
  },
  "gpu-failed": workedBy(standIn("loses-the-gpu")),
  "encoder-sessions-spent": complaining(
    "[h264_nvenc @ 0x5] OpenEncodeSessionEx failed: incompatible client key (21): (no details)",
  ),
  "out-of-memory": complaining("Error while filtering: Cannot allocate memory"),
  "conversion-stalled": (context) => run(saying(context, "exec sleep 60"), [], { stallMs: 100 }),
  "conversion-too-long": (context) => run(saying(context, "exec sleep 60"), [], { limitMs: 100 }),
  "conversion-killed": workedBy(standIn("dies-by-signal")),
  "conversion-failed": () =>
    run("ffmpeg", [
      "-v",
      "error",
      ...PICTURE,
      "-pix_fmt",
      "yuv444p",
      "-c:v",
      "libx264",
      "-profile:v",
      "baseline",
      "-f",
      "null",
      "-",
    ]),
  "arguments-refused": () =>
    run("ffmpeg", ["-v", "error", ...PICTURE, "-no_such_option", "1", "-f", "null", "-"]),
  "verification-failed": workedBy(standIn("exits-0-with-nothing")),
  cancelled: stopped("cancelled"),
  interrupted: stopped("shutdown"),
} satisfies Record<string, Maker>;

export const OF_FILMS: typeof ofFilms = ofFilms;
