import assert from "node:assert/strict";
import { describe, it, test } from "node:test";
import fc from "fast-check";
import { box } from "../../test/support/bits.ts";
import { anyEncrypted, type Box, mp4Layout, readBoxHeader, readTracks, tracksBeyond } from "./mp4-boxes.ts";

const header = (
  name: string,
  bytes: readonly number[] | Uint8Array,
  wanted: Omit<Box, "offset"> | null,
): void => {
  test(`header: ${name}`, () =>
    assert.deepEqual(readBoxHeader(Uint8Array.from(bytes), 7, 5000), wanted && { ...wanted, offset: 7 }));
};
const mdat = [...Buffer.from("mdat")];
header("plain", [0, 0, 1, 0, ...mdat], { type: "mdat", sizeBytes: 256, headerBytes: 8 });
header("to the end of the file", [0, 0, 0, 0, ...mdat], { type: "mdat", sizeBytes: 5000, headerBytes: 8 });
header("64-bit", [0, 0, 0, 1, ...mdat, 0, 0, 0, 1, 0, 0, 0, 0], {
  type: "mdat",
  sizeBytes: 2 ** 32,
  headerBytes: 16,
});
header("64-bit, cut short", [0, 0, 0, 1, ...mdat, 0, 0], null);
header("64-bit, smaller than its header", [0, 0, 0, 1, ...mdat, 0, 0, 0, 0, 0, 0, 0, 15], null);
header("smaller than its header", [0, 0, 0, 7, ...mdat], null);
header("seven bytes", [0, 0, 0, 8, 109, 100, 97], null);
header("no letters", [0, 0, 0, 8, 0, 1, 2, 3], null);
header("Apple's ©nam", [0, 0, 0, 8, 0xa9, 110, 97, 109], { type: "©nam", sizeBytes: 8, headerBytes: 8 });

const layout = (
  types: readonly string[],
  wanted: readonly [boolean, boolean, number],
  fileBytes = types.length * 100,
): void => {
  test(`layout: ${types.join(" ") || "nothing"} in ${fileBytes} bytes`, () => {
    const boxes = types.map((type, index) => ({ type, offset: index * 100, sizeBytes: 100, headerBytes: 8 }));
    const [moovBeforeMdat, isFragmented, missingBytes] = wanted;
    assert.deepEqual(mp4Layout(boxes, fileBytes), { layout: { moovBeforeMdat, isFragmented }, missingBytes });
  });
};
layout([], [false, false, 0]);
layout(["ftyp", "moov", "mdat"], [true, false, 0]);
layout(["ftyp", "mdat", "moov"], [false, false, 0]);
layout(["ftyp", "moov"], [true, false, 0]);
layout(["ftyp", "mdat"], [false, false, 0]);
layout(["ftyp", "moov", "mdat", "e tr"], [true, false, 0], 320);
layout(["ftyp", "moov", "moof", "mdat"], [true, true, 0]);
layout(["ftyp", "moov", "mdat"], [true, false, 60], 240);

const CONFIGURATION = Uint8Array.of(1, 100, 0, 31, 255, 0xe0);
type Made = {
  readonly handler?: string;
  readonly sizes?: Uint8Array | null;
  readonly durations?: Uint8Array | null;
  readonly keys?: Uint8Array | null;
  readonly offsets?: Uint8Array | null;
  readonly edits?: Uint8Array | null;
  readonly chunks?: Uint8Array | null;
  readonly entry?: Uint8Array | null;
  readonly mdhd?: Uint8Array;
};

const some = (...boxes: readonly (Uint8Array | null)[]): Uint8Array[] =>
  boxes.filter((each) => each !== null);
const visualEntry = box("avc1", new Uint8Array(78), box("avcC", CONFIGURATION));
/** Six pictures, one every half second, a keyframe every third, at 10 ticks a second. */
const made = ({
  handler = "vide",
  entry = visualEntry,
  sizes = box("stsz", 0, 0, 6, 100, 200, 300, 400, 500, 600),
  durations = box("stts", 0, 1, 6, 5),
  keys = box("stss", 0, 2, 1, 4),
  offsets = null,
  edits = null,
  chunks = box("stco", 0, 2, 48, 900),
  mdhd = box("mdhd", 0, 0, 0, 10, 30, 0),
}: Made = {}): Uint8Array =>
  box(
    "trak",
    ...some(edits && box("edts", edits)),
    box(
      "mdia",
      mdhd,
      box("hdlr", 0, 0, handler, 0, 0, 0),
      box(
        "minf",
        box("stbl", ...some(entry && box("stsd", 0, 1, entry), durations, offsets, keys, sizes, chunks)),
      ),
    ),
  );
const moov = (...traks: readonly Uint8Array[]): Uint8Array =>
  box("moov", box("mvhd", 0, 0, 0, 1000, 3000), ...traks);
const only = (film: Made) => {
  const [track] = readTracks(moov(made(film)));
  assert.ok(track);
  return track;
};
const times = (film: Made) => only(film).packets.map((each) => [each.ptsSeconds, each.dtsSeconds]);

describe("a track", () => {
  it("has its kind and its configuration", () => {
    const { kind, entry, avcc, edits, lastChunkOffset } = only({});
    assert.deepEqual(
      { kind, entry, avcc, edits, lastChunkOffset },
      { kind: "video", entry: "avc1", avcc: CONFIGURATION, edits: 0, lastChunkOffset: 900 },
    );
  });

  it("is encrypted when its entry says so", () => {
    const locked = only({ entry: box("encv", new Uint8Array(78), box("avcC", CONFIGURATION)) });
    assert.deepEqual(
      [anyEncrypted([only({}), locked]), anyEncrypted([only({}), only({ entry: null })])],
      [true, false],
    );
  });

  it("has a packet for each sample", () => {
    assert.deepEqual(
      only({}).packets.map((each) => [each.ptsSeconds, each.sizeBytes, each.isKey, each.durationSeconds]),
      [
        ...[
          [0, 100, true, 0.5],
          [0.5, 200, false, 0.5],
          [1, 300, false, 0.5],
        ],
        ...[
          [1.5, 400, true, 0.5],
          [2, 500, false, 0.5],
          [2.5, 600, false, 0.5],
        ],
      ],
    );
  });

  it("shows pictures later than it decodes them, or earlier", () => {
    const offsets = box("ctts", 0, 2, 1, 10, 5, 0xffff_fffb);
    assert.deepEqual(times({ offsets }).slice(0, 2), [
      [1, 0],
      [0, 0.5],
    ]);
  });

  it("is only keyframes when no table names them", () =>
    assert.ok(only({ keys: null }).packets.every((each) => each.isKey)));

  it("of version 1 has its timescale elsewhere", () => {
    const mdhd = box("mdhd", 0x0100_0000, 0, 0, 0, 0, 20, 0, 0);
    assert.equal(only({ mdhd }).packets[1]?.ptsSeconds, 0.25);
  });
});

describe("edit lists", () => {
  it("14: an empty edit delays the track", () => {
    const found = only({ edits: box("elst", 0, 2, 1500, 0xffff_ffff, 65_536, 3000, 0, 65_536) });
    assert.deepEqual([found.edits, found.packets[0]?.ptsSeconds], [1, 1.5]);
  });

  it("9: an edit that begins later cuts pictures away", () => {
    const { packets } = only({ edits: box("elst", 0, 1, 2000, 10, 65_536) });
    assert.deepEqual(
      packets.map((each) => each.isDiscarded),
      [true, true, false, false, false, false],
    );
    assert.equal(packets[2]?.ptsSeconds, 0);
  });

  it("9: an edit in the middle of a picture still shows it", () => {
    const { packets } = only({ edits: box("elst", 0, 1, 2000, 7, 65_536) });
    assert.deepEqual(
      packets.map((each) => each.isDiscarded),
      [true, false, false, false, false, false],
    );
  });

  it("9: several edits are counted", () =>
    assert.equal(only({ edits: box("elst", 0, 2, 1000, 0, 65_536, 1000, 20, 65_536) }).edits, 2));

  it("of 64 bits are read", () => {
    const found = only({
      edits: box("elst", 0x0100_0000, 2, 0, 1000, 0xffff_ffff, 0xffff_ffff, 65_536, 0, 2000, 0, 5, 65_536),
    });
    assert.deepEqual(
      [found.edits, found.packets[0]?.isDiscarded, found.packets[1]?.ptsSeconds],
      [1, true, 1],
    );
  });

  it("that are cut short are none", () => assert.equal(only({ edits: box("elst", 0) }).edits, 0));
});

describe("damaged and odd tables", () => {
  for (const [name, film, wanted] of [
    ["no sizes", { sizes: null }, 0],
    ["sizes cut short", { sizes: box("stsz", 0, 0) }, 0],
    ["more sizes promised than there are", { sizes: box("stsz", 0, 0, 99, 1, 2) }, 2],
    ["fewer durations than sizes", { durations: box("stts", 0, 1, 2, 5) }, 2],
    ["more durations than sizes", { durations: box("stts", 0, 1, 0xffff_ffff, 5) }, 6],
    ["no durations", { durations: null }, 0],
    ["durations cut short", { durations: box("stts", 0) }, 0],
    ["keyframes cut short", { keys: box("stss", 0) }, 6],
    ["one size for all", { sizes: box("stsz", 0, 512, 6) }, 6],
    [
      "PCM sound",
      {
        handler: "soun",
        sizes: box("stsz", 0, 4, 345_600_000),
        durations: box("stts", 0, 1, 345_600_000, 1),
      },
      0,
    ],
    ["a million offsets for six pictures", { offsets: box("ctts", 0, 1, 1_000_000, 0) }, 6],
  ] as const)
    it(name, () => assert.equal(only(film).packets.length, wanted));

  it("no sample entry", () => assert.equal(only({ entry: null }).avcc, null));
  it("a sample entry of another codec", () =>
    assert.equal(only({ entry: box("hvc1", new Uint8Array(78), box("hvcC", 1)) }).avcc, null));
  it("no time scale", () => assert.equal(only({ mdhd: box("mdhd", 0) }).packets[1]?.ptsSeconds, 5));
  it("a track with nothing in it", () => {
    const [track] = readTracks(moov(box("trak")));
    assert.deepEqual(track, {
      kind: "other",
      entry: "",
      avcc: null,
      packets: [],
      endSeconds: null,
      sampleBytes: 0,
      edits: 0,
      lastChunkOffset: 0,
    });
  });
  it("no tracks", () => assert.deepEqual(readTracks(box("moov")), []));
  it("sound and other kinds", () =>
    assert.deepEqual(
      readTracks(moov(made({ handler: "soun" }), made({ handler: "text" }))).map((each) => each.kind),
      ["audio", "other"],
    ));
  it("many tracks that promise much share one limit", () => {
    const greedy = made({
      sizes: box("stsz", 0, 1, 0xffff_ffff),
      durations: box("stts", 0, 1, 0xffff_ffff, 1),
    });
    const tracks = readTracks(moov(...Array<Uint8Array>(20).fill(greedy)));
    assert.equal(
      tracks.reduce((sum, each) => sum + each.packets.length, 0),
      2_200_000,
    );
  });
});

const beyond = (name: string, film: Made, fileBytes: number, wanted: boolean): void => {
  test(`26: ${name}`, () => assert.equal(tracksBeyond(readTracks(moov(made(film))), fileBytes), wanted));
};
beyond("all there", {}, 3000, false);
beyond("more picture than file", {}, 2000, true);
beyond("the last chunk lies beyond the end", { chunks: box("stco", 0, 2, 48, 5000) }, 3000, true);
beyond("the only chunk lies beyond the end", { chunks: box("stco", 0, 1, 5000) }, 3000, true);
beyond("the last chunk lies beyond the end, 64 bits", { chunks: box("co64", 0, 1, 1, 0) }, 3000, true);
beyond("no chunks", { chunks: box("stco", 0, 0) }, 3000, false);
beyond("no table of chunks", { chunks: null }, 3000, false);

test("damaged indexes never throw", () => {
  const source = moov(
    made({ offsets: box("ctts", 0, 1, 6, 5), edits: box("elst", 0, 1, 2000, 10, 65_536) }),
    made({ handler: "soun" }),
  );
  const mutated = fc
    .array(fc.tuple(fc.nat(source.length - 1), fc.nat(255)), { maxLength: 12 })
    .map((changes) => {
      const copy = Uint8Array.from(source);
      for (const [at, value] of changes) copy[at] = value;
      return copy;
    });
  const cut = fc.tuple(mutated, fc.nat(source.length)).map(([bytes, length]) => bytes.subarray(0, length));
  fc.assert(
    fc.property(fc.oneof(cut, mutated, fc.uint8Array({ maxLength: 300 })), (bytes) => {
      for (const track of readTracks(bytes)) assert.ok(track.packets.length <= 2_200_000);
    }),
    { numRuns: 2000 },
  );
});
