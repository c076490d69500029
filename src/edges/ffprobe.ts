/** Asks ffprobe what a file is, and which packets it has. */
import { fileUrl, SAFE_INPUT } from "../core/ffmpeg-args.ts";
import { classifyProbeFailure, TOO_MANY_STREAMS } from "../core/ffprobe-failure.ts";
import { parseFfprobe } from "../core/ffprobe-json.ts";
import { readSps } from "../core/h264-sps.ts";
import type { MediaInfo, VideoStream } from "../core/media-info.ts";
import { PACKET_ENTRIES, packetLines, toPacket } from "../core/packet-lines.ts";
import { MAX_PACKETS_SEEN, type PacketWindow, packetWindows, readIntervals } from "../core/packet-windows.ts";
import { type Packet, packetFacts } from "../core/packets.ts";
import { Problem } from "../core/problem.ts";
import { stoppedBy } from "../core/stopped.ts";
import { boundedText, ended, start } from "./ffmpeg.ts";
import type { PictureFacts } from "./film-evidence.ts";
import { type Probe, probeFilm, type Told } from "./probe-film.ts";

export type { Probe } from "./probe-film.ts";

export type Ffprobe = {
  /**
   * `onPictures` gets what an MP4's index says of its first picture track (empty without one) before ffprobe has answered.
   * Throws Problem not-media, source-damaged, file-missing, file-unreadable, io-error, probe-timeout, ffmpeg-missing.
   */
  readonly probe: (
    path: string,
    signal?: AbortSignal,
    onPictures?: (pictures: readonly Packet[]) => void,
  ) => Promise<Probe>;
  /** Gives every packet of a stream to `visit`, in file order: reads the whole film. */
  readonly eachPacket: (
    path: string,
    stream: number,
    visit: (packet: Packet) => void,
    signal?: AbortSignal,
  ) => Promise<void>;
};

const PROBE_MS = 60_000;
/** Of an 8K film in HEVC it takes 40 MB, of a Dolby Vision disc 230 (measured). */
const PROBE_BYTES = 2 * 2 ** 30;
/** A whole film is read from a slow share. */
const PACKETS_MS = 3600_000;
/** ffprobe's JSON of a film is some 10 kB; of one that lies about its streams it could be anything. */
const MAX_JSON_CHARACTERS = 64 * 2 ** 20;

/** `program` is ffprobe, or a stand-in that misbehaves in tests, which do not wait a minute for it either. */
export const createFfprobe = (program = "ffprobe", probeMs = PROBE_MS): Ffprobe => ({
  probe: (path, signal, onPictures) =>
    probeFilm(() => askForFilm(program, probeMs, path, signal), path, onPictures),
  eachPacket: (path, stream, visit, signal) =>
    eachLine(program, path, stream, [], PACKETS_MS, (line) => visit(toPacket(line)), signal),
});

const askForFilm = async (
  program: string,
  probeMs: number,
  path: string,
  signal?: AbortSignal,
): Promise<Told> => {
  const asked = ["-of", "json", "-show_format", "-show_streams", "-show_chapters"];
  const raw = await askJson(program, [...asked, ...SAFE_INPUT, "-i", fileUrl(path)], probeMs, signal);
  const parsed = parseFfprobe(raw);
  if (parsed.kind === "not-media") throw new Problem("not-media", parsed.detail);
  const { media } = parsed;
  return { raw, media, pictures: (video) => pictureFacts(program, path, video, media, signal) };
};

const pictureFacts = async (
  program: string,
  path: string,
  video: VideoStream,
  media: MediaInfo,
  signal?: AbortSignal,
): Promise<PictureFacts> => {
  const windows = packetWindows(media);
  // Most of an ffprobe's time is its start, and of one film alone the second core would wait.
  const [extradata, packets] = await both(
    async (ends) => (video.codec === "h264" ? readExtradata(program, path, video.index, ends) : NO_BYTES),
    (ends) => readPackets(program, path, video.index, windows, ends),
    signal,
  );
  return { sps: readSps(extradata), packets: packetFacts(packets) };
};

const NO_BYTES = new Uint8Array();

/** Both at once; when one fails the other is ended, and nothing runs any more when this throws. */
const both = async <A, B>(
  one: (ends: AbortSignal) => Promise<A>,
  other: (ends: AbortSignal) => Promise<B>,
  signal?: AbortSignal,
): Promise<readonly [A, B]> => {
  const failed = new AbortController();
  const ends = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  const asked = [one(ends), other(ends)] as const;
  try {
    return await Promise.all(asked);
  } catch (thrown) {
    failed.abort();
    await Promise.allSettled(asked);
    throw thrown;
  }
};

/** Packets of parts of a film. Windows past the end of a film whose length lies give the same packets again. */
const readPackets = async (
  program: string,
  path: string,
  stream: number,
  windows: readonly PacketWindow[],
  signal?: AbortSignal,
): Promise<readonly Packet[]> => {
  const lines = new Set<string>();
  const keep = (line: string): void => void (lines.size < MAX_PACKETS_SEEN && lines.add(line));
  const intervals = ["-read_intervals", readIntervals(windows)];
  await eachLine(program, path, stream, intervals, PROBE_MS, keep, signal);
  return [...lines].map(toPacket);
};

/** Gives the packets of a stream to `visit` while ffprobe reads: there is no limit to how many a film has. */
const eachLine = async (
  program: string,
  path: string,
  stream: number,
  intervals: readonly string[],
  limitMs: number,
  visit: (line: string) => void,
  signal?: AbortSignal,
): Promise<void> => {
  const args = ["-of", "compact", "-select_streams", String(stream), "-show_entries", PACKET_ENTRIES];
  const asked = [...args, ...intervals, ...SAFE_INPUT, "-i", fileUrl(path)];
  await ask(program, asked, limitMs, signal, packetLines(visit));
};

/**
 * The decoder's headers. Asked for apart from the packets: with them ffprobe dumps each packet too before it leaves it
 * out (2.4 s of processor time for three windows at 6 Mb/s, against 0.35 s for either question; measured).
 */
const readExtradata = async (
  program: string,
  path: string,
  stream: number,
  signal?: AbortSignal,
): Promise<Uint8Array> => {
  const shown = ["-select_streams", String(stream), "-show_data", "-show_entries", "stream=extradata"];
  const text = await ask(
    program,
    ["-of", "compact", ...shown, ...SAFE_INPUT, "-i", fileUrl(path)],
    PROBE_MS,
    signal,
  );
  return hexdump(/extradata=([\s\S]*)$/.exec(text)?.[1] ?? "");
};

/** The bytes of ffprobe's hex dump (`00000000: 0164 0028 …  .d.(`). */
const hexdump = (text: string): Uint8Array => {
  const digits = [...text.matchAll(/[0-9a-f]{8}: ((?:[0-9a-f]{2,4} )+)/g)]
    .map((found) => found[1] ?? "")
    .join("");
  return Uint8Array.from(digits.replaceAll(" ", "").match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
};

const askJson = async (
  program: string,
  args: readonly string[],
  limitMs: number,
  signal?: AbortSignal,
): Promise<unknown> => {
  const text = await ask(program, args, limitMs, signal);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Problem("probe-failed", "ffprobe's answer was no JSON.", cause);
  }
};

const ask = async (
  program: string,
  args: readonly string[],
  limitMs: number,
  signal?: AbortSignal,
  onText?: (text: string) => void,
): Promise<string> => {
  const child = start(program, ["-v", "error", ...args], PROBE_BYTES);
  const parts: string[] = [];
  let length = 0;
  const stderr = boundedText();
  let stopped: "timeout" | "flood" | "aborted" | null = null;
  const stop = (why: Exclude<typeof stopped, null>): void => {
    stopped ??= why;
    child.kill("SIGKILL");
  };
  const timer = setTimeout(() => stop("timeout"), limitMs);
  const onAbort = (): void => stop("aborted");
  if (signal?.aborted) onAbort();
  signal?.addEventListener("abort", onAbort, { once: true });
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    if (onText) return onText(text);
    length += text.length;
    if (length > MAX_JSON_CHARACTERS) stop("flood");
    else parts.push(text);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr.add(text);
  });
  const { code, signal: by } = await ended(child, program).finally(() => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  });
  if (stopped === "timeout") throw new Problem("probe-timeout", `No answer in ${limitMs / 1000} s.`);
  if (stopped === "aborted") throw stoppedBy(signal);
  if (stopped === "flood") throw new Problem("not-media", TOO_MANY_STREAMS);
  // What ends ffprobe, the kernel for one when memory is short, says nothing of the file.
  if (by !== null) throw new Problem("probe-failed", `ffprobe was ended by ${by}.`);
  if (code !== 0) {
    const { code: problem, detail } = classifyProbeFailure(stderr.text());
    throw new Problem(problem, detail);
  }
  return parts.join("");
};
