import assert from "node:assert/strict";
import { test } from "node:test";
import {
  audio,
  inContainer,
  media,
  other,
  packetFactsOf,
  planFor,
  profile,
  screens,
  spsOf,
  subtitle,
  video,
  wish,
} from "../../test/support/media.ts";
import type { MediaInfo, VideoStream } from "./media-info.ts";
import { ACTION_OF, planConversion, type StreamPlan, type Wish, whyOf } from "./plan.ts";
import type { ReasonCode } from "./reasons.ts";
import { judge } from "./verdict.ts";
import { WORKS } from "./work.ts";

/** What happens to each stream, in file order, and the work in all. */
const check = (
  name: string,
  film: MediaInfo,
  work: string,
  actions: readonly StreamPlan["action"][],
  more: Partial<Wish> = {},
): void => {
  test(name, () => {
    const plan = planFor(film, more);
    assert.equal(plan.work, work);
    assert.deepEqual(
      plan.streams.map((each) => each.action),
      actions,
    );
    plan.streams.forEach((each, index) => {
      assert.equal(each.stream, film.streams[index]?.index);
      assert.equal(each.kind, film.streams[index]?.kind);
      assert.notEqual(each.why, "");
    });
  });
};
const mkv = (...streams: MediaInfo["streams"]): MediaInfo => inContainer("matroska", { streams });

check("plays: nothing is planned", media(), "none", []);
check("hopeless: nothing is planned", media({ isTruncated: true }), "impossible", []);
check("copy", mkv(video(), audio()), "copy", ["copy", "copy"]);
check("repair", mkv(video({ level: 51 }), audio()), "copy", ["repair", "copy"]);
check(
  "repair of padding",
  mkv(video({ width: 1920, height: 1088, level: 40, sps: spsOf(1920, 1088) }), audio()),
  "copy",
  ["repair", "copy"],
);
check("repair of the aspect", mkv(video({ sampleAspectRatio: { num: 1281, den: 1280 } })), "copy", [
  "repair",
]);
check("sound", mkv(video(), audio({ codec: "ac3" })), "audio", ["copy", "encode"]);
check("picture", mkv(video({ codec: "hevc" }), audio()), "video", ["encode", "copy"]);
check("both", mkv(video({ codec: "hevc" }), audio({ codec: "dts" })), "video", ["encode", "encode"]);
check("only a picture", mkv(video()), "copy", ["copy"]);
check(
  "everything else is dropped or extracted",
  mkv(
    video(),
    audio({ isComment: true }),
    audio({ index: 2 }),
    subtitle({ index: 3 }),
    subtitle({ index: 4, codec: "hdmv_pgs_subtitle" }),
    other("attachment", { index: 5 }),
    other("data", { index: 6 }),
    video({ index: 7, isDefault: false }),
  ),
  "copy",
  ["copy", "drop", "copy", "extract", "drop", "drop", "drop", "drop"],
);
check(
  "pictures of text are taken out when the original goes",
  mkv(
    video(),
    subtitle({ index: 1, codec: "hdmv_pgs_subtitle" }),
    subtitle({ index: 2, codec: "dvd_subtitle" }),
    subtitle({ index: 3, codec: "dvb_teletext" }),
  ),
  "copy",
  ["copy", "extract", "extract", "drop"],
  { keepsOriginal: false, sidecarFormats: [] },
);
check("no sidecars wished for", mkv(video(), audio(), subtitle()), "copy", ["copy", "copy", "drop"], {
  sidecarFormats: [],
});
check(
  "VP8 that only needs a sound cannot be copied into an MP4",
  inContainer("webm", {
    streams: [video({ codec: "vp8", profile: "0", tag: "" }), audio({ codec: "opus", channels: 6 })],
  }),
  "video",
  ["encode", "encode"],
);
check(
  "sound that plays in WebM is encoded with its picture",
  inContainer("webm", { streams: [video({ codec: "vp9", tag: "" }), audio({ codec: "opus" })] }),
  "video",
  ["encode", "encode"],
);

test("each stream says why", () => {
  const plan = planFor(
    mkv(video({ codec: "vp8", profile: null, tag: "" }), audio({ codec: "opus", channels: 6 }), subtitle()),
  );
  const [picture, sound, text] = plan.streams;
  assert.equal(sound?.why, "audio codec, surround sound");
  assert.match(sound?.detail ?? "", /Opus.*6 channels/s);
  assert.equal(picture?.why, "MP4 does not take this codec");
  assert.equal(text?.why, "shown from a file beside the film");
  const webm = inContainer("webm", { streams: [video({ codec: "vp9", tag: "" }), audio({ codec: "opus" })] });
  assert.equal(planFor(webm).streams[1]?.why, "MP4 does not take this codec");
});

/** `reencode: over_profile` with 720p30 at 8 Mb/s, on a device that plays 1080p60. */
const over = (
  name: string,
  picture: Partial<VideoStream>,
  says: RegExp | null,
  more: Partial<MediaInfo> = {},
): void => {
  test(`over the profile: ${name}`, () => {
    const film = media({ streams: [video(picture)], ...more });
    const [off, on] = (["unplayable", "over_profile"] as const).map((reencode) =>
      planFor(film, { devices: screens("chromecast-3"), profile: profile({ reencode }) }),
    );
    const found = on?.reasons.find((each) => each.code === "video-over-profile");
    assert.equal(
      off?.reasons.some((each) => each.code === "video-over-profile"),
      false,
    );
    assert.equal(found !== undefined, says !== null);
    if (says) {
      assert.match(found?.detail ?? "", says);
      assert.equal(on?.work, "video");
    } else assert.equal(on?.work, off?.work);
  });
};
const p1080 = { width: 1920, height: 1080, level: 42, sps: spsOf(1920, 1080) };
over("fits", {}, null);
over("too large", p1080, /1920x1080/);
over("too tall", { width: 640, height: 800, sps: spsOf(640, 800) }, /640x800/);
over("too fast", { level: 32, packets: packetFactsOf({ peakFrameRate: 60 }) }, /60\.00 fps/);
over("too many bits", { bitrateBps: 12_000_000 }, /12\.0 Mb\/s/);
over(
  "all of it",
  { ...p1080, packets: packetFactsOf({ peakFrameRate: 60 }), bitrateBps: 12_000_000 },
  /1920x1080, 60\.00 fps, 12\.0/,
);
over("hopeless all the same", p1080, null, { isTruncated: true });
test("over the profile: no picture", () =>
  assert.equal(
    planFor(media({ streams: [] }), { profile: profile({ reencode: "over_profile" }) }).work,
    "impossible",
  ));

const why = (codes: readonly ReasonCode[], wanted: string): void => {
  test(`why: ${wanted}`, () =>
    assert.equal(whyOf(codes.map((code) => ({ code, stream: null, detail: "" }))), wanted));
};
why([], "plays as it is");
why(["container", "audio-codec", "video-codec"], "video codec, audio codec, container");
why(["container", "container"], "container");
why(
  ["moov-at-end", "chapters", "video-hdr", "audio-late", "level-flag-low"],
  "HDR, audio starts late, level flag too low and 2 more",
);

test("a copy that failed its checks is encoded", () => {
  const film = mkv(video(), audio());
  const verdict = judge(film, { devices: screens("chromecast-2"), languages: [] });
  const reasons = [...verdict.reasons, { code: "copy-failed", stream: 0, detail: "" } as const];
  const wanted = wish({ devices: screens("chromecast-2"), sidecarFormats: [] });
  assert.equal(planConversion(film, { ...verdict, reasons }, wanted).work, "video");
});

test("every work has its words", () => {
  for (const work of WORKS) assert.notEqual(ACTION_OF[work], "");
});
