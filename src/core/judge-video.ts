/** What one device says of one picture: every reason why not, with the numbers. */
import { codecName } from "./codec-names.ts";
import { combedPictures, decidedPictures, scanSeen } from "./combing.ts";
import { CAST_CONTAINERS, type DeviceProfile, type HdrTransfer } from "./devices.ts";
import { levelName, lowestLevel, maxReferenceFrames, RATE_TOLERANCE } from "./h264-levels.ts";
import { type Fraction, type MediaInfo, toNumber, type VideoStream } from "./media-info.ts";
import { MAX_HIDDEN_PICTURES } from "./packets.ts";
import type { Reason, ReasonCode } from "./reasons.ts";

/** A display a hundredth off square is not seen, and the flag alone is corrected. */
const ASPECT_TOLERANCE = 0.01;

/** Codecs whose packets may go into the MP4 as they are; every other picture is encoded. */
export const COPYABLE: readonly string[] = CAST_CONTAINERS.mp4.video;

type Rule = (video: VideoStream, device: DeviceProfile, media: MediaInfo) => string | null;
type Capability = DeviceProfile["video"][number];

const capability = (video: VideoStream, device: DeviceProfile): Capability | undefined =>
  device.video.find((each) => each.codec === video.codec);

/** The highest frame rate the picture reaches, as far as is known; frames per second. */
export const highestFrameRate = (video: VideoStream): number => {
  const average = video.averageFrameRate ? toNumber(video.averageFrameRate) : 0;
  const nominal = video.nominalFrameRate ? toNumber(video.nominalFrameRate) : 0;
  const peak = video.packets?.peakFrameRate ?? null;
  // A field-coded picture has two packets a frame.
  if (peak !== null) return video.scan === "interlaced" && average > 0 ? Math.min(peak, average) : peak;
  // Containers invent odd averages (1000/1 in FLV) and odd nominal rates (90000/1): the lower of two is the likelier.
  return average > 0 && nominal > 0 ? Math.min(average, nominal) : Math.max(average, nominal);
};

/** The lowest H.264 level that holds the stream; null when no level does or nothing is known of it. */
export const neededLevel = (video: VideoStream): number | null =>
  video.sps === null
    ? null
    : lowestLevel({
        widthMbs: video.sps.widthMbs,
        heightMbs: video.sps.heightMbs,
        framesPerSecond: highestFrameRate(video),
        decodedPictureBuffer: video.sps.decodedPictureBuffer,
        peakBitrateBps: video.packets?.peakBitrateBps ?? 0,
      });

const nameOf = (video: VideoStream): string =>
  [codecName(video.codec), video.profile].filter(Boolean).join(" ");

const rate = (framesPerSecond: number): string => `${Number(framesPerSecond.toFixed(2))} fps`;

const listed = (device: DeviceProfile): string =>
  device.video.map((each) => codecName(each.codec)).join(", ");

const codec: Rule = (video, device) =>
  capability(video, device)
    ? null
    : `The picture is ${nameOf(video)}; ${device.label} decodes ${listed(device)}.`;

const profile: Rule = (video, device) => {
  const able = capability(video, device);
  if (!able || able.profiles.length === 0 || video.profile === null) return null;
  return able.profiles.includes(video.profile)
    ? null
    : `The picture is ${nameOf(video)}; ${device.label} takes ${able.profiles.join(", ")}.`;
};

const EIGHT_BIT = new Set(["yuv420p", "yuvj420p"]);
const TEN_BIT = new Set([...EIGHT_BIT, "yuv420p10le"]);

const bitDepth: Rule = (video, device) => {
  const able = capability(video, device);
  const accepted = able?.maxBitDepth === 10 ? TEN_BIT : EIGHT_BIT;
  if (!able || video.pixelFormat === null || accepted.has(video.pixelFormat)) return null;
  return `The colours are stored as ${video.pixelFormat} (${video.bitDepth} bit); ${device.label} decodes 4:2:0 with ${able.maxBitDepth} bit.`;
};

const HDR_NAMES = { smpte2084: "HDR10 (PQ)", "arib-std-b67": "HLG" } as const;

/**
 * The transfer of an HDR picture; null for every other picture. Where the transfer is not told, HDR10's own metadata or
 * the base layer of Dolby Vision tells it: compatibility 1 and 6 are PQ, 4 is HLG.
 */
export const hdrTransfer = (video: VideoStream): HdrTransfer | null => {
  const { colorTransfer, dolbyVision } = video;
  if (colorTransfer === "smpte2084" || colorTransfer === "arib-std-b67") return colorTransfer;
  if (colorTransfer !== null && !UNTOLD.has(colorTransfer)) return null;
  if (dolbyVision?.compatibilityId === 4) return "arib-std-b67";
  const isPq = dolbyVision?.compatibilityId === 1 || dolbyVision?.compatibilityId === 6;
  return video.hasHdrSideData || isPq ? "smpte2084" : null;
};
const UNTOLD = new Set(["unknown", "unspecified", "reserved"]);

const hdr: Rule = (video, device) => {
  const transfer = hdrTransfer(video);
  return transfer && !device.hdr.includes(transfer)
    ? `The picture is ${HDR_NAMES[transfer]}; ${device.label} ${device.hdr.length === 0 ? "shows no HDR" : `shows ${device.hdr.map((each) => HDR_NAMES[each]).join(", ")}`}.`
    : null;
};

/** Profile 5 of HEVC, and 10.0 of AV1, hold nothing that anything but Dolby Vision shows in its colours. */
export const hasNoBasePicture = ({ dolbyVision }: VideoStream): boolean =>
  dolbyVision?.profile === 5 || (dolbyVision?.profile === 10 && dolbyVision.compatibilityId === 0);

const noBase: Rule = (video, device) =>
  hasNoBasePicture(video) && !device.dolbyVision
    ? `Dolby Vision profile ${video.dolbyVision?.profile} has no base picture for ${device.label}; converted plainly it turns green and purple.`
    : null;

const resolution: Rule = (video, device) => {
  const able = capability(video, device);
  if (!able) return null;
  const fps = highestFrameRate(video);
  const height = isPadded(video) ? 1080 : video.height;
  const plays = able.modes.some(
    (mode) => video.width <= mode.width && height <= mode.height && fps <= mode.maxFps * RATE_TOLERANCE,
  );
  if (plays) return null;
  const modes = able.modes.map((mode) => `${mode.width}x${mode.height} at ${mode.maxFps} fps`).join(" or ");
  return `The picture is ${video.width}x${video.height} at ${rate(fps)}; ${device.label} plays at most ${modes}.`;
};

/** AV1's "maximum parameters": no level is promised. */
const AV1_NO_LEVEL = 31;

const level: Rule = (video, device) => {
  const limit = capability(video, device)?.maxLevel ?? null;
  const marked = video.level ?? 0;
  if (limit === null) return null;
  if (video.codec !== "h264")
    return marked > limit && marked !== AV1_NO_LEVEL
      ? `It is marked level ${marked}; ${device.label} takes ${limit} (as ffprobe counts the levels of ${nameOf(video)}).`
      : null;
  if (video.sps === null)
    return marked > limit
      ? `It is marked level ${levelName(marked)}; ${device.label} takes ${levelName(limit)}.`
      : null;
  const needed = neededLevel(video);
  if (needed !== null && needed <= limit) return null;
  const { decodedPictureBuffer, widthMbs, heightMbs } = video.sps;
  const frames = maxReferenceFrames(limit, widthMbs * heightMbs);
  const takes =
    frames === 0
      ? `level ${levelName(limit)}, no picture of this size`
      : `level ${levelName(limit)}, ${frames} at this size`;
  return `${nameOf(video)} that needs level ${needed === null ? "above 5.2" : levelName(needed)}: ${video.width}x${video.height}, ${rate(highestFrameRate(video))}, ${decodedPictureBuffer} reference frames; ${device.label} takes ${takes}.`;
};

const levelFlagHigh: Rule = (video, device) => {
  const limit = capability(video, device)?.maxLevel ?? null;
  const needed = neededLevel(video);
  if (video.codec !== "h264" || limit === null || needed === null || needed > limit) return null;
  return video.level !== null && video.level > limit
    ? `It is marked level ${levelName(video.level)} but needs only ${levelName(needed)}; ${device.label} takes ${levelName(limit)}.`
    : null;
};

/** ffprobe writes level 1b as 9 or 11; so small a picture plays whatever its flag. */
const levelFlagLow: Rule = (video, device) => {
  const needed = neededLevel(video);
  if (video.codec !== "h264" || needed === null || video.level === null || video.level < 12) return null;
  return video.level < needed && needed <= (capability(video, device)?.maxLevel ?? 0)
    ? `It is marked level ${levelName(video.level)} but needs ${levelName(needed)}.`
    : null;
};

const MARKED = {
  progressive: "The pictures are marked progressive, but",
  unknown: "The pictures are not marked interlaced, but",
  interlaced: "The pictures are marked interlaced, and",
} as const;
const ORDERS = { tff: "top field first", bff: "bottom field first" } as const;

/** Combed pictures count whatever the header says; a header that says interlaced is believed even of windows that look whole. */
const interlaced: Rule = (video) => {
  const seen = scanSeen(video.combing);
  if (video.combing && (seen.kind === "interlaced" || seen.kind === "telecined")) {
    const [combed, of] = [combedPictures(video.combing), decidedPictures(video.combing)];
    const film = seen.kind === "telecined" ? "; it is film with repeated fields (telecine)" : "";
    return `${MARKED[video.scan]} ${combed} of ${of} looked at are combed (${ORDERS[seen.fieldOrder]})${film}.`;
  }
  const isFieldCoded = video.sps?.frameMbsOnly === false && seen.kind !== "progressive";
  return video.scan === "interlaced" || (video.scan === "unknown" && isFieldCoded)
    ? "The picture is interlaced; a Chromecast shows the comb lines."
    : null;
};

const SQUARE: Fraction = { num: 1, den: 1 };
const aspectOf = (video: VideoStream): Fraction => video.sampleAspectRatio ?? SQUARE;
const written = (video: VideoStream): string => `${aspectOf(video).num}:${aspectOf(video).den}`;
/** How far the samples are from square, as a share of their height. */
const offSquare = (video: VideoStream): number => Math.abs(toNumber(aspectOf(video)) - 1);

const anamorphic: Rule = (video) =>
  offSquare(video) > ASPECT_TOLERANCE
    ? `The picture has ${written(video)} samples instead of square ones and is shown squeezed.`
    : null;

const aspectFlag: Rule = (video) =>
  offSquare(video) > 0 && offSquare(video) <= ASPECT_TOLERANCE
    ? `The samples are marked ${written(video)}, a hair from square.`
    : null;

const rotated: Rule = (video) =>
  video.rotationDegrees === 0
    ? null
    : `The picture is stored turned by ${Math.abs(video.rotationDegrees)} degrees; a Chromecast shows it lying on its side.`;

/** Dolby Vision without a base picture is full-range by its own rules. */
const fullRange: Rule = (video) =>
  video.isFullRange && !hasNoBasePicture(video)
    ? "The colours use the full range (pc) instead of the range of television."
    : null;

const bitratePeak: Rule = (video, device) => {
  const peak = video.packets?.peakBitrateBps ?? 0;
  return peak > device.maxPeakBitrateBps
    ? `The bitrate peaks at ${(peak / 1e6).toFixed(1)} Mb/s over two seconds; more than ${device.maxPeakBitrateBps / 1e6} stalls on the way to ${device.label}.`
    : null;
};

const cutByEditList: Rule = (video) =>
  video.packets !== null && video.packets.discardedPackets > MAX_HIDDEN_PICTURES
    ? `An edit list hides ${video.packets.discardedPackets} pictures; players differ in whether they show them.`
    : null;

const timestamps: Rule = (video, _device, media) => {
  const missing = video.packets?.packetsWithoutPts ?? 0;
  const unordered = (media.container === "avi" || media.container === "raw") && video.hasBFrames > 0;
  return COPYABLE.includes(video.codec) && (unordered || missing > 0)
    ? "The pictures carry no display times, so a copy would show them in the wrong order."
    : null;
};

/** Macroblock padding shown as picture: 1088 lines where 1080 are meant. */
export const isPadded = (video: VideoStream): boolean =>
  video.codec === "h264" &&
  video.width === 1920 &&
  video.height === 1088 &&
  video.sps?.cropBottomPixels === 0;

const paddingLines: Rule = (video) =>
  isPadded(video) ? "The picture has 1088 lines, of which the last 8 are padding." : null;

const RULES: readonly (readonly [ReasonCode, Rule])[] = [
  ["dolby-vision-5", noBase],
  ["video-codec", codec],
  ["video-profile", profile],
  ["video-bit-depth", bitDepth],
  ["video-hdr", hdr],
  ["video-resolution", resolution],
  ["video-level", level],
  ["video-interlaced", interlaced],
  ["video-anamorphic", anamorphic],
  ["video-rotated", rotated],
  ["video-full-range", fullRange],
  ["video-bitrate-peak", bitratePeak],
  ["video-cut-by-edit-list", cutByEditList],
  ["video-timestamps", timestamps],
  ["level-flag-high", levelFlagHigh],
  ["level-flag-low", levelFlagLow],
  ["aspect-flag", aspectFlag],
  ["padding-lines", paddingLines],
];

/** Every reason why `device` does not play this picture as it is. */
export const judgeVideo = (video: VideoStream, device: DeviceProfile, media: MediaInfo): readonly Reason[] =>
  RULES.flatMap(([code, rule]) => {
    const detail = rule(video, device, media);
    return detail === null ? [] : [{ code, stream: video.index, detail }];
  });
