/** Is the file that was made the film that was meant? Gathers what the checks need and lets core decide. */
import { copiedStreams, sameHashes } from "../core/copied-streams.ts";
import { sawDamage } from "../core/ffmpeg-failure.ts";
import { highestFrameRate } from "../core/judge-video.ts";
import { type MediaInfo, mainVideo } from "../core/media-info.ts";
import { continuing } from "../core/packet-lines.ts";
import { endOfPackets, type Packet, type Shown, shownTime } from "../core/packets.ts";
import type { ConversionPlan } from "../core/plan.ts";
import { Problem, type ProblemValue, toProblem } from "../core/problem.ts";
import { ownComplaints, type Reread } from "../core/reread-args.ts";
import { blameFor, passed, verify as verifyFacts } from "../core/verification.ts";
import type { Aim, Check, OutputFacts } from "../core/verification-facts.ts";
import { claimedSeconds, isRough } from "../core/verification-lengths.ts";
import { slowestStep } from "../core/verification-timing.ts";
import { type Part, partsOfCopy, partsOfEncode } from "../core/verification-windows.ts";
import type { Read } from "../edges/ffmpeg.ts";
import type { Ffprobe } from "../edges/ffprobe.ts";

export type VerifyDeps = {
  readonly ffprobe: Ffprobe;
  readonly reread: (path: string, reading: Reread, signal?: AbortSignal) => Promise<Read>;
};

export type VerifyInput = Aim & {
  readonly source: MediaInfo;
  readonly sourcePath: string;
  readonly plan: ConversionPlan;
  readonly outputPath: string;
  /** stderr of the conversion. */
  readonly log: string;
  /** Decode every picture and compare every byte: what is asked for before an original is removed, or by `strict`. */
  readonly readsAll: boolean;
};

export type Verified =
  | { readonly kind: "passed"; readonly checks: readonly Check[] }
  | { readonly kind: "failed"; readonly checks: readonly Check[]; readonly problem: ProblemValue };

/** All checks of a finished file, read back from disk. Throws Problem cancelled or interrupted, never for a bad file. */
export const verify = async (
  deps: VerifyDeps,
  input: VerifyInput,
  signal?: AbortSignal,
): Promise<Verified> => {
  const { source, plan } = input;
  const isDamaged = sawDamage(input.log);
  const output = await read(deps, input, isDamaged || input.readsAll, signal);
  if ("problem" in output) return output.problem;
  const { first, doubtful, asks } = firstLook(input, isDamaged, output);
  const checks =
    (asks || input.readsAll) && plan.video
      ? await again(deps, input, isDamaged, output, signal).catch((thrown) => unread(first, thrown))
      : first;
  // Bytes are missing and the film came out shorter than it says: packets that agree prove only the damage.
  const isShort = shownTime(output.video).seconds < (claimedSeconds(source) ?? Number.POSITIVE_INFINITY);
  if (passed(checks) && !(doubtful && isDamaged && isShort)) return { kind: "passed", checks };
  const told = passed(checks) ? first : checks;
  const wrong = told.filter((each) => !each.passed);
  const detail = wrong.map((each) => `${each.name}: ${each.detail}`).join("; ");
  return { kind: "failed", checks: told, problem: { code: blameFor(wrong, isDamaged), detail } };
};

/** Checks that compare with what the source says of itself, which may be wrong. */
const DOUBTS = new Set(["duration", "pictures", "sound-end"]);

/** The checks by what the source says of itself, and whether its packets have to be asked. */
const firstLook = (input: Omit<VerifyInput, "readsAll">, isDamaged: boolean, output: OutputFacts) => {
  const { source, plan } = input;
  const first = verifyFacts({ media: source, isDamaged, packets: null }, plan, output, input);
  const doubtful = first.some((each) => !each.passed && DOUBTS.has(each.name));
  // Beside an encode the source's packets cost nothing, and an estimate of its length is worth nothing. A hole that an encode
  // filled with a picture standing still is seen only in them.
  return {
    first,
    doubtful,
    asks: isDamaged || doubtful || (plan.video?.kind === "encode" && isRough(source)),
  };
};

/** A source that cannot be read again proves nothing, and what was made of it is not trusted. */
const unread = (first: readonly Check[], thrown: unknown): readonly Check[] => {
  const problem = toProblem(thrown);
  if (NOT_OF_THE_FILE.has(problem.code)) throw thrown;
  return [...first, { name: "source", passed: false, detail: problem.message }];
};

/** Containers whose times ffmpeg lets begin anew. */
const JOINED: ReadonlySet<MediaInfo["container"]> = new Set(["mpegts", "mpeg"]);

/** Of a sound of a million packets only the end is kept. */
const endOfStream = async (
  { ffprobe }: Pick<VerifyDeps, "ffprobe">,
  path: string,
  stream: number,
  isJoined: boolean,
  signal?: AbortSignal,
): Promise<number | null> => {
  let end: number | null = null;
  const next = isJoined ? continuing() : (packet: Packet): Packet => packet;
  await ffprobe.eachPacket(
    path,
    stream,
    (packet) => {
      const at = endOfPackets([next(packet)]);
      if (at !== null) end = Math.max(end ?? at, at);
    },
    signal,
  );
  return end;
};

/** A raw stream has no times at all: its pictures are as long as its rate says. */
const timed = (source: MediaInfo, pictures: readonly Packet[]): Shown => {
  if (pictures.some((each) => each.ptsSeconds !== null || each.dtsSeconds !== null))
    return shownTime(pictures);
  const video = mainVideo(source);
  const step = 1 / ((video && highestFrameRate(video)) || 25);
  return { seconds: pictures.length * step, untilLastSeconds: Math.max(0, pictures.length - 1) * step };
};

/** Ten hours of 60 fps; a hostile film may have a packet every ten bytes. */
const MAX_PACKETS = 2_200_000;

/** The packets of a stream. Throws Problem source-damaged for more than a film has, and as the edge does. */
export const everyPacket = async (
  { ffprobe }: Pick<VerifyDeps, "ffprobe">,
  path: string,
  stream: number,
  signal?: AbortSignal,
): Promise<readonly Packet[]> => {
  const all: Packet[] = [];
  let count = 0;
  const keep = (packet: Packet): void => {
    if (++count <= MAX_PACKETS) all.push(packet);
  };
  await ffprobe.eachPacket(path, stream, keep, signal);
  if (count <= MAX_PACKETS) return all;
  throw new Problem("source-damaged", `Track ${stream} has ${count} pictures, which no film has.`);
};

/** What the source says of itself is no proof: its packets are the judge. */
const again = async (
  deps: Pick<VerifyDeps, "ffprobe">,
  input: Omit<VerifyInput, "readsAll">,
  isDamaged: boolean,
  output: OutputFacts,
  signal?: AbortSignal,
): Promise<readonly Check[]> => {
  const { source, sourcePath, plan } = input;
  const all = plan.video ? await everyPacket(deps, sourcePath, plan.video.stream, signal) : [];
  // A recording that begins in the middle of something is shown, and copied, from its first keyframe on.
  const picture = all.slice(
    Math.max(
      0,
      all.findIndex((each) => each.isKey),
    ),
  );
  const isJoined = JOINED.has(source.container);
  const continued = isJoined ? picture.map(continuing()) : picture;
  const pictureEnd = endOfPackets(continued);
  const soundEnd = plan.audio
    ? await endOfStream(deps, sourcePath, plan.audio.stream, isJoined, signal)
    : null;
  const packets = {
    count: picture.filter((each) => plan.video?.kind === "copy" || !each.isDiscarded).length,
    shown: timed(source, continued),
    longestStepSeconds: slowestStep(picture),
    soundGapSeconds: pictureEnd === null || soundEnd === null ? null : Math.abs(soundEnd - pictureEnd),
  };
  return verifyFacts({ media: source, isDamaged, packets }, plan, output, input);
};

/** Checks that ffprobe alone does not tell. */
export const BEYOND_PROBING = ["untouched", "decodes"] as const;

/**
 * The checks of a file that was verified elsewhere, as far as ffprobe alone tells; those `BEYOND_PROBING` are not among them.
 * Some tenths of a second, more where what the source says of itself is in doubt. Throws Problem cancelled or interrupted,
 * never for a bad file.
 */
export const verifyProbed = async (
  deps: Pick<VerifyDeps, "ffprobe">,
  input: Omit<VerifyInput, "readsAll">,
  signal?: AbortSignal,
): Promise<readonly Check[]> => {
  const isDamaged = sawDamage(input.log);
  try {
    const probed = await deps.ffprobe.probe(input.outputPath, signal);
    const output = { ...probed, decodeErrors: "", copies: { areSame: true, detail: "" } };
    const { first, asks } = firstLook(input, isDamaged, output);
    const checks = asks && input.plan.video ? await again(deps, input, isDamaged, output, signal) : first;
    return checks.filter(({ name }) => !BEYOND_PROBING.some((each) => each === name));
  } catch (thrown) {
    const problem = toProblem(thrown);
    if (NOT_OF_THE_FILE.has(problem.code)) throw thrown;
    return [{ name: "opens", passed: false, detail: problem.message }];
  }
};

const read = async (
  deps: VerifyDeps,
  input: VerifyInput,
  readsAll: boolean,
  signal?: AbortSignal,
): Promise<OutputFacts | { readonly problem: Verified }> => {
  const { outputPath, plan, source } = input;
  const own = new AbortController();
  const stops = signal ? AbortSignal.any([signal, own.signal]) : own.signal;
  let reading: Promise<PartsRead> | null = null;
  const start = (parts: readonly Part[]): Promise<PartsRead> => {
    const started = readParts(deps, input, parts, stops);
    started.catch(() => {});
    reading = started;
    return started;
  };
  try {
    // Parts are read while ffprobe looks at the file: those of an encode as soon as its index has named its keyframes.
    if (readsAll) void start(WHOLE);
    else if (plan.work === "copy") void start(partsOfCopy(source.durationSeconds ?? 0, source.container));
    const probing = deps.ffprobe.probe(outputPath, signal, (pictures) => {
      // ffprobe may have failed before the index was read.
      if (!reading && !own.signal.aborted) void start(partsOfEncode(pictures, plan.work));
    });
    const { media, video, soundEndSeconds, boxLevel } = await probing;
    const { complaints, copies } = await (reading ?? start(partsOfEncode(video, plan.work)));
    return { media, video, soundEndSeconds, boxLevel, decodeErrors: complaints, copies };
  } catch (thrown) {
    // What still reads a file that is about to be removed is ended and waited for.
    own.abort("cancelled");
    await Promise.allSettled([reading]);
    const problem = toProblem(thrown);
    if (NOT_OF_THE_FILE.has(problem.code)) throw thrown;
    const check = { name: "opens", passed: false, detail: problem.message };
    return {
      problem: {
        kind: "failed",
        checks: [check],
        problem: { code: "verification-failed", detail: problem.message },
      },
    };
  }
};

/** Problems that say nothing of the file that was looked at. */
const NOT_OF_THE_FILE: ReadonlySet<string> = new Set([
  "cancelled",
  "interrupted",
  "ffmpeg-missing",
  "internal",
  "io-error",
  "probe-timeout",
]);

const WHOLE: readonly Part[] = ["all"];

type PartsRead = { readonly complaints: string; readonly copies: OutputFacts["copies"] };

/** Decodes parts of the result and compares its copied streams with the source's, both files read at the same time. */
const readParts = async (
  deps: VerifyDeps,
  input: VerifyInput,
  parts: readonly Part[],
  signal?: AbortSignal,
): Promise<PartsRead> => {
  const hashed = copiedStreams(input.plan);
  const isWhole = parts.includes("all");
  const strict = await readBoth(deps, input, { parts, hashed, decodes: "strict" }, signal);
  const isCopy = input.plan.video?.kind === "copy";
  const isOpen = isCopy && !isWhole && ownComplaints(strict[0].complaints) !== strict[0].complaints;
  // A strict decoder does not begin in the middle of an open group of pictures; a patient one names every real fault.
  const [own, theirs] = isOpen
    ? await readBoth(deps, input, { parts, hashed, decodes: "patient" }, signal)
    : strict;
  const complaints = isOpen ? ownComplaints(own.complaints) : own.complaints;
  if (hashed.length === 0) return { complaints, copies: { areSame: true, detail: "nothing was copied" } };
  if (sameHashes(theirs.hashes, own.hashes, parts, hashed.length))
    return { complaints, copies: { areSame: true, detail: isWhole ? ALL_SAME : PARTS_SAME } };
  if (isWhole) return { complaints, copies: DIFFERENT };
  // A seek may have led elsewhere, as in a film with a broken index: only all of both films tells.
  const [mine, other] = await readBoth(deps, input, { parts: WHOLE, hashed, decodes: "not" }, signal);
  const areSame = sameHashes(other.hashes, mine.hashes, WHOLE, hashed.length);
  return { complaints, copies: areSame ? { areSame, detail: ALL_SAME } : DIFFERENT };
};

const ALL_SAME = "every byte of what was copied is as in the source";
const PARTS_SAME =
  "what was copied is as in the source in every part that was compared, the beginning and the end among them";
const DIFFERENT = { areSame: false, detail: "what was copied is not what the source holds" };

const readBoth = (
  { reread }: VerifyDeps,
  { outputPath, sourcePath }: VerifyInput,
  reading: Omit<Reread, "side">,
  signal?: AbortSignal,
): Promise<readonly [Read, Read]> =>
  Promise.all([
    reread(outputPath, { ...reading, side: "output" }, signal),
    reading.hashed.length === 0
      ? { complaints: "", hashes: "" }
      : reread(sourcePath, { ...reading, side: "source", decodes: "not" }, signal),
  ]);
