/** What is kept of one attempt: its row, its lines of the log and the figures of it. */
import { playingSeconds } from "../core/media-info.ts";
import type { Problem } from "../core/problem.ts";
import type { Check } from "../core/verification-facts.ts";
import type { Asset } from "../edges/store/asset-row.ts";
import type { Job } from "../edges/store/jobs.ts";
import type { Assessment } from "../steps/assess.ts";
import type { Converted } from "../steps/convert.ts";
import { outcomeOf } from "./job-end.ts";
import type { Running } from "./running.ts";
import { expectedOf } from "./work-times.ts";

type Begun = {
  readonly asset: Asset;
  readonly token: string;
  readonly assessment: Assessment;
  /** ffmpeg's name of it, or `copy`. */
  readonly encoder: string;
  /** The queue of workers elsewhere; null: this machine. */
  readonly pool: string | null;
  /** An attempt of before a start that goes on. */
  readonly earlier: Job | null;
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
  /** A worker elsewhere began with it at `at`, epoch ms: what it waited for that is not its time. */
  readonly taken: (worker: string, at: number) => void;
  readonly end: (ended: Ended) => void;
};

/** Writes that an attempt begins; `end` is to be called once. */
export const beginRecord = (shared: Running, begun: Begun): JobRecord => {
  const { asset, token, assessment, encoder, pool, earlier } = begun;
  const { store, now } = shared;
  const { work } = assessment.plan;
  const attempt = asset.attempt + 1;
  let startedAt = earlier?.startedAt ?? now();
  const expected = expectedOf(shared, asset, assessment);
  const start = { assetId: asset.id, token, attempt, work, encoder, command: [], startedAt, pool };
  const job = earlier?.id ?? store.jobs.start(start);
  const running = { ...shared, log: shared.log.child({ jobId: job }) };
  const said = { library: asset.library, path: asset.path, work, attempt };
  running.log.info(said, earlier === null ? "attempt begins" : "attempt goes on");

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
    if (problem !== null) return;
    if (expected) store.pastRuns.add({ ...expected, encoder }, seconds);
    running.log.info({ seconds, outputBytes }, "film made");
  };
  const taken: JobRecord["taken"] = (worker, at) => {
    if (earlier?.worker === worker) return;
    startedAt = at;
    store.jobs.taken(job, { worker, startedAt });
    running.log.info({ worker }, "a worker has it");
  };
  return { running, taken, end };
};
