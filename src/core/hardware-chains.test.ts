import assert from "node:assert/strict";
import { test } from "node:test";
import { audio, inContainer, planFor, profile, video } from "../../test/support/media.ts";
import { ENCODER_NAMES, ENCODERS, type EncoderName } from "./encoders.ts";
import { toArgs } from "./ffmpeg-args.ts";
import type { Capabilities } from "./ffmpeg-capabilities.ts";
import { cardChain, chainFor } from "./hardware-chains.ts";
import type { MediaInfo, VideoStream } from "./media-info.ts";

const having = (...filters: readonly string[]): Capabilities => ({
  version: "",
  filters: new Set(filters),
  hwaccels: new Set(["cuda", "vaapi", "qsv", "videotoolbox"]),
});
const VAAPI = ["scale_vaapi", "deinterlace_vaapi", "tonemap_vaapi"];
const DEBIAN = having("setparams", "yadif_cuda", "scale_cuda", "vpp_qsv", ...VAAPI);
const JELLYFIN = having(...DEBIAN.filters, "bwdif_cuda", "tonemap_cuda", "transpose_cuda");

/** A 10-bit HEVC, which no Chromecast of the tests plays, but for these facts. */
const film = (picture: Partial<VideoStream>): MediaInfo =>
  inContainer("matroska", {
    streams: [
      video({
        codec: "hevc",
        profile: "Main 10",
        pixelFormat: "yuv420p10le",
        bitDepth: 10,
        sps: null,
        ...picture,
      }),
      audio(),
    ],
  });
const chain = (picture: Partial<VideoStream>, encoder: EncoderName = "nvenc", has = DEBIAN) => {
  const source = film(picture);
  return chainFor(planFor(source), source, ENCODERS[encoder], has);
};
const EIGHT = { codec: "mpeg2video", pixelFormat: "yuv420p", bitDepth: 8 };
const INTERLACED = { ...EIGHT, width: 720, height: 576, sampleAspectRatio: { num: 64, den: 45 } };

const check = (
  name: string,
  picture: Partial<VideoStream>,
  wanted: string | null,
  encoder: EncoderName = "nvenc",
  has = DEBIAN,
): void => {
  test(`${encoder}: ${name}`, () =>
    assert.equal(chain(picture, encoder, has)?.filters.join(",") ?? null, wanted));
};

const SCALE = "scale_cuda=w=1280:h=720:format=yuv420p:interp_algo=lanczos,setsar=1";
check("3.3: 8 bit", EIGHT, SCALE);
check("3.4: 10 bit", {}, SCALE);
check("3.4: larger", { width: 3840, height: 2160 }, SCALE);
const HDR = { colorTransfer: "smpte2084" };
check("3.5: HDR without a filter for it", HDR, null);
check(
  "3.6: HDR with one",
  HDR,
  "setparams=color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc,scale_cuda=w=1280:h=720:interp_algo=lanczos,tonemap_cuda=format=yuv420p:p=bt709:t=bt709:m=bt709:tonemap=bt2390:peak=100:desat=0,setsar=1",
  "nvenc",
  JELLYFIN,
);
for (const rotationDegrees of [90, -90, 180])
  check(`3.7: turned by ${rotationDegrees}`, { rotationDegrees }, null, "nvenc", JELLYFIN);
const SD = "scale_cuda=w=1024:h=576:format=yuv420p:interp_algo=lanczos,setsar=1";
check(
  "3.8: interlaced",
  { ...INTERLACED, scan: "interlaced" },
  `yadif_cuda=mode=send_frame:parity=auto:deint=all,${SD}`,
);
check(
  "3.8: interlaced, ffmpeg 7.1",
  { ...INTERLACED, scan: "interlaced" },
  `bwdif_cuda=mode=send_frame:parity=auto:deint=all,${SD}`,
  "nvenc",
  JELLYFIN,
);
check(
  "3.8: maybe interlaced",
  { ...INTERLACED, scan: "unknown" },
  `yadif_cuda=mode=send_frame:parity=auto:deint=interlaced,${SD}`,
);
check("3.8: no filter for it", { ...INTERLACED, scan: "interlaced" }, null, "nvenc", having("scale_cuda"));
check("3.9: anamorphic", INTERLACED, SD);
check("VC-1", { ...EIGHT, codec: "vc1" }, SCALE);

check("10 bit", {}, "scale_vaapi=w=1280:h=720:format=nv12,setsar=1", "vaapi");
check(
  "interlaced",
  { ...EIGHT, scan: "interlaced" },
  "deinterlace_vaapi=rate=frame,scale_vaapi=w=1280:h=720:format=nv12,setsar=1",
  "vaapi",
);
check(
  "maybe interlaced",
  { ...EIGHT, scan: "unknown" },
  "deinterlace_vaapi=rate=frame:auto=1,scale_vaapi=w=1280:h=720:format=nv12,setsar=1",
  "vaapi",
);
check("HDR", HDR, null, "vaapi", JELLYFIN);
check("VC-1", { ...EIGHT, codec: "vc1" }, null, "vaapi");
check("10 bit", {}, "vpp_qsv=w=1280:h=720:format=nv12,setsar=1", "qsv");
check(
  "interlaced",
  { ...EIGHT, scan: "interlaced" },
  "vpp_qsv=deinterlace=advanced,vpp_qsv=w=1280:h=720:format=nv12,setsar=1",
  "qsv",
);
check("maybe interlaced", { ...EIGHT, scan: "unknown" }, null, "qsv");
check("HDR", HDR, null, "qsv", JELLYFIN);
check("HEVC", {}, "scale=w=1280:h=720:flags=lanczos,format=yuv420p,setsar=1", "videotoolbox");
check("MPEG-2", EIGHT, null, "videotoolbox");

/** 3.11 and below: decoded and filtered on the processor whatever the card. */
const ON_PROCESSOR: Readonly<Record<string, Partial<VideoStream>>> = {
  "10-bit H.264": { codec: "h264", profile: "High 10" },
  "4:2:2": { pixelFormat: "yuv422p10le" },
  "4:4:4": { pixelFormat: "yuv444p" },
  "12 bit": { pixelFormat: "yuv420p12le", bitDepth: 12 },
  "an unknown format": { pixelFormat: null },
  "an odd width": { width: 853 },
  "an odd height": { height: 479 },
  "full range": { isFullRange: true },
  rotated: { rotationDegrees: 90 },
  "MPEG-4": { ...EIGHT, codec: "mpeg4" },
  ProRes: { ...EIGHT, codec: "prores" },
  DV: { ...EIGHT, codec: "dvvideo" },
  "a codec nobody knows": { ...EIGHT, codec: "constructor" },
};
for (const [name, picture] of Object.entries(ON_PROCESSOR))
  test(`on the processor: ${name}`, () => {
    for (const encoder of ENCODER_NAMES) assert.equal(chain(picture, encoder, JELLYFIN), null, encoder);
  });

test("nothing that ffmpeg does not list is used", () => {
  for (const encoder of ENCODER_NAMES) {
    assert.equal(chain({}, encoder, { ...JELLYFIN, hwaccels: new Set() }), null);
    if (encoder !== "videotoolbox") assert.equal(chain({}, encoder, having()), null);
  }
});

test("whatever else a plan asks for is done on the processor", () => {
  const source = film({});
  const plan = planFor(source).video;
  const [picture] = source.streams;
  assert.ok(plan?.kind === "encode" && picture?.kind === "video");
  const of = (more: object) => cardChain({ ...plan, ...more }, picture, ENCODERS.nvenc, DEBIAN);
  assert.ok(of({}) && of({ crop: null, detelecine: false, burnIn: undefined, fieldOrder: "none" }));
  for (const more of [{ crop: { top: 8 } }, { detelecine: true }, { burnIn: 3 }, { fieldOrder: "tff" }])
    assert.equal(of(more), null);
});

test("a copy needs no chain", () => {
  const source = inContainer("matroska");
  assert.equal(chainFor(planFor(source), source, ENCODERS.nvenc, DEBIAN), null);
  const burned = { ...planFor(film({})), burnIn: { kind: "pictures", stream: 2 } } as const;
  assert.equal(
    chainFor(burned, film({}), ENCODERS.nvenc, DEBIAN),
    null,
    "nor does what subtitles are painted into",
  );
});

test("the whole list of 3.3: the card decodes before the input, and no format is forced", () => {
  const source = film({});
  const plan = planFor(source);
  const args = toArgs(plan, {
    paths: { input: "/in/a.mkv", output: "/out/a.mp4" },
    encoder: ENCODERS.nvenc,
    profile: profile(),
    chain: chainFor(plan, source, ENCODERS.nvenc, DEBIAN),
    sourceFingerprint: null,
  });
  const before = args.slice(args.indexOf("-hwaccel"), args.indexOf("-i")).join(" ");
  assert.match(
    before,
    /^-hwaccel cuda -hwaccel_device 0 -hwaccel_output_format cuda -extra_hw_frames 8 -threads 1 -protocol_whitelist file /,
  );
  assert.equal(args[args.indexOf("-vf") + 1], SCALE);
  assert.ok(!args.includes("-pix_fmt"));
});
