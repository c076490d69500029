/** Reads the few bytes that tell how a file is built: MP4 boxes and sample tables, Matroska's and AVI's sizes. */
import type { FileHandle } from "node:fs/promises";
import { endsEarly } from "../core/file-structure.ts";
import type { Mp4Layout } from "../core/media-info.ts";
import {
  anyEncrypted,
  type Box,
  type Mp4Track,
  mp4Layout,
  readBoxHeader,
  readTracks,
  tracksBeyond,
} from "../core/mp4-boxes.ts";

export type FileStructure = {
  readonly mp4: Mp4Layout | null;
  readonly isTruncated: boolean;
  readonly isEncrypted: boolean;
  /** Every track of an MP4 with its packets, in ffprobe's order; empty for fragments and other containers. */
  readonly tracks: readonly Mp4Track[];
};

/** A fragmented film has two boxes for every few seconds. */
const MAX_BOXES = 100_000;
/** The index of a ten-hour film is under 100 MB; one that claims more is not read. */
const MAX_MOOV_BYTES = 256 * 2 ** 20;

/** Bytes of an open file; fewer where it ends. */
type Read = (offset: number, length: number) => Promise<Uint8Array>;

/** The structure of an open file, which is closed then. Throws what the file system throws. */
export const readFileStructure = async (file: FileHandle): Promise<FileStructure> => {
  try {
    const { size } = await file.stat();
    return await structureOf(size, async (offset, length) => {
      const buffer = new Uint8Array(length);
      const { bytesRead } = await file.read(buffer, 0, length, offset);
      return buffer.subarray(0, bytesRead);
    });
  } finally {
    await file.close();
  }
};

/**
 * The structure of a file of `size` bytes, or `untilFragment` no more than that it is in fragments, which may be thousands.
 * Throws what `read` throws.
 */
export const structureOf = async (
  size: number,
  read: Read,
  { untilFragment = false } = {},
): Promise<FileStructure> => {
  const first = await read(0, 64);
  const boxes = looksLikeMp4(first) ? await readBoxes(size, read, untilFragment) : [];
  if (boxes.length === 0)
    return { mp4: null, isTruncated: endsEarly(first, size), isEncrypted: false, tracks: [] };
  const { layout, missingBytes } = mp4Layout(boxes, size);
  const moov = boxes.find((box) => box.type === "moov");
  const whole = moov && moov.sizeBytes <= MAX_MOOV_BYTES ? await read(moov.offset, moov.sizeBytes) : null;
  const tracks = whole ? readTracks(whole) : [];
  return {
    mp4: layout,
    isTruncated: missingBytes > 0 || tracksBeyond(tracks, size),
    isEncrypted: anyEncrypted(tracks),
    // The index of a film in fragments names the packets of the first at most.
    tracks: layout.isFragmented ? [] : tracks,
  };
};

const FIRST_BOXES = new Set(["ftyp", "moov", "mdat", "free", "skip", "wide", "pnot", "styp"]);

const looksLikeMp4 = (first: Uint8Array): boolean =>
  first.length >= 8 && FIRST_BOXES.has(String.fromCharCode(...first.subarray(4, 8)));

const readBoxes = async (size: number, read: Read, untilFragment: boolean): Promise<readonly Box[]> => {
  const boxes: Box[] = [];
  let at = 0;
  while (at + 8 <= size && boxes.length < MAX_BOXES) {
    const box = readBoxHeader(await read(at, 16), at, size - at);
    if (!box) break;
    boxes.push(box);
    if (untilFragment && box.type === "moof") break;
    at += box.sizeBytes;
  }
  return boxes;
};
