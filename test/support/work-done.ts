/** Attempts that ended, in the history of a test control. */

import { nominalSeconds, pictureOf } from "../../src/core/nominal-time.ts";
import type { ProblemCode } from "../../src/core/problem.ts";
import { QUEUED_WORKS } from "../../src/core/work.ts";
import type { Asset } from "../../src/edges/store/asset-row.ts";
import type { JobOutcome } from "../../src/edges/store/jobs.ts";
import type { TestControl } from "./control.ts";

type Ended = {
  readonly outcome?: JobOutcome;
  readonly encoder?: string;
  readonly problemCode?: ProblemCode;
  /** Seconds it took. */
  readonly seconds?: number;
  readonly outputBytes?: number;
  readonly warns?: boolean;
  /** Epoch ms. */
  readonly finishedAt?: number;
};

const CHECKS = ["opens", "plays", "duration", "decodes"].map((name) => ({ name, passed: true, detail: "" }));

/** Writes an attempt at the film down, as the program does when it ended. */
export const addAttempt = ({ store }: TestControl, asset: Asset, ended: Ended = {}): void => {
  const { outcome = "done", seconds = 60, finishedAt = Date.now() } = ended;
  const job = store.jobs.start({
    assetId: asset.id,
    token: `token-${asset.id}`,
    attempt: 1,
    work: asset.work ?? "copy",
    encoder: ended.encoder ?? "copy",
    command: [],
    startedAt: finishedAt - seconds * 1000,
  });
  store.jobs.finish(job, {
    finishedAt,
    outcome,
    problemCode: ended.problemCode ?? null,
    seconds,
    outputBytes: ended.outputBytes ?? null,
    checks:
      outcome === "done"
        ? [...CHECKS, ...(ended.warns ? [{ name: "peak", passed: true, detail: "high", warns: true }] : [])]
        : [],
  });
  const work = QUEUED_WORKS.find((each) => each === asset.work);
  if (!work || outcome !== "done") return;
  const picture = pictureOf(work, asset.media);
  const expected = { work, encoder: ended.encoder ?? "copy", picture, low: seconds / 2, high: seconds * 2 };
  store.pastRuns.add({ ...expected, nominalSeconds: nominalSeconds({ ...asset, work, picture }) }, seconds);
};
