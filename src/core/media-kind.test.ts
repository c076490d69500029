import assert from "node:assert/strict";
import { test } from "node:test";
import { audio, media, screens, subtitle, video } from "../../test/support/media.ts";
import type { Stream } from "./media-info.ts";
import { type MediaKind, mediaKindOf } from "./media-kind.ts";
import { judge } from "./verdict.ts";

const kindOf = (...streams: readonly Stream[]): MediaKind => {
  const film = media({ streams });
  return mediaKindOf(
    film,
    judge(film, { devices: screens("chromecast-2", "chromecast-ultra"), languages: [] }),
  );
};

const SIZES: readonly (readonly [number, number, MediaKind["resolution"]])[] = [
  [7680, 4320, "4320p"],
  [3840, 1600, "2160p"],
  [2160, 3840, "2160p"],
  [2560, 1440, "1440p"],
  [1920, 800, "1080p"],
  [1440, 1080, "1080p"],
  [1280, 536, "720p"],
  [960, 720, "720p"],
  [720, 576, "576p"],
  [854, 480, "480p"],
  [720, 480, "480p"],
  [320, 240, "smaller"],
];
for (const [width, height, expected] of SIZES)
  test(`${width}x${height} is ${expected}`, () =>
    assert.equal(kindOf(video({ width, height })).resolution, expected));

test("HDR is told by its transfer, its side data, or as Dolby Vision", () => {
  assert.equal(kindOf(video()).hdr, "sdr");
  assert.equal(kindOf(video({ colorTransfer: "smpte2084" })).hdr, "hdr10");
  assert.equal(kindOf(video({ hasHdrSideData: true })).hdr, "hdr10");
  assert.equal(kindOf(video({ colorTransfer: "arib-std-b67" })).hdr, "hlg");
  const dolbyVision = { profile: 8, compatibilityId: 1 };
  assert.equal(kindOf(video({ colorTransfer: "smpte2084", dolbyVision })).hdr, "dolby-vision");
});

test("sound is the track that is played, subtitles are all", () => {
  const film = kindOf(
    video(),
    audio({ index: 1, codec: "dts", channels: 6, isDefault: true }),
    audio({ index: 2, codec: "aac", isDefault: false }),
    subtitle({ index: 3, codec: "subrip" }),
    subtitle({ index: 4, codec: "hdmv_pgs_subtitle" }),
  );
  assert.deepEqual([film.audio, film.channels, film.subtitles], ["dts", "5.1", ["text", "picture"]]);
  const silent = kindOf(video());
  assert.deepEqual([silent.audio, silent.channels, silent.subtitles], ["none", "none", ["none"]]);
});

test("each device is among those that play it or those that do not", () => {
  const { playsOn, failsOn } = kindOf(
    video({ codec: "hevc", profile: "Main", tag: "hvc1", level: 120 }),
    audio(),
  );
  assert.deepEqual([playsOn, failsOn], [["chromecast-ultra"], ["chromecast-2"]]);
  assert.deepEqual(kindOf(audio({ index: 0 })).codec, "none");
});
