/** What a film's own bytes say of its picture, beside what was told of it: an MP4's index, or packets that are asked for. */
import type { Evidence } from "../core/ffprobe-json.ts";
import { readSps } from "../core/h264-sps.ts";
import { COPYABLE } from "../core/judge-video.ts";
import type { H264Sps, PacketFacts, VideoStream } from "../core/media-info.ts";
import type { Mp4Track } from "../core/mp4-boxes.ts";
import { MAX_HIDDEN_PICTURES, packetFacts } from "../core/packets.ts";
import type { FileStructure } from "./file-structure.ts";

export type PictureFacts = { readonly sps: H264Sps | null; readonly packets: PacketFacts | null };

/** ffprobe numbers streams as the file orders its tracks. */
export const trackOf = (structure: FileStructure, video: VideoStream): Mp4Track | undefined => {
  const same = structure.tracks[video.index];
  return same?.kind === "video" ? same : structure.tracks.find((track) => track.kind === "video");
};

/** Of the main picture `video`; `pictures` asks further, of one that may be copied and that no index describes. */
export const evidenceOf = async (
  structure: FileStructure,
  video: VideoStream | null,
  pictures: (video: VideoStream) => Promise<PictureFacts>,
): Promise<Evidence> => ({
  mp4: structure.mp4,
  isTruncated: structure.isTruncated,
  isEncrypted: structure.isEncrypted,
  ...(video === null ? NOTHING : await pictureFacts(video, trackOf(structure, video), pictures)),
});

const NOTHING: PictureFacts = { sps: null, packets: null };

/**
 * Only pictures that may be copied are worth a look at their packets, and of them only H.264 has an SPS we read. An MP4's
 * index answers by itself, unless it is in fragments: then it names those of the first at most.
 */
const pictureFacts = async (
  video: VideoStream,
  track: Mp4Track | undefined,
  pictures: (video: VideoStream) => Promise<PictureFacts>,
): Promise<PictureFacts> => {
  if (track === undefined || track.packets.length === 0)
    return COPYABLE.includes(video.codec) ? pictures(video) : NOTHING;
  const facts = packetFacts(track.packets);
  const severalEdits = track.edits > 1 ? MAX_HIDDEN_PICTURES + 1 : 0;
  return {
    sps: video.codec === "h264" && track.avcc ? readSps(track.avcc) : null,
    packets: { ...facts, discardedPackets: Math.max(facts.discardedPackets, severalEdits) },
  };
};
