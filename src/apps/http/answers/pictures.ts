/** A comparison of a film's pictures; made by `picturesJson`. */
import { z } from "zod";
import { MOMENTS } from "../../../core/frame-pairs.ts";
import { problemFacts } from "../../../core/problem-tried.ts";
import type { Comparison } from "../../comparisons.ts";
import { problemFactsSchema } from "./film.ts";

const address = z.string().describe("Of a JPEG, without the host");

export const picturesAnswer = z.object({
  state: z
    .enum(["impossible", "possible", "making", "failed", "made"])
    .describe("`possible`: POST begins it. `impossible`: there are not two files; `why` says it"),
  why: z.string().nullable(),
  problem: problemFactsSchema.nullable(),
  pairsMade: z.number().int(),
  pairsInAll: z.literal(MOMENTS),
  pairs: z
    .array(
      z.object({
        seconds: z.number().describe("Into the film"),
        ssim: z.number().nullable().describe("Likeness, 1 is the same in every pixel; null: not measured"),
        before: address,
        after: address,
      }),
    )
    .describe("Once all are made"),
  notes: z.array(z.string()).describe("Why a likeness may say little"),
  width: z.number().int().nullable().describe("Of the pictures, pixels"),
  height: z.number().int().nullable(),
});

export const picturesJson = (id: number, comparison: Comparison) => {
  const { kind: state } = comparison;
  const none = { why: null, problem: null, pairsMade: 0, pairs: [], notes: [], width: null, height: null };
  const base = { state, ...none, pairsInAll: MOMENTS };
  if (comparison.kind === "impossible") return { ...base, why: comparison.why };
  if (comparison.kind === "making") return { ...base, pairsMade: comparison.pairs };
  if (comparison.kind === "failed") {
    const { code, detail } = comparison.problem;
    return { ...base, problem: problemFacts(code, detail) };
  }
  if (comparison.kind === "possible") return base;
  const { key, compared } = comparison;
  const addressOf = (at: number, side: string): string => `/library/${id}/pictures/${at}/${side}?is=${key}`;
  const pairs = compared.pairs.map((each, at) => ({
    ...each,
    before: addressOf(at, "before"),
    after: addressOf(at, "after"),
  }));
  return { ...base, ...compared, pairsMade: pairs.length, pairs };
};
