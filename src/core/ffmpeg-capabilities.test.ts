import assert from "node:assert/strict";
import { test } from "node:test";
import { parseCapabilities, parseDecoders } from "./ffmpeg-capabilities.ts";

const LEGEND = `  A = Audio input/output
  V = Video input/output
  N = Dynamic number and/or type of input/output
  | = Source or sink filter`;

/** Printed by ffmpeg 5.1.9 of Debian 12, cut. */
const FIVE = {
  version: `ffmpeg version 5.1.9-0+deb12u1 Copyright (c) 2000-2026 the FFmpeg developers
built with gcc 12 (Debian 12.2.0-14+deb12u1)
libavutil      57. 28.100 / 57. 28.100`,
  filters: `Filters:
  T.. = Timeline support
  .S. = Slice threading
  ..C = Command support
${LEGEND}
 ... abench            A->A       Benchmark part of a filtergraph.
 ... chromakey_cuda    V->V       GPU accelerated chromakey filter
 ... overlay_qsv       VV->V      Quick Sync Video overlay.
 T.. yadif_cuda        V->V       Deinterlace CUDA frames
 ..C concat            N->N       Concatenate audio and video streams.
 ... color             |->V       Provide an uniformly colored input.
 ... nullsink          V->|       Do absolutely nothing with the input video.`,
  hwaccels: "Hardware acceleration methods:\nvdpau\ncuda\nvaapi\nqsv\n\n",
};
/** The form of ffmpeg 8 and later: two letters. */
const EIGHT = ` Filters:
  T. = Timeline support
  .S = Slice threading
${LEGEND}
 T. bwdif_cuda        V->V       Deinterlace CUDA frames
 .. scale_cuda        V->V       GPU accelerated video resizer`;

test("the lists of ffmpeg 5.1", () => {
  const { version, filters, hwaccels } = parseCapabilities(FIVE);
  assert.equal(version, "5.1.9-0+deb12u1");
  assert.deepEqual(
    [...filters],
    ["abench", "chromakey_cuda", "overlay_qsv", "yadif_cuda", "concat", "color", "nullsink"],
  );
  assert.deepEqual([...hwaccels], ["vdpau", "cuda", "vaapi", "qsv"]);
});

test("the filters of ffmpeg 8", () =>
  assert.deepEqual(
    [...parseCapabilities({ ...FIVE, filters: EIGHT }).filters],
    ["bwdif_cuda", "scale_cuda"],
  ));

const VERSIONS: Readonly<Record<string, string>> = {
  "ffmpeg version n7.1-3-jellyfin Copyright (c) 2000-2024": "n7.1-3-jellyfin",
  "ffmpeg version 7.1.1-Jellyfin Copyright (c) 2000-2025": "7.1.1-Jellyfin",
  "ffmpeg version N-118448-g43be8d0728 Copyright (c) 2000-2025": "N-118448-g43be8d0728",
  "ffmpeg version 2025-02-06-git-6da82b4485-full_build": "2025-02-06-git-6da82b4485-full_build",
  "sh: not found": "",
};
for (const [line, version] of Object.entries(VERSIONS))
  test(line, () => assert.equal(parseCapabilities({ ...FIVE, version: line }).version, version));

test("what cannot be read is not there", () => {
  for (const said of ["", "\n\n", "Filters:\r\n", "\u0000 \u001b[0m"]) {
    const { version, filters, hwaccels } = parseCapabilities({
      version: said,
      filters: said,
      hwaccels: said,
    });
    assert.deepEqual([version, filters.size, hwaccels.size], ["", 0, 0]);
  }
});

test("what it decodes is read from its list of codecs, as far as films have it", () => {
  const said = ` D..... = Decoding supported
 ..V... = Video codec
 -------
 D.V.L. 4xm                  4X Movie
 DEV.L. h264                 H.264 / AVC (decoders: h264 h264_v4l2m2m )
 ..V.L. vvc                  H.266 / VVC (Versatile Video Coding)
 DEA..S truehd               TrueHD
 DEAILS dts                  DCA (DTS Coherent Acoustics) (decoders: dca )
 DES... subrip               SubRip subtitle (decoders: srt subrip )
 .EVIL. a64_multi            Multicolor charset for Commodore 64
`;
  assert.deepEqual(parseDecoders(said), ["dts", "h264", "subrip", "truehd"]);
  assert.deepEqual(parseDecoders("sh: not found"), []);
});
