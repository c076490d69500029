/**
 * What of the native package `@seydx/node-av-…` (FFmpeg's own libraries inside of one file) is used here, and loading it. An
 * optional package: where it is not installed, ffprobe is asked.
 */
import { createRequire } from "node:module";
import { FORMATS, fileUrl } from "../../core/ffmpeg-args.ts";
import type { Ratio } from "../../core/libav-film.ts";

type NativeDictionary = {
  readonly alloc: () => void;
  readonly free: () => void;
  readonly set: (key: string, value: string, flags: number) => number;
  readonly getAll: () => Record<string, string>;
};

type NativeParameters = {
  readonly codecType: number;
  readonly codecId: number;
  readonly codecTag: number;
  readonly codecTagString: string | null;
  readonly extradata: Uint8Array | null;
  readonly format: number;
  readonly bitRate: bigint;
  readonly bitsPerRawSample: number;
  readonly profile: number;
  readonly level: number;
  readonly width: number;
  readonly height: number;
  readonly sampleAspectRatio: Ratio;
  readonly colorRange: number;
  readonly colorPrimaries: number;
  readonly colorTrc: number;
  readonly colorSpace: number;
  readonly channels: number;
  readonly channelLayout: unknown;
  readonly sampleRate: number;
  readonly videoDelay: number;
  readonly toJSON: () => Readonly<Record<string, unknown>>;
  readonly getAllCodedSideData: () => readonly { readonly type: number; readonly data: Uint8Array }[];
};

export type NativeStream = {
  readonly index: number;
  readonly codecpar: NativeParameters;
  readonly timeBase: Ratio;
  readonly startTime: bigint;
  readonly duration: bigint;
  readonly nbFrames: bigint;
  readonly disposition: number;
  discard: number;
  readonly sampleAspectRatio: Ratio;
  readonly avgFrameRate: Ratio;
  readonly rFrameRate: Ratio;
  readonly metadata: NativeDictionary | null;
};

export type NativeFilm = {
  readonly startTime: bigint;
  readonly duration: bigint;
  readonly bitRate: bigint;
  readonly iformat: { readonly name: string | null } | null;
  readonly streams: readonly NativeStream[] | null;
  readonly metadata: NativeDictionary | null;
  readonly allocContext: () => void;
  readonly openInputSync: (url: string, format: null, options: NativeDictionary) => number;
  /** One dictionary for all streams would be read beyond its end by FFmpeg, and it takes no other: null alone. */
  readonly findStreamInfoSync: (options: null) => number;
  readonly readFrameSync: (packet: NativePacket) => number;
  readonly seekFile: (
    stream: number,
    least: bigint,
    wanted: bigint,
    most: bigint,
    flags: number,
  ) => Promise<number>;
  readonly dumpFormat: (index: number, name: string, isOutput: boolean) => void;
  readonly closeInputSync: () => void;
};

export type NativePacket = {
  readonly streamIndex: number;
  readonly pts: bigint;
  readonly dts: bigint;
  readonly duration: bigint;
  readonly size: number;
  readonly flags: number;
  readonly alloc: () => void;
  readonly free: () => void;
  readonly unref: () => void;
};

export type NativeFrame = {
  readonly width: number;
  readonly height: number;
  readonly format: number;
  readonly bestEffortTimestamp: bigint;
  readonly alloc: () => void;
  readonly free: () => void;
  readonly unref: () => void;
};

type NativeCodec = {
  readonly profiles: readonly { readonly profile: number; readonly name?: string }[] | null;
};

type NativeDecoder = {
  pktTimebase: Ratio;
  threadCount: number;
  readonly allocContext3: (codec: NativeCodec) => void;
  readonly parametersToContext: (parameters: NativeParameters) => number;
  readonly open2Sync: (codec: NativeCodec, options: null) => number;
  readonly sendPacketSync: (packet: NativePacket | null) => number;
  readonly receiveFrameSync: (frame: NativeFrame) => number;
  readonly freeContext: () => void;
};

type NativeFilter = {
  readonly buffersrcAddFrameSync: (frame: NativeFrame | null, flags: number) => number;
  readonly buffersinkGetFrameSync: (frame: NativeFrame) => number;
};

type NativeGraph = {
  readonly alloc: () => void;
  readonly free: () => void;
  readonly parsePtr: (filters: string, inputs: null, outputs: null) => number;
  readonly configSync: () => number;
  readonly getFilter: (name: string) => NativeFilter | null;
};

export type Libav = {
  readonly FormatContext: new () => NativeFilm;
  readonly Dictionary: new () => NativeDictionary;
  readonly Packet: new () => NativePacket;
  readonly Frame: new () => NativeFrame;
  readonly CodecContext: new () => NativeDecoder;
  readonly Option: {
    readonly set: (of: NativeDecoder, name: string, value: string, flags: number) => number;
  };
  readonly FilterGraph: new () => NativeGraph;
  readonly Codec: { readonly findDecoder: (id: number) => NativeCodec | null };
  readonly Log: {
    readonly setLevel: (level: number) => void;
    readonly setCallback: (
      callback: (level: number, message: string) => void,
      options: { readonly maxLevel: number },
    ) => void;
    readonly log: (level: number, message: string) => void;
  };
  readonly avGetCodecName: (id: number) => string | null;
  readonly avGetPixFmtName: (format: number) => string | null;
  readonly avChannelLayoutDescribe: (layout: unknown) => string | null;
  readonly getFFmpegInfo: () => { readonly libraries: Readonly<Record<string, string>> };
};

const PACKAGE = `@seydx/node-av-${process.platform}-${process.arch}`;
const require = createRequire(import.meta.url);

/** Whether the package is installed for this machine; loads nothing. */
export const hasLibav = (): boolean => {
  try {
    require.resolve(PACKAGE);
    return true;
  } catch {
    return false;
  }
};

/** Loads it into this process, which it may take down: only for a process that can be spared. Throws what loading throws. */
export const loadLibav = (): Libav => require(PACKAGE) as Libav;

/** "Unknown" among times, the last time there is, and the value of `discard` for a stream of which nothing is read. */
export const NO_TIME = -(2n ** 63n);
export const FARTHEST = 2n ** 63n - 1n;
export const DISCARD_ALL = 48;

/** Opens a film with ffprobe's own limits for `work`, and closes it; null when it does not open. */
export const withFilm = async <T>(
  libav: Libav,
  path: string,
  work: (film: NativeFilm) => Promise<T>,
): Promise<T | null> => {
  const film = new libav.FormatContext();
  const options = new libav.Dictionary();
  options.alloc();
  options.set("protocol_whitelist", "file", 0);
  options.set("format_whitelist", FORMATS, 0);
  film.allocContext();
  try {
    return film.openInputSync(fileUrl(path), null, options) < 0 ? null : await work(film);
  } finally {
    options.free();
    film.closeInputSync();
  }
};
