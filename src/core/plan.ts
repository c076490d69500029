/** planConversion(media, verdict, wish) -> the least work that makes the file play, stream by stream. */
import { type BurnIn, type BurnInWish, planBurnIn } from "./burn-in.ts";
import { RATE_TOLERANCE } from "./h264-levels.ts";
import { hasNoBasePicture, highestFrameRate } from "./judge-video.ts";
import type { MediaInfo, Stream, VideoStream } from "./media-info.ts";
import { type AudioPlan, planAudio, planSurround, type SurroundPlan } from "./plan-audio.ts";
import {
  isTextSubtitle,
  planSidecars,
  type SidecarPlan,
  type SubtitleWish,
  whyDropped,
} from "./plan-subtitles.ts";
import { planVideo, type VideoPlan } from "./plan-video.ts";
import { dearestFix, FIXES, REASONS, type Reason } from "./reasons.ts";
import type { EncodingProfile } from "./settings-profile.ts";
import type { Household, Verdict } from "./verdict.ts";
import type { Work } from "./work.ts";

export type StreamPlan = {
  readonly stream: number;
  readonly kind: Stream["kind"];
  readonly action: "copy" | "repair" | "encode" | "extract" | "drop";
  /** One phrase for a person. */
  readonly why: string;
  readonly detail: string;
};

export type ConversionPlan = {
  /** The dearest thing in the plan. */
  readonly work: Work;
  readonly reasons: readonly Reason[];
  readonly streams: readonly StreamPlan[];
  /** null when nothing is to be done or nothing can be. */
  readonly video: VideoPlan | null;
  readonly audio: AudioPlan | null;
  readonly surround: SurroundPlan | null;
  readonly sidecars: readonly SidecarPlan[];
  /** Subtitles to paint into the picture, which is then encoded; null for none. */
  readonly burnIn: BurnIn | null;
};

/** What the people of a library wish for: their screens and sound, what an encode aims at, which sidecars. */
export type Wish = Household &
  SubtitleWish & { readonly profile: EncodingProfile; readonly burnIn: BurnInWish };

/** The plan for a file; `work` is `none` when it plays, `impossible` when nothing helps. Total. */
export const planConversion = (media: MediaInfo, verdict: Verdict, wish: Wish): ConversionPlan => {
  const { video, audio } = verdict;
  // A wish is no reason to lose a film that plays: this one cannot be encoded.
  const isOnlyCopied = video !== null && hasNoBasePicture(video);
  const burnIn = isOnlyCopied ? null : planBurnIn(media, audio, wish.burnIn);
  const wishes = isOnlyCopied
    ? []
    : [
        ...overProfile(video, verdict, wish.profile),
        ...burnsIn(video, burnIn),
        ...(wish.profile.strict ? verdict.notes : []),
      ];
  const asked = [...verdict.reasons, ...wishes];
  const reasons = isOnlyCopied && dearestFix(asked) === "video" ? [...asked, noBasePicture(video)] : asked;
  const fix = dearestFix(reasons);
  if (fix === null || fix === "refuse" || video === null)
    return {
      work: fix === null ? "none" : "impossible",
      reasons,
      streams: [],
      video: null,
      audio: null,
      surround: null,
      sidecars: [],
      burnIn: null,
    };
  const videoPlan = planVideo(video, media, reasons, wish.devices, wish.profile);
  const audioPlan = audio ? planAudio(audio, reasons, wish.profile) : null;
  const surround = audio && audioPlan ? planSurround(media, audio, audioPlan, wish.profile) : null;
  const sidecars = planSidecars(media, wish).filter((each) => each.stream !== burnIn?.stream);
  return {
    work: videoPlan.kind === "encode" ? "video" : audioPlan?.kind === "encode" ? "audio" : "copy",
    reasons,
    streams: media.streams.map((stream) =>
      planStream(stream, { video: videoPlan, audio: audioPlan, surround, sidecars, reasons, burnIn }, wish),
    ),
    video: videoPlan,
    audio: audioPlan,
    surround,
    sidecars,
    burnIn,
  };
};

const noBasePicture = ({ index, dolbyVision }: VideoStream): Reason => ({
  code: "dolby-vision-5",
  stream: index,
  detail: `Dolby Vision profile ${dolbyVision?.profile} has no base picture; encoded plainly it turns green and purple.`,
});

const burnsIn = (video: VideoStream | null, burnIn: BurnIn | null): readonly Reason[] => {
  if (video === null || burnIn === null) return [];
  const detail = `The subtitles of track ${burnIn.stream} are to be burned into the picture, as you asked.`;
  return [{ code: "forced-subtitles", stream: video.index, detail }];
};

/** Under `reencode: over_profile` a picture that plays but exceeds the profile is encoded too. */
const overProfile = (
  video: VideoStream | null,
  verdict: Verdict,
  profile: EncodingProfile,
): readonly Reason[] => {
  if (profile.reencode !== "over_profile" || video === null || dearestFix(verdict.reasons) === "refuse")
    return [];
  const { width, height } = profile.resolution;
  const fps = highestFrameRate(video);
  const over = [
    video.width > width || video.height > height ? `${video.width}x${video.height}` : null,
    fps > profile.max_fps * RATE_TOLERANCE ? `${fps.toFixed(2)} fps` : null,
    (video.bitrateBps ?? 0) > profile.max_bitrate * 1.05
      ? `${((video.bitrateBps ?? 0) / 1e6).toFixed(1)} Mb/s`
      : null,
  ].filter((each) => each !== null);
  if (over.length === 0) return [];
  const detail = `The picture (${over.join(", ")}) exceeds your profile: ${width}x${height}, ${profile.max_fps} fps, ${profile.max_bitrate / 1e6} Mb/s.`;
  return [{ code: "video-over-profile", stream: video.index, detail }];
};

type Parts = Pick<ConversionPlan, "audio" | "surround" | "sidecars" | "reasons" | "burnIn"> & {
  readonly video: VideoPlan;
};

const planStream = (
  stream: Stream,
  { video, audio, surround, sidecars, reasons, burnIn }: Parts,
  wish: Wish,
): StreamPlan => {
  const own = reasons.filter((each) => each.stream === stream.index);
  const detail = own.map((each) => each.detail).join(" ");
  const said = (action: StreamPlan["action"], why: string): StreamPlan => ({
    stream: stream.index,
    kind: stream.kind,
    action,
    why,
    detail,
  });
  const phrases = own.map((each) => REASONS[each.code].phrase).join(", ");
  if (stream.index === video.stream) {
    if (video.kind === "encode") return said("encode", phrases || "MP4 does not take this codec");
    const repairs = video.setLevel !== null || video.squareSamples !== null || video.cropBottomPixels > 0;
    return repairs ? said("repair", phrases) : said("copy", "plays as it is");
  }
  if (stream.index === audio?.stream && audio.kind === "encode") {
    const kept = surround?.stream === stream.index ? "; also kept as it is, as a second track" : "";
    return said("encode", (phrases || "MP4 does not take this codec") + kept);
  }
  if (stream.index === audio?.stream) return said("copy", "plays as it is");
  if (stream.index === surround?.stream) return said("copy", "kept as a second track, for a receiver");
  if (stream.kind !== "subtitle") return said("drop", DROPPED[stream.kind]);
  if (stream.index === burnIn?.stream) return said("encode", "burned into the picture");
  if (!sidecars.some((each) => each.stream === stream.index)) return said("drop", whyDropped(stream, wish));
  return said(
    "extract",
    isTextSubtitle(stream)
      ? "shown from a file beside the film"
      : "pictures of text, kept in a file beside the film",
  );
};

const DROPPED: Readonly<Record<Exclude<Stream["kind"], "subtitle">, string>> = {
  video: "a Chromecast shows one picture; pictures inside stop some",
  audio: "a Chromecast plays one sound track",
  data: "a Chromecast stumbles over data tracks",
  attachment: "an MP4 holds no attachments",
};

/** The plan in a few words for a list: `nothing`, `fix in seconds`, `encode the sound`, `encode the picture`. */
export const ACTION_OF: Readonly<Record<Work, string>> = {
  none: "nothing",
  copy: "fix in seconds",
  audio: "encode the sound",
  video: "encode the picture",
  impossible: "cannot be mended",
};

/** Why, in one phrase: the dearest reasons first, at most three. */
export const whyOf = (reasons: readonly Reason[]): string => {
  const order = [...reasons].sort((left, right) => rank(right) - rank(left));
  const phrases = [...new Set(order.map((each) => REASONS[each.code].phrase))];
  const more = phrases.length > 3 ? ` and ${phrases.length - 3} more` : "";
  return phrases.length === 0 ? "plays as it is" : phrases.slice(0, 3).join(", ") + more;
};

const rank = (reason: Reason): number => FIXES.indexOf(REASONS[reason.code].fix);
