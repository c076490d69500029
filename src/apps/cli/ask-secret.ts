/** Asks a person at the terminal for a secret, which is not shown; of a program it takes a line of standard input. */
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { Problem } from "../../core/problem.ts";

const firstLine = async (): Promise<string> => {
  const lines = createInterface({ input: process.stdin });
  for await (const line of lines) {
    lines.close();
    return line;
  }
  throw new Problem("usage-invalid", "Nothing came on standard input.");
};

const typed = async (question: string): Promise<string> => {
  process.stderr.write(question);
  const nowhere = new Writable({ write: (_, __, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  const ending = new AbortController();
  terminal.once("SIGINT", () => ending.abort());
  try {
    return await terminal.question("", { signal: ending.signal });
  } catch (thrown) {
    throw new Problem("cancelled", "Nothing was changed.", thrown);
  } finally {
    terminal.close();
    process.stderr.write("\n");
  }
};

/** The same twice at a terminal, once from a pipe. */
export const askNewSecret = async (
  what: string,
): Promise<{ readonly password: string; readonly again: string }> => {
  if (!process.stdin.isTTY) {
    const password = await firstLine();
    return { password, again: password };
  }
  return { password: await typed(`${what}: `), again: await typed("The same once more: ") };
};
