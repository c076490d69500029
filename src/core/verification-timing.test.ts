import assert from "node:assert/strict";
import { test } from "node:test";
import { audio, inContainer, packetsAt, video } from "../../test/support/media.ts";
import { changed, check, encoded, PICTURES, starts, streams } from "../../test/support/verification.ts";
import { shownTime } from "./packets.ts";
import { passed } from "./verification.ts";

check("starts late", { output: { ...streams(...starts(0.4, 0.4)) } }, ["plays", "start"]);
check("starts before zero", { output: { ...streams(...starts(-0.03, 0)) } }, ["start"]);
check(
  "sound and picture apart in a copy",
  { output: { ...streams(...starts(0, 0.09)) } },
  ["start"],
  /picture at 0\.000 s, sound at 0\.090 s/,
);
check("a decoder that begins a little later", {
  source: inContainer("asf", { streams: [video(), audio({ codec: "wmav2" })] }),
  output: { ...streams(...starts(0, 0.09)) },
});
check("sound and picture as far apart as they were", {
  source: inContainer("matroska", { streams: starts(1, 0) }),
  output: { ...streams(...starts(1, 0)) },
});
check(
  "apart as the chosen sound was, not another",
  {
    source: inContainer("matroska", {
      streams: [video(), audio({ isComment: true, startSeconds: 3 }), audio({ index: 2 })],
    }),
    output: { ...streams(...starts(0, 0.09)) },
  },
  ["start"],
);
check("starts not told", { output: { ...streams(...starts(null, null)) } });
check("no starts told by the source", { source: inContainer("matroska", { streams: starts(null, null) }) });

check(
  "pictures out of order",
  {
    output: {
      video: changed(PICTURES, (each, index) =>
        index === 9 ? { dtsSeconds: (each.dtsSeconds ?? 0) - 1 } : {},
      ),
    },
  },
  ["order"],
  /1 pictures/,
);
check(
  "two pictures at one time",
  { output: { video: changed(PICTURES, (_, index) => (index === 9 ? { ptsSeconds: 8 / 25 } : {})) } },
  ["order"],
);
check(
  "a picture without a time",
  { output: { video: changed(PICTURES, (_, index) => (index === 9 ? { ptsSeconds: null } : {})) } },
  ["order"],
);
check(
  "a picture without a decoding time",
  { output: { video: changed(PICTURES, (_, index) => (index === 9 ? { dtsSeconds: null } : {})) } },
  ["order"],
);

check(
  "does not start with a keyframe",
  { output: { video: changed(PICTURES, (_, index) => (index === 0 ? { isKey: false } : {})) } },
  ["keyframes"],
  /does not start/,
);
check(
  "keyframes far apart in an encode",
  { source: encoded, output: { video: packetsAt(25, 1500, { keyEvery: 250 }) } },
  ["keyframes"],
  undefined,
);
check("keyframes far apart in a copy stay", { output: { video: packetsAt(25, 1500, { keyEvery: 250 }) } });
check("one picture every ten seconds", {
  source: inContainer("matroska", {
    streams: [
      video({
        codec: "hevc",
        averageFrameRate: { num: 1, den: 10 },
        nominalFrameRate: { num: 1, den: 10 },
        frameCount: 6,
        packets: null,
      }),
      audio(),
    ],
  }),
  output: {
    ...streams(video({ averageFrameRate: { num: 1, den: 10 } }), audio()),
    video: packetsAt(0.1, 6, { keyEvery: 1 }),
  },
});
check(
  "peaks",
  { output: { video: packetsAt(25, 1500, { sizeBytes: 120_000 }) } },
  ["bitrate"],
  /Mb\/s over two/,
);
check("sound that ends early", { output: { soundEndSeconds: 40 } }, ["sound-end"], /20\.00 s from/);
check("sound that ended early in the source too", {
  source: inContainer("matroska", { streams: [video(), audio({ durationSeconds: 40 })] }),
  output: { soundEndSeconds: 40 },
});
check(
  "sound of a length nobody told ends early: the source's packets must say so",
  {
    source: inContainer("matroska", { streams: [video(), audio({ durationSeconds: null })] }),
    output: { soundEndSeconds: 40 },
  },
  ["sound-end"],
);
check("sound of a length nobody told ends early, and so it does in the source", {
  source: inContainer("matroska", { streams: [video(), audio({ durationSeconds: null })] }),
  packets: { count: 1500, shown: shownTime(PICTURES), soundGapSeconds: 20, longestStepSeconds: 0.04 },
  output: { soundEndSeconds: 40 },
});
check(
  "sound cut off although the source has all of it",
  {
    source: inContainer("matroska", { streams: [video(), audio({ durationSeconds: null })] }),
    packets: { count: 1500, shown: shownTime(PICTURES), soundGapSeconds: 0.02, longestStepSeconds: 0.04 },
    output: { soundEndSeconds: 40 },
  },
  ["sound-end"],
);
check("sound of which only the length is told", {
  source: inContainer("matroska", {
    durationSeconds: null,
    streams: [video({ startSeconds: null, durationSeconds: null }), audio({ startSeconds: null })],
  }),
  packets: { count: 1500, shown: shownTime(PICTURES), soundGapSeconds: null, longestStepSeconds: 0.04 },
  output: { soundEndSeconds: 40 },
});
check(
  "a decoder that complains",
  { output: { decodeErrors: " error while decoding MB 3 4 \n" } },
  ["decodes"],
  /^error while decoding MB 3 4$/,
);

test("no checks are no proof", () => assert.equal(passed([]), false));

check(
  "an encode without any times",
  { source: encoded, output: { video: changed(PICTURES, () => ({ ptsSeconds: null, dtsSeconds: null })) } },
  ["duration", "order", "sound-end"],
);

const hole = changed(PICTURES, (each, index) =>
  index >= 700 ? { ptsSeconds: (each.ptsSeconds ?? 0) + 3, dtsSeconds: (each.dtsSeconds ?? 0) + 3 } : {},
);
const holed = inContainer("matroska", {
  durationSeconds: 63,
  streams: [video({ durationSeconds: 63 }), audio({ durationSeconds: 60 })],
});
check("a pause of a sound source is kept", { source: holed, output: { video: hole } });
const holedFacts = { count: 1500, shown: shownTime(hole), soundGapSeconds: 0, longestStepSeconds: 3.04 };
check(
  "a hole that an encode filled with a picture standing still",
  { source: encoded, isDamaged: true, packets: { ...holedFacts, shown: shownTime(PICTURES) } },
  ["gaps"],
  /3\.04 s/,
);
check("a pause in a sound source that an encode filled", {
  source: encoded,
  packets: { ...holedFacts, shown: shownTime(PICTURES) },
});
check(
  "a pause in a source that was damaged is a hole",
  { source: holed, isDamaged: true, output: { video: hole } },
  ["gaps"],
  /3\.04 s/,
);
