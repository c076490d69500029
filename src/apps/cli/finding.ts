import { printJson, printLine } from "./output.ts";

/** One thing that `cvc doctor` looked at. */
export type Finding = {
  readonly check: string;
  /** `note`: works without it. */
  readonly state: "ok" | "note" | "bad";
  readonly detail: string;
  readonly mend: string;
};

const WORDS = { ok: "ok  ", note: "note", bad: "BAD " } as const;

export const printFinding = (finding: Finding, json: boolean): void => {
  const { check, state, detail, mend } = finding;
  if (json) printJson("finding", finding);
  else printLine(`${WORDS[state]} ${check}: ${detail}${mend === "" ? "" : ` -> ${mend}`}`);
};
