/** The dry run of a folder in figures: how many play, what the rest takes, and why. */
import { bytesRange } from "../core/estimate.ts";
import { humanBytes, humanSeconds } from "../core/human-text.ts";
import { REASONS, type ReasonCode } from "../core/reasons.ts";
import { WORKS, type Work } from "../core/work.ts";
import type { Assessment } from "../steps/assess.ts";

type Total = { count: number; bytes: number; seconds: [number, number]; bytesRange: [number, number] };

const HEADINGS: Readonly<Record<Work, string>> = {
  none: "play as they are",
  copy: "take seconds: nothing is encoded",
  audio: "need their sound encoded, the picture is copied",
  video: "need their picture encoded",
  impossible: "are hopeless",
};

const COMMONEST = 10;

const range = (low: string, high: string): string => (low === high ? low : `${low} to ${high}`);

const sum = (one: readonly [number, number], other: readonly [number, number]): [number, number] => [
  one[0] + other[0],
  one[1] + other[1],
];

/** Adds up assessments; `null` stands for a file that could not be assessed. */
export const createTotals = () => {
  const works = new Map<Work, Total>();
  const reasons = new Map<ReasonCode, number>();
  const add = (assessment: Assessment | null): void => {
    const work = assessment?.plan.work ?? "impossible";
    const total = works.get(work) ?? { count: 0, bytes: 0, seconds: [0, 0], bytesRange: [0, 0] };
    works.set(work, total);
    total.count++;
    if (assessment === null) return;
    const { estimate, plan } = assessment;
    total.bytes += estimate.bytes;
    total.seconds = sum(total.seconds, estimate.seconds);
    total.bytesRange = sum(total.bytesRange, bytesRange(estimate, plan));
    for (const code of new Set(plan.reasons.map((one) => one.code)))
      reasons.set(code, (reasons.get(code) ?? 0) + 1);
  };
  const files = (): number => [...works.values()].reduce((count, each) => count + each.count, 0);
  const commonest = (): readonly (readonly [ReasonCode, number])[] =>
    [...reasons].sort((one, other) => other[1] - one[1]).slice(0, COMMONEST);
  const worked = (): readonly Total[] =>
    (["copy", "audio", "video"] as const).flatMap((work) => works.get(work) ?? []);
  return {
    add,
    files,
    json: () => ({
      files: files(),
      works: Object.fromEntries(works),
      reasons: Object.fromEntries(commonest()),
    }),
    text: (): string => {
      const lines = ["", `${files()} ${files() === 1 ? "file" : "files"}`];
      for (const work of WORKS) {
        const total = works.get(work);
        if (total) lines.push(`  ${String(total.count).padStart(6)} ${HEADINGS[work]}${costOf(total, work)}`);
      }
      const all = worked().reduce((both, each) => sum(both, each.seconds), [0, 0] as [number, number]);
      if (worked().length > 0)
        lines.push("", `All of it: ${range(humanSeconds(all[0]), humanSeconds(all[1]))}.`);
      if (reasons.size > 0) lines.push("", "Commonest reasons:");
      for (const [code, times] of commonest())
        lines.push(`  ${String(times).padStart(6)} ${REASONS[code].phrase} (${code})`);
      return lines.join("\n");
    },
  };
};

const costOf = ({ seconds, bytesRange: bytes }: Total, work: Work): string =>
  work === "none" || work === "impossible"
    ? ""
    : `: ${range(humanSeconds(seconds[0]), humanSeconds(seconds[1]))}, ${range(humanBytes(bytes[0]), humanBytes(bytes[1]))}`;
