/** What a film is, from what ffprobe tells of it and from its own bytes where that cannot tell. */
import type { FileHandle } from "node:fs/promises";
import { withEvidence } from "../core/ffprobe-json.ts";
import { type MediaInfo, mainVideo, type VideoStream } from "../core/media-info.ts";
import type { Mp4Track } from "../core/mp4-boxes.ts";
import type { Packet } from "../core/packets.ts";
import { Problem } from "../core/problem.ts";
import { type FileStructure, readFileStructure } from "./file-structure.ts";
import { evidenceOf, type PictureFacts, trackOf } from "./film-evidence.ts";
import { openFilm, readProblem, sizeOf } from "./film-file.ts";

export type Probe = {
  readonly media: MediaInfo;
  /** ffprobe's own JSON, kept with the film. */
  readonly raw: unknown;
  /** Packets of the picture and the end of the first sound, where an MP4's index gave them. */
  readonly video: readonly Packet[];
  readonly soundEndSeconds: number | null;
  /** The H.264 level that an MP4's `avcC` box names (41 is 4.1); null without one. */
  readonly boxLevel: number | null;
};

/** What was told of a film; `pictures` asks further, of a picture that may be copied and that no index describes. */
export type Told = {
  readonly raw: unknown;
  readonly media: MediaInfo;
  readonly pictures: (video: VideoStream) => Promise<PictureFacts>;
};

/**
 * What the film at `path` is, as `ask` tells; `onPictures` as `Ffprobe` says. Throws Problem not-media, file-missing,
 * file-unreadable, io-error, and what `ask` throws.
 */
export const probeFilm = async (
  ask: () => Promise<Told>,
  path: string,
  onPictures?: (pictures: readonly Packet[]) => void,
): Promise<Probe> => {
  const file = await openFilm(path);
  const refuse = async (thrown: unknown): Promise<never> => {
    await file.close();
    throw thrown;
  };
  const { sizeBytes } = await sizeOf(file, path).catch(refuse);
  if (sizeBytes === 0) await refuse(new Problem("not-media", "The file is empty."));
  // Read meanwhile; what is told of a file that cannot be opened is the better word.
  const reading = structureOf(file, path);
  reading.then(
    ({ tracks }) => onPictures?.(tracks.find((each) => each.kind === "video")?.packets ?? []),
    () => {},
  );
  const told = await ask();
  const structure = await reading;
  const video = mainVideo(told.media);
  const track = video === null ? undefined : trackOf(structure, video);
  return {
    media: withEvidence(told.media, video?.index ?? null, await evidenceOf(structure, video, told.pictures)),
    raw: told.raw,
    video: track?.packets ?? [],
    soundEndSeconds: video === null ? null : (audioTrackOf(structure)?.endSeconds ?? null),
    boxLevel: track?.avcc?.[3] ?? null,
  };
};

const structureOf = (file: FileHandle, path: string): Promise<FileStructure> =>
  readFileStructure(file).catch((thrown: unknown) => {
    throw readProblem(path, thrown);
  });

const audioTrackOf = (structure: FileStructure): Mp4Track | undefined =>
  structure.tracks.find((track) => track.kind === "audio");
