import assert from "node:assert/strict";
import { test } from "node:test";
import {
  combingOf,
  inContainer,
  media,
  packetFactsOf,
  planFor,
  profile,
  screens,
  spsOf,
  TELECINED,
  video,
  wish,
} from "../../test/support/media.ts";
import type { DeviceName } from "./devices.ts";
import type { MediaInfo, VideoStream } from "./media-info.ts";
import type { Wish } from "./plan.ts";
import type { VideoCopy, VideoEncode } from "./plan-video.ts";

const encoded = (film: MediaInfo, wanted: Wish = wish()): VideoEncode | null => {
  const plan = planFor(film, wanted).video;
  return plan?.kind === "encode" ? plan : null;
};

/** What an encode of this picture (MPEG-4 unless told) is planned to be, under a wish. */
const check = (
  name: string,
  picture: Partial<VideoStream>,
  wanted: Partial<VideoEncode>,
  more: Partial<Wish> & { readonly container?: MediaInfo["container"] } = {},
): void => {
  test(name, () => {
    const streams = [video({ codec: "mpeg4", profile: null, level: null, sps: null, ...picture })];
    const { container = "mp4", ...wishes } = more;
    const film = container === "mp4" ? media({ streams }) : inContainer(container, { streams });
    const made = encoded(film, wish(wishes));
    assert.ok(made);
    assert.deepEqual({ ...made, ...wanted }, made);
  });
};

const at = (num: number, den = 1): Partial<VideoStream> => ({
  averageFrameRate: { num, den },
  nominalFrameRate: { num, den },
  packets: null,
});
const unknownRate = { averageFrameRate: null, nominalFrameRate: null, packets: null };
const gen3: Partial<Wish> = {
  devices: screens("chromecast-3"),
  profile: profile({ max_fps: 60, resolution: { width: 1920, height: 1080 } }),
};
const p1080 = { width: 1920, height: 1080 };

check("720p stays", {}, { width: 1280, height: 720, frameRate: null, keyframeEveryFrames: 50, level: "4.1" });
check("1080p", p1080, { width: 1280, height: 720 });
check("1920x800", { width: 1920, height: 800 }, { width: 1280, height: 534 });
check(
  "5: anamorphic",
  { width: 720, height: 576, sampleAspectRatio: { num: 64, den: 45 } },
  { width: 1024, height: 576 },
);
check("no aspect told", { width: 640, height: 480, sampleAspectRatio: null }, { width: 640, height: 480 });
check("portrait", { width: 1080, height: 1920 }, { width: 406, height: 720 });
check("17: turned a quarter", { width: 640, height: 360, rotationDegrees: -90 }, { width: 360, height: 640 });
check("17: turned over", { width: 640, height: 360, rotationDegrees: 180 }, { width: 640, height: 360 });
check("odd", { width: 321, height: 241 }, { width: 322, height: 242 });
check("tiny", { width: 1, height: 1 }, { width: 2, height: 2 });

check("59.94 to 29.97", at(60_000, 1001), { frameRate: { num: 60_000, den: 2002 }, keyframeEveryFrames: 60 });
check("50 to 25", at(50), { frameRate: { num: 50, den: 2 } });
check("48 to 24", at(48), { frameRate: { num: 48, den: 2 } });
check("120 to 30", at(120), { frameRate: { num: 120, den: 4 } });
check("59.94 stays under a cap of 60", at(60_000, 1001), { frameRate: null, keyframeEveryFrames: 120 }, gen3);
check(
  "60 for a Chromecast 2 is 720p",
  { ...p1080, ...at(60) },
  { width: 1280, height: 720, frameRate: null },
  {
    ...gen3,
    devices: screens("chromecast-2"),
  },
);
check(
  "60 with a Nest Hub Max is 30",
  { ...p1080, ...at(60) },
  { width: 1280, height: 720, frameRate: { num: 60, den: 2 } },
  {
    ...gen3,
    devices: screens("nest-hub-max", "chromecast-3"),
  },
);
check("no rate told", unknownRate, { frameRate: { num: 25, den: 1 } });
check(
  "no rate told, cap 24",
  unknownRate,
  { frameRate: { num: 24, den: 1 } },
  { profile: profile({ max_fps: 24 }) },
);
check(
  "only packets tell",
  { ...unknownRate, packets: packetFactsOf({ peakFrameRate: 24 }) },
  { frameRate: null },
);
check(
  "7: VFR with bursts of 60",
  { packets: packetFactsOf({ peakFrameRate: 60 }) },
  { frameRate: { num: 60, den: 2 } },
);
check(
  "7: a nominal rate that is none",
  { nominalFrameRate: { num: 90_000, den: 1 } },
  { frameRate: { num: 25, den: 1 } },
);
check(
  "7: bursts of no known rate",
  { packets: packetFactsOf({ peakFrameRate: 70 }) },
  { frameRate: { num: 70, den: 3 } },
);
check(
  "7: very slow",
  { ...at(1, 2), packets: packetFactsOf({ peakFrameRate: 0.3 }) },
  { frameRate: { num: 1, den: 1 } },
);
check("22: AVI gets a constant rate", at(25), { frameRate: { num: 25, den: 1 } }, { container: "avi" });
check("one picture a second", at(1), { frameRate: null, keyframeEveryFrames: 2 });

check("6: interlaced", { scan: "interlaced" }, { deinterlace: "all" });
check("6: not told, often interlaced", { scan: "unknown" }, { deinterlace: "flagged" });
check("6: not told, never interlaced", { scan: "unknown", codec: "hevc" }, { deinterlace: "none" });
check("6: progressive", {}, { deinterlace: "none" });
const combed = combingOf({ topFirst: 0, bottomFirst: 290, progressive: 10 });
check("6b: seen to be combed", { combing: combed }, { deinterlace: "all", fieldOrder: "bff" });
check(
  "6b: the order seen wins over the one marked",
  { scan: "interlaced", combing: combed },
  { deinterlace: "all", fieldOrder: "bff" },
);
check(
  "6: not told, seen to be progressive",
  { scan: "unknown", combing: combingOf() },
  { deinterlace: "none" },
);
check(
  "6: marked interlaced, seen to be progressive in places",
  { scan: "interlaced", combing: combingOf() },
  { deinterlace: "all", fieldOrder: "auto" },
);
const noise = combingOf({ topFirst: 120, bottomFirst: 110, progressive: 70 });
check("6b: noise is no answer", { scan: "unknown", combing: noise }, { deinterlace: "flagged" });
check(
  "telecined film",
  { ...at(30000, 1001), combing: TELECINED },
  {
    deinterlace: "flagged",
    fieldOrder: "tff",
    detelecine: true,
    frameRate: { num: 24000, den: 1001 },
    keyframeEveryFrames: 48,
  },
);
const soft = { ...at(30000, 1001), combing: combingOf({ seconds: 12.51 }) };
check(
  "soft telecine: MPEG-2 that says 29.97 and has 23.976 pictures a second",
  { ...soft, codec: "mpeg2video" },
  { deinterlace: "none", detelecine: false, frameRate: { num: 24000, den: 1001 }, keyframeEveryFrames: 48 },
);
check("the same of another codec is VFR", soft, { frameRate: null });
check(
  "MPEG-2 at 29.97 that is just that",
  { ...at(30000, 1001), codec: "mpeg2video", combing: combingOf({ seconds: 10.01 }) },
  { frameRate: null },
);
const bars = { insideBars: { width: 1280, height: 536, left: 0, top: 92 } };
const cropped = { profile: profile({ crop_black_bars: true }) };
check("bars stay unless it is asked", bars, { crop: null, width: 1280, height: 720 });
check("bars are cut off", bars, { crop: bars.insideBars, width: 1280, height: 536 }, cropped);
check(
  "no bars",
  { insideBars: { width: 1280, height: 720, left: 0, top: 0 } },
  { crop: null, height: 720 },
  cropped,
);
check(
  "anamorphic, inside of its bars",
  {
    width: 720,
    height: 576,
    sampleAspectRatio: { num: 64, den: 45 },
    insideBars: { width: 720, height: 432, left: 0, top: 72 },
  },
  { width: 1024, height: 432 },
  cropped,
);
check("HDR10", { colorTransfer: "smpte2084" }, { toneMap: "smpte2084" });
check("HLG", { colorTransfer: "arib-std-b67" }, { toneMap: "arib-std-b67" });
check("SDR", { colorTransfer: null }, { toneMap: null });
check("19: full range", { isFullRange: true }, { fromFullRange: true });
check(
  "level: 1080p60 needs more than the profile says",
  { ...p1080, ...at(60) },
  { level: "4.2", ...p1080 },
  gen3,
);
check("level: 720p needs more than 3.0", {}, { level: "3.1" }, { profile: profile({ level: "3.0" }) });
check(
  "level: 576p fits 3.0",
  { width: 720, height: 576 },
  { level: "3.0" },
  { profile: profile({ level: "3.0" }) },
);

check(
  "level: what no level holds is not our promise",
  {},
  { level: "4.1" },
  { profile: profile({ max_bitrate: 400e6 }) },
);

/** What a copy corrects in the headers. */
const checkCopy = (
  name: string,
  picture: Partial<VideoStream>,
  wanted: Partial<VideoCopy>,
  devices?: readonly DeviceName[],
) =>
  test(`copy: ${name}`, () => {
    const plan = planFor(
      inContainer("matroska", { streams: [video(picture)] }),
      devices ? { devices: screens(...devices) } : {},
    );
    assert.deepEqual(plan.video, {
      kind: "copy",
      stream: 0,
      codec: "h264",
      setLevel: null,
      squareSamples: null,
      cropBottomPixels: 0,
      hasDolbyVision: false,
      ...wanted,
    });
  });
checkCopy("nothing to correct", {}, {});
checkCopy("3: level flag", { level: 51 }, { setLevel: "4.1" });
checkCopy("3: level flag for one better device", { level: 51 }, { setLevel: "4.2" }, ["chromecast-3"]);
checkCopy("25: level flag too low", { level: 30 }, { setLevel: "4.1" });
checkCopy(
  "5: aspect flag",
  { sampleAspectRatio: { num: 1281, den: 1280 } },
  { squareSamples: { width: 1280, height: 720 } },
);
checkCopy(
  "18: padding",
  { ...p1080, height: 1088, level: 40, sps: spsOf(1920, 1088) },
  { cropBottomPixels: 8 },
);
checkCopy(
  "18 and 5 together",
  { ...p1080, height: 1088, level: 40, sps: spsOf(1920, 1088), sampleAspectRatio: { num: 1281, den: 1280 } },
  { cropBottomPixels: 8, squareSamples: p1080 },
);
checkCopy("HEVC", { codec: "hevc", profile: "Main", level: 120, sps: null }, { codec: "hevc" }, [
  "chromecast-ultra",
]);
