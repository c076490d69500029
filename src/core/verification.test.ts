import { audio, inContainer, media, other, packetsAt, subtitle, video } from "../../test/support/media.ts";
import {
  changed,
  check,
  encoded,
  halved,
  PICTURES,
  silent,
  streams,
} from "../../test/support/verification.ts";
import { packetFacts, shownTime } from "./packets.ts";

check("a good copy", {});
check("a good encode", { source: encoded });
check("a good encode at half the rate", { source: halved });
check("a good silent film", { source: silent, output: { ...streams(video()), soundEndSeconds: null } });

check("no picture", { output: streams(audio({ index: 0 })) }, ["opens"]);
check("no packets", { output: { video: [] } }, ["opens"]);
check(
  "it would not play",
  { output: streams(video({ level: 51 }), audio()) },
  ["plays"],
  /marked level 5\.1/,
);
check(
  "its index is at the end",
  { output: { media: media({ mp4: { moovBeforeMdat: false, isFragmented: false } }) } },
  ["plays", "container"],
);
check(
  "8: HDR left in the tags",
  { source: encoded, output: streams(video({ colorTransfer: "smpte2084" }), audio()) },
  ["plays", "shape"],
);

check(
  "two pictures",
  { output: streams(video(), audio(), video({ index: 2, isDefault: false })) },
  ["plays", "tracks"],
  /2 picture/,
);
check(
  "no sound where there should be",
  { output: { ...streams(video()), soundEndSeconds: null } },
  ["tracks", "sound-end"],
  /0 sound \(1 wanted\).*sound is missing/,
);
check("sound where there should be none", { source: silent }, ["tracks"]);
check(
  "an attachment left",
  { output: streams(video(), audio(), other("attachment")) },
  ["tracks"],
  /1 others/,
);
check("a chapter track left", { output: streams(video(), audio(), other("data")) }, ["plays", "tracks"]);
check("chapters left", { output: { media: media({ chapterCount: 2 }) } }, ["plays", "tracks"]);
check("subtitles left", { output: streams(video(), audio(), subtitle()) }, ["plays", "tracks"]);
check(
  "of another size than planned",
  { source: encoded, output: streams(video({ width: 1278 }), audio()) },
  ["shape"],
  /1278x720; 1280x720 wanted/,
);
check("lower than planned", { source: encoded, output: streams(video({ height: 718 }), audio()) }, ["shape"]);

check(
  "ended early (an exit code of 0 proves nothing)",
  { output: { video: PICTURES.slice(0, 700), soundEndSeconds: 28 } },
  ["duration", "pictures"],
  /28\.00 s of 60\.00 s/,
);
check(
  "an encode that ended early",
  { source: encoded, output: { video: PICTURES.slice(0, 700), soundEndSeconds: 28 } },
  ["duration", "pictures"],
);
check("too long", { source: encoded, output: { video: packetsAt(25, 1600), soundEndSeconds: 64 } }, [
  "duration",
  "pictures",
]);
check(
  "the source's length is not known",
  {
    source: inContainer("matroska", {
      durationSeconds: null,
      streams: [video({ durationSeconds: null }), audio()],
    }),
  },
  ["duration"],
  /unknown/,
);
check("the source's packets know better than its header", {
  source: inContainer("matroska", {
    durationSeconds: 9000,
    streams: [video({ durationSeconds: 9000, frameCount: null }), audio()],
  }),
  packets: {
    count: 1500,
    shown: { seconds: 60, untilLastSeconds: 59.96 },
    soundGapSeconds: 0,
    longestStepSeconds: 0.04,
  },
});
check("the last picture was meant to stay", {
  source: encoded,
  packets: {
    count: 1500,
    shown: { seconds: 75, untilLastSeconds: 59.96 },
    soundGapSeconds: 15,
    longestStepSeconds: 0.04,
  },
});
check("AVI's length is an estimate", {
  source: inContainer("avi", {
    durationSeconds: 60.5,
    streams: [video({ hasBFrames: 0, durationSeconds: 60.5, frameCount: null }), audio()],
  }),
});

check(
  "a picture lost in a copy",
  {
    output: {
      video: changed(PICTURES.slice(0, 1499), (_, index) =>
        index === 1498 ? { durationSeconds: 0.08 } : {},
      ),
    },
  },
  ["pictures"],
  /1499 of 1500/,
);
check(
  "packets that were read count more than a header",
  { packets: { count: 1499, shown: shownTime(PICTURES), soundGapSeconds: 0, longestStepSeconds: 0.04 } },
  ["pictures"],
);
check("a header that counts nothing", {
  source: inContainer("matroska", { streams: [video({ frameCount: null }), audio()] }),
});
check(
  "a constant rate with pictures missing",
  { source: halved, output: { video: PICTURES.filter((_, index) => index % 25 !== 7) } },
  ["pictures"],
  /1440 of about 1500/,
);

const uncounted = inContainer("matroska", { streams: [video({ codec: "hevc", frameCount: null }), audio()] });
check("an encode of a film that counts nothing", { source: uncounted });
check(
  "every tenth picture missing of a film that counts nothing",
  { source: uncounted, output: { video: PICTURES.filter((_, index) => index % 10 !== 5) } },
  ["pictures"],
  /1350 of about 1500/,
);
check("every picture twice", { source: encoded, output: { video: packetsAt(50, 3000, { keyEvery: 100 }) } }, [
  "pictures",
]);
check("pictures that an edit list hides", {
  source: inContainer("matroska", {
    streams: [
      video({ codec: "hevc", frameCount: 1540, packets: { ...packetFacts(PICTURES), discardedPackets: 40 } }),
      audio(),
    ],
  }),
});
check("an hour's estimate is a second off, its packets are exact", {
  source: inContainer("mpegts", {
    durationSeconds: 60.5,
    streams: [video({ codec: "mpeg2video", durationSeconds: 60.5, frameCount: null }), audio()],
  }),
  packets: { count: 1500, shown: shownTime(PICTURES), soundGapSeconds: 0, longestStepSeconds: 0.04 },
});
check(
  "a second missing of a recording whose packets were read",
  {
    source: inContainer("mpegts", {
      durationSeconds: 3600,
      streams: [video({ codec: "mpeg2video", frameCount: null }), audio()],
    }),
    packets: {
      count: 1525,
      shown: { seconds: 61, untilLastSeconds: 60.96 },
      soundGapSeconds: 0,
      longestStepSeconds: 0.04,
    },
  },
  ["duration"],
);
