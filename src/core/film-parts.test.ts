import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { packetFactsOf, video } from "../../test/support/media.ts";
import { ENCODERS } from "./encoders.ts";
import { cutFilm, partSecondsFor, whyWhole } from "./film-parts.ts";
import { joinArgs, joinList, partArgs, soundArgs } from "./film-parts-args.ts";
import { checkHeaders, checkJoints, checkParts, faultOfPart } from "./film-parts-checks.ts";
import type { Fraction, MediaInfo, VideoStream } from "./media-info.ts";
import type { Packet } from "./packets.ts";
import type { ConversionPlan } from "./plan.ts";
import type { VideoEncode } from "./plan-video.ts";
import { defaultEncodingProfile } from "./settings-profile.ts";

const PAL = { num: 25, den: 1 };

const film = (more: Partial<MediaInfo> = {}, picture: Partial<VideoStream> = {}): MediaInfo => ({
  ...{ container: "matroska", formatName: "matroska,webm", durationSeconds: 3600, startSeconds: 0 },
  ...{ sizeBytes: 4e9, bitrateBps: null, chapterCount: 0, mp4: null },
  ...{ isTruncated: false, isEncrypted: false, madeFrom: null },
  streams: [video({ codec: "hevc", sps: null, ...picture })],
  ...more,
});

const encode = (more: Partial<VideoEncode> = {}): VideoEncode => ({
  ...{ kind: "encode", stream: 0, width: 1280, height: 720, level: "4.1", frameRate: null },
  ...{ keyframeEveryFrames: 50, deinterlace: "none", fieldOrder: "auto", detelecine: false },
  ...{ crop: null, toneMap: null, fromFullRange: false, fromRgb: false },
  ...more,
});

const plan = (picture: Partial<VideoEncode> = {}, more: Partial<ConversionPlan> = {}): ConversionPlan => ({
  ...{ work: "video", reasons: [], streams: [], audio: null, surround: null, sidecars: [], burnIn: null },
  video: encode(picture),
  ...more,
});

/** Pictures at a constant rate, a keyframe every `every`; `time` bends the times. */
const packets = (
  count: number,
  every: number,
  { num, den }: Fraction = PAL,
  time = (seconds: number): number => seconds,
): readonly Packet[] =>
  Array.from({ length: count }, (_, at) => {
    const seconds = time((at * den) / num);
    return {
      ...{ ptsSeconds: seconds, dtsSeconds: seconds, durationSeconds: den / num },
      ...{ sizeBytes: 1000, isKey: at % every === 0, isDiscarded: false },
    };
  });

describe("whyWhole", () => {
  const text = { kind: "text", stream: 2 } as const;
  for (const [what, media, asked, why] of [
    ["a long film that is encoded", film(), plan(), null],
    ["in MP4", film({ container: "mp4", mp4: { moovBeforeMdat: true, isFragmented: false } }), plan(), null],
    ["a transport stream", film({ container: "mpegts" }), plan(), null],
    ["a rate that is made constant", film(), plan({ frameRate: PAL }), null],
    ["a copy", film(), { ...plan(), video: null }, /no picture/],
    ["a short film", film({ durationSeconds: 1799 }), plan(), /shorter/],
    ["a film of no length", film({ durationSeconds: null }), plan(), /shorter/],
    ["subtitles burned in", film(), plan({}, { burnIn: text }), /burned in/],
    ["interlaced", film(), plan({ deinterlace: "all" }), /fields/],
    ["perhaps interlaced", film(), plan({ deinterlace: "flagged" }), /fields/],
    ["telecined", film(), plan({ detelecine: true }), /fields/],
    ["HDR", film(), plan({ toneMap: "smpte2084" }), /HDR/],
    ["AVI", film({ container: "avi" }), plan(), /avi/],
    ["a codec that nobody tried", film({}, { codec: "vc1" }), plan(), /vc1/],
    ["damaged", film({ isTruncated: true }), plan(), /damaged/],
    ["fragments", film({ mp4: { moovBeforeMdat: true, isFragmented: true } }), plan(), /fragments/],
    ["an edit list", film({}, { packets: packetFactsOf({ discardedPackets: 9 }) }), plan(), /edit list/],
  ] as const)
    it(what, () => {
      const said = whyWhole(media, asked, 1800);
      if (why === null) assert.equal(said, null);
      else assert.match(said ?? "", why);
    });
});

describe("cutFilm", () => {
  it("cuts at keyframes, and every picture is in one part", () => {
    const cut = cutFilm(film(), plan(), packets(25 * 100, 50), 30);
    assert.equal(cut.kind, "parts");
    if (cut.kind !== "parts") return;
    assert.deepEqual(
      cut.parts.map((each) => each.pictures),
      [750, 750, 1000],
    );
    assert.deepEqual(cut.parts[0], {
      ...{ index: 0, seekSeconds: null, mostPictures: null, pictures: 750, seconds: 30, betweenJoints: 30 },
      filters: ["setpts=PTS-STARTPTS+0.000000/TB", "trim=end=29.980000", "setpts=PTS-STARTPTS"],
    });
    // Read from the keyframe before its own on; half a picture before each.
    assert.deepEqual(cut.parts[1]?.seekSeconds?.toFixed(3), "27.980");
    assert.deepEqual(cut.parts[1]?.filters, ["trim=start=2.000000:end=32.000000", "setpts=PTS-STARTPTS"]);
    assert.deepEqual(cut.parts[2]?.filters, ["trim=start=2.000000", "setpts=PTS-STARTPTS"]);
  });

  it("takes times that Matroska rounded", () => {
    const rate = { num: 24_000, den: 1001 };
    const rounded = packets(4800, 48, rate, (seconds) => Math.round(seconds * 1000) / 1000);
    const cut = cutFilm(film({}, { nominalFrameRate: rate }), plan(), rounded, 60);
    assert.equal(cut.kind, "parts");
    if (cut.kind !== "parts") return;
    assert.deepEqual([cut.frameRate, cut.parts.length], [rate, 3]);
    assert.equal(
      cut.parts.reduce((sum, each) => sum + (each.pictures ?? 0), 0),
      4800,
    );
  });

  it("counts from the file's beginning, and keeps a late picture late", () => {
    const cut = cutFilm(
      film({ startSeconds: 1.4 }),
      plan(),
      packets(2500, 50, PAL, (at) => at + 1.88),
      30,
    );
    assert.equal(cut.kind, "parts");
    if (cut.kind !== "parts") return;
    assert.equal(cut.startSeconds.toFixed(3), "0.480");
    assert.match(cut.parts[0]?.filters[0] ?? "", /^setpts=PTS-STARTPTS\+0\.480000\/TB$/);
    assert.equal(cut.parts[1]?.seekSeconds?.toFixed(3), "28.460");
  });

  it("puts parts of a rate that is made constant on one grid", () => {
    const cut = cutFilm(film(), plan({ frameRate: PAL }), packets(5000, 100, { num: 50, den: 1 }), 30);
    assert.equal(cut.kind, "parts");
    if (cut.kind !== "parts") return;
    assert.deepEqual(
      cut.parts.map((each) => [each.mostPictures, each.pictures]),
      [
        [750, 750],
        [750, 750],
        [null, null],
      ],
    );
    // 30 s is read from 27.99 s on, half a picture of 25 a second before the keyframe at 28 s.
    assert.equal(cut.parts[1]?.filters[0], "fps=fps=25/1:start_time=2.020000");
    assert.equal(cut.startSeconds, 0);
  });
});

describe("what cutFilm leaves whole", () => {
  for (const [what, given, why] of [
    [
      "a picture without a time",
      packets(2500, 50).with(9, { ...packetOf(), ptsSeconds: null }),
      /time of their own/,
    ],
    [
      "a picture that is hidden",
      packets(2500, 50).with(9, { ...packetOf(), isDiscarded: true }),
      /time of their own/,
    ],
    [
      "two pictures of one time",
      packets(2500, 50, PAL, (at) => (at > 50 ? at - 0.04 : at)),
      /time of their own/,
    ],
    ["no picture at all", [], /time of their own/],
    ["a beginning in the middle", packets(2500, 50).slice(7), /begin with a keyframe/],
    ["a hole", packets(2500, 50, PAL, (at) => (at > 50 ? at + 0.04 : at)), /constant rate/],
    ["a rate that drifts", packets(2500, 50, PAL, (at) => at * 1.001), /constant rate/],
    ["one keyframe", packets(2500, 9999), /keyframes/],
    ["hardly any keyframe", packets(25 * 400, 25 * 200), /keyframes/],
  ] as const)
    it(`leaves whole: ${what}`, () => {
      const cut = cutFilm(film(), plan(), given, 30);
      assert.equal(cut.kind, "whole");
      assert.match(cut.kind === "whole" ? cut.why : "", why);
    });

  it("says how long parts are", () => {
    assert.deepEqual(
      [partSecondsFor(7200, 3), partSecondsFor(2400, 4), partSecondsFor(300, 2), partSecondsFor(36_000, 2)],
      [400, 100, 60, 600],
    );
  });
});

function packetOf(): Packet {
  return {
    ptsSeconds: 0.36,
    dtsSeconds: 0,
    durationSeconds: 0.04,
    sizeBytes: 1,
    isKey: false,
    isDiscarded: false,
  };
}

describe("the argument lists", () => {
  const context = {
    ...{ paths: { input: "/f/a.mkv", output: "/f/p.mp4" }, encoder: ENCODERS.software, threads: 2 },
    ...{ profile: defaultEncodingProfile, sourceFingerprint: "abc" },
  };
  const cut = cutFilm(film(), plan(), packets(2500, 50), 30);
  const part = cut.kind === "parts" ? cut.parts[1] : undefined;
  assert.ok(part);

  it("a part seeks, filters first of all, has half the buffer and no sound", () => {
    const args = partArgs(plan(), part, context);
    const after = (option: string): string | undefined => args[args.indexOf(option) + 1];
    assert.deepEqual(
      [after("-ss"), after("-bufsize:v"), after("-threads:v"), after("-map"), args.at(-1)],
      ["27.980000", "8000000", "2", "0:0", "file:/f/p.mp4"],
    );
    assert.match(after("-vf") ?? "", /^trim=start=2\.000000:end=32\.000000,setpts=PTS-STARTPTS,scale=/);
    assert.ok(args.indexOf("-ss") < args.indexOf("-i"));
    assert.ok(!args.includes("-c:a:0") && !args.some((each) => each.startsWith("comment=")));
  });

  it("a part asks for less at most by the buffer that a joint may cost, and never for less than half", () => {
    const rate = (betweenJoints: number): string | undefined => {
      const args = partArgs(plan(), { ...part, betweenJoints }, context);
      return args[args.indexOf("-maxrate:v") + 1];
    };
    // 8 Mbit a second at most, and half of 16 Mbit to win back.
    assert.deepEqual([rate(30), rate(600), rate(1)], ["7733333", "7986666", "4000000"]);
  });

  it("the film's own source is opened with the white lists, and what we made with narrower ones", () => {
    const sound = {
      kind: "copy",
      stream: 1,
      codec: "aac",
      language: "deu",
    } as unknown as ConversionPlan["audio"];
    const both = plan({}, { audio: sound });
    const made = soundArgs(both, { input: "/f/a.mkv", output: "/f/s.mp4" });
    assert.ok(made.includes("-format_whitelist") && made.includes("null"));
    const paths = { list: "/t/parts.txt", sound: "/f/s.mp4", output: "/f/o.mp4" };
    const joined = joinArgs(both, { startSeconds: 0.48 }, paths, "abc");
    assert.equal(joined.filter((each) => each === "concat,mov").length, 2);
    assert.deepEqual(joined.slice(joined.indexOf("-itsoffset"), joined.indexOf("-itsoffset") + 2), [
      "-itsoffset",
      "0.480000",
    ]);
    assert.ok(joined.includes("language=deu") && joined.some((each) => each.startsWith("comment=")));
    assert.ok(!joinArgs(plan(), { startSeconds: 0 }, { ...paths, sound: null }, null).includes("1:a"));
  });

  it("the list names durations that do not add up what is rounded, and no name that breaks it", () => {
    const rate = { num: 24_000, den: 1001 };
    const path = "/f/it's.mp4";
    const text =
      joinList(
        Array.from({ length: 50 }, () => ({ path, pictures: 250 })),
        rate,
      ) ?? "";
    const seconds = [...text.matchAll(/duration (\S+)/g)].map((each) => Number(each[1]));
    const sum = seconds.reduce((total, each) => total + each, 0);
    assert.ok(Math.abs(sum - (50 * 250 * 1001) / 24_000) < 1e-6, String(sum));
    assert.match(text, /^ffconcat version 1\.0\nfile 'file:\/f\/it'\\''s\.mp4'\n/);
    assert.equal(joinList([{ path: "/f/new\nline.mp4", pictures: 1 }], rate), null);
  });
});

describe("the checks of parts", () => {
  const [one, two] = [packets(100, 50), packets(50, 50)];
  const facts = [one, two].map((each) => ({ packets: each, headers: "01" }));
  const joined = { packets: packets(150, 50), headers: "01" };
  const planned = (pictures: number | null) => ({
    ...{ index: 0, seekSeconds: null, filters: [], mostPictures: null, pictures, seconds: 4 },
    betweenJoints: 4,
  });

  it("all is well", () => {
    assert.ok(checkParts([planned(100), { ...planned(null), index: 1 }], facts).passed);
    assert.ok(checkHeaders(facts, joined).passed);
    assert.ok(checkJoints(facts, joined, PAL).passed);
  });

  for (const [what, check] of [
    ["a part that is short", checkParts([planned(101)], facts)],
    ["a part that is missing", checkParts([planned(100), planned(50), planned(50)], facts)],
    ["a part without a keyframe", checkParts([planned(99)], [{ packets: one.slice(1), headers: "01" }])],
    ["other headers in a part", checkHeaders([...facts, { packets: one, headers: "02" }], joined)],
    ["other headers in the film", checkHeaders(facts, { ...joined, headers: "02" })],
    ["no headers", checkHeaders([{ packets: one, headers: null }], { packets: one, headers: null })],
    ["a picture lost", checkJoints(facts, { ...joined, packets: packets(149, 50) }, PAL)],
    [
      "a joint 0.7 ms late",
      checkJoints(
        facts,
        { ...joined, packets: packets(150, 50, PAL, (at) => (at >= 4 ? at + 0.0007 : at)) },
        PAL,
      ),
    ],
    ["a joint without a keyframe", checkJoints(facts, { ...joined, packets: packets(150, 150) }, PAL)],
  ] as const)
    it(what, () => assert.equal(check.passed, false, check.detail));

  it("a part without a picture", () =>
    assert.equal(faultOfPart(planned(null), { packets: [], headers: null }), "it has no picture"));
});
