/**
 * Converts a long film with several encoders at once: its picture in parts, its sound in one piece, then joined. Whatever
 * speaks against it, before or after, the film is made in one piece as any other, and its log says why.
 */

import { longestSeconds } from "../core/estimate.ts";
import { classifyFailure } from "../core/ffmpeg-failure.ts";
import { type Cut, cutFilm, partSecondsFor, whyWhole } from "../core/film-parts.ts";
import { joinArgs, joinList } from "../core/film-parts-args.ts";
import { checkHeaders, checkJoints, checkParts, type PartFacts } from "../core/film-parts-checks.ts";
import { mainVideo } from "../core/media-info.ts";
import { folderOf, partialPath } from "../core/output-paths.ts";
import type { Packet } from "../core/packets.ts";
import { Problem, type ProblemValue, toProblem } from "../core/problem.ts";
import type { Check } from "../core/verification-facts.ts";
import { type Converted, type ConvertInput, convert, finishFilm, NEVER_ENDED, partialOf } from "./convert.ts";
import { type Files, type InParts, type PartsDeps, partTasks, soundTask, type Work } from "./encode-parts.ts";
import { runAtOnce } from "./run-at-once.ts";
import { everyPacket } from "./verify.ts";

/** As `convert`, with the same result and the same checks, and those of the joints. Throws as it does. */
export const convertInParts = async (
  deps: PartsDeps,
  input: ConvertInput,
  inParts: InParts,
  signal: AbortSignal,
): Promise<Converted> => {
  const made = await makeFilm(deps, input, inParts, signal);
  if (made.kind === "failed") return { kind: "failed", problem: made.problem, checks: [], log: made.log };
  let { log } = made;
  if (made.kind === "joined") {
    // Its parts are gone, and take no room any more.
    inParts.onParts(null);
    const converted = await finishFilm(deps, input, made, signal);
    const checks = [...converted.checks, ...made.checks];
    if (converted.kind === "converted") return { ...converted, checks, encoders: inParts.atOnce };
    if (ENDS.has(converted.problem.code)) return { ...converted, checks };
    log += `What was joined is no good (${converted.problem.detail ?? ""}): again in one piece.\n`;
  }
  inParts.onParts(null);
  const whole = await convert(deps, input, signal);
  return { ...whole, log: log + whole.log };
};

/** No encoder can do anything about these. */
const ENDS: ReadonlySet<string> = new Set(["cancelled", "interrupted", "disk-full", "ffmpeg-missing"]);

type Made =
  | {
      readonly kind: "joined";
      readonly stderr: string;
      readonly log: string;
      readonly checks: readonly Check[];
    }
  | { readonly kind: "whole"; readonly log: string }
  | { readonly kind: "failed"; readonly problem: ProblemValue; readonly log: string };

const inOnePiece = (why: string, log = ""): Made => ({ kind: "whole", log: `${log}In one piece: ${why}.\n` });

const makeFilm = async (
  deps: PartsDeps,
  input: ConvertInput,
  inParts: InParts,
  signal: AbortSignal,
): Promise<Made> => {
  const { media, plan, sourcePath } = input;
  const why = whyWhole(media, plan, inParts.leastSeconds);
  if (why !== null) return inOnePiece(why);
  if (!inParts.hasRoom) return inOnePiece("the disk has no room for its parts beside it");
  await deps.prepareFolder(input.folder, input.token, folderOf(sourcePath), input.base);
  input.onPhase("converting");
  const length = inParts.partSeconds ?? partSecondsFor(media.durationSeconds ?? 0, inParts.atOnce);
  const packets = await packetsOf(deps, input, signal).catch(unreadable);
  if (packets instanceof Problem) return inOnePiece(`its packets cannot be read (${packets.message})`);
  const cut = cutFilm(media, plan, packets, length);
  if (cut.kind === "whole") return inOnePiece(cut.why);
  const files = filesOf(input, cut);
  let isJoined = false;
  try {
    const made = await encodeAndJoin(deps, input, inParts, { cut, files }, signal);
    isJoined = made.kind === "joined";
    return made;
  } finally {
    // What is left of them in spite of this is swept with the other partial files of the token.
    const sound = files.sound === null ? [] : [files.sound];
    const all = [...files.parts, ...sound, ...(isJoined ? [] : [partialOf(input)])];
    await Promise.allSettled(all.map((path) => deps.removeFile(path)));
  }
};

/** A film that cannot be read to its end may be converted all the same, in one piece. */
const unreadable = (thrown: unknown): Problem => {
  const problem = toProblem(thrown);
  if (ENDS.has(problem.code)) throw problem;
  return problem;
};

/** The packets of the picture: from an MP4's index, else of the whole film, which is read for it. */
const packetsOf = async (
  deps: PartsDeps,
  { media, plan, sourcePath }: ConvertInput,
  signal: AbortSignal,
): Promise<readonly Packet[]> => {
  const stream = plan.video?.stream ?? 0;
  if (media.container === "mp4" && mainVideo(media)?.index === stream) {
    const { video } = await deps.ffprobe.probe(sourcePath, signal);
    if (video.length > 0) return video;
  }
  return everyPacket(deps, sourcePath, stream, signal);
};

const filesOf = ({ folder, sourcePath, token, plan }: ConvertInput, { parts }: Cut): Files => ({
  parts: parts.map(({ index }) =>
    partialPath(folder, sourcePath, token, `part-${String(index + 1).padStart(3, "0")}.mp4`),
  ),
  sound: plan.audio === null ? null : partialPath(folder, sourcePath, token, "sound.mp4"),
});

const encodeAndJoin = async (
  deps: PartsDeps,
  input: ConvertInput,
  inParts: InParts,
  work: Work,
  signal: AbortSignal,
): Promise<Made> => {
  const { cut, files } = work;
  const made = new Map<number, PartFacts>();
  const parts = partTasks(deps, input, inParts, work, made);
  const sound = files.sound === null ? [] : [soundTask(deps, input, files.sound)];
  const tasks = [...sound, ...parts];
  const { failed, said, ended } = await runAtOnce(tasks, inParts.atOnce, (code) => ENDS.has(code), signal);
  const begun = `In ${cut.parts.length} parts, ${inParts.atOnce} at a time.\n`;
  const log = begun + said.map((each) => each.log.slice(-LOG_EACH)).join("");
  if (ended !== null) return { kind: "failed", problem: ended, log };
  if (failed !== null) return inOnePiece(failed, log);
  const facts = cut.parts.map(({ index }) => made.get(index) ?? { packets: [], headers: null });
  const joining = await join(deps, input, work, facts, signal);
  if (joining !== null && ENDS.has(joining.code)) return { kind: "failed", problem: joining, log };
  if (joining !== null) return inOnePiece(`joining failed: ${joining.detail ?? joining.code}`, log);
  const film = await deps.readPart(partialOf(input));
  const checks = [
    checkParts(cut.parts, facts),
    checkHeaders(facts, film),
    checkJoints(facts, film, cut.frameRate),
  ];
  const wrong = checks.filter((each) => !each.passed).map((each) => `${each.name}: ${each.detail}`);
  if (wrong.length > 0) return inOnePiece(wrong.join("; "), log);
  return { kind: "joined", stderr: said.map((each) => each.stderr).join(""), log, checks };
};

/** Characters of a part's log that are kept with the job. */
const LOG_EACH = 8_192;

/** Joins what was made into the partial film; the problem, or null. */
const join = (
  deps: PartsDeps,
  input: ConvertInput,
  { cut, files }: Work,
  facts: readonly PartFacts[],
  signal: AbortSignal,
): Promise<ProblemValue | null> => {
  const named = files.parts.map((path, at) => ({ path, pictures: facts[at]?.packets.length ?? 0 }));
  const text = joinList(named, cut.frameRate);
  if (text === null)
    return Promise.resolve({ code: "conversion-failed", detail: "a name on the way has a line break" });
  return deps.withScratchFolder(async (folder) => {
    const list = `${folder}/parts.txt`;
    await deps.writePartial(list, text);
    const output = partialOf(input);
    const args = joinArgs(input.plan, cut, { list, sound: files.sound, output }, input.sourceFingerprint);
    const limitMs = longestSeconds(input.estimate) * 1000;
    const { end, saidEnd } = await deps.ffmpeg.run(args, {
      durationSeconds: null,
      watchFile: output,
      limitMs,
      signal,
    });
    return classifyFailure(end) ?? (saidEnd ? null : NEVER_ENDED);
  });
};
