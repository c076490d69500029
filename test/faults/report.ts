/** Writes docs/reference/faults.md from a run of the long form. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { SCENARIOS } from "./scenarios.ts";
import { figures, type Tally } from "./tally.ts";

const FILE = fileURLToPath(new URL("../../docs/reference/faults.md", import.meta.url));

export type Ran = {
  readonly tally: Tally;
  readonly minutes: number;
  readonly seed: number;
  readonly kinds: Readonly<Record<string, string>>;
};

/** What it found before it came out clean; the worst first. Each is mended and has its rows. */
const FOUND = [
  "On a disk without hard links a rename that was done and said to have failed cost the only original: what had its name in the archive by then was taken for an empty placeholder.",
  "Under delete, an original that was rewritten between its sampled blocks while the program was down was removed at the next start.",
  "Under delete, a film that was put in the place of an original while its result was looked at for the last time was removed.",
  "A file that a person put in the place of an original between the last look and its removal was removed, and with it the only copy.",
  "Killed between giving a copy on another disk its name and the fsync of its folder, the next start removed the original while the copy's name was not durable: a power cut would have cost both.",
  "Killed between a placeholder and its text (a disk without hard links), an empty file held the final name for good; in an archive it kept every later original out.",
  "An original that had gone to the archive before an fsync failed was said to be kept, and its row lost where it was.",
  "A disk that failed in the middle of an undo was taken for a refusal: the wish was forgotten with the original at both places.",
  "A second try at an undo put a subtitle aside twice, under a second name, while the disk failed.",
  "An original whose copy had its name in the archive when the disk failed stayed, and the copy stayed with it.",
  "A result got the time of now where its disk failed to take the film's; its subtitles were then taken for a person's.",
  "A restart gave a film that is made again its earlier subtitles.",
];

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");

export const writeReport = ({ tally, minutes, seed, kinds }: Ran): void => {
  const counts = Object.entries(kinds).map(([kind, what]) => [
    `\`${kind}\``,
    what,
    String(tally.rowsByKind.get(kind) ?? 0),
  ]);
  const text = `# What faults cost

Written by \`npm run test:faults -- --report\` from a run of the long form: the real orchestrator in a process of its own on
real libraries, with faults at named points of its work and at random moments. After each, everything that must hold is
looked up in the files and in the database: every original is there and unchanged, or its verified result is (and, for
\`archive\`, the original is in the archive); nothing half has a final name; no partial file, no film that is stuck, no
database that contradicts the disk; and the next start comes to the same library as an undisturbed run.

${table(
  ["", `${minutes.toFixed(0)} minutes, seed ${seed}`],
  figures(tally).map(([what, count]) => [what, String(count)]),
)}

## Rows

A row is one fault on one library. \`--only\` with a part of its name runs it alone, \`--list\` names all.

${table(["kind", "what happens", "rows"], counts)}

The libraries: ${SCENARIOS.map((each) => `\`${each.name}\``).join(", ")}. \`far\` is an archive on another disk,
\`without-links\` a file system that has no hard links, \`again\` a film that is made again, \`restore\` an original brought
back.

## What it found

Mended, each with rows that would find it again; the worst first.

${FOUND.map((each, index) => `${index + 1}. ${each}`).join("\n")}
`;
  writeFileSync(FILE, text);
};
