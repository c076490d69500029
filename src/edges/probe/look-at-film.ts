/** Looks at pictures of a film with libavfilter in this very process, as `core/second-look.ts` has ffmpeg do it. */
import { MAX_PIXELS } from "../../core/ffmpeg-args.ts";
import { type LookWindow, lookFilters, type Question } from "../../core/second-look.ts";
import {
  DISCARD_ALL,
  FARTHEST,
  type Libav,
  type NativeFilm,
  type NativeFrame,
  type NativeStream,
  NO_TIME,
  withFilm,
} from "./libav.ts";
import type { Looked, Said } from "./messages.ts";
import type { Logged } from "./read-film.ts";

export type Look = {
  readonly path: string;
  readonly stream: number;
  readonly windows: readonly LookWindow[];
  readonly questions: readonly Question[];
};

type Of = { readonly libav: Libav; readonly logged: Logged };

/** What the filters say of each window; never throws for what a film does. */
export const lookAtFilm = async (of: Of, { path, stream, windows, questions }: Look): Promise<Said> => {
  const seen: Looked[] = [];
  for (const window of windows) {
    // As ffmpeg does it: each window from a fresh start.
    const looked = await withFilm(of.libav, path, (film) => lookAt(of, film, stream, window, questions));
    if (looked === null) return { kind: "declined", why: "its pictures cannot be read" };
    seen.push(looked);
  }
  return { kind: "looked", seen };
};

/** ffmpeg's own margin before the wanted time, where pictures are coded out of order; microseconds. */
const EARLIER_US = 130_435;
const AGAIN = -11;

/** What is read of what the filters print (`parseIdet`, `parseCropdetect`): idet's counts, and cropdetect's last word. */
const answerOf = (lines: readonly string[]): string =>
  [
    ...lines.filter((line) => /detection:|Repeated Fields:/.test(line)),
    lines.findLast((line) => / crop=/.test(line)),
  ]
    .filter((line) => line !== undefined)
    .join("\n");

const lookAt = async (
  { libav, logged }: Of,
  film: NativeFilm,
  index: number,
  { startSeconds, pictures }: LookWindow,
  questions: readonly Question[],
): Promise<Looked | null> => {
  if (film.findStreamInfoSync(null) < 0) return null;
  const stream = film.streams?.[index];
  const decoder = stream ? libav.Codec.findDecoder(stream.codecpar.codecId) : null;
  if (!stream || decoder === null) return null;
  const start = BigInt(Math.round(startSeconds * 1e6)) + (film.startTime === NO_TIME ? 0n : film.startTime);
  if (startSeconds > 0) {
    const from = start - BigInt(EARLIER_US);
    if ((await film.seekFile(-1, -FARTHEST, from, from, 0)) < 0) return null;
  }
  for (const each of film.streams ?? []) if (each.index !== index) each.discard = DISCARD_ALL;
  let seconds = 0;
  let isRead = false;
  const lines = await logged(() => {
    const read = decodeInto(libav, { film, stream, decoder, start }, pictures, lookFilters(questions));
    isRead = read !== null;
    seconds = read ?? 0;
  });
  return isRead ? { said: answerOf(lines), seconds } : null;
};

type Source = {
  readonly film: NativeFilm;
  readonly stream: NativeStream;
  readonly decoder: NonNullable<ReturnType<Libav["Codec"]["findDecoder"]>>;
  /** Pictures before this are decoded and not shown; microseconds. */
  readonly start: bigint;
};

/** Sends pictures through the filters until so many have come out; the time they take, seconds, null where it fails. */
const decodeInto = (libav: Libav, source: Source, pictures: number, filters: string): number | null => {
  const { stream, decoder } = source;
  const context = new libav.CodecContext();
  const graph = new libav.FilterGraph();
  const [packet, frame, shown] = [new libav.Packet(), new libav.Frame(), new libav.Frame()];
  for (const each of [packet, frame, shown, graph]) each.alloc();
  context.allocContext3(decoder);
  try {
    if (context.parametersToContext(stream.codecpar) < 0) return null;
    context.pktTimebase = stream.timeBase;
    context.threadCount = 1;
    if (libav.Option.set(context, "max_pixels", String(MAX_PIXELS), 0) < 0) return null;
    if (context.open2Sync(decoder, null) < 0) return null;
    return through(libav, source, { context, graph, packet, frame, shown }, pictures, filters);
  } finally {
    // What idet counted it says at its end.
    graph.free();
    for (const each of [frame, shown, packet]) each.free();
    context.freeContext();
  }
};

type Tools = {
  readonly context: InstanceType<Libav["CodecContext"]>;
  readonly graph: InstanceType<Libav["FilterGraph"]>;
  readonly packet: InstanceType<Libav["Packet"]>;
  readonly frame: NativeFrame;
  readonly shown: NativeFrame;
};

const through = (
  libav: Libav,
  { film, stream, start }: Source,
  { context, graph, packet, frame, shown }: Tools,
  pictures: number,
  filters: string,
): number | null => {
  const { num, den } = stream.timeBase;
  const rate = stream.avgFrameRate.num > 0 ? stream.avgFrameRate.den / stream.avgFrameRate.num : 0;
  const startSeconds = Number(start) / 1e6;
  let [count, end] = [0, 0];
  let pads: ReturnType<typeof padsOf> | undefined;
  const drain = (): void => {
    while (count < pictures && pads && pads.sink.buffersinkGetFrameSync(shown) >= 0) {
      count += 1;
      shown.unref();
    }
  };
  /** False: nothing more is wanted. */
  const show = (): boolean => {
    while (count < pictures && context.receiveFrameSync(frame) >= 0) {
      const at =
        frame.bestEffortTimestamp === NO_TIME ? null : (Number(frame.bestEffortTimestamp) * num) / den;
      if (at === null || at >= startSeconds - 1e-6) {
        pads ??= padsOf(libav, graph, frame, stream, filters);
        if (pads === null || pads.source.buffersrcAddFrameSync(frame, 0) < 0) return false;
        end = at === null ? end + rate : at - startSeconds + rate;
        drain();
      }
      frame.unref();
    }
    return count < pictures;
  };
  let isWanted = true;
  while (isWanted && film.readFrameSync(packet) >= 0) {
    if (packet.streamIndex === stream.index) {
      if (context.sendPacketSync(packet) === AGAIN) return null;
      isWanted = show();
    }
    packet.unref();
  }
  packet.unref();
  if (isWanted) {
    context.sendPacketSync(null);
    show();
    pads?.source.buffersrcAddFrameSync(null, 0);
    drain();
  }
  return pads ? end : null;
};

/** The graph of `filters` for pictures like this one; null when it cannot be made. */
const padsOf = (
  libav: Libav,
  graph: InstanceType<Libav["FilterGraph"]>,
  frame: NativeFrame,
  { timeBase, sampleAspectRatio: { num, den } }: NativeStream,
  filters: string,
) => {
  const format = libav.avGetPixFmtName(frame.format);
  const aspect = num > 0 && den > 0 ? `${num}/${den}` : "1/1";
  const buffer = `buffer@in=video_size=${frame.width}x${frame.height}:pix_fmt=${format}:time_base=${timeBase.num}/${timeBase.den}:pixel_aspect=${aspect}`;
  if (graph.parsePtr(`${buffer},${filters},buffersink@out`, null, null) < 0 || graph.configSync() < 0)
    return null;
  const [source, sink] = [graph.getFilter("buffer@in"), graph.getFilter("buffersink@out")];
  return source && sink ? { source, sink } : null;
};
