/**
 * A reader of the H.264 sequence parameter set (ITU-T H.264, 7.3.2.1.1 and E.1.1): what the stream itself says, where
 * ffprobe repeats the container or, for reference frames, says 1 for every file until a frame is decoded.
 */
import type { Fraction, H264Sps } from "./media-info.ts";

type BitReader = {
  readonly bits: (count: number) => number;
  readonly flag: () => boolean;
  readonly exhausted: () => boolean;
};

/** The first SPS in codec configuration bytes, in avcC (MP4, Matroska) or Annex B (MPEG-TS, AVI) form; null if none. */
export const readSps = (configuration: Uint8Array): H264Sps | null => {
  const unit = configuration[0] === 1 ? firstAvccUnit(configuration) : firstAnnexBUnit(configuration);
  if (!unit) return null;
  const reader = bitReader(withoutEmulationPrevention(unit.subarray(1)));
  const sps = parse(reader);
  return reader.exhausted() ? null : sps;
};

const firstAvccUnit = (bytes: Uint8Array): Uint8Array | null => {
  const count = (bytes[5] ?? 0) & 31;
  const length = ((bytes[6] ?? 0) << 8) | (bytes[7] ?? 0);
  return count > 0 && length > 3 && bytes.length >= 8 + length ? bytes.subarray(8, 8 + length) : null;
};

const firstAnnexBUnit = (bytes: Uint8Array): Uint8Array | null => {
  for (let at = 0; at + 4 < bytes.length; at++) {
    if (bytes[at] !== 0 || bytes[at + 1] !== 0 || bytes[at + 2] !== 1) continue;
    if (((bytes[at + 3] ?? 0) & 31) !== 7) continue;
    let end = at + 4;
    while (end < bytes.length && !(bytes[end] === 0 && bytes[end + 1] === 0 && (bytes[end + 2] ?? 0) <= 1))
      end++;
    return bytes.subarray(at + 3, end);
  }
  return null;
};

/** 00 00 03 inside a unit stands for 00 00. */
const withoutEmulationPrevention = (bytes: Uint8Array): Uint8Array => {
  const out: number[] = [];
  let zeros = 0;
  for (const byte of bytes) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0;
      continue;
    }
    zeros = byte === 0 ? zeros + 1 : 0;
    out.push(byte);
  }
  return Uint8Array.from(out);
};

const bitReader = (bytes: Uint8Array): BitReader => {
  let position = 0;
  const bit = (): number => {
    const value = ((bytes[position >> 3] ?? 0) >> (7 - (position & 7))) & 1;
    position++;
    return value;
  };
  return {
    flag: () => bit() === 1,
    bits: (count) => {
      let value = 0;
      for (let index = 0; index < count; index++) value = value * 2 + bit();
      return value;
    },
    exhausted: () => position > bytes.length * 8,
  };
};

/** Exp-Golomb, 9.1; more than 32 leading zeros is damage and ends the reading. */
const ue = ({ bits, flag }: BitReader): number => {
  let zeros = 0;
  while (zeros < 32 && !flag()) zeros++;
  return 2 ** zeros - 1 + (zeros > 0 ? bits(zeros) : 0);
};

const se = (reader: BitReader): number => {
  const code = ue(reader);
  return code % 2 === 1 ? (code + 1) / 2 : -code / 2;
};

const HIGH_PROFILES = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135];

const parse = (reader: BitReader): H264Sps => {
  const { bits, flag } = reader;
  const profileIdc = bits(8);
  bits(8);
  const levelIdc = bits(8);
  ue(reader);
  const chromaFormat = HIGH_PROFILES.includes(profileIdc) ? skipChroma(reader) : 1;
  ue(reader);
  skipPictureOrder(reader);
  const maxReferenceFrames = ue(reader);
  bits(1);
  const widthMbs = ue(reader) + 1;
  const mapUnits = ue(reader) + 1;
  const frameMbsOnly = flag();
  if (!frameMbsOnly) bits(1);
  bits(1);
  const crop = flag() ? [ue(reader), ue(reader), ue(reader), ue(reader)] : [0, 0, 0, 0];
  const cropUnit = (chromaFormat === 1 ? 2 : 1) * (frameMbsOnly ? 1 : 2);
  const vui = flag() ? parseVui(reader) : NO_VUI;
  return {
    profileIdc,
    levelIdc,
    maxReferenceFrames,
    decodedPictureBuffer: Math.max(maxReferenceFrames, vui.decodedPictureBuffer),
    frameMbsOnly,
    widthMbs,
    heightMbs: mapUnits * (frameMbsOnly ? 1 : 2),
    cropBottomPixels: (crop[3] ?? 0) * cropUnit,
    sampleAspectRatio: vui.sampleAspectRatio,
    fullRange: vui.fullRange,
  };
};

/** Reads past chroma format, bit depths and scaling lists; gives chroma_format_idc. */
const skipChroma = (reader: BitReader): number => {
  const { bits, flag } = reader;
  const chromaFormat = ue(reader);
  if (chromaFormat === 3) bits(1);
  ue(reader);
  ue(reader);
  bits(1);
  const lists = flag() ? (chromaFormat === 3 ? 12 : 8) : 0;
  for (let list = 0; list < lists; list++) if (flag()) skipScalingList(reader, list < 6 ? 16 : 64);
  return chromaFormat;
};

const skipScalingList = (reader: BitReader, size: number): void => {
  let last = 8;
  let next = 8;
  for (let index = 0; index < size; index++) {
    if (next !== 0) next = (last + se(reader) + 256) % 256;
    last = next === 0 ? last : next;
  }
};

const skipPictureOrder = (reader: BitReader): void => {
  const kind = ue(reader);
  if (kind === 0) ue(reader);
  if (kind !== 1) return;
  reader.bits(1);
  se(reader);
  se(reader);
  const cycle = Math.min(255, ue(reader));
  for (let index = 0; index < cycle; index++) se(reader);
};

/** Table E-1: the sample aspect ratios that have a number. */
const ASPECTS: readonly (readonly [number, number])[] = [
  [0, 1],
  [1, 1],
  [12, 11],
  [10, 11],
  [16, 11],
  [40, 33],
  [24, 11],
  [20, 11],
  [32, 11],
  [80, 33],
  [18, 11],
  [15, 11],
  [64, 33],
  [160, 99],
  [4, 3],
  [3, 2],
  [2, 1],
];

type Vui = Pick<H264Sps, "decodedPictureBuffer" | "sampleAspectRatio" | "fullRange">;
const NO_VUI: Vui = { decodedPictureBuffer: 0, sampleAspectRatio: null, fullRange: null };

const parseVui = (reader: BitReader): Vui => {
  const { bits, flag } = reader;
  const sampleAspectRatio = flag() ? aspect(reader) : null;
  if (flag()) bits(1);
  let fullRange: boolean | null = null;
  if (flag()) {
    bits(3);
    fullRange = flag();
    if (flag()) bits(24);
  }
  if (flag()) {
    ue(reader);
    ue(reader);
  }
  if (flag()) bits(65);
  const nal = flag();
  if (nal) skipHrd(reader);
  const vcl = flag();
  if (vcl) skipHrd(reader);
  if (nal || vcl) bits(1);
  bits(1);
  if (!flag()) return { decodedPictureBuffer: 0, sampleAspectRatio, fullRange };
  bits(1);
  for (let index = 0; index < 5; index++) ue(reader);
  return { decodedPictureBuffer: ue(reader), sampleAspectRatio, fullRange };
};

const aspect = ({ bits }: BitReader): Fraction | null => {
  const index = bits(8);
  const [num, den] = index === 255 ? [bits(16), bits(16)] : (ASPECTS[index] ?? [0, 1]);
  return num === 0 || den === 0 ? null : { num, den };
};

const skipHrd = (reader: BitReader): void => {
  const count = Math.min(32, ue(reader) + 1);
  reader.bits(8);
  for (let index = 0; index < count; index++) {
    ue(reader);
    ue(reader);
    reader.bits(1);
  }
  reader.bits(20);
};
