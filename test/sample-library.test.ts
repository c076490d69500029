import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { makeSampleLibrary, type SampleProgress } from "../src/apps/sample-library.ts";
import { runFfmpeg } from "./support/ffmpeg.ts";

type Stream = Readonly<Record<string, unknown>> & {
  readonly codec_type: string;
  readonly disposition: Readonly<Record<string, number>>;
};

let folder = "";
let made: readonly string[] = [];
const progress: SampleProgress[] = [];
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "sample-library-"));
  made = await makeSampleLibrary(folder, { runFfmpeg, onProgress: (each) => progress.push(each) });
});
after(() => rmSync(folder, { recursive: true, force: true }));

const streamsOf = (path: string): readonly Stream[] =>
  JSON.parse(
    execFileSync("ffprobe", ["-v", "error", "-show_streams", "-of", "json", join(folder, path)]).toString(),
  ).streams;

const filesIn = (directory: string): readonly string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile() && !each.name.startsWith("."))
    .map((each) => join(each.parentPath, each.name).slice(directory.length + 1))
    .toSorted();

/** The one clip whose path holds `part`. */
const clip = (part: string): string => {
  const found = made.filter((each) => each.includes(part));
  assert.equal(found.length, 1, `${part}: ${found.join(", ")}`);
  return found[0] ?? "";
};

describe("the sample library", () => {
  it("is thirteen files in Movies and Series, each reported once", () => {
    assert.equal(made.length, 13);
    assert.deepEqual(filesIn(folder), made.toSorted());
    assert.deepEqual(new Set(made.map((each) => each.split("/")[0])), new Set(["Movies", "Series"]));
    assert.deepEqual(progress.at(-1), { kind: "made", path: made.at(-1), done: 13, total: 13 });
  });

  it("is of files that have long settled", () => {
    for (const each of made) assert.ok(statSync(join(folder, each)).mtimeMs < Date.parse("2021-01-01"), each);
  });

  const cases: readonly [string, string, Readonly<Record<string, unknown>>][] = [
    ["Quiet Harbour", "video", { codec_name: "h264", profile: "High", level: 41, pix_fmt: "yuv420p" }],
    ["Quiet Harbour", "audio", { codec_name: "aac", channels: 2 }],
    ["Northern.Lights", "video", { codec_name: "h264" }],
    ["Northern.Lights", "audio", { codec_name: "aac" }],
    ["salt and iron", "audio", { codec_name: "ac3", channels: 6 }],
    ["Meridian", "video", { codec_name: "hevc", pix_fmt: "yuv420p10le" }],
    ["Meridian", "audio", { codec_name: "eac3", channels: 6 }],
    ["Paper Moons", "subtitle", { codec_name: "mov_text" }],
    ["Big Label", "video", { codec_name: "h264", level: 51, width: 640 }],
    ["Surround Sound", "audio", { codec_name: "aac", channels: 6 }],
    ["S01E01", "video", { codec_name: "mpeg2video", height: 576 }],
    ["XviD", "video", { codec_name: "mpeg4", codec_tag_string: "XVID" }],
    ["XviD", "audio", { codec_name: "mp3" }],
  ];
  for (const [part, type, expected] of cases)
    it(`${part}: ${type} is ${Object.values(expected).join(" ")}`, () => {
      const stream = streamsOf(clip(part)).find((each) => each.codec_type === type);
      assert.partialDeepStrictEqual(stream, expected);
    });

  it("holds interlaced pictures", () => {
    const frames = execFileSync("ffprobe", [
      ...["-v", "error", "-select_streams", "v", "-read_intervals", "%+1", "-show_entries"],
      ...["frame=interlaced_frame", "-of", "csv=p=0", join(folder, clip("S01E01"))],
    ]);
    assert.match(frames.toString(), /^1,?$/m);
  });

  it("holds a commentary marked as default, and two languages", () => {
    const audio = streamsOf(clip("Two.Tongues")).filter((each) => each.codec_type === "audio");
    assert.deepEqual(
      audio.map((each) => [each.disposition.default, each.disposition.comment]),
      [
        [1, 1],
        [0, 0],
        [0, 0],
      ],
    );
    assert.match(JSON.stringify(audio.map((each) => each.tags)), /eng.*eng.*(deu|ger)/);
  });

  it("holds subtitles of two kinds", () => {
    const subtitles = streamsOf(clip("harbour.lights")).filter((each) => each.codec_type === "subtitle");
    assert.deepEqual(
      subtitles.map((each) => each.codec_name),
      ["subrip", "ass"],
    );
  });

  for (const part of ["long.goodnight", "free codec"])
    it(`${part}: is nothing ffprobe can read`, () => {
      assert.throws(() => execFileSync("ffprobe", ["-v", "quiet", join(folder, clip(part))]));
    });
});

describe("starting again", () => {
  it("makes nothing, even when a film is gone since", async () => {
    rmSync(join(folder, clip("XviD")));
    const again = await makeSampleLibrary(folder, {
      runFfmpeg: () => assert.fail("ffmpeg was started"),
      onProgress: () => assert.fail("progress was told"),
    });
    assert.deepEqual(again, []);
  });

  it("completes what a killed run left, and clears its unfinished clips away", async () => {
    rmSync(join(folder, ".sample-library-is-complete"));
    mkdirSync(join(folder, ".being-made"));
    writeFileSync(join(folder, ".being-made", "11.avi"), "half a film");
    const again = await makeSampleLibrary(folder, { runFfmpeg, onProgress: () => undefined });
    assert.deepEqual(again, [clip("XviD")]);
    assert.equal(existsSync(join(folder, ".being-made")), false);
    assert.equal(streamsOf(clip("XviD"))[0]?.codec_name, "mpeg4");
  });

  it("tells of a clip that ffmpeg cannot make, and tries it again", async () => {
    rmSync(join(folder, ".sample-library-is-complete"));
    rmSync(join(folder, clip("XviD")));
    const told: SampleProgress[] = [];
    const broken = () => Promise.reject(new Error("Unknown encoder"));
    await makeSampleLibrary(folder, { runFfmpeg: broken, onProgress: (each) => told.push(each) });
    assert.deepEqual(told, [{ kind: "failed", path: clip("XviD"), detail: "Unknown encoder" }]);
    assert.deepEqual(await makeSampleLibrary(folder, { runFfmpeg, onProgress: () => undefined }), [
      clip("XviD"),
    ]);
  });

  it("starts nothing more once it is told to stop", async () => {
    const elsewhere = join(folder, "stopped");
    const made = await makeSampleLibrary(
      elsewhere,
      { runFfmpeg: () => assert.fail("ffmpeg was started"), onProgress: () => undefined },
      AbortSignal.abort(),
    );
    assert.deepEqual(made, []);
    assert.deepEqual(filesIn(elsewhere), []);
  });
});
