/** The readers of foreign bytes and text: total whatever they get, and done in time however large it is. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { parseCropdetect } from "../../src/core/black-bars.ts";
import { decodeText, detectCharset } from "../../src/core/charset.ts";
import { parseIdet, scanSeen } from "../../src/core/combing.ts";
import { classifyFailure } from "../../src/core/ffmpeg-failure.ts";
import { progressReader } from "../../src/core/ffmpeg-progress.ts";
import { classifyProbeFailure } from "../../src/core/ffprobe-failure.ts";
import { endsEarly } from "../../src/core/file-structure.ts";
import { readSps } from "../../src/core/h264-sps.ts";
import { visibleText } from "../../src/core/human-text.ts";
import { readTracks } from "../../src/core/mp4-boxes.ts";
import { packetLines, toPacket } from "../../src/core/packet-lines.ts";
import { type Packet, packetFacts, shownTime } from "../../src/core/packets.ts";
import { neighbourSubtitles, planNeighbours } from "../../src/core/subtitle-names.ts";
import { cleanSubtitles } from "../../src/core/subtitle-text.ts";
import { box } from "../support/bits.ts";

const RUNS = { numRuns: 2000 };
const anyBytes = fc.uint8Array({ maxLength: 2000 });
/** Text that is nearly what a reader looks for. */
const textOf = (...words: readonly string[]): fc.Arbitrary<string> =>
  fc
    .array(fc.oneof(fc.constantFrom(...words), fc.string({ unit: "binary", maxLength: 8 })), {
      maxLength: 60,
    })
    .map((parts) => parts.join(""));

const cueText = textOf(
  ...["1\n", "00:00:01,000 --> 00:00:02,000\n", "00:01.000 --> 00:02.000 line:0\n", "\n\n", "\r\n", "Hello"],
  ...[
    "<font color=red>",
    "</font>",
    "<i>",
    "</i>",
    "{\\an8}",
    "{\\p1}",
    "m 0 0 l 1 1",
    "-->",
    "&",
    "WEBVTT",
    "<",
  ],
);

describe("total whatever they get", () => {
  it("subtitle text, which never becomes markup of another kind", () => {
    fc.assert(
      fc.property(cueText, (text) => {
        const vtt = cleanSubtitles(text, "vtt");
        assert.ok(vtt === null || /^WEBVTT\n\n/.test(vtt));
        assert.doesNotMatch(vtt ?? "", /<(?!\/?[biu]>)|<font/i);
        for (const line of vtt?.split("\n") ?? [])
          if (line.includes("-->")) assert.match(line, /^(?:\d+:)?\d{1,2}:\d\d[.,]\d{1,3}\s+-->/);
        assert.doesNotMatch(cleanSubtitles(text, "srt") ?? "", /<font[^<>\n]*>/i);
      }),
      RUNS,
    );
  });

  it("character sets", () => {
    const language = fc.oneof(
      fc.constantFrom("ru", "ja", "zh", "he", "pt-br", "constructor", ""),
      fc.string(),
    );
    fc.assert(
      fc.property(anyBytes, fc.option(language), (bytes, tag) => {
        assert.doesNotThrow(() => new TextDecoder(detectCharset(bytes, tag)));
        assert.equal(typeof decodeText(bytes, tag), "string");
      }),
      RUNS,
    );
  });
});

describe("total whatever stands beside and inside a film", () => {
  it("names of files beside a film", () => {
    const name = textOf(
      "Film",
      ".",
      "en",
      "forced",
      "sdh",
      "2",
      ".srt",
      ".ass",
      ".mkv",
      "\n",
      "__proto__",
      "zh-Hans",
    );
    fc.assert(
      fc.property(name, fc.array(name), (film, names) => {
        const found = neighbourSubtitles(`/f/${film.replaceAll("/", "")}.mkv`, names);
        for (const { files } of planNeighbours(found, ["vtt", "srt"])) assert.ok(files.length <= 2);
      }),
      RUNS,
    );
  });

  it("packets of ffprobe, wherever their text is cut", () => {
    const lines = textOf(
      ...[
        "packet|pts_time=1.5|dts_time=1|duration_time=0.04|size=10|flags=K_",
        "packet|",
        "pts_time=N/A",
        "|flags=__D",
      ],
      ...["\n", "\n", "|size=99999999999999999999", "|pts_time=-1e309", "=", "|"],
    );
    fc.assert(
      fc.property(lines, fc.array(fc.nat(500)), (text, cuts) => {
        const whole: string[] = [];
        packetLines((line) => whole.push(line))(text);
        const pieces: string[] = [];
        const feed = packetLines((line) => pieces.push(line));
        let from = 0;
        for (const at of [...cuts.toSorted((a, b) => a - b), text.length]) {
          feed(text.slice(from, at));
          from = Math.max(from, at);
        }
        assert.deepEqual(pieces, whole);
        const packets = whole.map(toPacket);
        assert.ok(packets.every((each) => each.ptsSeconds === null || Number.isFinite(each.ptsSeconds)));
        assert.ok(Number.isFinite(shownTime(packets).seconds));
        packetFacts(packets);
      }),
      RUNS,
    );
  });
});

describe("total whatever is said", () => {
  it("what ffmpeg says", () => {
    const said = textOf(
      ...[
        "out_time_us=",
        "1",
        "progress=continue\n",
        "progress=end\n",
        "fps=N/A\n",
        "speed=1e999x\n",
        "total_size=-1\n",
      ],
      ...[
        " crop=1:2:3:4",
        " crop=0:0:0:0",
        "Multi frame detection: TFF: 1 BFF: 2",
        "[Parsed_idet_0 @ 0x5] ",
        "\n",
        "=",
      ],
    );
    fc.assert(
      fc.property(said, fc.option(fc.double({ noNaN: true })), (text, seconds) => {
        const percent = progressReader(seconds).feed(text)?.percent ?? null;
        assert.ok(percent === null || (percent >= 0 && percent <= 100), String(percent));
        scanSeen(parseIdet(text, seconds ?? 1));
        const area = parseCropdetect(text);
        assert.ok(area === null || area.width > 0);
        assert.ok(classifyFailure({ exitCode: 1, signal: null, stderr: text, stopped: null }));
        assert.ok(classifyProbeFailure(text).detail.length <= 300);
        assert.equal(visibleText(text).length, text.length);
      }),
      RUNS,
    );
  });
});

const LARGE = 4 * 2 ** 20;
const filled = (text: string): string => text.repeat(Math.ceil(LARGE / text.length)).slice(0, LARGE);

/** Processor time, as other tests run beside. */
const withinSeconds = (limit: number, work: () => void): void => {
  const before = process.cpuUsage();
  work();
  const { user } = process.cpuUsage(before);
  assert.ok(user / 1e6 < limit, `${user / 1e6} s`);
};

const number = (value: number): Uint8Array => {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
};

describe("done in time", () => {
  for (const part of [
    ...[
      "<font ",
      "{\\",
      "m 0 0 ",
      " ",
      "-->",
      "\n",
      "00:00:00,000 --> 00:00:01,000\n",
      "1\n\n",
      "&",
      "<",
      "a\r",
    ],
    ...["00:00:00,000 --> 00:00:01,000 \nm 1 1 m ", "0", "-"],
  ])
    it(`4 MiB of ${JSON.stringify(part)} as subtitles`, () =>
      withinSeconds(4, () => {
        cleanSubtitles(`1\n00:00:00,000 --> 00:00:01,000\n${filled(part)}`, "vtt");
      }));

  it("4 MiB of any bytes in any character set", () => {
    const bytes = new Uint8Array(LARGE);
    for (let at = 0; at < LARGE; at++) bytes[at] = (at * 2_654_435_761) >>> 24;
    for (const language of [null, "ja", "ru", "th"]) withinSeconds(3, () => void decodeText(bytes, language));
  });

  it("4 MiB of headers that hold none", () => {
    for (const bytes of [
      new Uint8Array(LARGE),
      new Uint8Array(LARGE).fill(255),
      new Uint8Array(LARGE).fill(1),
    ])
      withinSeconds(2, () => {
        readSps(bytes);
        readTracks(bytes);
        endsEarly(bytes, LARGE);
      });
  });

  it("an index of ten thousand tracks of ten thousand boxes, as much as 4 MiB hold", () => {
    const empty = box("free");
    for (const boxes of [10, 1000, 10_000]) {
      const trak = box("trak", new Uint8Array(Buffer.concat(Array.from({ length: boxes }, () => empty))));
      const tracks = Array.from({ length: Math.floor(LARGE / trak.length) }, () => trak);
      const moov = Buffer.concat([number(LARGE), Buffer.from("moov"), ...tracks]);
      withinSeconds(2, () => void readTracks(moov));
    }
  });

  it("an index of as many pictures as are read", () => {
    const count = 3_000_000;
    const table = Buffer.concat([
      box("stts", 0, 1, count, 1001),
      ...[number(20 + 4 * count), Buffer.from("stsz"), number(0), number(0), number(count)],
      Buffer.alloc(4 * count, 1),
    ]);
    const wrap = (type: string, ...parts: readonly Uint8Array[]): Buffer => {
      const body = Buffer.concat(parts);
      return Buffer.concat([number(body.length + 8), Buffer.from(type), body]);
    };
    const media = [
      box("hdlr", 0, 0, "vide"),
      box("mdhd", 0, 0, 0, 24_000, 0),
      wrap("minf", wrap("stbl", table)),
    ];
    const moov = wrap("moov", wrap("trak", wrap("mdia", ...media)));
    let packets: readonly Packet[] = [];
    withinSeconds(20, () => {
      packets = readTracks(moov)[0]?.packets ?? [];
      packetFacts(packets);
    });
    assert.equal(packets.length, 2_200_000);
  });
});
