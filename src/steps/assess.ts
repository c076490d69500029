/** What is this file, does it play, and what is the least work that makes it play? */
import { type Estimate, estimate } from "../core/estimate.ts";
import { HELD_UNTIL, isKept } from "../core/lifecycle.ts";
import { type MediaInfo, playingSeconds } from "../core/media-info.ts";
import { mediaKindOf } from "../core/media-kind.ts";
import { ACTION_OF, type ConversionPlan, planConversion, type Wish, whyOf } from "../core/plan.ts";
import { PROBLEMS, type ProblemCode, toProblem } from "../core/problem.ts";
import type { Reason, ReasonCode } from "../core/reasons.ts";
import { judge, type Verdict } from "../core/verdict.ts";
import type { statFile } from "../edges/library-walk.ts";
import type { QuickProbe } from "../edges/quick-probe.ts";
import type { SecondLook } from "../edges/second-look.ts";
import type { Asset } from "../edges/store/asset-row.ts";
import type { Store } from "../edges/store/store.ts";
import { lookTwice } from "./look-twice.ts";

export type Assessment = {
  readonly media: MediaInfo;
  readonly verdict: Verdict;
  readonly plan: ConversionPlan;
  readonly estimate: Estimate;
};

/**
 * Judges and plans a file that is known: pure, from its MediaInfo. `isHardware` is the encoder's, for the estimate;
 * `copyFailed` says that a copy did not pass its checks before, so the picture is encoded this time.
 */
export const assessMedia = (
  media: MediaInfo,
  wish: Wish,
  isHardware: boolean,
  copyFailed = false,
): Assessment => {
  const judged = judge(media, wish);
  const verdict = copyFailed ? withReason(judged, media) : judged;
  const plan = planConversion(media, verdict, wish);
  return { media, verdict, plan, estimate: estimate(media, plan, isHardware) };
};

const withReason = (verdict: Verdict, media: MediaInfo): Verdict => {
  const detail = "A copy of the picture did not pass its checks, so it is encoded.";
  const reason: Reason = {
    code: COPY_FAILED,
    stream: verdict.video?.index ?? media.streams[0]?.index ?? null,
    detail,
  };
  return { ...verdict, playable: false, reasons: [...verdict.reasons, reason] };
};

/** Kept with the asset after a copy failed its checks. */
export const COPY_FAILED = "copy-failed" satisfies ReasonCode;

export type AssessDeps = {
  readonly store: Pick<Store, "assets" | "probes" | "transaction">;
  readonly probe: QuickProbe;
  readonly statFile: typeof statFile;
  readonly look: SecondLook;
  readonly now: () => number;
};

export type AssessInput = {
  readonly asset: Asset;
  /** Absolute. */
  readonly path: string;
  readonly wish: Wish;
  readonly isHardware: boolean;
};

/**
 * Assesses a New asset and moves it on. A content is probed once, whatever its path, and its pictures are looked at once,
 * if its plan depends on it. A problem that may pass (`io-error`, `probe-timeout`, `ffmpeg-missing`, `source-changed`)
 * leaves it New and is returned, so that the caller tries again later.
 */
export const assess = async (
  deps: AssessDeps,
  input: AssessInput,
  signal?: AbortSignal,
): Promise<ProblemCode | null> => {
  const { asset, path, wish, isHardware } = input;
  try {
    const known = asset.fingerprint === null ? null : deps.store.probes.get(asset.fingerprint);
    const read = known ?? (await deps.probe(path, signal));
    const media = await lookTwice(deps.look, path, read.media, wish, signal);
    const isNew = media !== known?.media;
    const change = isNew ? await changeOf(deps, asset, path) : null;
    if (change !== null) return change;
    const copyFailed = asset.reasonCodes.includes(COPY_FAILED);
    const assessment = assessMedia(media, wish, isHardware, copyFailed);
    deps.store.transaction(() => {
      if (isNew) keep(deps, asset, media, "raw" in read ? read : null);
      store(deps, asset, assessment);
    });
    return null;
  } catch (thrown) {
    const problem = toProblem(thrown);
    if (problem.code === "internal") throw thrown;
    // A library must not turn Failed because ffprobe is being upgraded, or a folder renamed.
    if (PROBLEMS[problem.code].retry !== "no") return problem.code;
    const change = await changeOf(deps, asset, path);
    if (change !== null) return change;
    giveUp(deps, asset, problem.code, problem.detail);
    return problem.code;
  }
};

/** Ends an asset that cannot be assessed. */
export const giveUp = (
  deps: Pick<AssessDeps, "store" | "now">,
  asset: Asset,
  code: ProblemCode,
  detail: string,
): void => {
  deps.store.assets.apply(asset.id, "assessed-hopeless", {
    now: deps.now(),
    work: "impossible",
    why: PROBLEMS[code].title.replace(/\.$/, "").toLowerCase(),
    action: ACTION_OF.impossible,
    problemCode: code,
    problemDetail: detail,
  });
};

/**
 * Why what was read of a path says nothing of the asset: there is another file now than the scan found. Kept with the
 * content, it would be said of that content for good.
 */
const changeOf = async (
  { statFile }: AssessDeps,
  { sizeBytes, modifiedUs }: Asset,
  path: string,
): Promise<ProblemCode | null> => {
  const found = await statFile(path);
  if (found.kind !== "file") return found.kind === "missing" ? "file-missing" : "io-error";
  return found.sizeBytes === sizeBytes && found.modifiedUs === modifiedUs ? null : "source-changed";
};

/** A content is probed once (`fresh`) and looked at once; of one that has no fingerprint nothing can be kept. */
const keep = (
  { store: { probes }, now }: AssessDeps,
  { fingerprint }: Asset,
  media: MediaInfo,
  fresh: { readonly raw: unknown } | null,
): void => {
  if (fingerprint === null) return;
  if (fresh) probes.put(fingerprint, media, fresh.raw, now());
  else probes.improve(fingerprint, media);
};

const HOPELESS: Readonly<Partial<Record<ReasonCode, ProblemCode>>> = {
  "no-video": "no-video",
  encrypted: "source-encrypted",
  "source-damaged": "source-damaged",
  "codec-unknown": "codec-unknown",
  "dolby-vision-5": "dolby-vision-unsupported",
};

/** What a list shows of an assessment. */
export const assessedFields = ({ media, verdict, plan, estimate: cost }: Assessment) => ({
  work: plan.work,
  why: whyOf(plan.reasons),
  action: ACTION_OF[plan.work],
  reasonCodes: [...new Set(plan.reasons.map((each) => each.code))],
  media: mediaKindOf(media, verdict),
  expectedBytes: plan.video === null ? null : cost.bytes,
  playingSeconds: playingSeconds(media),
});

const store = (deps: AssessDeps, asset: Asset, assessment: Assessment): void => {
  const { plan } = assessment;
  const fields = { now: deps.now(), ...assessedFields(assessment) };
  if (plan.work === "none") deps.store.assets.apply(asset.id, "assessed-plays", fields);
  else if (plan.work !== "impossible") {
    // As it is now: to read the file took a while, in which a person may have said so.
    const film = deps.store.assets.byId(asset.id) ?? asset;
    const availableAt = film.availableAt === HELD_UNTIL || isKept(film) ? HELD_UNTIL : null;
    deps.store.assets.apply(asset.id, "assessed-needs-work", { ...fields, availableAt });
  } else {
    const reason = plan.reasons.find((each) => each.code in HOPELESS);
    deps.store.assets.apply(asset.id, "assessed-hopeless", {
      ...fields,
      problemCode: (reason && HOPELESS[reason.code]) ?? "source-damaged",
      problemDetail: reason?.detail ?? "",
    });
  }
};
