/** What the command line prints: one JSON object a line with `type`, or text for a person. */
import { visibleJson, visibleText } from "../../core/human-text.ts";
import { PROBLEMS, type Problem } from "../../core/problem.ts";
import { problemFacts } from "../../core/problem-tried.ts";

export const printJson = (type: string, value: object): void => {
  process.stdout.write(`${visibleJson(JSON.stringify({ type, ...value }))}\n`);
};

/** A line of text; names of files in it cannot move the terminal's cursor. */
export const printLine = (text: string): void => {
  process.stdout.write(`${visibleText(text)}\n`);
};

/** Several lines of text. A line break in a name must be made visible before. */
export const printText = (text: string): void => {
  for (const line of text.split("\n")) printLine(line);
};

/** The problem as one plain block: what, what exactly, what to do. A detail of several lines keeps them. */
export const problemText = (problem: Problem): string =>
  [PROBLEMS[problem.code].title, ...problem.detail.split("\n").filter((line) => line !== ""), problem.hint]
    .map((line, at) => (at === 0 ? `cvc: ${visibleText(line)}` : `  ${visibleText(line)}`))
    .join("\n");

export const problemJson = ({ code, detail }: Problem) => problemFacts(code, detail);
