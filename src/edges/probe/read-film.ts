/** Reads a film with libavformat in this very process, as ffprobe reads it: options, order and limits are ffprobe's. */
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { MAX_PIXELS } from "../../core/ffmpeg-args.ts";
import { parseFfprobe } from "../../core/ffprobe-json.ts";
import { readSps } from "../../core/h264-sps.ts";
import {
  areBytesFfprobes,
  type LibavFilm,
  type LibavStream,
  type LibavVideo,
  type Ratio,
  rotationOf,
  toFfprobeJson,
  whyNotTrusted,
} from "../../core/libav-film.ts";
import { type MediaInfo, mainVideo, type VideoStream } from "../../core/media-info.ts";
import { MAX_PACKETS_SEEN, type PacketWindow, packetWindows } from "../../core/packet-windows.ts";
import { type Packet, packetFacts } from "../../core/packets.ts";
import { type FileStructure, structureOf } from "../file-structure.ts";
import { evidenceOf, type PictureFacts } from "../film-evidence.ts";
import {
  DISCARD_ALL,
  FARTHEST,
  type Libav,
  type NativeFilm,
  type NativeStream,
  NO_TIME,
  withFilm,
} from "./libav.ts";
import type { Said } from "./messages.ts";

type Of = { readonly libav: Libav; readonly logged: Logged; readonly asked: string };
/** Runs `work`, and gives what libav logged meanwhile. */
export type Logged = (work: () => void) => Promise<readonly string[]>;

/** What the film at `path` is. Throws where its bytes are not to be had: ffprobe is asked then, as where this declines. */
export const readFilm = async (of: Of, path: string): Promise<Said> => {
  const { libav } = of;
  const file = await ownBytes(path);
  if (file === null) return declined("it is no regular file");
  if (areBytesFfprobes(file.structure)) return declined("its bytes are ffprobe's");
  return (await withFilm(libav, path, (film) => readOpen(of, film, file))) ?? declined("does not open");
};

/**
 * Of two hours with B-frames it is some 3.5 MB. A larger index is left to who asked: 8 MB of pictures without any, ten hours at 60 a
 * second, took 340 MB of memory, which would stay in this process (measured).
 */
const MAX_INDEX_BYTES = 8 * 2 ** 20;

type OwnBytes = { readonly sizeBytes: number; readonly structure: FileStructure };

/**
 * How long a file is and how it is built, by plain calls: who asked is not held up by them, and each that another thread
 * makes costs as much as the rest. As `openFilm`, this follows no link and waits for no FIFO; null for what is no file. The
 * package opens the path once more: what is put there in between costs the time that a question has.
 */
const ownBytes = async (path: string): Promise<OwnBytes | null> => {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const found = fstatSync(file);
    if (!found.isFile()) return null;
    const read = async (offset: number, length: number): Promise<Uint8Array> => {
      if (length > MAX_INDEX_BYTES) throw new Error("its index is large");
      const buffer = new Uint8Array(length);
      return buffer.subarray(0, readSync(file, buffer, 0, length, offset));
    };
    const structure = await structureOf(found.size, read, { untilFragment: true });
    return { sizeBytes: found.size, structure };
  } finally {
    closeSync(file);
  }
};

const isEnormous = (film: NativeFilm): boolean =>
  (film.streams ?? []).some(({ codecpar: { width, height } }) => width * height > MAX_PIXELS);

const declined = (why: string): Said => ({ kind: "declined", why });

const readOpen = async (of: Of, film: NativeFilm, { sizeBytes, structure }: OwnBytes): Promise<Said> => {
  const { libav } = of;
  if (isEnormous(film)) return declined("enormous pictures");
  // The package has no safe way to hand on `-max_pixels` for each stream: who starts this process limits memory and time.
  if (film.findStreamInfoSync(null) < 0) return declined("its streams cannot be read");
  if (isEnormous(film)) return declined("enormous pictures");
  const said = factsOf(libav, film, sizeBytes, await chaptersOf(of, film));
  const why = whyNotTrusted(said);
  if (why !== null) return declined(why);
  const json = toFfprobeJson(said, of.asked);
  const parsed = parseFfprobe(json);
  const video = parsed.kind === "media" ? mainVideo(parsed.media) : null;
  if (parsed.kind !== "media" || video === null) return declined("no picture");
  const { media } = parsed;
  let isKnown = true;
  const evidence = await evidenceOf(structure, video, async (picture) => {
    const seen = await picturesOf(libav, film, picture, media);
    isKnown = seen !== null;
    return seen ?? NO_FACTS;
  });
  return isKnown ? { kind: "read", json, evidence } : declined("nothing names its packets");
};

const NO_FACTS: PictureFacts = { sps: null, packets: null };

/** Null for an MP4, whose index should have named them, and for what cannot be searched. */
const picturesOf = async (
  libav: Libav,
  film: NativeFilm,
  video: VideoStream,
  media: MediaInfo,
): Promise<PictureFacts | null> => {
  if (media.container === "mp4") return null;
  const extradata = video.codec === "h264" ? film.streams?.[video.index]?.codecpar.extradata : null;
  const packets = await readPackets(libav, film, video.index, packetWindows(media));
  return packets && { sps: readSps(extradata ?? NO_BYTES), packets: packetFacts(packets) };
};

const NO_BYTES = new Uint8Array();

const ticks = (value: bigint): number | null => (value === NO_TIME ? null : Number(value));

/** The only word on chapters that the package passes on is what is logged of a film; see 0018. */
const chaptersOf = async ({ logged }: Of, film: NativeFilm): Promise<number> => {
  const lines = await logged(() => film.dumpFormat(0, "", false));
  let count = 0;
  for (const line of lines) if (line === `    Chapter #0:${count}: `) count += 1;
  return count;
};

const factsOf = (libav: Libav, film: NativeFilm, sizeBytes: number, chapters: number): LibavFilm => ({
  format: film.iformat?.name ?? "",
  start: ticks(film.startTime),
  duration: ticks(film.duration),
  bitRate: Number(film.bitRate),
  sizeBytes,
  chapters,
  tags: wanted(film.metadata?.getAll() ?? {}),
  streams: (film.streams ?? []).map((each) => streamOf(libav, each)),
});

/** What `parseFfprobe` reads of tags; no more of a text than it keeps. */
const TAGS = ["language", "title", "handler_name", "comment", "DURATION", "BPS", "rotate"];
const MAX_TEXT = 1000;
const wanted = (tags: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    TAGS.flatMap((name) => (tags[name] === undefined ? [] : [[name, tags[name].slice(0, MAX_TEXT)]])),
  );

const streamOf = (libav: Libav, stream: NativeStream): LibavStream => {
  const parameters = stream.codecpar;
  const { codecType, codecId } = parameters;
  return {
    index: stream.index,
    type: codecType,
    codec: codecId === 0 ? null : libav.avGetCodecName(codecId),
    tag: parameters.codecTagString,
    profile: profileOf(libav, codecId, parameters.profile),
    timeBase: stream.timeBase,
    start: ticks(stream.startTime),
    duration: ticks(stream.duration),
    bitRate: Number(parameters.bitRate),
    tags: wanted(stream.metadata?.getAll() ?? {}),
    disposition: stream.disposition,
    video: codecType === 0 ? videoOf(libav, stream) : null,
    audio:
      codecType === 1
        ? {
            channels: parameters.channels,
            layout: libav.avChannelLayoutDescribe(parameters.channelLayout),
            sampleRate: parameters.sampleRate,
          }
        : null,
  };
};

const videoOf = (libav: Libav, stream: NativeStream): LibavVideo => {
  const parameters = stream.codecpar;
  const sideData = parameters.getAllCodedSideData();
  const matrix = sideData.find(({ type }) => type === DISPLAY_MATRIX);
  return {
    level: parameters.level,
    width: parameters.width,
    height: parameters.height,
    pixelFormat: libav.avGetPixFmtName(parameters.format),
    bitsPerRawSample: parameters.bitsPerRawSample,
    aspects: [plain(stream.sampleAspectRatio), plain(parameters.sampleAspectRatio)],
    averageFrameRate: plain(stream.avgFrameRate),
    nominalFrameRate: plain(stream.rFrameRate),
    frames: Number(stream.nbFrames),
    delay: parameters.videoDelay,
    fieldOrder: Number(parameters.toJSON().fieldOrder),
    range: parameters.colorRange,
    primaries: parameters.colorPrimaries,
    transfer: parameters.colorTrc,
    space: parameters.colorSpace,
    sideData: sideData.map(({ type }) => type),
    rotation: matrix ? rotationOf(matrix.data) : null,
  };
};

const DISPLAY_MATRIX = 5;
const plain = ({ num, den }: Ratio): Ratio => ({ num, den });

/** The names of a codec's profiles, which are the same for every film. */
const profiles = new Map<number, ReadonlyMap<number, string>>();

const profileOf = (libav: Libav, codecId: number, profile: number): string | null => {
  const known =
    profiles.get(codecId) ??
    new Map(
      (libav.Codec.findDecoder(codecId)?.profiles ?? []).map((each) => [each.profile, each.name ?? ""]),
    );
  profiles.set(codecId, known);
  // ffprobe prints the number of a profile without a name, and nothing of one that is not known (-99).
  return known.get(profile) ?? (profile === UNKNOWN_PROFILE ? null : String(profile));
};
const UNKNOWN_PROFILE = -99;

const [IS_KEY, IS_DISCARDED] = [1, 4];

/** The packets of `windows`, chosen as ffprobe's `-read_intervals` does; null when it cannot seek to one. */
const readPackets = async (
  libav: Libav,
  film: NativeFilm,
  wantedStream: number,
  windows: readonly PacketWindow[],
): Promise<readonly Packet[] | null> => {
  for (const stream of film.streams ?? []) if (stream.index !== wantedStream) stream.discard = DISCARD_ALL;
  const base = film.streams?.[wantedStream]?.timeBase;
  if (!base) return null;
  const seconds = (value: bigint): number | null =>
    value === NO_TIME ? null : Math.round((Number(value) * base.num * 1e6) / base.den) / 1e6;
  const found = new Map<string, Packet>();
  const packet = new libav.Packet();
  packet.alloc();
  let at: number | null = null;
  try {
    for (const window of windows) {
      if (window.startSeconds !== null) {
        const wanted = BigInt(Math.round(window.startSeconds * 1e6));
        if ((await film.seekFile(-1, -FARTHEST, wanted, FARTHEST, 0)) < 0) return null;
      }
      let start = window.startSeconds;
      while (found.size < MAX_PACKETS_SEEN && film.readFrameSync(packet) >= 0) {
        if (packet.streamIndex === wantedStream) {
          const { pts, dts, size, flags } = packet;
          at = seconds(pts) ?? at;
          start ??= at;
          if (start !== null && at !== null && at >= start + window.seconds) break;
          found.set(`${pts} ${dts} ${size} ${flags}`, {
            ptsSeconds: seconds(pts),
            dtsSeconds: seconds(dts),
            durationSeconds: null,
            sizeBytes: size,
            isKey: (flags & IS_KEY) !== 0,
            isDiscarded: (flags & IS_DISCARDED) !== 0,
          });
        }
        packet.unref();
      }
      packet.unref();
    }
  } finally {
    packet.free();
  }
  return [...found.values()];
};
