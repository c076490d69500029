import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inContainer, media, planFor, video } from "../../test/support/media.ts";
import { likestOf, momentsOf, pairArgs, pairNotes, pairShape, pictureDelay, ssimsIn } from "./frame-pairs.ts";

const source = video({ codec: "mpeg4", width: 1920, height: 1080, sps: null });
const film = inContainer("avi", { streams: [source] });
const planned = planFor(film);
const result = video({ width: 1280, height: 720 });
const shape = pairShape(source, planned, result);

describe("the moments of a comparison", () => {
  it("are five, each between two pictures", () => {
    const moments = momentsOf(100, 25);
    assert.equal(moments.length, 5);
    for (const each of moments) assert.ok(Math.abs(((each * 25) % 1) - 0.5) < 1e-6, String(each));
    assert.ok((moments[0] ?? 0) >= 10 && (moments[4] ?? 0) < 91);
  });

  it("are counted from the first picture, which comes a little after the first sound in some files", () => {
    const late = video({ startSeconds: 10.021 });
    assert.ok(Math.abs(pictureDelay(media({ startSeconds: 10 }), late) - 0.021) < 1e-9);
    assert.equal(pictureDelay(media({ startSeconds: null }), late), 0);
  });

  it("lie within a film of a few pictures, and where the rate is not known", () => {
    assert.ok(momentsOf(0.2, 25).every((each) => each >= 0 && each < 0.2));
    assert.deepEqual(momentsOf(10, 0), [1, 3, 5, 7, 9]);
  });
});

describe("the shape of a pair", () => {
  it("is the result's, and no larger than a screen where it is shown", () => {
    assert.deepEqual(
      [shape.width, shape.height, shape.shownWidth, shape.shownHeight],
      [1280, 720, 1280, 720],
    );
    const large = pairShape(source, { video: null }, video({ width: 3840, height: 2160 }));
    assert.deepEqual([large.width, large.shownWidth, large.shownHeight], [3840, 1920, 1080]);
  });

  it("is shown in square pixels", () => {
    const wide = video({ width: 720, height: 576, sampleAspectRatio: { num: 64, den: 45 } });
    const { shownWidth, shownHeight } = pairShape(wide, { video: null }, wide);
    assert.deepEqual([shownWidth, shownHeight], [1024, 576]);
  });

  it("cuts and maps the original as the plan did, only where the plan made this result", () => {
    assert.ok(planned.video?.kind === "encode");
    const crop = { width: 1920, height: 800, left: 0, top: 140 };
    const video = { ...planned.video, width: 1280, height: 720, crop, toneMap: "smpte2084" as const };
    assert.deepEqual(pairShape(source, { video }, result).crop, crop);
    const other = pairShape(source, { video: { ...video, height: 534 } }, result);
    assert.deepEqual([other.crop, other.toneMap], [null, null]);
  });

  it("makes both pictures and the measure in one process", () => {
    const paths = { source: "/a", result: "/b", before: "/c.jpg", after: "/d.jpg" };
    const args = pairArgs(paths, { stream: 3, atSeconds: [12.02, 12.04], shape });
    const graph = args[args.indexOf("-filter_complex") + 1] ?? "";
    assert.match(graph, /^\[0:3\]scale=w=1280:h=720:flags=bicubic,.*\[a\]\[b\];\[1:v:0\]/);
    assert.match(graph, /\[c\]\[a\]ssim=stats_file=-\[like\]/);
    assert.deepEqual(
      args.flatMap((each, at) => (each === "-ss" ? [args[at + 1]] : [])),
      ["12.020000", "12.040000"],
    );
    assert.deepEqual(
      args.filter((each) => each.startsWith("file:")),
      ["file:/a", "file:/b", "file:/c.jpg", "file:/d.jpg"],
    );
  });
});

describe("what SSIM says", () => {
  it("is read from its lines", () => {
    const line = "n:1 Y:0.98 U:0.99 V:0.99 All:0.987654 (19.08)\n";
    assert.deepEqual(ssimsIn(`${line}n:2 All:1.000000 (inf)\n`), [0.987654, 1]);
    assert.deepEqual(ssimsIn("All:nan"), []);
  });

  it("tells which of three neighbours is the picture", () => {
    assert.equal(likestOf([0.9, 0.98, 0.91]), 1);
    assert.equal(likestOf([0.9, 0.91, 0.98]), 2);
    assert.equal(likestOf([1, 1, 1]), 1);
    assert.equal(likestOf([0.7]), 0);
    assert.equal(likestOf([]), 0);
  });

  it("is put into words where it does not say all", () => {
    assert.match(pairNotes(source, planned, result).join(" "), /1920×1080 and is compared at .* 1280×720/);
    assert.deepEqual(pairNotes(source, planned, video({ width: 1920, height: 1080 })), []);
    const copied = planFor(inContainer("matroska"));
    assert.match(pairNotes(video(), copied, video()).join(" "), /copied as it is/);
    assert.ok(planned.video?.kind === "encode");
    const crop = { width: 1920, height: 800, left: 0, top: 140 };
    const changed = {
      ...planned.video,
      ...({ crop, toneMap: "smpte2084", deinterlace: "all", detelecine: true } as const),
    };
    const burnIn = { kind: "text", stream: 2 } as const;
    const said = pairNotes(source, { video: changed, burnIn }, result);
    for (const word of [/Black bars/, /HDR/, /interlaced/, /another rate/, /Subtitles/])
      assert.ok(
        said.some((each) => word.test(each)),
        String(word),
      );
  });

  it("knows a rate that was changed from one that was only written down", () => {
    assert.ok(planned.video?.kind === "encode");
    const at = (num: number) => ({ num, den: 1 });
    const timed = { video: { ...planned.video, frameRate: at(25) }, burnIn: null };
    const is = (rate: number): boolean =>
      pairNotes(
        video({ averageFrameRate: at(rate), nominalFrameRate: at(rate), packets: null }),
        timed,
        video({ averageFrameRate: at(25), nominalFrameRate: at(25), packets: null }),
      ).some((each) => each.includes("another rate"));
    assert.deepEqual([is(25), is(50)], [false, true]);
  });
});
