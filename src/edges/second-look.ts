/** Looks at the pictures of a film, where its headers leave a question open. */
import { insideBars, parseCropdetect } from "../core/black-bars.ts";
import { parseIdet, sumOfCombing } from "../core/combing.ts";
import { type MediaInfo, mainVideo, type VideoStream } from "../core/media-info.ts";
import { Problem } from "../core/problem.ts";
import { type LookWindow, lookArgs, lookWindows, type Question } from "../core/second-look.ts";
import type { Ffmpeg } from "./ffmpeg.ts";
import type { QuickReader } from "./probe/quick-reader.ts";

/**
 * The media with what was seen put beside its picture; unchanged where nothing could be seen (it fails, or takes too
 * long): such a film is what its header says. Throws Problem interrupted, cancelled, ffmpeg-missing.
 */
export type SecondLook = (
  path: string,
  media: MediaInfo,
  questions: readonly Question[],
  signal?: AbortSignal,
) => Promise<MediaInfo>;

/** A hundred pictures of 4K HEVC took 5 s on two busy cores (measured); a share that sleeps needs some seconds more. */
const WINDOW_MS = 30_000;

/** Pictures that a probe process decodes on its one thread as soon as ffmpeg has started: up to 1080p, upright. */
const QUICK_PIXELS = 1920 * 1088;
const isQuick = ({ width, height, rotationDegrees }: VideoStream): boolean =>
  width * height <= QUICK_PIXELS && rotationDegrees === 0;

/** A second look with this ffmpeg, and with probe processes where there are any. */
export const createSecondLook =
  (ffmpeg: Ffmpeg, reader?: Pick<QuickReader, "look" | "instead">): SecondLook =>
  async (path, media, questions, signal) => {
    const video = mainVideo(media);
    if (video === null) return media;
    if (reader !== undefined && isQuick(video)) {
      const look = { path, stream: video.index, windows: lookWindows(media), questions };
      const looked = await reader.look(look, signal);
      if (looked !== null) return withSeen(media, video, questions, looked);
    }
    const looking = async (): Promise<MediaInfo> => {
      const seen: Seen[] = [];
      for (const window of lookWindows(media)) {
        const args = lookArgs(path, video.index, window, questions);
        const found = await lookAt(ffmpeg, args, window, signal);
        if (found === "too-long") break;
        if (found !== null) seen.push(found);
      }
      return seen.length === 0 ? media : withSeen(media, video, questions, seen);
    };
    return reader === undefined ? looking() : reader.instead(looking, signal);
  };

type Seen = { readonly said: string; readonly seconds: number };

/** What one window said; null when ffmpeg could not read it. */
const lookAt = async (
  ffmpeg: Ffmpeg,
  args: readonly string[],
  { pictures }: LookWindow,
  signal?: AbortSignal,
): Promise<Seen | "too-long" | null> => {
  let seconds = 0;
  const { end } = await ffmpeg.run(args, {
    durationSeconds: null,
    limitMs: (WINDOW_MS * pictures) / 100,
    onProgress: ({ outTimeSeconds }) => (seconds = outTimeSeconds ?? seconds),
    ...(signal ? { signal } : {}),
  });
  if (end.stopped === "shutdown") throw new Problem("interrupted");
  if (end.stopped === "cancelled") throw new Problem("cancelled");
  if (end.stopped !== null) return "too-long";
  return end.exitCode === 0 ? { said: end.stderr, seconds } : null;
};

const withSeen = (
  media: MediaInfo,
  video: VideoStream,
  questions: readonly Question[],
  seen: readonly Seen[],
): MediaInfo => {
  const combing = sumOfCombing(seen.map(({ said, seconds }) => parseIdet(said, seconds)));
  // A window that did not answer counts as one that does not agree: one dark scene decides nothing.
  const areas = lookWindows(media).map((_, index) => parseCropdetect(seen[index]?.said ?? ""));
  const answers = {
    ...(combing === null ? {} : { combing }),
    ...(questions.includes("bars") ? { insideBars: insideBars(areas, video) } : {}),
  };
  if (Object.keys(answers).length === 0) return media;
  const streams = media.streams.map((each) =>
    each.index === video.index && each.kind === "video" ? { ...each, ...answers } : each,
  );
  return { ...media, streams };
};
