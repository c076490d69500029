import assert from "node:assert/strict";
import type { MediaInfo } from "../../src/core/media-info.ts";
import { planConversion, type Wish } from "../../src/core/plan.ts";
import { predictOutput } from "../../src/core/predict-output.ts";
import { judge } from "../../src/core/verdict.ts";

/** THE LAW: what a plan makes needs no further plan. */
export const assertSettles = (film: MediaInfo, wanted: Wish): void => {
  const plan = planConversion(film, judge(film, wanted), wanted);
  const made = predictOutput(film, plan, wanted.profile);
  assert.equal(
    made === null,
    plan.work === "none" || plan.work === "impossible",
    `${plan.work} makes a file`,
  );
  if (made === null) return;
  const again = planConversion(made, judge(made, wanted), wanted);
  assert.deepEqual({ reasons: again.reasons, work: again.work }, { reasons: [], work: "none" });
};
