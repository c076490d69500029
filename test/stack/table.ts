/** What a run of the stack measured. */

/** What was tried, what was seen, and how long it took in seconds; null: not measured. */
export type Row = readonly [what: string, seen: string, seconds: number | null];

export const rowText = ([what, seen, seconds]: Row): string =>
  `${seconds === null ? "       " : `${seconds.toFixed(1).padStart(6)} s`}  ${what}${seen === "" ? "" : `: ${seen}`}`;

export const rowsTable = (rows: readonly Row[]): string =>
  [
    "| what | seen | seconds |",
    "|---|---|---|",
    ...rows.map(([what, seen, seconds]) => `| ${what} | ${seen} | ${seconds?.toFixed(1) ?? ""} |`),
  ].join("\n");
