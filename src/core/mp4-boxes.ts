/**
 * A reader of MP4 boxes (ISO/IEC 14496-12): where `moov` lies, whether the file is whole, and the sample tables of a
 * track, which hold every packet's time, size and keyframe flag without reading the film itself.
 */
import type { Mp4Layout } from "./media-info.ts";
import type { Packet } from "./packets.ts";

export type Box = {
  readonly type: string;
  readonly offset: number;
  readonly sizeBytes: number;
  readonly headerBytes: number;
};

/** The box header at the start of `bytes`; null when it is no box. `rest` is what a size of 0 ("to the end") means. */
export const readBoxHeader = (bytes: Uint8Array, offset: number, rest: number): Box | null => {
  if (bytes.length < 8) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const type = String.fromCharCode(...bytes.subarray(4, 8));
  if (!/^[\w ©\-.]{4}$/.test(type)) return null;
  const short = view.getUint32(0);
  if (short === 0) return { type, offset, sizeBytes: rest, headerBytes: 8 };
  if (short !== 1) return short < 8 ? null : { type, offset, sizeBytes: short, headerBytes: 8 };
  if (bytes.length < 16) return null;
  const sizeBytes = Number(view.getBigUint64(8));
  return sizeBytes < 16 ? null : { type, offset, sizeBytes, headerBytes: 16 };
};

/** Boxes without which a film is not whole; whatever else lies behind it may be anything. */
const FILM_BOXES = new Set(["moov", "mdat", "moof"]);

/** The layout of a file from its top-level boxes, and how many bytes of the film they claim beyond the end of the file. */
export const mp4Layout = (
  boxes: readonly Box[],
  fileBytes: number,
): { layout: Mp4Layout; missingBytes: number } => {
  const at = (type: string): number => boxes.findIndex((box) => box.type === type);
  const last = boxes.findLast((box) => FILM_BOXES.has(box.type));
  return {
    layout: {
      moovBeforeMdat: at("moov") >= 0 && (at("mdat") < 0 || at("moov") < at("mdat")),
      isFragmented: at("moof") >= 0,
    },
    missingBytes: last ? Math.max(0, last.offset + last.sizeBytes - fileBytes) : 0,
  };
};

export type Mp4Track = {
  readonly kind: "video" | "audio" | "other";
  /** The type of its first sample entry (`avc1`, `mp4a`, `encv`); empty when there is none. */
  readonly entry: string;
  /** The bytes of `avcC`, for the SPS reader; null for other codecs. */
  readonly avcc: Uint8Array | null;
  /** Of pictures only: nobody asks for the hundred thousands of a film's sound. */
  readonly packets: readonly Packet[];
  /** Where its last sample ends, seconds; null when it has none. */
  readonly endSeconds: number | null;
  /** What its samples take together. */
  readonly sampleBytes: number;
  /** Edits that show something (an empty leading edit only delays the track). */
  readonly edits: number;
  /** Where the index says the last chunk of the track begins. */
  readonly lastChunkOffset: number;
};

/**
 * At most this many samples are read of a file: ten hours of 60 fps have 2,160,000. Each is some 150 bytes of memory, and
 * four microseconds in which nothing else is done (measured).
 */
const MAX_SAMPLES = 2_200_000;

/** Pictures of one size (DV and the like) need no list, so their number is a claim that costs nothing: three hours at 25. */
const MAX_UNIFORM_SAMPLES = 270_000;

/** Every track of a `moov` box (its bytes, header included), in file order. Damaged tables give fewer packets. */
export const readTracks = (moov: Uint8Array): readonly Mp4Track[] => {
  const timescale = fullBoxNumber(find(moov, 8, "mvhd"), 12, 20) || 1000;
  let left = MAX_SAMPLES;
  return children(moov, 8)
    .filter((box) => box.type === "trak")
    .map((box) => {
      const track = readTrack(bytesOf(moov, box), timescale, left);
      left -= track.packets.length;
      return track;
    });
};

type Span = { readonly type: string; readonly start: number; readonly end: number; readonly header: number };

/** More tracks than this ffmpeg does not open; nothing else has as many boxes in it. */
const MAX_CHILDREN = 1000;

const children = (bytes: Uint8Array, from: number): readonly Span[] => {
  const found: Span[] = [];
  let at = from;
  while (at + 8 <= bytes.length && found.length < MAX_CHILDREN) {
    const box = readBoxHeader(bytes.subarray(at, at + 16), at, bytes.length - at);
    if (!box) break;
    found.push({
      type: box.type,
      start: at,
      end: Math.min(bytes.length, at + box.sizeBytes),
      header: box.headerBytes,
    });
    at += box.sizeBytes;
  }
  return found;
};

const bytesOf = (bytes: Uint8Array, span: Span): Uint8Array => bytes.subarray(span.start, span.end);

const find = (bytes: Uint8Array, from: number, ...path: readonly string[]): Uint8Array | null => {
  let here: Uint8Array | null = bytes;
  let start = from;
  for (const type of path) {
    const span: Span | undefined = here
      ? children(here, start).find((each) => each.type === type)
      : undefined;
    here = here && span ? bytesOf(here, span) : null;
    start = 8;
  }
  return here;
};

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** A 32-bit number of a full box whose place depends on its version (0 or 1); 0 when the box is too short. */
const fullBoxNumber = (box: Uint8Array | null, offsetVersion0: number, offsetVersion1: number): number => {
  if (!box || box.length < 12) return 0;
  const offset = 8 + (box[8] === 1 ? offsetVersion1 : offsetVersion0);
  return offset + 4 <= box.length ? viewOf(box).getUint32(offset) : 0;
};

const readTrack = (trak: Uint8Array, movieTimescale: number, maxSamples: number): Mp4Track => {
  const handlerBox = find(trak, 8, "mdia", "hdlr");
  const handler = handlerBox ? String.fromCharCode(...handlerBox.subarray(16, 20)) : "";
  const kind = handler === "vide" ? "video" : handler === "soun" ? "audio" : "other";
  const timescale = fullBoxNumber(find(trak, 8, "mdia", "mdhd"), 12, 20) || 1;
  const table = find(trak, 8, "mdia", "minf", "stbl");
  const entry = table ? find(table, 8, "stsd") : null;
  const edits = readEdits(find(trak, 8, "edts", "elst"));
  const shown = edits.filter((edit) => edit.mediaTime >= 0);
  const delay = edits.reduce(
    (sum, edit) => (edit.mediaTime < 0 ? sum + edit.duration / movieTimescale : sum),
    0,
  );
  const firstShown = shown[0]?.mediaTime ?? 0;
  const packets =
    table && kind === "video" ? readSamples(table, maxSamples, timescale, firstShown, delay) : [];
  return {
    kind,
    entry: entry && entry.length >= 24 ? String.fromCharCode(...entry.subarray(20, 24)) : "",
    avcc: entry ? avccOf(entry) : null,
    packets,
    endSeconds: table ? endOfSamples(table, timescale, firstShown, delay) : null,
    sampleBytes: table ? bytesOfSamples(table) : 0,
    edits: shown.length,
    lastChunkOffset: table ? lastChunkOffset(table) : 0,
  };
};

const lastChunkOffset = (table: Uint8Array): number => {
  const box = find(table, 8, "stco") ?? find(table, 8, "co64");
  if (!box || box.length < 20) return 0;
  const view = viewOf(box);
  const wide = String.fromCharCode(...box.subarray(4, 8)) === "co64";
  return wide ? Number(view.getBigUint64(box.length - 8)) : view.getUint32(box.length - 4);
};

/** Protected sample entries: Common Encryption, and what the shops of old sold (ISO/IEC 14496-12, 8.12). */
const ENCRYPTED_ENTRIES = new Set(["encv", "enca", "encu", "drmi", "drms"]);

/** A track holds what nobody may decode. */
export const anyEncrypted = (tracks: readonly Mp4Track[]): boolean =>
  tracks.some((track) => ENCRYPTED_ENTRIES.has(track.entry));

/** The index speaks of more film than the file holds: its end was cut off. */
export const tracksBeyond = (tracks: readonly Mp4Track[], fileBytes: number): boolean =>
  tracks.some((track) => track.lastChunkOffset >= fileBytes) ||
  tracks.reduce((sum, track) => sum + track.sampleBytes, 0) > fileBytes;

/** `avcC` lies after the 86 bytes of a visual sample entry (16 of `stsd` before it). */
const avccOf = (stsd: Uint8Array): Uint8Array | null => {
  const span = children(stsd, 16 + 86).find((each) => each.type === "avcC");
  return span ? stsd.subarray(span.start + span.header, span.end) : null;
};

type Edit = { readonly duration: number; readonly mediaTime: number };

const readEdits = (elst: Uint8Array | null): readonly Edit[] => {
  if (!elst || elst.length < 16) return [];
  const view = viewOf(elst);
  const wide = elst[8] === 1;
  const step = wide ? 20 : 12;
  const edits: Edit[] = [];
  for (let at = 16; at + step <= elst.length && edits.length < view.getUint32(12); at += step)
    edits.push(
      wide
        ? { duration: Number(view.getBigUint64(at)), mediaTime: Number(view.getBigInt64(at + 8)) }
        : { duration: view.getUint32(at), mediaTime: view.getInt32(at + 4) },
    );
  return edits;
};

/** Run-length tables (stts, ctts): calls `visit` once a sample until it says stop. */
const eachRun = (box: Uint8Array | null, signed: boolean, visit: (value: number) => boolean): void => {
  if (!box || box.length < 16) return;
  const view = viewOf(box);
  const runs = Math.min(view.getUint32(12), Math.floor((box.length - 16) / 8));
  for (let run = 0; run < runs; run++) {
    const count = view.getUint32(16 + run * 8);
    const value = signed ? view.getInt32(20 + run * 8) : view.getUint32(20 + run * 8);
    for (let index = 0; index < count; index++) if (!visit(value)) return;
  }
};

/** Where the last sample ends, by the runs of stts. */
const endOfSamples = (
  table: Uint8Array,
  timescale: number,
  firstShown: number,
  delaySeconds: number,
): number | null => {
  const box = find(table, 8, "stts");
  if (!box || box.length < 24) return null;
  const view = viewOf(box);
  const runs = Math.min(view.getUint32(12), Math.floor((box.length - 16) / 8));
  let ticks = 0;
  for (let run = 0; run < runs; run++) ticks += view.getUint32(16 + run * 8) * view.getUint32(20 + run * 8);
  return ticks === 0 ? null : (ticks - firstShown) / timescale + delaySeconds;
};

/** Samples of one size may be counted in any unit (PCM by the frame): only sizes that are listed say what they take. */
const bytesOfSamples = (table: Uint8Array): number => {
  const sizes = find(table, 8, "stsz");
  if (!sizes || sizes.length < 20) return 0;
  const view = viewOf(sizes);
  if (view.getUint32(12) !== 0) return 0;
  const end = Math.min(sizes.length - 3, 20 + 4 * view.getUint32(16));
  let sum = 0;
  for (let at = 20; at < end; at += 4) sum += view.getUint32(at);
  return sum;
};

const readSamples = (
  table: Uint8Array,
  maxSamples: number,
  timescale: number,
  firstShown: number,
  delaySeconds: number,
): Packet[] => {
  const sizes = find(table, 8, "stsz");
  if (!sizes || sizes.length < 20) return [];
  const view = viewOf(sizes);
  const uniform = view.getUint32(12);
  const claimed = Math.min(
    view.getUint32(16),
    uniform === 0 ? maxSamples : Math.min(maxSamples, MAX_UNIFORM_SAMPLES),
  );
  const count = uniform === 0 ? Math.min(claimed, Math.floor((sizes.length - 20) / 4)) : claimed;
  const offsets = new Int32Array(count);
  let offset = 0;
  eachRun(find(table, 8, "ctts"), true, (value) => {
    offsets[offset++] = value;
    return offset < count;
  });
  const keys = keyframes(find(table, 8, "stss"), count);
  const packets: Packet[] = [];
  let dts = 0;
  eachRun(find(table, 8, "stts"), false, (duration) => {
    const index = packets.length;
    if (index >= count) return false;
    const pts = dts + (offsets[index] ?? 0);
    packets.push({
      ptsSeconds: (pts - firstShown) / timescale + delaySeconds,
      dtsSeconds: (dts - firstShown) / timescale + delaySeconds,
      durationSeconds: duration / timescale,
      sizeBytes: uniform === 0 ? view.getUint32(20 + index * 4) : uniform,
      isKey: keys === null || keys.has(index + 1),
      isDiscarded: pts + duration <= firstShown,
    });
    dts += duration;
    return true;
  });
  return packets;
};

/** Sample numbers of the keyframes; null when every sample is one. */
const keyframes = (stss: Uint8Array | null, samples: number): ReadonlySet<number> | null => {
  if (!stss || stss.length < 16) return null;
  const view = viewOf(stss);
  const count = Math.min(view.getUint32(12), Math.floor((stss.length - 16) / 4), samples);
  return new Set(Array.from({ length: count }, (_, index) => view.getUint32(16 + index * 4)));
};
