import assert from "node:assert/strict";
import { test } from "node:test";
import { parseFfprobe } from "./ffprobe-json.ts";
import { containerName, kindName, streamWords } from "./stream-words.ts";

const parsed = parseFfprobe({
  format: { format_name: "matroska,webm", duration: "60" },
  streams: [
    {
      index: 0,
      codec_type: "video",
      codec_name: "hevc",
      profile: "Main 10",
      level: 120,
      width: 1920,
      height: 1080,
      pix_fmt: "yuv420p10le",
      avg_frame_rate: "24000/1001",
      field_order: "progressive",
    },
    {
      index: 1,
      codec_type: "audio",
      codec_name: "eac3",
      channels: 6,
      sample_rate: "48000",
      bit_rate: "640000",
      tags: { language: "ger" },
    },
    { index: 2, codec_type: "subtitle", codec_name: "subrip", tags: { language: "x<y", title: "a\u001bb" } },
    {
      index: 3,
      codec_type: "video",
      codec_name: "mjpeg",
      width: 600,
      height: 800,
      disposition: { attached_pic: 1 },
    },
    { index: 4, codec_type: "audio", codec_name: "weird", channels: 3 },
  ],
});

test("each stream is said in the words of people", () => {
  assert.ok(parsed.kind === "media");
  const { streams } = parsed.media;
  assert.deepEqual(
    streams.map((each) => `${kindName(each)}: ${streamWords(each)}`),
    [
      "Picture: HEVC (H.265), Main 10 4.0, 1920×1080, 23.98 fps, 10-bit",
      "Sound: E-AC-3, 5.1, 48 kHz, German, 640 kb/s",
      "Subtitles: SubRip, x<y, “a\uFFFDb”",
      "Cover picture: JPEG, 600×800",
      "Sound: weird, 3 channels",
    ],
  );
  assert.equal(containerName(parsed.media), "Matroska (MKV)");
});
