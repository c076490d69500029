/** One order from the queue to its answer. Publishes nothing and touches no original. */
import { ENCODERS } from "../core/encoders.ts";
import { Problem, type ProblemCode, type ProblemValue, toProblem } from "../core/problem.ts";
import type { WorkOrder, WorkResult } from "../core/work-order.ts";
import { readOrder } from "../core/work-order-schema.ts";
import type { Ffmpeg } from "../edges/ffmpeg.ts";
import type { Ffprobe } from "../edges/ffprobe.ts";
import { readPart } from "../edges/film-part.ts";
import { removeFile } from "../edges/library-write.ts";
import type { Log } from "../edges/log.ts";
import type { Taken } from "../edges/work-intake.ts";
import { type Converted, type ConvertInput, convert } from "../steps/convert.ts";
import { convertPart } from "../steps/encode-parts.ts";
import type { CardPlaces } from "./card-places.ts";
import { convertEdges } from "./convert-edges.ts";
import { abortedProblem } from "./job-end.ts";
import { createTeller, type Teller } from "./worker-news.ts";
import type { Handed, Made, Opened, Reach } from "./worker-reach.ts";

export type WorkerTools = {
  readonly name: string;
  readonly ffmpeg: Ffmpeg;
  readonly ffprobe: Ffprobe;
  /** What encodes, by the tokens of orders. */
  readonly cards: CardPlaces;
  /** Looks for a working encoder again. */
  readonly probeEncoder: () => void;
  readonly reach: Reach;
  /** Ends when Redis answers, or with the signal. */
  readonly answering: (signal: AbortSignal) => Promise<void>;
  readonly log: Log;
};

type Failed = Extract<WorkResult, { readonly kind: "failed" }>;

/** Problems that say something of the library's folders as this machine sees them. */
const OF_THE_FOLDERS: ReadonlySet<ProblemCode> = new Set([
  "worker-sees-other",
  "folder-away",
  "folder-not-writable",
  "permission-denied",
  "io-error",
]);
const OF_THE_ENCODER: ReadonlySet<ProblemCode> = new Set([
  "gpu-failed",
  "encoder-unavailable",
  "ffmpeg-missing",
]);

/** Does what an order asks for; what goes wrong with the film is an answer too. Throws nothing. */
export const workOn = async (tools: WorkerTools, taken: Taken, stop: AbortSignal): Promise<WorkResult> => {
  const read = readOrder(taken.data, taken.id);
  if (read.kind === "refused") {
    tools.log.warn({ token: taken.id, why: read.why }, "an order was refused");
    return failedOf(tools, taken.id, { code: "order-refused", detail: read.why }, "none");
  }
  const { order } = read;
  const log = tools.log.child({ token: order.token, assetId: order.assetId });
  const signal = AbortSignal.any([stop, taken.lost]);
  log.info({ library: order.library, lane: order.lane }, "taken");
  const result = await attempt(tools, order, taken, signal);
  if (taken.lost.aborted)
    log.warn("the hold on the film was lost: its files are removed, nothing is answered");
  else if (result.kind === "converted") log.info({ sizeBytes: result.partial.sizeBytes }, "done");
  else log.warn({ code: result.problem.code, detail: result.problem.detail }, "failed");
  return result;
};

const encodes = ({ plan }: WorkOrder): boolean => plan.video?.kind === "encode";

const attempt = async (
  tools: WorkerTools,
  order: WorkOrder,
  taken: Taken,
  signal: AbortSignal,
): Promise<WorkResult> => {
  const engine = encodes(order) ? tools.cards.take(order.token) : null;
  const named = encodes(order) ? (engine?.encoder.codec ?? "none") : "copy";
  const teller = createTeller({ worker: tools.name, encoder: named }, taken.tell);
  let opened: Opened | null = null;
  try {
    if (encodes(order) && engine === null) throw whyNone(tools.cards);
    opened = await tools.reach.open(order, { givenAt: taken.givenAt, teller }, signal);
    const encoder = engine?.encoder ?? ENCODERS.software;
    const answer = { encoder, card: order.mayDecodeOnCard ? (engine?.card ?? null) : null };
    const converted = await convertHere(tools, order, { opened, teller, signal, ...answer });
    if (converted.kind === "failed") {
      const problem = abortedProblem(signal) ?? converted.problem;
      return note(tools, order, {
        ...failedOf(tools, order.token, problem, named),
        log: converted.log,
        checks: converted.checks,
      });
    }
    tools.cards.worked(order.token);
    const handed = await handOver(tools, opened, converted, signal);
    return {
      kind: "converted",
      token: order.token,
      worker: tools.name,
      encoder: named,
      ...handed,
      checks: converted.checks,
      log: converted.log,
      missing: converted.missing,
    };
  } catch (thrown) {
    const problem = abortedProblem(signal) ?? toProblem(thrown);
    return note(tools, order, failedOf(tools, order.token, problem, named));
  } finally {
    tools.cards.leave(order.token);
    teller.end();
    await opened?.close();
  }
};

const whyNone = (cards: WorkerTools["cards"]): Problem =>
  cards.hasEngine()
    ? new Problem(
        "encoder-sessions-spent",
        "No card takes another film now: it is too hot, or has no session left.",
      )
    : new Problem("encoder-unavailable");

/** What a failure says of this machine: it is looked at again before more is taken. */
const note = ({ reach, cards, probeEncoder }: WorkerTools, order: WorkOrder, failed: Failed): Failed => {
  if (OF_THE_FOLDERS.has(failed.problem.code)) reach.doubt(order.library);
  if (failed.problem.code === "encoder-sessions-spent") cards.refused(order.token);
  if (OF_THE_ENCODER.has(failed.problem.code)) probeEncoder();
  return failed;
};

const failedOf = (
  { name }: WorkerTools,
  token: string,
  { code, detail }: ProblemValue,
  encoder: string,
): Failed => ({
  kind: "failed",
  token,
  worker: name,
  encoder,
  problem: { code, detail },
  checks: [],
  log: "",
});

type Bench = Pick<ConvertInput, "encoder" | "card"> & {
  readonly opened: Opened;
  readonly teller: Teller;
  readonly signal: AbortSignal;
};

const convertHere = (
  { ffmpeg, ffprobe }: WorkerTools,
  order: WorkOrder,
  { opened, teller, encoder, card, signal }: Bench,
): Promise<Converted> => {
  const { token, media, plan, estimate, wish, original, sourceFingerprint, part } = order;
  const edges = convertEdges(ffmpeg, ffprobe);
  const input: ConvertInput = {
    ...{ token, media, plan, estimate, wish, original, sourceFingerprint, encoder, card },
    ...opened.places,
    onProgress: teller.progress,
    onSaid: teller.said,
    onPhase: teller.phase,
    onCommand: teller.command,
  };
  return part ? convertPart({ ...edges, readPart }, input, part, signal) : convert(edges, input, signal);
};

/** Once handed over and answered, the files are the orchestrator's; until then they go with whatever goes wrong. */
const handOver = async (
  { answering }: WorkerTools,
  opened: Opened,
  made: Made,
  signal: AbortSignal,
): Promise<Handed> => {
  try {
    const handed = await opened.hand(made, signal);
    // While Redis is away the hold is watched on: an answer that comes too late is refused.
    await answering(signal);
    signal.throwIfAborted();
    return handed;
  } catch (thrown) {
    await Promise.allSettled(
      [made.partial, ...made.sidecars.map((each) => each.path)].map((path) => removeFile(path)),
    );
    throw thrown;
  }
};
