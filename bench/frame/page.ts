/** `docs/reference/performance.md` and its charts, from the rows that were measured last. */
import { chart } from "./chart.ts";
import { LIMITS } from "./limits.ts";
import type { Row } from "./row.ts";

/** Which rows stand in one chart: all of a unit. */
const CHARTS = [
  {
    file: "performance-scan.svg",
    title: "Time to look through a library, by files",
    unit: "ms",
    names: ["rescan", "first-scan"],
    isWithBaseline: true,
  },
  {
    file: "performance-plan.svg",
    title: "Time to plan a library anew, by films; and to look into all of them again",
    unit: "ms",
    names: ["assess-again"],
    isWithBaseline: true,
  },
  {
    file: "performance-list.svg",
    title: "Time for the list (99th of 100) and the front page (median), by films",
    unit: "ms",
    names: ["list", "counts"],
    isWithBaseline: false,
  },
  {
    file: "performance-start.svg",
    title:
      "Time from the start to the first page, until a new film is known, and by which the event loop is late, by films",
    unit: "ms",
    names: ["start", "one-change", "loop-lag"],
    isWithBaseline: false,
  },
  {
    file: "performance-memory.svg",
    title: "Resident memory in MB, by films",
    unit: "MB",
    names: ["memory-idle", "memory-scanning", "memory-serving", "memory-watched"],
    isWithBaseline: false,
  },
] as const;

const figure = (value: number, unit: string): string =>
  `${value >= 1000 ? Math.round(value).toLocaleString("en") : String(value)} ${unit}`;

const verdict = ({ pass }: Row): string => (pass === null ? "" : pass ? "kept" : "**missed**");

const line = (row: Row): string =>
  [
    "",
    `\`${row.name}\``,
    row.assets?.toLocaleString("en") ?? "",
    figure(row.value, row.unit),
    row.baseline === null ? "" : figure(row.baseline, row.unit),
    row.ratio === null ? "" : String(row.ratio),
    row.target ?? "",
    verdict(row),
    row.machine.replace(/^.*, load/, "load"),
    "",
  ]
    .join(" | ")
    .trim();

const ordered = (rows: readonly Row[]): readonly Row[] =>
  rows.toSorted((a, b) => a.name.localeCompare(b.name, "en") || (a.assets ?? 0) - (b.assets ?? 0));

/** The newest row of each name and size, in order. */
export const newest = (rows: readonly Row[]): readonly Row[] =>
  ordered([...new Map(rows.map((row) => [`${row.name} ${row.assets}`, row])).values()]);

/** What limits the rows that missed their target. */
const limitsOf = (rows: readonly Row[]): string => {
  const missed = new Set(rows.filter(({ pass }) => pass === false).map(({ name }) => name));
  if (missed.size === 0) return "";
  const said = [...missed].map((name) => [name, LIMITS[name] ?? "Not looked for yet."] as const);
  return `\n## What limits those that were missed\n\n${said.map(([name, why]) => `- \`${name}\`: ${why}`).join("\n")}\n`;
};

/** Files below docs/reference by name. */
export const pageOf = (rows: readonly Row[]): ReadonlyMap<string, string> => {
  const files = new Map<string, string>();
  const pictures: string[] = [];
  for (const { file, title, unit, names, isWithBaseline } of CHARTS) {
    const curves = names.flatMap((name) => {
      const own = rows.filter((row) => row.name === name && row.assets !== null);
      const points = own.map((row) => [row.assets ?? 0, row.value] as const);
      const plain = own.map((row) => [row.assets ?? 0, row.baseline ?? 0] as const);
      const baseline = { name: `${name}, baseline`, points: plain, isBaseline: true };
      return [{ name, points }, ...(isWithBaseline ? [baseline] : [])];
    });
    const there = curves.filter(({ points }) => points.length > 1);
    if (there.length === 0) continue;
    files.set(file, chart(title, unit, there));
    pictures.push(`![${title}](${file})`);
  }
  const whats = new Map(rows.map((row) => [row.name, row]));
  files.set(
    "performance.md",
    `# Performance

Made by \`npm run bench\`, which measures each figure beside a plain one: the least that any program would have to do, on the
same files, in the same minute. **Compare ratios**: a ratio is the figure over its baseline, and what else the machine does
disturbs both alike. A bench fails when what came out is wrong (counts, hashes, states), never for a time; what was
missed is said so. \`npm run bench -- NAME\` measures one again, \`--quick\` all with few files, \`--json\` prints a line a row.

Machine: ${[...new Set(rows.map((row) => row.machine.replace(/, load.*$/, "")))].join("; ")}. \`load\`: how many programs wanted
its processor when the bench began, on average over a minute.

${pictures.join("\n\n")}

## What is measured

| row | what | baseline |
| --- | --- | --- |
${[...whats].map(([name, row]) => `| \`${name}\` | ${row.what} | ${row.baselineWhat ?? ""} |`).join("\n")}

## Figures

| row | films or files | figure | baseline | ratio | target | | machine |
| --- | --- | --- | --- | --- | --- | --- | --- |
${rows.map(line).join("\n")}
${limitsOf(rows)}`,
  );
  return files;
};
