/** What a failed attempt means for its asset: tried again at once, later, when the world is ready, or not at all. */
import { retryDelaySeconds } from "../core/lifecycle.ts";
import { PROBLEMS, type Problem, type ProblemCode } from "../core/problem.ts";
import type { Asset } from "../edges/store/asset-row.ts";
import { type Assessment, assessedFields, COPY_FAILED } from "../steps/assess.ts";
import { laneOf, WAIT_MS } from "./pauses.ts";
import { assessNow, libraryOf, type Running } from "./running.ts";

/** Waits for the world that a film may ask for before each is an attempt: it may be the film that breaks the card. */
const MAX_WAITS = 20;
const MAY_BE_THE_FILM: ReadonlySet<ProblemCode> = new Set(["gpu-failed", "file-missing", "worker-lost"]);
/** Another machine may take it now, or this one. */
const AT_ONCE: ReadonlySet<ProblemCode> = new Set(["worker-lost", "redis-unreachable", "redis-refuses"]);

/** Characters of a problem's detail that are kept. */
const DETAIL_MAX = 2000;

type Failure = {
  readonly asset: Asset;
  readonly token: string;
  readonly problem: Problem;
  readonly assessment: Assessment | null;
  /** It was with a worker on another machine: what it met there says nothing of the encoder here. */
  readonly isElsewhere?: boolean;
  /** And that machine was at fault, so that nothing else waits for it. */
  readonly isOfPlace?: boolean;
};

/** Gives the claim back with the state the failure calls for. */
export const settleFailure = (
  running: Running,
  { asset, token, problem, assessment, isElsewhere = false, isOfPlace = false }: Failure,
): void => {
  const { store, now, log } = running;
  const why = { problemCode: problem.code, problemDetail: problem.detail.slice(0, DETAIL_MAX) };
  // A journal row still owns the claim: the published file is there, and the publication loop carries it through.
  if (store.journal.has(token)) {
    store.assets.touch(asset.id, why);
    log.error({ code: problem.code, detail: problem.detail }, "publishing was cut off");
    return;
  }
  const said = { now: now(), token, ...why };
  log.warn({ path: asset.path, code: problem.code, detail: problem.detail }, "attempt failed");
  if (!isElsewhere && isOfTheEncoder(problem.code)) running.probeEncoder();
  const attempt = asset.attempt + 1;
  const { retry } = PROBLEMS[problem.code];
  const lane = laneOf(asset.work);
  const isOneTooMany =
    !isElsewhere && problem.code === "encoder-sessions-spent" && noteRefusal(running, asset);
  const noted =
    isOneTooMany || isOfPlace ? null : running.pauses.note(problem, { library: asset.library, lane });
  const isWorlds = isOfTheWorld(running, asset, problem.code, isOfPlace);
  if (problem.code === "interrupted") {
    store.assets.apply(asset.id, "interrupted", { now: now(), token, attempt: asset.attempt });
  } else if (problem.code === "verification-failed" && copyWas(assessment)) {
    store.assets.apply(asset.id, "interrupted", {
      ...said,
      attempt,
      ...encodeInstead(running, asset, assessment),
    });
  } else if (isWorlds) {
    const availableAt =
      isOneTooMany || isOfPlace || AT_ONCE.has(problem.code) ? now() : (noted?.until ?? now() + WAIT_MS);
    store.assets.apply(asset.id, "interrupted", { ...said, attempt: asset.attempt, availableAt });
  } else if (retry !== "no" && attempt < running.settings.operational.max_attempts) {
    const availableAt = now() + retryDelaySeconds(attempt) * 1000;
    store.assets.apply(asset.id, "interrupted", { ...said, attempt, availableAt });
    running.limits.failed(lane, asset, problem);
  } else {
    store.assets.apply(asset.id, "failed", { ...said, attempt });
    running.limits.failed(lane, asset, problem);
  }
  // A scan does not find a folder that is no library's.
  const isLibraryPaused = noted?.isNew && noted.pause.libraries !== null && problem.code !== "folder-away";
  if (isLibraryPaused || problem.code === "source-changed") running.startScan(asset.library);
};

/** Whether the world was not ready (disk full, card lost, file changing), which uses up no attempt. */
const isOfTheWorld = ({ pauses }: Running, asset: Asset, code: ProblemCode, isOfPlace: boolean): boolean =>
  isOfPlace || MAY_BE_THE_FILM.has(code)
    ? pauses.countWait(asset.id) <= MAX_WAITS
    : PROBLEMS[code].retry === "wait";

/** The card is asked for less from now on. True: it encodes for us meanwhile, so that nothing rests. */
const noteRefusal = ({ limits, cards, encoding }: Running, asset: Asset): boolean => {
  if (cards.refused(asset.id)) return true;
  const others = encoding().filter((id) => id !== asset.id).length;
  limits.refused(others);
  return others > 0;
};

const isOfTheEncoder = (code: ProblemCode): boolean =>
  code === "gpu-failed" || code === "encoder-unavailable" || code === "ffmpeg-missing";

const copyWas = (assessment: Assessment | null): assessment is Assessment =>
  assessment?.plan.video?.kind === "copy";

/** The picture could not be copied into a file that plays: next time it is encoded. */
const encodeInstead = (running: Running, asset: Asset, before: Assessment) => {
  const library = libraryOf(running, asset);
  if (!library) return { reasonCodes: [...asset.reasonCodes, COPY_FAILED] };
  return assessedFields(assessNow(running, { asset, library, media: before.media }, true));
};
