/** What is kept of one attempt: its row, its lines of the log and the figures of it. */
import { playingSeconds } from "../core/media-info.ts";
import type { Problem } from "../core/problem.ts";
import type { Check } from "../core/verification-facts.ts";
import type { Asset } from "../edges/store/asset-row.ts";
import type { JobOutcome } from "../edges/store/jobs.ts";
import type { Assessment } from "../steps/assess.ts";
import type { Converted } from "../steps/convert.ts";
import type { Running } from "./running.ts";

type Begun = {
  readonly asset: Asset;
  readonly token: string;
  readonly assessment: Assessment;
  /** ffmpeg's name of it, or `copy`. */
  readonly encoder: string;
};

type Ended = {
  readonly problem: Problem | null;
  readonly command: readonly string[];
  readonly converted: Converted | null;
  readonly checks: readonly Check[];
};

type JobRecord = {
  /** As it was given, with a log that names the attempt. */
  readonly running: Running;
  readonly end: (ended: Ended) => void;
};

const outcomeOf = (problem: Problem | null): JobOutcome => {
  if (problem === null) return "done";
  if (problem.code === "cancelled") return "cancelled";
  return problem.code === "interrupted" ? "interrupted" : "failed";
};

/** Writes that an attempt begins; `end` is to be called once. */
export const beginRecord = (shared: Running, { asset, token, assessment, encoder }: Begun): JobRecord => {
  const { store, now } = shared;
  const { work } = assessment.plan;
  const attempt = asset.attempt + 1;
  const startedAt = now();
  const job = store.jobs.start({ assetId: asset.id, token, attempt, work, encoder, command: [], startedAt });
  const running = { ...shared, log: shared.log.child({ jobId: job }) };
  running.log.info({ library: asset.library, path: asset.path, work, attempt }, "attempt begins");

  const count = ({ problem, seconds }: { problem: Problem | null; seconds: number }): void => {
    const outcome = outcomeOf(problem);
    running.metrics?.observe("cvc_job_seconds", { work, outcome }, seconds);
    if (problem !== null && outcome === "failed")
      running.metrics?.count("cvc_job_failures_total", { code: problem.code });
    const playing = playingSeconds(assessment.media);
    if (outcome === "done" && work === "video" && playing !== null && seconds > 0)
      running.metrics?.observe("cvc_encode_speed_ratio", { encoder }, playing / seconds);
  };

  const end = ({ problem, command, converted, checks }: Ended): void => {
    const seconds = (now() - startedAt) / 1000;
    const outputBytes = converted?.kind === "converted" ? converted.sizeBytes : null;
    store.jobs.finish(job, {
      finishedAt: now(),
      outcome: outcomeOf(problem),
      command,
      problemCode: problem?.code ?? null,
      problemDetail: problem?.detail ?? null,
      log: converted?.log ?? "",
      seconds,
      pace: running.watch.of(asset.id)?.pace ?? [],
      outputBytes,
      checks,
    });
    count({ problem, seconds });
    if (problem === null) running.log.info({ seconds, outputBytes }, "film made");
  };
  return { running, end };
};
