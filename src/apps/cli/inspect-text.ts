/** One film in full, for a person: what it is, what each device makes of it, and what will be done. */
import { humanBytes, humanSeconds, shellQuoted, visibleText } from "../../core/human-text.ts";
import type { MediaInfo } from "../../core/media-info.ts";
import { sidecarEnding } from "../../core/plan-subtitles.ts";
import type { Reason } from "../../core/reasons.ts";
import { containerName, kindName, streamWords } from "../../core/stream-words.ts";
import { deviceGroups } from "../../core/verdict.ts";
import type { Assessment } from "../../steps/assess.ts";

/** Nothing takes no time at all. */
const takes = ([low, high]: readonly [low: number, high: number]): string => {
  const [from, to] = [low, high].map((each) => humanSeconds(Math.max(1, each)));
  return from === to ? `about ${to}` : `${from} to ${to}`;
};

/** The tables `what / now / needs`, one for the devices that say the same; then the plan and its command. */
export const describeFilm = (assessment: Assessment, command: readonly string[] | null): string => {
  const { media, verdict, plan, estimate } = assessment;
  const lines = deviceGroups(verdict).flatMap(({ labels, playable, reasons }) => [
    "",
    `${visibleText(labels.join(", "))}: ${playable ? "plays as it is" : "does not play"}`,
    ...table([["what", "now", "needs"], ...rowsOf(media, reasons)]),
  ]);
  const reasons = new Set(plan.reasons.map((each) => each.code));
  for (const note of verdict.notes)
    if (!reasons.has(note.code)) lines.push(`  Note: ${visibleText(note.detail)}`);
  if (plan.streams.length > 0) {
    lines.push("", "What will be done:");
    for (const each of plan.streams)
      lines.push(`  ${each.stream} ${each.kind}: ${each.action}, ${visibleText(each.why)}`);
  }
  if (plan.sidecars.length > 0)
    lines.push(`  Subtitle files beside it: ${plan.sidecars.map(sidecarEnding).join(", ")}`);
  if (command)
    lines.push(
      "",
      `Takes ${takes(estimate.seconds)}, makes about ${humanBytes(estimate.bytes)}:`,
      shellQuoted(command).join(" "),
    );
  return lines.join("\n");
};

/** Why a film does not play, in full sentences; one line each. */
export const whyNotLines = ({ verdict }: Assessment): readonly string[] =>
  verdict.reasons.map((each) => `  - ${visibleText(each.detail)} (${each.code})`);

type Row = readonly [what: string, now: string, needs: string];

const rowsOf = (media: MediaInfo, reasons: readonly Reason[]): readonly Row[] => {
  const needs = (stream: number | null): string =>
    visibleText(
      reasons
        .filter((each) => each.stream === stream)
        .map((each) => each.detail)
        .join(" "),
    ) || "nothing";
  return [
    ["Container", containerName(media), needs(null)],
    ...media.streams.map(
      (stream): Row => [
        `${stream.index} ${kindName(stream)}`,
        visibleText(streamWords(stream)),
        needs(stream.index),
      ],
    ),
  ];
};

/** The widest a column may be before its text goes on in the next line; characters. */
const WIDTHS = [16, 38, 72] as const;

/** Rows as columns, long cells broken between words. */
const table = (rows: readonly Row[]): readonly string[] => {
  const widthOf = (column: 0 | 1 | 2): number =>
    Math.min(WIDTHS[column], Math.max(...rows.map((row) => row[column].length)));
  const widths = [widthOf(0), widthOf(1), widthOf(2)] as const;
  return rows.flatMap(([what, now, needs]) => {
    const cells = [broken(what, widths[0]), broken(now, widths[1]), broken(needs, widths[2])] as const;
    const height = Math.max(...cells.map((each) => each.length));
    return Array.from({ length: height }, (_, line) =>
      `  ${cells.map((each, column) => (each[line] ?? "").padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd(),
    );
  });
};

const broken = (text: string, width: number): readonly string[] => {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1) ?? "";
    if (line === "") lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
};
