import assert from "node:assert/strict";
import { test } from "node:test";
import {
  audio,
  inContainer,
  media,
  other,
  planFor,
  screens,
  subtitle,
  video,
} from "../../test/support/media.ts";
import type { MediaInfo } from "./media-info.ts";
import type { Reason, ReasonCode } from "./reasons.ts";
import { judge } from "./verdict.ts";
import type { Work } from "./work.ts";

/** What the judge says of a whole film, and the work that mends it. */
const check = (
  name: string,
  film: MediaInfo,
  reasons: readonly ReasonCode[],
  work: Work,
  wanted: {
    readonly languages?: readonly string[];
    readonly stream?: Reason["stream"];
    readonly says?: RegExp;
  } = {},
): void => {
  test(name, () => {
    const { languages = [], stream, says } = wanted;
    const found = judge(film, { devices: screens("chromecast-2", "chromecast-3"), languages }).reasons;
    assert.deepEqual(
      found.map(({ code }) => code),
      reasons,
    );
    assert.equal(planFor(film, { languages }).work, work);
    if (stream !== undefined) assert.equal(found[0]?.stream, stream);
    if (says) assert.match(found.map(({ detail }) => detail).join(" "), says);
  });
};
const withStreams = (...streams: MediaInfo["streams"]): MediaInfo => media({ streams });
const layout = (moovBeforeMdat: boolean, isFragmented: boolean): MediaInfo =>
  media({ mp4: { moovBeforeMdat, isFragmented } });
const vp8 = { codec: "vp8", profile: "0", level: null, tag: "", sps: null };
const opus = { codec: "opus", profile: null, tag: "" };

check("plays as it is", media(), [], "none");
check("no sound", withStreams(video()), [], "none");
check("boxes not read", media({ mp4: null }), [], "none");
check("8: index at the end", layout(false, false), ["moov-at-end"], "copy", { stream: null });
check("21: fragmented", layout(true, true), ["fragmented"], "copy");
check("8 and 21", layout(false, true), ["moov-at-end", "fragmented"], "copy");
for (const [container, says] of [
  ["matroska", /is Matroska \(MKV\);/],
  ["mpegts", /is MPEG transport stream;/],
  ["flv", /is Flash video;/],
  ["ogg", /is Ogg;/],
  ["other", /is other;/],
] as const)
  check(`${container}: another container`, inContainer(container), ["container"], "copy", { says });
check("a container without a name", inContainer("other", { formatName: "" }), ["container"], "copy", {
  says: /is other;/,
});
check("WebM with VP8 and Opus", inContainer("webm", { streams: [video(vp8), audio(opus)] }), [], "none");
check(
  "WebM with H.264 is as any Matroska",
  inContainer("webm", { streams: [video(), audio(opus)] }),
  ["container"],
  "audio",
);

for (const tag of ["avc3", "H264", "dvav"])
  check(`12: picture tagged ${tag}`, withStreams(video({ tag }), audio()), ["video-tag"], "copy", {
    stream: 0,
    says: new RegExp(tag),
  });
check("12: no tag", withStreams(video({ tag: "" }), audio({ tag: "" })), [], "none");
check("12: sound tagged ac-3", withStreams(video(), audio({ tag: "ac-3" })), ["audio-tag"], "copy", {
  stream: 1,
});
for (const tag of ["encv", "enca", "drmi", "drms"])
  check(`12: ${tag} is locked`, withStreams(video({ tag }), audio()), ["encrypted"], "impossible", {
    stream: 0,
  });
check(
  "12: only the sound is locked",
  withStreams(video(), audio({ tag: "enca" })),
  ["encrypted"],
  "impossible",
  { stream: 1 },
);

check(
  "10: subtitles inside",
  withStreams(video(), audio(), subtitle({ codec: "mov_text" })),
  ["subtitles-inside"],
  "copy",
  { stream: 2 },
);
check(
  "10: subtitles in Matroska are no further reason",
  inContainer("matroska", { streams: [video(), audio(), subtitle()] }),
  ["container"],
  "copy",
);
check("11: chapters", media({ chapterCount: 12 }), ["chapters"], "copy", { says: /12 chapters/ });
for (const tag of ["text", "tmcd", "gpmd", ""])
  check(
    `11: data track "${tag}"`,
    withStreams(video(), audio(), other("data", { tag })),
    ["data-tracks"],
    "copy",
    {
      stream: 3,
      says: new RegExp(`\\(${tag || "unknown"}\\)`),
    },
  );
check(
  "an attachment is nothing to a Chromecast",
  withStreams(video(), audio(), other("attachment")),
  [],
  "none",
);
check(
  "16: cover picture",
  withStreams(
    video(),
    audio(),
    video({ index: 2, isDefault: false, codec: "mjpeg", isAttachedPicture: true }),
  ),
  ["cover-picture"],
  "copy",
  { stream: 2 },
);
check(
  "16: only a cover picture",
  withStreams(audio({ index: 0 }), video({ index: 1, isAttachedPicture: true })),
  ["no-video"],
  "impossible",
);

const commentary = audio({ index: 1, title: "Director's Commentary", isDefault: true });
const german = audio({ index: 1, language: "ger" });
const english = audio({ index: 2, language: "eng", isDefault: false });
check(
  "13: the commentary comes first",
  withStreams(video(), commentary, english),
  ["wrong-default-audio"],
  "copy",
  { stream: 2, says: /track 1 \(Director's Commentary\)/ },
);
check(
  "13: another language comes first",
  withStreams(video(), german, english),
  ["wrong-default-audio"],
  "copy",
  { languages: ["en"], says: /track 1 \(ger\)/ },
);
check("13: the language asked for comes first", withStreams(video(), german, english), [], "none", {
  languages: ["de"],
});
check(
  "13: a nameless track comes first",
  withStreams(video(), audio({ isDefault: false }), audio({ index: 2 })),
  ["wrong-default-audio"],
  "copy",
  { says: /track 1 \(aac\)/ },
);
check(
  "13: in WebM",
  inContainer("webm", {
    streams: [video(vp8), audio({ ...opus, isComment: true }), audio({ ...opus, index: 2 })],
  }),
  ["wrong-default-audio"],
  "video",
);
check(
  "13: in Matroska",
  inContainer("matroska", { streams: [video(), commentary, english] }),
  ["container", "wrong-default-audio"],
  "copy",
);

const starts = (picture: number | null, sound: number | null): MediaInfo =>
  withStreams(video({ startSeconds: picture }), audio({ startSeconds: sound }));
check("14: both late", starts(1.4, 1.4), ["start-time"], "copy", { stream: null, says: /1\.40 s/ });
check("14: before zero", starts(-1.74, -1.7), ["start-time"], "copy", { says: /-1\.74 s/ });
check("14: only the picture is late", starts(1, 0), [], "none");
check("14: hardly", starts(0.08, 0.1), [], "none");
check("14: starts not told", starts(null, null), [], "none");
check("14: only the sound's start told", starts(null, 0.02), [], "none");
check("14: only the picture's start told", starts(0.9, null), ["start-time"], "copy");
check("14: silent film that starts late", withStreams(video({ startSeconds: 2 })), ["start-time"], "copy");

check("26: truncated", media({ isTruncated: true }), ["source-damaged"], "impossible");
check("27: no picture", withStreams(audio({ index: 0 })), ["no-video"], "impossible");
check("27: a picture without a size", withStreams(video({ width: 0 })), ["no-video"], "impossible");
check("27: a picture without a height", withStreams(video({ height: 0 })), ["no-video"], "impossible");
check("27: no length told", media({ durationSeconds: null }), [], "none");
check(
  "27: of two pictures the default is shown",
  withStreams(video({ isDefault: false, codec: "mjpeg" }), video({ index: 1 })),
  ["second-picture"],
  "copy",
);
check(
  "27: of two pictures without a default the first is shown",
  withStreams(video({ isDefault: false, codec: "vc1" }), video({ index: 1, isDefault: false })),
  ["video-codec", "second-picture"],
  "video",
);
check(
  "Dolby Vision 5",
  withStreams(video({ codec: "hevc", dolbyVision: { profile: 5, compatibilityId: 0 } })),
  ["dolby-vision-5"],
  "impossible",
  { stream: 0 },
);
check(
  "Dolby Vision 8.1 is HDR10",
  withStreams(
    video({
      codec: "hevc",
      profile: "Main 10",
      colorTransfer: "smpte2084",
      dolbyVision: { profile: 8, compatibilityId: 1 },
    }),
  ),
  ["video-codec", "video-hdr"],
  "video",
);
