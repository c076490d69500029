/** What a film is, from who was asked for it (`ffprobe.ts`, `quick-probe.ts`) and from its own bytes where they cannot tell. */
import type { FileHandle } from "node:fs/promises";
import { withEvidence } from "../core/ffprobe-json.ts";
import { readSps } from "../core/h264-sps.ts";
import { COPYABLE } from "../core/judge-video.ts";
import {
  type H264Sps,
  type MediaInfo,
  mainVideo,
  type PacketFacts,
  type VideoStream,
} from "../core/media-info.ts";
import type { Mp4Track } from "../core/mp4-boxes.ts";
import { MAX_HIDDEN_PICTURES, type Packet, packetFacts } from "../core/packets.ts";
import { Problem } from "../core/problem.ts";
import { type FileStructure, readFileStructure } from "./file-structure.ts";
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

export type PictureFacts = { readonly sps: H264Sps | null; readonly packets: PacketFacts | null };

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
  const seen = video === null ? {} : await pictureFacts(told, video, track);
  return {
    media: withEvidence(told.media, video?.index ?? null, { ...noEvidence(structure), ...seen }),
    raw: told.raw,
    video: track?.packets ?? [],
    soundEndSeconds: video === null ? null : (audioTrackOf(structure)?.endSeconds ?? null),
    boxLevel: track?.avcc?.[3] ?? null,
  };
};

const noEvidence = (structure: FileStructure) => ({
  mp4: structure.mp4,
  isTruncated: structure.isTruncated,
  isEncrypted: structure.isEncrypted,
  sps: null,
  packets: null,
});

const structureOf = (file: FileHandle, path: string): Promise<FileStructure> =>
  readFileStructure(file).catch((thrown: unknown) => {
    throw readProblem(path, thrown);
  });

/** ffprobe numbers streams as the file orders its tracks. */
const trackOf = (structure: FileStructure, video: VideoStream): Mp4Track | undefined => {
  const same = structure.tracks[video.index];
  return same?.kind === "video" ? same : structure.tracks.find((track) => track.kind === "video");
};

const audioTrackOf = (structure: FileStructure): Mp4Track | undefined =>
  structure.tracks.find((track) => track.kind === "audio");

/**
 * Only pictures that may be copied are worth a look at their packets, and of them only H.264 has an SPS we read. An MP4's
 * index answers by itself, unless it is in fragments: then it names those of the first at most.
 */
const pictureFacts = async (
  told: Told,
  video: VideoStream,
  track: Mp4Track | undefined,
): Promise<Partial<PictureFacts>> => {
  if (track === undefined || track.packets.length === 0)
    return COPYABLE.includes(video.codec) ? told.pictures(video) : {};
  const facts = packetFacts(track.packets);
  const severalEdits = track.edits > 1 ? MAX_HIDDEN_PICTURES + 1 : 0;
  return {
    sps: video.codec === "h264" && track.avcc ? readSps(track.avcc) : null,
    packets: { ...facts, discardedPackets: Math.max(facts.discardedPackets, severalEdits) },
  };
};
