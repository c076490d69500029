import assert from "node:assert/strict";
import { test } from "node:test";
import {
  audio,
  inContainer,
  media,
  packetFactsOf,
  planFor,
  profile,
  screens,
  spsOf,
  video,
} from "../../test/support/media.ts";
import { type MediaInfo, mainVideo } from "./media-info.ts";
import { predictOutput } from "./predict-output.ts";

const predict = (film: MediaInfo): MediaInfo | null => predictOutput(film, planFor(film), profile());

test("nothing to do makes no file", () => assert.equal(predict(media()), null));
test("nothing that helps makes no file", () => assert.equal(predict(media({ isTruncated: true })), null));
test("a plan for another film makes no file", () =>
  assert.equal(predictOutput(media({ streams: [] }), planFor(inContainer("matroska")), profile()), null));

test("a copy keeps its picture", () => {
  const made = predict(inContainer("matroska", { chapterCount: 3, startSeconds: 5 }));
  assert.deepEqual(
    made && { ...made, streams: made.streams.map((each) => [each.kind, each.codec, each.tag]) },
    {
      ...media(),
      sizeBytes: null,
      streams: [
        ["video", "h264", "avc1"],
        ["audio", "aac", "mp4a"],
      ],
    },
  );
});

test("a repair corrects the headers", () => {
  const film = media({
    streams: [
      video({
        width: 1920,
        height: 1088,
        level: 51,
        sps: spsOf(1920, 1088),
        sampleAspectRatio: { num: 1281, den: 1280 },
      }),
    ],
  });
  const made = mainVideo(predict(film) ?? media({ streams: [] }));
  assert.deepEqual([made?.height, made?.level, made?.sampleAspectRatio], [1080, 41, { num: 1, den: 1 }]);
  assert.deepEqual([made?.sps?.levelIdc, made?.sps?.cropBottomPixels], [41, 8]);
});

test("a copy of a level nobody told keeps the stream's own", () => {
  const made = mainVideo(predict(inContainer("matroska", { streams: [video({ level: null })] })) ?? media());
  assert.deepEqual([made?.level, made?.sps?.levelIdc], [null, 31]);
});

test("HEVC keeps its tag", () => {
  const film = inContainer("matroska", {
    streams: [video({ codec: "hevc", profile: "Main", tag: "hvc1", sps: null })],
  });
  const made = predictOutput(film, planFor(film, { devices: screens("chromecast-ultra") }), profile());
  assert.equal(made?.streams[0]?.tag, "hvc1");
});

test("an encode is H.264 without anything odd", () => {
  const film = inContainer("avi", {
    streams: [
      video({
        codec: "mpeg4",
        scan: "interlaced",
        rotationDegrees: 90,
        colorTransfer: "smpte2084",
        packets: packetFactsOf({ peakFrameRate: null, peakBitrateBps: null }),
      }),
      audio({ codec: "ac3", channels: 6, startSeconds: 3 }),
    ],
  });
  const [picture, sound] = predict(film)?.streams ?? [];
  assert.ok(picture?.kind === "video" && sound?.kind === "audio");
  assert.deepEqual(
    [
      picture.codec,
      picture.profile,
      picture.level,
      picture.scan,
      picture.rotationDegrees,
      picture.colorTransfer,
    ],
    ["h264", "High", 41, "progressive", 0, "bt709"],
  );
  assert.deepEqual([picture.packets?.peakFrameRate, picture.packets?.peakBitrateBps], [25, 8_000_000]);
  assert.deepEqual([sound.codec, sound.profile, sound.channels, sound.startSeconds], ["aac", "LC", 2, 0]);
});

test("a rate that stays is the rate the picture has", () => {
  const film = media({
    streams: [video({ codec: "mpeg4", scan: "interlaced", packets: packetFactsOf({ peakFrameRate: 50 }) })],
  });
  assert.equal(mainVideo(predict(film) ?? film)?.packets?.peakFrameRate, 25);
});

for (const [name, startSeconds, wanted] of [
  ["early", -0.02, 0],
  ["in time", 0.05, 0.05],
  ["not told", null, 0],
] as const)
  test(`copied sound that starts ${name}`, () => {
    const made = predict(inContainer("matroska", { streams: [video(), audio({ startSeconds })] }));
    assert.equal(made?.streams[1]?.startSeconds, wanted);
  });
