import assert from "node:assert/strict";
import { test } from "node:test";
import {
  audio,
  combingOf,
  inContainer,
  media,
  planFor,
  profile,
  screens,
  spsOf,
  subtitle,
  TELECINED,
  video,
} from "../../test/support/media.ts";
import { findDevice } from "./device-settings.ts";
import { ENCODERS, type EncoderName } from "./encoders.ts";
import { fileUrl, toArgs } from "./ffmpeg-args.ts";
import type { MediaInfo } from "./media-info.ts";
import type { Wish } from "./plan.ts";

const argsFor = (
  film: MediaInfo,
  encoder: EncoderName = "software",
  fingerprint: string | null = null,
  more: Partial<Wish> = {},
) =>
  toArgs(planFor(film, more), {
    paths: { input: "/in/a.mkv", output: "/out/.a.partial.mp4" },
    encoder: ENCODERS[encoder],
    profile: profile(),
    sourceFingerprint: fingerprint,
  });
const mkv = (...streams: MediaInfo["streams"]): MediaInfo => inContainer("matroska", { streams });

const BEFORE = "-hide_banner -nostdin -y -loglevel level+warning -nostats -stats_period 1 -progress pipe:1";
const INPUT =
  "-protocol_whitelist file -format_whitelist mov,matroska,avi,mpegts,mpeg,mpegvideo,asf,flv,ogg,wav,mxf,rm,h264,hevc -max_pixels 67108864 -i file:/in/a.mkv";
const CLEAN = "-sn -dn -map_metadata -1 -map_chapters -1 -write_tmcd 0";
const AFTER = "-max_muxing_queue_size 4096 -movflags +faststart -f mp4 file:/out/.a.partial.mp4";

test("nothing to do has no arguments", () => assert.deepEqual(argsFor(media()), []));

test("a copy, whole", () =>
  assert.equal(
    argsFor(mkv(video(), audio()), "nvenc", "abc").join(" "),
    `${BEFORE} ${INPUT} -map 0:0 -map 0:1 ${CLEAN} -metadata comment=chromecast-video-converter source=abc -c:v copy -tag:v avc1 -c:a:0 copy -tag:a:0 mp4a -disposition:a:0 default ${AFTER}`,
  ));

test("an encode, whole", () =>
  assert.equal(
    argsFor(mkv(video({ codec: "hevc" }), audio({ codec: "ac3", channels: 6 }))).join(" "),
    `${BEFORE} ${INPUT} -map 0:0 -map 0:1 ${CLEAN} -vf scale=w=1280:h=720:flags=lanczos,format=yuv420p,setsar=1 -c:v libx264 ${ENCODERS.software.options(profile()).join(" ")} -pix_fmt yuv420p -g:v 50 -force_key_frames expr:gte(t,n_forced*2) -fps_mode vfr -c:a:0 aac -b:a:0 192000 -ac:a:0 2 -ar:a:0 48000 -disposition:a:0 default -filter:a:0 pan=stereo|FL<FC+0.707*FL+0.5*BL+0.5*SL+0.5*BC|FR<FC+0.707*FR+0.5*BR+0.5*SR+0.5*BC,volume=4dB,alimiter=limit=0.891:level=false ${AFTER}`,
  ));

/** What stands behind an option; null when it is not there. */
const check = (
  name: string,
  film: MediaInfo,
  option: string,
  wanted: string | null,
  encoder: EncoderName = "software",
  more: Partial<Wish> = {},
): void => {
  test(name, () => {
    const args = argsFor(film, encoder, null, more);
    const at = args.indexOf(option);
    assert.equal(at < 0 ? null : args[at + 1], wanted);
  });
};
const encode = (picture: Parameters<typeof video>[0]): MediaInfo =>
  mkv(video({ codec: "mpeg4", ...picture }));
const SIZE = "w=1280:h=720";

const LEVEL_5 = [
  findDevice("tv", { tv: { like: "google-tv-4k", video: { h264: { level: "5.0" } } } }),
].filter((each) => each !== null);
check("3: the level flag", mkv(video({ level: 51 })), "-bsf:v", "h264_metadata=level=4.1");
check(
  "5: the aspect flag in the stream",
  mkv(video({ sampleAspectRatio: { num: 1281, den: 1280 } })),
  "-bsf:v",
  "h264_metadata=sample_aspect_ratio=1/1",
);
check(
  "5: the aspect flag in the container",
  mkv(video({ sampleAspectRatio: { num: 1281, den: 1280 } })),
  "-aspect",
  "1280:720",
);
check(
  "18: padding",
  mkv(video({ width: 1920, height: 1088, level: 51, sps: spsOf(1920, 1088) })),
  "-bsf:v",
  "h264_metadata=level=4.1:crop_bottom=8",
);
check(
  "3: level 5.0 is written by its name",
  mkv(video({ level: 51, width: 2560, height: 1440, sps: spsOf(2560, 1440, { levelIdc: 51 }) })),
  "-bsf:v",
  "h264_metadata=level=5",
  "software",
  { devices: LEVEL_5 },
);
check("RGB becomes BT.709", encode({ pixelFormat: "gbrp" }), "-colorspace", "bt709");
check(
  "RGB becomes BT.709 in the picture",
  encode({ pixelFormat: "gbrp" }),
  "-vf",
  `scale=${SIZE}:flags=lanczos:out_color_matrix=bt709,format=yuv420p,setsar=1`,
);
check(
  "18: padding is no part of an encode",
  encode({ codec: "h264", width: 1920, height: 1088, level: 40, sps: spsOf(1920, 1088) }),
  "-vf",
  `crop=w=1920:h=1080:x=0:y=0,scale=${SIZE}:flags=lanczos,format=yuv420p,setsar=1`,
  "software",
  { devices: screens("nest-hub") },
);
check("nothing to repair", mkv(video()), "-bsf:v", null);
const ultra: Partial<Wish> = { devices: screens("google-tv-streamer") };
const flagged = { profile: "Main", level: 120, sps: null, sampleAspectRatio: { num: 1281, den: 1280 } };
check(
  "HEVC has its own filter",
  mkv(video({ ...flagged, codec: "hevc" })),
  "-bsf:v",
  "hevc_metadata=sample_aspect_ratio=1/1",
  "software",
  ultra,
);
check("HEVC has its own tag", mkv(video({ ...flagged, codec: "hevc" })), "-tag:v", "hvc1", "software", ultra);
check(
  "AV1 has no filter",
  mkv(video({ ...flagged, codec: "av1", level: 8 })),
  "-bsf:v",
  null,
  "software",
  ultra,
);
check(
  "AV1 has the container's aspect",
  mkv(video({ ...flagged, codec: "av1", level: 8 })),
  "-aspect",
  "1280:720",
  "software",
  ultra,
);

check("plain", encode({}), "-vf", `scale=${SIZE}:flags=lanczos,format=yuv420p,setsar=1`);
check(
  "6: interlaced",
  encode({ scan: "interlaced" }),
  "-vf",
  `yadif=mode=send_frame:parity=auto:deint=all,scale=${SIZE}:flags=lanczos,format=yuv420p,setsar=1`,
);
check(
  "6: maybe interlaced",
  encode({ scan: "unknown" }),
  "-vf",
  `yadif=mode=send_frame:parity=auto:deint=interlaced,scale=${SIZE}:flags=lanczos,format=yuv420p,setsar=1`,
);
check(
  "6b: combed, whatever is marked",
  encode({ combing: combingOf({ bottomFirst: 300, progressive: 0 }) }),
  "-vf",
  `yadif=mode=send_frame:parity=bff:deint=all,scale=${SIZE}:flags=lanczos,format=yuv420p,setsar=1`,
);
const NTSC = { num: 30000, den: 1001 };
const telecined = encode({ averageFrameRate: NTSC, nominalFrameRate: NTSC, combing: TELECINED });
check(
  "telecined film",
  telecined,
  "-vf",
  `fps=30000/1001,fieldmatch=order=tff:combmatch=full,yadif=mode=send_frame:parity=tff:deint=interlaced,decimate,scale=${SIZE}:flags=lanczos,format=yuv420p,setsar=1`,
);
check("telecined film has its own rate again", telecined, "-r", "24000/1001");
check(
  "bars are cut off when the fields are one",
  encode({ scan: "interlaced", insideBars: { width: 1280, height: 536, left: 0, top: 92 } }),
  "-vf",
  "yadif=mode=send_frame:parity=auto:deint=all,crop=w=1280:h=536:x=0:y=92,scale=w=1280:h=536:flags=lanczos,format=yuv420p,setsar=1",
  "software",
  { profile: profile({ crop_black_bars: true }) },
);
check(
  "19: full range",
  encode({ isFullRange: true }),
  "-vf",
  `scale=${SIZE}:flags=lanczos:in_range=full:out_range=tv,format=yuv420p,setsar=1`,
);
for (const transfer of ["smpte2084", "arib-std-b67"])
  check(
    `HDR: ${transfer}`,
    encode({ colorTransfer: transfer }),
    "-vf",
    `setparams=color_primaries=bt2020:color_trc=${transfer}:colorspace=bt2020nc,zscale=${SIZE}:f=bilinear,zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=tonemap=hable:desat=0,zscale=t=bt709:m=bt709:r=tv,format=yuv420p,setsar=1`,
  );
check(
  "the card takes the picture after the filters",
  encode({}),
  "-vf",
  `scale=${SIZE}:flags=lanczos,format=yuv420p,setsar=1,format=nv12,hwupload`,
  "vaapi",
);
check(
  "the card's device comes first",
  encode({}),
  "-init_hw_device",
  "vaapi=va:/dev/dri/renderD128",
  "vaapi",
);
check("a copy needs no card", mkv(video()), "-init_hw_device", null, "vaapi");
check("a card's format is not forced", encode({}), "-pix_fmt", null, "qsv");
const at50 = { averageFrameRate: { num: 50, den: 1 }, nominalFrameRate: { num: 50, den: 1 }, packets: null };
check("rate", encode(at50), "-r", "50/2");
check("rate is constant", encode(at50), "-fps_mode", "cfr");
check("a rate that stays", encode({}), "-fps_mode", "vfr");
check("no rate", encode({}), "-r", null);
check(
  "a level of its own",
  encode({
    ...at50,
    width: 1920,
    height: 1080,
    averageFrameRate: { num: 60, den: 1 },
    nominalFrameRate: { num: 60, den: 1 },
  }),
  "-level:v",
  "4.2",
  "nvenc",
  {
    devices: screens("chromecast-3"),
    profile: profile({ max_fps: 60, resolution: { width: 1920, height: 1080 } }),
  },
);

const burned = (codec: string): MediaInfo => mkv(video(), subtitle({ index: 2, codec }));
check(
  "pictures of text are laid over the result, scaled to it, before the card takes it",
  burned("dvd_subtitle"),
  "-filter_complex",
  `[0:0]scale=${SIZE}:flags=lanczos,format=yuv420p,setsar=1[picture];[0:2]scale=${SIZE}[text];[picture][text]overlay=eof_action=pass:repeatlast=0,format=yuv420p,format=nv12,hwupload[burned]`,
  "vaapi",
  { burnIn: 2 },
);
check("what comes of it is mapped", burned("dvd_subtitle"), "-map", "[burned]", "software", { burnIn: 2 });
check(
  "text is drawn from a file of ours",
  burned("subrip"),
  "-vf",
  `scale=${SIZE}:flags=lanczos,format=yuv420p,setsar=1,ass=filename=subtitles.ass`,
  "software",
  { burnIn: 2 },
);

const late = mkv(video(), audio({ startSeconds: 1.2 }));
check("14: late sound", late, "-filter:a:0", "aresample=async=1:first_pts=0");
check(
  "sound of one channel is mixed by ffmpeg",
  mkv(video(), audio({ channels: 6 })),
  "-filter:a:0",
  null,
  "software",
  { profile: profile({ audio: { ...profile().audio, channels: 1 } }) },
);
check("no sound", mkv(video()), "-c:a", null);

test("a path is never an option or a protocol", () => {
  for (const path of ["/f/-rf.mp4", "/f/a:b.mp4", "/f/http:x.mp4", "/f/%03d.mp4"])
    assert.equal(fileUrl(path), `file:${path}`);
});

test("language and title of the sound go along, copied or encoded", () => {
  for (const codec of ["aac", "ac3"]) {
    const args = argsFor(mkv(video(), audio({ codec, language: "swe", title: "=Ljud -y" })));
    const tags = args.filter((_, index) => args[index - 1] === "-metadata:s:a:0");
    assert.deepEqual(tags, ["language=swe", "handler_name==Ljud -y"]);
  }
});
