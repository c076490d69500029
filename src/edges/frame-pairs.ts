/** Makes a pair of pictures with ffmpeg: from files that are held open, patiently, and within limits. */
import { existsSync } from "node:fs";
import { type FileHandle, readFile, stat, writeFile } from "node:fs/promises";
import { likestOf, NEIGHBOURS, type PairShape, pairArgs, ssimsIn } from "../core/frame-pairs.ts";
import { Problem } from "../core/problem.ts";
import type { Ffmpeg } from "./ffmpeg.ts";

/** A file that was opened, and the path it was opened by. */
export type OpenedFilm = { readonly file: FileHandle; readonly path: string };

export type PairInput = {
  readonly source: OpenedFilm;
  readonly result: OpenedFilm;
  /** The picture's number in the source. */
  readonly stream: number;
  /** From the start of the source and of the result. */
  readonly atSeconds: readonly [source: number, result: number];
  readonly shape: PairShape;
  /** Absolute, where the pictures go. */
  readonly before: string;
  readonly after: string;
};

/** A pair of 4K at 60 a second, 150 pictures after a keyframe, took 24 s on two cores that seven others wanted (measured). */
const LIMIT_MS = 120_000;
/** A JPEG of 1920x1080 in this quality has some 0.5 MB, of pure noise 3. */
const PICTURE_MAX_BYTES = 6_000_000;
const FILE_MAX_BYTES = NEIGHBOURS * PICTURE_MAX_BYTES;
const TEXT_MAX = 10_000;

/**
 * The file that was opened, whatever has its name by now. Where there is no such path (macOS), the name: the file was
 * looked at a moment ago, and only films are opened by it.
 */
const heldPath = ({ file, path }: OpenedFilm): string => {
  const held = `/proc/${process.pid}/fd/${file.fd}`;
  return existsSync(held) ? held : path;
};

/**
 * Makes the pictures of one moment; SSIM, null where ffmpeg said none. Throws Problem pictures-not-made, interrupted,
 * ffmpeg-missing.
 */
export const makePair = async (
  ffmpeg: Ffmpeg,
  { source, result, before, after, ...at }: PairInput,
  signal: AbortSignal,
): Promise<number | null> => {
  let said = "";
  const paths = { source: heldPath(source), result: heldPath(result), before, after };
  const { end } = await ffmpeg.run(pairArgs(paths, at), {
    durationSeconds: null,
    onText: (text) => {
      said = (said + text).slice(0, TEXT_MAX);
    },
    limitMs: LIMIT_MS,
    stallMs: LIMIT_MS,
    isBackground: true,
    signal,
  });
  if (end.stopped === "shutdown" || end.stopped === "cancelled") throw new Problem("interrupted");
  if (end.stopped !== null)
    throw new Problem("pictures-not-made", `It took longer than ${LIMIT_MS / 1000} s.`);
  for (const path of [before, after]) {
    const found = await stat(path).catch(() => null);
    if (end.exitCode !== 0 || found === null || found.size === 0)
      throw new Problem(
        "pictures-not-made",
        lastLine(end.stderr).replaceAll(paths.source, source.path).replaceAll(paths.result, result.path) ||
          "ffmpeg made none.",
      );
    if (found.size > FILE_MAX_BYTES) throw new Problem("pictures-not-made", "A picture is too large.");
  }
  const ssims = ssimsIn(said);
  const likest = likestOf(ssims);
  const pictures = eachJpeg(await readFile(after));
  const picture = pictures[likest] ?? pictures[0];
  if (picture) await writeFile(after, picture);
  return ssims[likest] ?? null;
};

/** JPEGs that were written one behind the other: within one, no other than the end has the sign of the end. */
const eachJpeg = (bytes: Buffer): readonly Buffer[] => {
  const pictures: Buffer[] = [];
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(END_AND_BEGINNING, from);
    const to = end < 0 ? bytes.length : end + 2;
    pictures.push(bytes.subarray(from, to));
    from = to;
  }
  return pictures;
};

const END_AND_BEGINNING = Buffer.from("ffd9ffd8", "hex");

const lastLine = (text: string): string => text.trim().split("\n").at(-1)?.slice(0, 300) ?? "";
