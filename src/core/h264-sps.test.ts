import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type BitWriter, bitWriter } from "../../test/support/bits.ts";
import { readSps } from "./h264-sps.ts";
import type { H264Sps } from "./media-info.ts";

type Made = {
  readonly profile?: number;
  readonly level?: number;
  readonly high?: (bits: BitWriter) => BitWriter;
  readonly order?: (bits: BitWriter) => BitWriter;
  readonly refs?: number;
  readonly size?: readonly [number, number];
  readonly frameMbsOnly?: boolean;
  readonly crop?: readonly [number, number, number, number];
  readonly vui?: (bits: BitWriter) => BitWriter;
};

/** A sequence parameter set with its NAL header. */
const unit = ({
  profile = 77,
  level = 31,
  refs = 4,
  size = [80, 45],
  frameMbsOnly = true,
  ...more
}: Made): Uint8Array => {
  const bits = bitWriter().u(8, 0x67).u(8, profile).u(8, 0).u(8, level).ue(0);
  more.high?.(bits);
  bits.ue(0);
  (more.order ?? ((each) => each.ue(2)))(bits);
  bits
    .ue(refs)
    .u(1, 0)
    .ue(size[0] - 1)
    .ue(size[1] - 1)
    .u(1, frameMbsOnly ? 1 : 0);
  if (!frameMbsOnly) bits.u(1, 1);
  bits.u(1, 1).u(1, more.crop ? 1 : 0);
  for (const each of more.crop ?? []) bits.ue(each);
  bits.u(1, more.vui ? 1 : 0);
  more.vui?.(bits);
  return bits.bytes();
};

/** 00 00 0x inside a unit is written as 00 00 03 0x. */
const protectedBytes = (bytes: Uint8Array): number[] => {
  const out: number[] = [];
  for (const byte of bytes) {
    if (out.at(-1) === 0 && out.at(-2) === 0 && byte <= 3) out.push(3);
    out.push(byte);
  }
  return out;
};
const avcc = (bytes: Uint8Array): Uint8Array => {
  const inside = protectedBytes(bytes);
  return Uint8Array.from([
    1,
    100,
    0,
    31,
    255,
    0xe1,
    inside.length >> 8,
    inside.length & 255,
    ...inside,
    1,
    0,
    0,
  ]);
};
const annexB = (bytes: Uint8Array): Uint8Array =>
  Uint8Array.from([0, 0, 0, 1, 0x09, 0xf0, 0, 0, 0, 1, ...protectedBytes(bytes), 0, 0, 0, 1, 0x68, 0xee]);

const PLAIN: H264Sps = {
  profileIdc: 77,
  levelIdc: 31,
  maxReferenceFrames: 4,
  decodedPictureBuffer: 4,
  frameMbsOnly: true,
  widthMbs: 80,
  heightMbs: 45,
  cropBottomPixels: 0,
  sampleAspectRatio: null,
  fullRange: null,
};
const check = (name: string, made: Made, wanted: Partial<H264Sps> = {}): void => {
  test(name, () => {
    assert.deepEqual(readSps(avcc(unit(made))), { ...PLAIN, ...wanted }, "in avcC");
    assert.deepEqual(readSps(annexB(unit(made))), { ...PLAIN, ...wanted }, "in Annex B");
  });
};

/** Flags of the VUI up to the two HRDs, all off but what is written. */
const vui =
  (write: {
    aspect?: (bits: BitWriter) => BitWriter;
    overscan?: true;
    signal?: readonly [number, boolean];
    chroma?: true;
    timing?: true;
    hrd?: true;
    dpb?: number;
  }) =>
  (bits: BitWriter): BitWriter => {
    bits.u(1, write.aspect ? 1 : 0);
    write.aspect?.(bits);
    bits.u(1, write.overscan ? 1 : 0);
    if (write.overscan) bits.u(1, 1);
    bits.u(1, write.signal ? 1 : 0);
    if (write.signal) {
      bits
        .u(3, 5)
        .u(1, write.signal[0])
        .u(1, write.signal[1] ? 1 : 0);
      if (write.signal[1]) bits.u(24, 0x010101);
    }
    bits.u(1, write.chroma ? 1 : 0);
    if (write.chroma) bits.ue(1).ue(1);
    bits.u(1, write.timing ? 1 : 0);
    if (write.timing) bits.u(32, 1001).u(32, 60_000).u(1, 1);
    for (let hrd = 0; hrd < 2; hrd++) {
      bits.u(1, write.hrd ? 1 : 0);
      if (write.hrd) bits.ue(1).u(8, 0).ue(5).ue(6).u(1, 0).ue(7).ue(8).u(1, 1).u(20, 3);
    }
    if (write.hrd) bits.u(1, 0);
    bits.u(1, 1).u(1, write.dpb === undefined ? 0 : 1);
    if (write.dpb !== undefined) bits.u(1, 1).ue(0).ue(0).ue(11).ue(11).ue(2).ue(write.dpb);
    return bits;
  };

check("Main, nothing else", {});
check(
  "4: sixteen reference frames at 4.1",
  { level: 41, refs: 16, size: [120, 68] },
  { levelIdc: 41, maxReferenceFrames: 16, decodedPictureBuffer: 16, widthMbs: 120, heightMbs: 68 },
);
check(
  "6: fields",
  { frameMbsOnly: false, size: [120, 34] },
  { frameMbsOnly: false, widthMbs: 120, heightMbs: 68 },
);
check(
  "18: 1088 lines cropped",
  { size: [120, 68], crop: [0, 0, 0, 4] },
  { widthMbs: 120, heightMbs: 68, cropBottomPixels: 8 },
);
check(
  "cropped fields",
  { size: [120, 34], frameMbsOnly: false, crop: [0, 0, 0, 2] },
  { widthMbs: 120, heightMbs: 68, frameMbsOnly: false, cropBottomPixels: 8 },
);
check("order of pictures 0", { order: (bits) => bits.ue(0).ue(4) });
check("order of pictures 1", { order: (bits) => bits.ue(1).u(1, 0).se(-3).se(2).ue(2).se(1).se(-1) });
check("High", { profile: 100, high: (bits) => bits.ue(1).ue(0).ue(0).u(1, 0).u(1, 0) }, { profileIdc: 100 });
check(
  "High, cropped by lines when there is no colour",
  { profile: 100, high: (bits) => bits.ue(0).ue(0).ue(0).u(1, 0).u(1, 0), crop: [0, 0, 0, 8] },
  { profileIdc: 100, cropBottomPixels: 8 },
);
const scalingLists =
  (lists: number) =>
  (bits: BitWriter): BitWriter => {
    bits.ue(lists === 12 ? 3 : 1);
    if (lists === 12) bits.u(1, 0);
    bits.ue(2).ue(2).u(1, 0).u(1, 1);
    for (let list = 0; list < lists; list++) {
      bits.u(1, list % 2);
      if (list % 2 === 0) continue;
      if (list === 1) bits.se(-8);
      else for (let at = 0; at < (list < 6 ? 16 : 64); at++) bits.se(at === 0 ? 8 : 0);
    }
    return bits;
  };
check("High 10 with eight scaling lists", { profile: 110, high: scalingLists(8) }, { profileIdc: 110 });
check("High 4:4:4 with twelve scaling lists", { profile: 244, high: scalingLists(12) }, { profileIdc: 244 });
check(
  "5: aspect by number",
  { vui: vui({ aspect: (bits) => bits.u(8, 14) }) },
  { sampleAspectRatio: { num: 4, den: 3 } },
);
check(
  "5: aspect written out",
  { vui: vui({ aspect: (bits) => bits.u(8, 255).u(16, 64).u(16, 45) }) },
  { sampleAspectRatio: { num: 64, den: 45 } },
);
check("5: aspect not known", { vui: vui({ aspect: (bits) => bits.u(8, 0) }) });
check("5: aspect of no table", { vui: vui({ aspect: (bits) => bits.u(8, 99) }) });
check("5: aspect over zero", { vui: vui({ aspect: (bits) => bits.u(8, 255).u(16, 4).u(16, 0) }) });
check("19: full range", { vui: vui({ signal: [1, true] }) }, { fullRange: true });
check("limited range", { vui: vui({ signal: [0, false] }) }, { fullRange: false });
check(
  "all of the VUI",
  {
    refs: 2,
    vui: vui({
      aspect: (bits) => bits.u(8, 1),
      overscan: true,
      signal: [0, true],
      chroma: true,
      timing: true,
      hrd: true,
      dpb: 6,
    }),
  },
  {
    ...{ maxReferenceFrames: 2, decodedPictureBuffer: 6 },
    ...{ sampleAspectRatio: { num: 1, den: 1 }, fullRange: false },
  },
);
check("an empty VUI", { vui: vui({}) });

for (const [name, bytes] of [
  ["nothing", []],
  ["avcC without a unit", [1, 100, 0, 31, 255, 0xe0, 0, 0]],
  ["avcC that promises more", [1, 100, 0, 31, 255, 0xe1, 1, 0, 0x67, 100]],
  ["Annex B without an SPS", [0, 0, 1, 0x68, 1, 2, 3, 4]],
  ["an SPS cut short", [0, 0, 0, 1, 0x67, 77, 0]],
  ["an SPS of zeros", [0, 0, 1, 0x67, ...Array(40).fill(0)]],
] as const)
  test(`no SPS: ${name}`, () => assert.equal(readSps(Uint8Array.from(bytes)), null));

test("damaged bytes never throw", () => {
  const sources = [
    avcc(unit({ vui: vui({ hrd: true, dpb: 4 }) })),
    annexB(unit({ profile: 244, high: scalingLists(12) })),
  ];
  const mutated = fc
    .tuple(fc.constantFrom(...sources), fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { maxLength: 6 }))
    .map(([bytes, changes]) => {
      const copy = Uint8Array.from(bytes);
      for (const [at, value] of changes) copy[at % copy.length] = value;
      return copy;
    });
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 80 }), mutated), (bytes) => {
      const found = readSps(bytes);
      if (found)
        assert.ok(found.widthMbs >= 1 && found.heightMbs >= 1 && Number.isFinite(found.decodedPictureBuffer));
    }),
    { numRuns: 5000 },
  );
});
