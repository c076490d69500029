import assert from "node:assert/strict";
import { test } from "node:test";
import {
  inContainer,
  media,
  packetFactsOf,
  planFor,
  screens,
  sps,
  spsOf,
  video,
} from "../../test/support/media.ts";
import { DEVICES, type DeviceName } from "./devices.ts";
import { highestFrameRate, judgeVideo, neededLevel } from "./judge-video.ts";
import type { MediaInfo, VideoStream } from "./media-info.ts";
import type { ReasonCode } from "./reasons.ts";
import type { Work } from "./work.ts";

type Row = {
  readonly picture?: Partial<VideoStream>;
  readonly container?: MediaInfo["container"];
  readonly device?: DeviceName;
  readonly reasons?: readonly ReasonCode[];
  readonly work?: Work;
  /** Words that must stand in the sentences. */
  readonly says?: RegExp;
};

const check = (name: string, { picture = {}, container = "mp4", device = "chromecast-2", ...wanted }: Row) =>
  test(name, () => {
    const film = video(picture);
    const around =
      container === "mp4" ? media({ streams: [film] }) : inContainer(container, { streams: [film] });
    const reasons = judgeVideo(film, DEVICES[device], around);
    assert.deepEqual(
      reasons.map(({ code }) => code),
      wanted.reasons ?? [],
    );
    for (const reason of reasons) assert.equal(reason.stream, film.index);
    assert.equal(planFor(around, { devices: screens(device) }).work, wanted.work ?? "none");
    if (wanted.says) assert.match(reasons.map(({ detail }) => detail).join(" "), wanted.says);
  });

const encode = (reasons: readonly ReasonCode[], picture: Partial<VideoStream>, says?: RegExp): Row => ({
  picture,
  reasons,
  work: "video",
  ...(says ? { says } : {}),
});
const repair = (reason: ReasonCode, picture: Partial<VideoStream>, says?: RegExp): Row => ({
  ...encode([reason], picture, says),
  work: "copy",
});

const p1080 = { width: 1920, height: 1080, level: 40, sps: spsOf(1920, 1080, { levelIdc: 40 }) };
const at = (fps: number) => ({
  averageFrameRate: { num: fps, den: 1 },
  nominalFrameRate: { num: fps, den: 1 },
  packets: packetFactsOf({ peakFrameRate: fps }),
});

check("plays as it is", {});
check("plays: 1080p30 on a Chromecast 2", { picture: { ...p1080, ...at(30) } });
check("plays: 1080p60 on a Chromecast 3", {
  picture: { ...p1080, level: 42, ...at(60) },
  device: "chromecast-3",
});
check("plays: VP8 in WebM", {
  picture: { codec: "vp8", profile: "0", level: null, tag: "", sps: null },
  container: "webm",
});

// pitfall 24: another codec
for (const codec of ["hevc", "vp9", "av1", "mpeg4", "mpeg2video", "vc1", "mjpeg"])
  check(
    `codec ${codec}`,
    encode(["video-codec"], { codec, profile: null, level: null, sps: null }, /H\.264, VP8/),
  );
check("HEVC plays on an Ultra", {
  picture: {
    codec: "hevc",
    profile: "Main 10",
    level: 153,
    pixelFormat: "yuv420p10le",
    bitDepth: 10,
    sps: null,
  },
  device: "chromecast-ultra",
});
check("HEVC level 6 is too high for an Ultra", {
  ...encode(
    ["video-level"],
    { codec: "hevc", profile: "Main", level: 180, sps: null },
    /marked level 180; Chromecast Ultra takes 153/,
  ),
  device: "chromecast-ultra",
});
check("HEVC Rext is no profile an Ultra knows", {
  ...encode(["video-profile", "video-bit-depth"], {
    codec: "hevc",
    profile: "Rext",
    level: 120,
    pixelFormat: "yuv422p10le",
    bitDepth: 10,
    sps: null,
  }),
  device: "chromecast-ultra",
});

// pitfall 2: profile and colours
for (const profile of ["Constrained Baseline", "Main", "High", "Progressive High", "Constrained High"])
  check(`profile ${profile}`, { picture: { profile } });
for (const profile of ["Baseline", "Extended", "High 4:2:2"])
  check(`profile ${profile}`, encode(["video-profile"], { profile }, new RegExp(profile)));
check("profile not told", { picture: { profile: null } });
check(
  "Hi10P",
  encode(
    ["video-profile", "video-bit-depth"],
    { profile: "High 10", pixelFormat: "yuv420p10le", bitDepth: 10 },
    /10 bit/,
  ),
);
check("4:4:4", encode(["video-bit-depth"], { pixelFormat: "yuv444p" }, /yuv444p/));
check("pixel format not told", { picture: { pixelFormat: null } });

// HDR
check("HDR10", encode(["video-hdr"], { colorTransfer: "smpte2084" }, /HDR10/));
check("HLG", encode(["video-hdr"], { colorTransfer: "arib-std-b67" }, /HLG/));
check("an odd name of a transfer is no HDR", { picture: { colorTransfer: "constructor" } });
check("no transfer told", { picture: { colorTransfer: null } });

// size and rate
check(
  "4K",
  encode(
    ["video-resolution", "video-level"],
    { width: 3840, height: 2160, level: 51, sps: spsOf(3840, 2160) },
    /3840x2160/,
  ),
);
check(
  "1080p60 on a Chromecast 2",
  encode(["video-resolution", "video-level"], { ...p1080, ...at(60) }, /60 fps/),
);
check("720p60 on a Chromecast 2", { picture: { level: 32, ...at(60) } });
check("1080p30 on a Nest Hub Max", { ...encode(["video-resolution"], p1080), device: "nest-hub-max" });
check("30.3 fps by rounded timestamps is 30", { picture: { ...p1080, ...at(30.3) } });
check(
  "portrait 1080x1920",
  encode(["video-resolution"], { ...p1080, width: 1080, height: 1920, sps: spsOf(1080, 1920) }),
);

// pitfalls 3, 4, 25: levels
check("level flag 5.1, fits 3.1", repair("level-flag-high", { level: 51 }, /5\.1.*3\.1/));
check(
  "level flag 5.1 without an SPS",
  encode(["video-level"], { level: 51, sps: null }, /marked level 5\.1/),
);
check("level not told, no SPS", { picture: { level: null, sps: null } });
check(
  "16 reference frames, marked 4.1",
  encode(
    ["video-level"],
    { ...p1080, level: 41, sps: spsOf(1920, 1080, { decodedPictureBuffer: 16 }) },
    /16 reference/,
  ),
);
check(
  "16 reference frames, no level told",
  encode(["video-level"], { ...p1080, level: null, sps: spsOf(1920, 1080, { decodedPictureBuffer: 16 }) }),
);
check(
  "above every level",
  encode(
    ["video-resolution", "video-level"],
    { width: 7680, height: 4320, sps: spsOf(7680, 4320) },
    /above 5\.2/,
  ),
);
check(
  "level flag too low for the rate of bits",
  repair("level-flag-low", { packets: packetFactsOf({ peakBitrateBps: 19_000_000 }) }, /3\.1 but needs 3\.2/),
);
check("level 1b is left alone", { picture: { level: 11, width: 352, height: 288, sps: spsOf(352, 288) } });
check("a level flag too low for what the device takes is the encode's", {
  picture: { ...p1080, ...at(60), level: 31 },
  reasons: ["video-resolution", "video-level"],
  work: "video",
});

// pitfalls 5 to 7
check("anamorphic", encode(["video-anamorphic"], { sampleAspectRatio: { num: 64, den: 45 } }, /64:45/));
check(
  "2 % off square is seen",
  encode(["video-anamorphic"], { sampleAspectRatio: { num: 51, den: 50 } }, /51:50/),
);
check("no aspect told", { picture: { sampleAspectRatio: null } });
check(
  "aspect flag a hair off",
  repair("aspect-flag", { sampleAspectRatio: { num: 1281, den: 1280 } }, /1281:1280/),
);
check("interlaced", encode(["video-interlaced"], { scan: "interlaced" }));
check(
  "interlaced by the SPS where the container says nothing",
  encode(["video-interlaced"], { scan: "unknown", sps: sps({ frameMbsOnly: false }) }),
);
check("6c: progressive coded as fake-interlaced", { picture: { sps: sps({ frameMbsOnly: false }) } });
check("scan not told", { picture: { scan: "unknown" } });
check("7: VFR below the cap", {
  picture: {
    nominalFrameRate: { num: 90_000, den: 1 },
    packets: packetFactsOf({ peakFrameRate: 60 }),
    level: 32,
  },
});
check(
  "7: VFR with bursts above the cap",
  encode(["video-resolution", "video-level"], { ...p1080, packets: packetFactsOf({ peakFrameRate: 60 }) }),
);

// pitfalls 9, 15, 17, 18, 19, 22, 23
for (const discardedPackets of [1, 3])
  check(`${discardedPackets} hidden by an edit list`, {
    picture: { packets: packetFactsOf({ discardedPackets }) },
  });
check(
  "one more hidden than encoders hide",
  encode(["video-cut-by-edit-list"], { packets: packetFactsOf({ discardedPackets: 4 }) }, /4 pictures/),
);
check(
  "cut by an edit list",
  encode(["video-cut-by-edit-list"], { packets: packetFactsOf({ discardedPackets: 38 }) }, /38/),
);
check(
  "peaks",
  encode(
    ["video-bitrate-peak"],
    { level: 41, packets: packetFactsOf({ peakBitrateBps: 36.6e6 }) },
    /36\.6 Mb/,
  ),
);
for (const rotationDegrees of [90, -90, 180])
  check(`rotated ${rotationDegrees}`, encode(["video-rotated"], { rotationDegrees }, /turned by/));
check("1088 lines", repair("padding-lines", { ...p1080, height: 1088, sps: spsOf(1920, 1088) }));
check("1088 lines on a Nest Hub", {
  picture: { ...p1080, height: 1088, sps: spsOf(1920, 1088) },
  reasons: ["video-resolution", "padding-lines"],
  work: "video",
  device: "nest-hub",
});
check("full range", encode(["video-full-range"], { isFullRange: true, pixelFormat: "yuvj420p" }));
check("AVI with B-frames", {
  picture: { hasBFrames: 1 },
  container: "avi",
  reasons: ["video-timestamps"],
  work: "video",
});
check("HEVC in AVI with B-frames", {
  picture: { hasBFrames: 1, codec: "hevc", profile: "Main", level: 120, sps: null },
  container: "avi",
  device: "chromecast-ultra",
  reasons: ["video-timestamps"],
  work: "video",
});
check("AVI without B-frames", { picture: { hasBFrames: 0 }, container: "avi", work: "copy" });
check("raw .h264", { container: "raw", reasons: ["video-timestamps"], work: "video" });
check(
  "packets without times",
  encode(["video-timestamps"], { packets: packetFactsOf({ packetsWithoutPts: 3 }) }),
);
check("23: a long GOP", { picture: { packets: packetFactsOf({ longestKeyframeGapSeconds: 20 }) } });

const rate = (name: string, picture: Partial<VideoStream>, wanted: number): void => {
  test(`rate: ${name}`, () => assert.equal(highestFrameRate(video({ packets: null, ...picture })), wanted));
};
const fps = (num: number) => ({ num, den: 1 });
rate("as told", {}, 25);
rate("FLV's average of 1000", { averageFrameRate: fps(1000), nominalFrameRate: fps(60) }, 60);
rate("a nominal rate of 90000", { nominalFrameRate: fps(90_000) }, 25);
rate("only an average", { nominalFrameRate: null }, 25);
rate("only a nominal rate", { averageFrameRate: null }, 25);
rate("nothing", { averageFrameRate: null, nominalFrameRate: null }, 0);
rate("packets know better", { packets: packetFactsOf({ peakFrameRate: 60 }) }, 60);
rate("packets too few", { packets: packetFactsOf({ peakFrameRate: null }) }, 25);
rate("fields", { scan: "interlaced", packets: packetFactsOf({ peakFrameRate: 50 }) }, 25);
rate(
  "fields without an average",
  { scan: "interlaced", averageFrameRate: null, packets: packetFactsOf({ peakFrameRate: 50 }) },
  50,
);

test("needed level: nothing known without an SPS", () =>
  assert.equal(neededLevel(video({ sps: null })), null));
test("needed level: without packets by size and rate", () =>
  assert.equal(neededLevel(video({ packets: null })), 31));
test("needed level: peak rate not known", () =>
  assert.equal(neededLevel(video({ packets: packetFactsOf({ peakBitrateBps: null }) })), 31));
