/** Asks ffprobe what a file is, and looks at its bytes where ffprobe cannot tell. */
import type { FileHandle } from "node:fs/promises";
import { fileUrl, SAFE_INPUT } from "../core/ffmpeg-args.ts";
import { classifyProbeFailure, TOO_MANY_STREAMS } from "../core/ffprobe-failure.ts";
import { parseFfprobe, withEvidence } from "../core/ffprobe-json.ts";
import { readSps } from "../core/h264-sps.ts";
import { COPYABLE } from "../core/judge-video.ts";
import { type MediaInfo, mainVideo, type VideoStream } from "../core/media-info.ts";
import type { Mp4Track } from "../core/mp4-boxes.ts";
import { PACKET_ENTRIES, packetLines, toPacket } from "../core/packet-lines.ts";
import { MAX_HIDDEN_PICTURES, type Packet, packetFacts } from "../core/packets.ts";
import { Problem } from "../core/problem.ts";
import { boundedText, ended, start } from "./ffmpeg.ts";
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
  probe: (path, signal, onPictures) => probe({ program, probeMs }, path, signal, onPictures),
  eachPacket: (path, stream, visit, signal) =>
    eachLine(program, path, stream, [], PACKETS_MS, (line) => visit(toPacket(line)), signal),
});

const probe = async (
  { program, probeMs }: { readonly program: string; readonly probeMs: number },
  path: string,
  signal?: AbortSignal,
  onPictures?: (pictures: readonly Packet[]) => void,
): Promise<Probe> => {
  const file = await openFilm(path);
  const refuse = async (thrown: unknown): Promise<never> => {
    await file.close();
    throw thrown;
  };
  const { sizeBytes } = await sizeOf(file, path).catch(refuse);
  if (sizeBytes === 0) await refuse(new Problem("not-media", "The file is empty."));
  const asked = ["-of", "json", "-show_format", "-show_streams", "-show_chapters"];
  // Read while ffprobe reads; what ffprobe says of a file that cannot be opened is the better word.
  const reading = structureOf(file, path);
  reading.then(
    ({ tracks }) => onPictures?.(tracks.find((each) => each.kind === "video")?.packets ?? []),
    () => {},
  );
  const raw = await askJson(program, [...asked, ...SAFE_INPUT, "-i", fileUrl(path)], probeMs, signal);
  const parsed = parseFfprobe(raw);
  if (parsed.kind === "not-media") throw new Problem("not-media", parsed.detail);
  const structure = await reading;
  const video = mainVideo(parsed.media);
  if (video === null)
    return {
      media: withEvidence(parsed.media, null, noEvidence(structure)),
      raw,
      video: [],
      soundEndSeconds: null,
      boxLevel: null,
    };
  const track = trackOf(structure, video);
  const seen = await pictureFacts(program, path, video, parsed.media, track, signal);
  const media = withEvidence(parsed.media, video.index, { ...noEvidence(structure), ...seen.evidence });
  return {
    media,
    raw,
    video: track?.packets ?? [],
    soundEndSeconds: audioTrackOf(structure)?.endSeconds ?? null,
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

const NO_BYTES = new Uint8Array();

const audioTrackOf = (structure: FileStructure): Mp4Track | undefined =>
  structure.tracks.find((track) => track.kind === "audio");

/**
 * Only pictures that may be copied are worth a look at their packets, and of them only H.264 has an SPS we read. An MP4's
 * index answers without another process, unless it is in fragments: then it names those of the first at most.
 */
const pictureFacts = async (
  program: string,
  path: string,
  video: VideoStream,
  media: MediaInfo,
  track: Mp4Track | undefined,
  signal?: AbortSignal,
) => {
  if (track && track.packets.length > 0) {
    const sps = video.codec === "h264" && track.avcc ? readSps(track.avcc) : null;
    const facts = packetFacts(track.packets);
    const severalEdits = track.edits > 1 ? MAX_HIDDEN_PICTURES + 1 : 0;
    return {
      evidence: {
        sps,
        packets: { ...facts, discardedPackets: Math.max(facts.discardedPackets, severalEdits) },
      },
    };
  }
  if (!COPYABLE.includes(video.codec)) return { evidence: {} };
  const extradata =
    video.codec === "h264" ? await readExtradata(program, path, video.index, signal) : NO_BYTES;
  const packets = await readPackets(program, path, video.index, windows(media), signal);
  return { evidence: { sps: readSps(extradata), packets: packetFacts(packets) } };
};

/**
 * The beginning, the middle and the end, all of a short film. Twelve seconds each, so that keyframes more than ten apart
 * are seen to be.
 */
const windows = ({ durationSeconds, startSeconds }: MediaInfo): readonly string[] => {
  if (durationSeconds === null || durationSeconds < 60) return ["-read_intervals", "%+60"];
  const from = Math.max(0, startSeconds ?? 0);
  const [middle, end] = [from + durationSeconds / 2, from + durationSeconds - 12];
  return ["-read_intervals", `%+12,${middle.toFixed(1)}%+12,${end.toFixed(1)}%+12`];
};

/** A minute of a thousand pictures a second; what claims more has shown enough. */
const MAX_PACKETS_SEEN = 60_000;

/** Packets of parts of a film. Windows past the end of a film whose length lies give the same packets again. */
const readPackets = async (
  program: string,
  path: string,
  stream: number,
  intervals: readonly string[],
  signal?: AbortSignal,
): Promise<readonly Packet[]> => {
  const lines = new Set<string>();
  const keep = (line: string): void => void (lines.size < MAX_PACKETS_SEEN && lines.add(line));
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
  if (stopped === "aborted") throw new Problem(signal?.reason === "shutdown" ? "interrupted" : "cancelled");
  if (stopped === "flood") throw new Problem("not-media", TOO_MANY_STREAMS);
  // What ends ffprobe, the kernel for one when memory is short, says nothing of the file.
  if (by !== null) throw new Problem("probe-failed", `ffprobe was ended by ${by}.`);
  if (code !== 0) {
    const { code: problem, detail } = classifyProbeFailure(stderr.text());
    throw new Problem(problem, detail);
  }
  return parts.join("");
};
