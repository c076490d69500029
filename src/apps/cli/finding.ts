import type { Finding } from "../doctor/finding.ts";
import { printJson, printLine } from "./output.ts";

const WORDS = { ok: "ok  ", note: "note", bad: "BAD " } as const;

/** A finding as a line. */
export const printFinding = (finding: Finding, json: boolean): void => {
  const { check, state, detail, mend } = finding;
  if (json) printJson("finding", finding);
  else printLine(`${WORDS[state]} ${check}: ${detail}${mend === "" ? "" : ` -> ${mend}`}`);
};
