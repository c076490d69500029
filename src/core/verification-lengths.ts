/** Checks that compare with the source's length: how long the film is and how many pictures it has. */
import { type MediaInfo, mainVideo, toNumber, type VideoStream } from "./media-info.ts";
import { type Packet, shownTime } from "./packets.ts";
import type { ConversionPlan } from "./plan.ts";
import type { Check, SourceFacts } from "./verification-facts.ts";

const ratePerSecond = (video: VideoStream): number =>
  video.averageFrameRate ? toNumber(video.averageFrameRate) : 25;

/** Containers whose own durations are estimates. */
const ROUGH = new Set(["avi", "mpegts", "asf", "mpeg", "flv", "raw", "rm", "ogg"]);

/** The container's own length is an estimate: what an hour of encoding made of it is compared with the packets. */
export const isRough = ({ container }: MediaInfo): boolean => ROUGH.has(container);

/** How far the end may be off while only headers are known, seconds. */
export const durationTolerance = (source: MediaInfo): number =>
  isRough(source)
    ? Math.max(exactTolerance(source), 0.01 * (source.durationSeconds ?? 0))
    : exactTolerance(source);

const exactTolerance = (source: MediaInfo): number => {
  const video = mainVideo(source);
  const fps = video ? ratePerSecond(video) : 25;
  return Math.max(0.25, 2 / Math.max(1, fps));
};

/** How long the source's picture says it is; seconds, null when it does not say. */
export const claimedSeconds = (source: MediaInfo): number | null =>
  mainVideo(source)?.durationSeconds ?? source.durationSeconds;

/** Last packets are compared, not headers, once the source's packets were read: headers lie. */
export const checkDuration = (source: SourceFacts, video: VideoStream, packets: readonly Packet[]): Check => {
  const claimed = claimedSeconds(source.media);
  const wanted =
    source.packets?.shown ?? (claimed === null ? null : { seconds: claimed, untilLastSeconds: claimed });
  const made = shownTime(packets).seconds;
  const near = source.packets ? exactTolerance(source.media) : durationTolerance(source.media);
  const tolerance = Math.max(near, 2 / Math.max(1, ratePerSecond(video)));
  return {
    name: "duration",
    passed:
      wanted !== null && made >= wanted.untilLastSeconds - tolerance && made <= wanted.seconds + tolerance,
    detail:
      wanted === null
        ? "the source's length is unknown"
        : `${made.toFixed(2)} s of ${wanted.seconds.toFixed(2)} s`,
  };
};

export const checkPictureCount = (
  source: SourceFacts,
  plan: ConversionPlan,
  packets: readonly Packet[],
): Check => {
  const picture = source.media.streams.find(
    (each): each is VideoStream => each.index === plan.video?.stream && each.kind === "video",
  );
  const known = source.packets?.count ?? picture?.frameCount ?? null;
  const made = packets.length;
  const video = plan.video;
  if (video?.kind === "encode" && video.frameRate) {
    const wanted = shownTime(packets).seconds * toNumber(video.frameRate);
    const near = Math.abs(made - wanted) <= Math.max(2, wanted * 0.001);
    return { name: "pictures", passed: near, detail: `${made} of about ${Math.round(wanted)}` };
  }
  if (video?.kind !== "encode" || picture === undefined)
    return {
      name: "pictures",
      passed: known === null ? made > 0 : made === known,
      detail: known === null ? `${made} pictures` : `${made} of ${known}`,
    };
  const expected = shownPictures(source, picture);
  const slack = Math.max(LOST_PICTURES, expected * (known === null ? ESTIMATE_SLACK : COUNT_SLACK));
  const isExact = video.deinterlace === "none" && PICTURE_A_PACKET.has(picture.codec);
  const [fewest, most] = isExact ? [expected, expected] : [expected / 2, expected * 2];
  return {
    name: "pictures",
    passed: made >= fewest - slack && made <= most + slack,
    detail: `${made} of ${known === null ? "about " : ""}${expected}`,
  };
};

/** How many pictures a decoder shows of the source: what an edit list hides is decoded and thrown away. */
const shownPictures = (source: SourceFacts, picture: VideoStream): number => {
  if (source.packets) return source.packets.count;
  if (picture.frameCount !== null) return picture.frameCount - (picture.packets?.discardedPackets ?? 0);
  return Math.round((claimedSeconds(source.media) ?? 0) * ratePerSecond(picture));
};

/** Codecs of which every packet is a picture; others have fields, packed or invisible ones. */
const PICTURE_A_PACKET = new Set(["h264", "hevc", "vp9", "av1", "prores", "mjpeg"]);
/** Pictures of an open beginning that no decoder can show, and those that share a time with another. */
const LOST_PICTURES = 8;
/** The share of pictures that may be off in a long film; a guess on the safe side, not measured. */
const COUNT_SLACK = 0.001;
/** Length times rate, where nothing counts the pictures; one that is off only makes the source's packets be read. */
const ESTIMATE_SLACK = 0.03;
