/** Films that claim what no film is: pictures, lengths and indexes beyond measure. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { classifyFailure } from "../../src/core/ffmpeg-failure.ts";
import { createFfmpeg, reread } from "../../src/edges/ffmpeg.ts";
import { createFfprobe, type Ffprobe } from "../../src/edges/ffprobe.ts";
import { verify } from "../../src/steps/verify.ts";
import { bitWriter } from "../support/bits.ts";
import { patchFile } from "../support/bytes.ts";
import { putClip } from "../support/clips.ts";
import { runFfmpeg } from "../support/ffmpeg.ts";
import { planFor, wish } from "../support/media.ts";
import { filesBelow, newHouse, sha256, standIn } from "../support/orchestrator.ts";
import { isProblem } from "../support/store.ts";
import { tempFolder } from "../support/temp.ts";

const { probe } = createFfprobe();

/** A film of 320x240 whose headers say that its pictures are of `size` macroblocks each way. */
const putEnormous = async (path: string, size: number): Promise<void> => {
  const raw = `${path}.h264`;
  const baseline = [
    "-c:v",
    "libx264",
    "-preset",
    "ultrafast",
    "-profile:v",
    "baseline",
    "-pix_fmt",
    "yuv420p",
  ];
  await runFfmpeg([
    "-v",
    "error",
    "-f",
    "lavfi",
    "-i",
    "testsrc2=s=320x240:d=0.2",
    ...baseline,
    "-f",
    "h264",
    raw,
  ]);
  const header = bitWriter().u(8, 0x67).u(8, 66).u(8, 0xc0).u(8, 51);
  header
    .ue(0)
    .ue(0)
    .ue(0)
    .ue(0)
    .ue(1)
    .u(1, 0)
    .ue(size - 1)
    .ue(size - 1)
    .u(1, 1)
    .u(1, 1)
    .u(1, 0)
    .u(1, 0);
  const film = readFileSync(raw);
  const [start, end] = [
    film.indexOf(Buffer.from([0, 0, 1, 0x67])),
    film.indexOf(Buffer.from([0, 0, 1, 0x68])),
  ];
  writeFileSync(
    path,
    Buffer.concat([film.subarray(0, start + 3), header.bytes(), Buffer.alloc(1), film.subarray(end)]),
  );
};

test("pictures of 256 million pixels are refused at once, of 8K not", async (context) => {
  const folder = tempFolder(context);
  const bomb = join(folder, "bomb.mkv");
  await putEnormous(bomb, 1000);
  const startedAt = performance.now();
  await assert.rejects(
    probe(bomb),
    (thrown) => isProblem("not-media")(thrown) && /larger pictures/.test(String(thrown)),
  );
  assert.ok(performance.now() - startedAt < 10_000);
  const large = join(folder, "8k.mkv");
  await putEnormous(large, 480);
  const [picture] = (await probe(large)).media.streams;
  assert.equal(picture?.kind === "video" && picture.width, 7680);
});

test("ffmpeg has a limit of memory, and says when it meets it", async (context) => {
  if (process.platform !== "linux") return context.skip("there is no prlimit");
  const film = await putClip("long", join(tempFolder(context), "film.avi"));
  const forgetsNothing = ["-i", film, "-vf", "reverse", "-f", "null", "-"];
  const { end } = await createFfmpeg("ffmpeg", 300 * 2 ** 20).run(["-v", "error", ...forgetsNothing], {
    durationSeconds: null,
  });
  assert.equal(classifyFailure(end)?.code, "out-of-memory", end.stderr);
});

test("a film that memory is short for does not hold up the next one", async (context) => {
  const house = newHouse(context, { operational: { max_attempts: 1 } });
  await putClip("picture", join(house.root, "a.avi"));
  await house.start(standIn("runs-out-of-memory"));
  assert.equal((await house.becomes("a.avi", "Failed")).problemCode, "out-of-memory");
  await putClip("picture", join(house.root, "b.avi"));
  await house.scan();
  assert.equal((await house.becomes("b.avi", "Failed")).problemCode, "out-of-memory");
});

test("a program that is not there is said to be missing, whatever starts it", async (context) => {
  const path = await putClip("plays", join(tempFolder(context), "Film.mp4"));
  await assert.rejects(createFfprobe("/no/such/ffprobe").probe(path), isProblem("ffmpeg-missing"));
  const run = createFfmpeg("/no/such/ffmpeg").run([], { durationSeconds: null });
  await assert.rejects(run, isProblem("ffmpeg-missing"));
});

test("an ffprobe that the kernel ends says nothing of the film", async (context) => {
  const path = await putClip("plays", join(tempFolder(context), "Film.mp4"));
  await assert.rejects(createFfprobe(standIn("is-killed")).probe(path), isProblem("probe-failed"));
});

const U32_MAX = Buffer.alloc(4, 0xff);

/** What a film says of itself, and where. */
const LIES: Readonly<Record<string, (path: string) => Promise<unknown>>> = {
  "an MP4 of years": async (path) => {
    await runFfmpeg([
      "-v",
      "error",
      "-i",
      await putClip("remux", `${path}.mkv`),
      "-c",
      "copy",
      "-f",
      "mp4",
      path,
    ]);
    for (const [name, offset] of [
      ["mvhd", 20],
      ["mdhd", 20],
      ["tkhd", 24],
    ] as const)
      patchFile(path, name, offset, U32_MAX);
  },
  "an MP4 with an index of 4 GB": async (path) => {
    await runFfmpeg([
      "-v",
      "error",
      "-i",
      await putClip("remux", `${path}.mkv`),
      "-c",
      "copy",
      "-f",
      "mp4",
      path,
    ]);
    patchFile(path, "moov", -4, U32_MAX);
  },
  "a Matroska of thirty thousand years": async (path) => {
    await putClip("remux", path);
    const length = Buffer.alloc(8);
    length.writeDoubleBE(1e15);
    patchFile(path, "\x44\x89\x88", 3, length);
  },
  "an AVI of four billion pictures": async (path) => {
    await putClip("picture", path);
    patchFile(path, "avih", 8 + 16, U32_MAX);
    patchFile(path, "strh", 8 + 32, U32_MAX);
  },
};

for (const [name, make] of Object.entries(LIES))
  test(`${name} is converted as what it is, or refused`, async (context) => {
    const house = newHouse(context, { operational: { max_attempts: 1 } });
    const path = join(tempFolder(context), "film");
    await make(path);
    const film = join(house.root, "Film.mkv");
    writeFileSync(film, readFileSync(path));
    const before = sha256(film);
    await house.start();
    const asset = await house.becomes("Film.mkv", "Completed", "Failed");
    if (asset.state === "Completed") {
      const { media } = await probe(asset.outputPath ?? "");
      assert.ok(Math.abs((media.durationSeconds ?? 0) - 3) < 0.2, String(media.durationSeconds));
    } else assert.deepEqual(filesBelow(house.root), ["Film.mkv"]);
    context.diagnostic(`${asset.state} ${asset.problemCode ?? ""} ${asset.problemDetail ?? ""}`);
    assert.equal(sha256(film), before);
  });

test("an index of four billion pictures is refused for the memory that it asks for", async (context) => {
  const path = join(tempFolder(context), "film.mp4");
  await runFfmpeg(["-v", "error", "-i", await putClip("remux", `${path}.mkv`), "-c", "copy", path]);
  patchFile(path, "stsz", 12, U32_MAX);
  patchFile(path, "stts", 8, U32_MAX);
  await assert.rejects(probe(path), isProblem("out-of-memory"));
});

test("a film of more pictures than ten hours hold is not counted in memory, and no copy of it is believed", async (context) => {
  const folder = tempFolder(context);
  const [source, output] = [await putClip("remux", join(folder, "a.mkv")), join(folder, "a.mp4")];
  await runFfmpeg(["-v", "error", "-i", source, "-c", "copy", "-movflags", "+faststart", output]);
  const { media } = await probe(source);
  const picture = {
    ptsSeconds: 1,
    dtsSeconds: 1,
    durationSeconds: 0,
    sizeBytes: 1,
    isKey: true,
    isDiscarded: false,
  };
  const ffprobe: Ffprobe = {
    ...createFfprobe(),
    probe,
    eachPacket: async (_path, _stream, visit) => {
      for (let left = 2_300_000; left > 0; left--) visit(picture);
    },
  };
  const verified = await verify(
    { ffprobe, reread: (path, reading) => reread(createFfmpeg(), path, reading) },
    {
      ...{ source: media, sourcePath: source, plan: planFor(media), outputPath: output, wish: wish() },
      ...{ isHardware: false, log: "", readsAll: true },
    },
  );
  assert.deepEqual(
    verified.checks
      .filter((each) => !each.passed)
      .map(({ name, detail }) => [name, /2300000 pictures/.test(detail)]),
    [["source", true]],
  );
});
