import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { audio, inContainer, media, screens, subtitle, video, wish } from "../../test/support/media.ts";
import { takingsOf } from "./device-takes.ts";
import type { DeviceName } from "./devices.ts";
import type { MediaInfo, Stream } from "./media-info.ts";
import { judge } from "./verdict.ts";

const takings = (film: MediaInfo, stream: Stream | null, ...names: readonly DeviceName[]) => {
  const devices = screens(...names);
  return takingsOf(stream, film, judge(film, wish({ devices })), devices);
};

const hevc = video({
  codec: "hevc",
  profile: "Main 10",
  level: 150,
  width: 3840,
  height: 2160,
  pixelFormat: "yuv420p10le",
  bitDepth: 10,
  sps: null,
});

describe("what devices take", () => {
  it("is said once by devices that say the same", () => {
    const film = media();
    assert.deepEqual(takings(film, video(), "chromecast-1", "chromecast-2", "chromecast-3"), [
      {
        labels: ["Chromecast (1st generation)", "Chromecast 2"],
        answer: "takes",
        words: "H.264 up to level 4.1, 1080p at 30 fps or 720p at 60 fps, 8 bit, no HDR",
      },
      {
        labels: ["Chromecast 3"],
        answer: "takes",
        words: "H.264 up to level 4.2, 1080p at 60 fps, 8 bit, no HDR",
      },
    ]);
  });

  it("names the codecs of a device that has no decoder, and the limits of one that has", () => {
    const film = inContainer("matroska", { streams: [hevc, audio()] });
    assert.deepEqual(takings(film, hevc, "chromecast-3", "google-tv-4k"), [
      { labels: ["Chromecast 3"], answer: "refuses", words: "H.264, VP8" },
      {
        labels: ["Chromecast with Google TV (4K)"],
        answer: "takes",
        words: "HEVC (H.265) up to level 5.1, 2160p at 60 fps, 8 or 10 bit, HDR10, HLG",
      },
    ]);
  });

  it("counts AV1's levels as people do", () => {
    const film = media({ streams: [video({ codec: "av1", sps: null })] });
    assert.match(
      takings(film, film.streams[0] ?? null, "google-tv-streamer")[0]?.words ?? "",
      /AV1 up to level 5\.1/,
    );
  });

  it("is of the container and of the sound as well", () => {
    const ac3 = audio({ codec: "ac3", channels: 6 });
    const film = inContainer("matroska", { streams: [video(), ac3] });
    assert.equal(takings(film, null, "chromecast-3")[0]?.answer, "refuses");
    assert.deepEqual(takings(film, ac3, "chromecast-3"), [
      { labels: ["Chromecast 3"], answer: "refuses", words: "AAC (LC), up to 48 kHz, stereo" },
    ]);
  });

  it("says of tracks that no player asks for that they are left", () => {
    const film = media({
      streams: [video(), audio(), audio({ index: 2, isDefault: false, isComment: true })],
    });
    assert.equal(takings(film, film.streams[2] ?? null, "chromecast-3")[0]?.answer, "ignores");
    const text = subtitle({ index: 3 });
    assert.equal(takings(film, text, "chromecast-3")[0]?.words, "text from a WebVTT file beside the film");
  });
});
