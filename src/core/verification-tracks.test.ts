import assert from "node:assert/strict";
import { test } from "node:test";
import { audio, inContainer, media, packetsAt, video } from "../../test/support/media.ts";
import { check, checksOf, encoded, streams } from "../../test/support/verification.ts";
import { checksFrom } from "./verification-facts.ts";

const fine = inContainer("matroska", { streams: [video(), audio({ codec: "dts", channels: 6 })] });
check("sound made as planned", { source: fine });
check("mono where stereo was planned", { source: fine, output: streams(video(), audio({ channels: 1 })) }, [
  "sound",
]);
check("another sample rate", { output: streams(video(), audio({ sampleRateHz: 44_100 })) }, ["sound"]);
check("sound of no known profile", { output: streams(video(), audio({ profile: null })) }, ["sound"]);
check(
  "sound of a codec the household's devices play, but no Chromecast",
  { source: fine, output: streams(video(), audio({ codec: "ac3", tag: "ac-3", profile: null })) },
  ["plays", "sound"],
);
check(
  "the language is lost",
  {
    source: inContainer("matroska", { streams: [video(), audio({ language: "eng" })] }),
    output: streams(video(), audio({ language: null })),
  },
  ["sound"],
  /language eng wanted/,
);
check("fragments", { output: { media: media({ mp4: { moovBeforeMdat: true, isFragmented: true } }) } }, [
  "plays",
  "container",
]);
check(
  "not an MP4, though it plays",
  {
    output: {
      media: inContainer("webm", {
        streams: [video({ codec: "vp8", tag: "" }), audio({ codec: "opus", tag: "" })],
      }),
    },
  },
  ["container", "shape", "sound"],
);

const shape = (name: string, made: Parameters<typeof video>[0], failing: readonly string[], says: RegExp) =>
  check(name, { source: encoded, output: streams(video(made), audio()) }, failing, says);
shape("a profile that few decode", { profile: "High 10" }, ["plays", "shape"], /profile High 10/);
shape("full range", { pixelFormat: "yuvj420p" }, ["shape"], /yuvj420p/);
shape("a hair from square", { sampleAspectRatio: { num: 201, den: 200 } }, ["plays", "shape"], /not square/);
shape("interlaced", { scan: "interlaced" }, ["plays", "shape"], /interlaced/);
shape("turned", { rotationDegrees: 90 }, ["plays", "shape"], /turned by 90/);
shape("an odd tag", { tag: "avc3" }, ["plays", "shape"], /tagged avc3/);
check(
  "another level in the container",
  { source: encoded, output: { boxLevel: 40 } },
  ["shape"],
  /level 3\.1 in the stream, 4\.0 in the container/,
);
check("a copy whose source names two levels keeps them", { output: { boxLevel: 40 } });

const repaired = inContainer("matroska", { streams: [video({ level: 51 }), audio()] });
const at = (level: number) =>
  video({
    level,
    sps: { ...(video().sps as NonNullable<ReturnType<typeof video>["sps"]>), levelIdc: level },
  });
check("a repaired level", { source: repaired, output: { ...streams(at(41), audio()), boxLevel: 41 } });
check(
  "a level repaired in the stream alone",
  { source: repaired, output: { ...streams(at(41), audio()), boxLevel: 51 } },
  ["shape"],
);
check("a level not repaired", { source: repaired, output: { ...streams(at(31), audio()), boxLevel: 31 } }, [
  "shape",
]);

check(
  "a copy that is not the source",
  { output: { copies: { areSame: false, detail: "differs" } } },
  ["untouched"],
  /differs/,
);
// 1.5 Mbit every two seconds and 16 Mbit at once.
const burst = packetsAt(25, 1500).map((each, index) =>
  index === 700 ? { ...each, sizeBytes: 2_300_000 } : each,
);
check(
  "a burst that no buffer holds",
  { source: encoded, output: { video: burst } },
  ["buffer"],
  /18\.\d of 16\.0 Mbit/,
);
check("a burst of a copy", { output: { video: burst } });
check("a burst of an encoder that keeps no buffer", {
  source: encoded,
  isHardware: true,
  output: { video: burst },
});

const warned = (name: string, given: Parameters<typeof checksOf>[0], wanted: readonly string[]): void => {
  test(`warned of: ${name}`, () => {
    const checks = checksOf(given);
    assert.deepEqual(
      checks.filter((each) => each.warns).map((each) => each.name),
      wanted,
    );
    assert.ok(checks.every((each) => each.passed));
    assert.deepEqual(checksFrom(JSON.parse(JSON.stringify(checks))), checks);
  });
};
const sized = (sizeBytes: number | null) => inContainer("matroska", { sizeBytes });
warned("the same size", { source: sized(40_000_000) }, []);
warned("nearly three times the source", { source: sized(14_000_000) }, []);
warned("three times the source", { source: sized(13_000_000) }, ["size"]);
warned("a source of no known size", { source: sized(null) }, []);
const peaks = { video: packetsAt(25, 1500, { sizeBytes: 70_000 }) };
warned("14 Mb/s from hardware", { source: encoded, isHardware: true, output: peaks }, ["bitrate"]);
warned("14 Mb/s in a copy", { isHardware: true, output: peaks }, []);

test("checks of jobs: what does not look like one is left out", () => {
  assert.deepEqual(checksFrom(null), []);
  assert.deepEqual(
    checksFrom([1, null, {}, { name: "opens", passed: "yes" }, { name: "size", passed: true, warns: 1 }]),
    [
      { name: "opens", passed: false, detail: "" },
      { name: "size", passed: true, detail: "" },
    ],
  );
});
