/** A command as a person reads and copies it. */
import { shellQuoted } from "../../../core/human-text.ts";
import type { Asset } from "../../../edges/store/asset-row.ts";
import type { Explanation } from "../../control.ts";
import { type Html, html } from "../html.ts";

/** A line of a command is broken before the option that would make it longer than this; characters. */
const COMMAND_LINE = 84;

/** The words of a command as a shell takes them, in lines that break where a shell allows it. */
const linesOf = (argv: readonly string[]): readonly (readonly string[])[] => {
  const lines: string[][] = [[]];
  let length = 0;
  for (const word of shellQuoted(argv)) {
    const line = lines.at(-1);
    if (line === undefined || (/^-[a-z]/i.test(word) && length + word.length > COMMAND_LINE)) {
      lines.push([word]);
      length = word.length;
    } else {
      line.push(word);
      length += word.length + 1;
    }
  }
  return lines;
};

/** A word with letters that run right to left must not turn those around it. */
const wordMarkup = (word: string): Html | string =>
  /^[\u0020-\u007e]*$/.test(word) ? word : html`<bdi>${word}</bdi>`;

const joined = (parts: readonly (Html | string)[], between: string): Html =>
  html`${parts.map((each, at) => (at === 0 ? each : html`${between}${each}`))}`;

/** The command in a box; what is copied out of it a shell takes as it is. */
export const commandBox = (argv: readonly string[], id?: string): Html => {
  const lines = linesOf(argv).map((words) => joined(words.map(wordMarkup), " "));
  return html`<pre class="command"${id === undefined ? null : html` id="${id}"`} tabindex="0" aria-label="Command">${joined(lines, " \\\n  ")}</pre>`;
};

/** The button appears with the script that makes it work. */
const copyButton = (of: string): Html =>
  html`<span class="copying"><span class="said" role="status"></span><button class="btn btn-sm" type="button" data-copies="${of}" hidden>Copy</button></span>`;

/** The command that runs or that the next attempt runs. */
export const commandSection = ({ command }: Explanation, asset: Asset, isRunning: boolean): Html | null => {
  if (command === null || command.length === 0) return null;
  const what =
    asset.outcome === null ? "What the next attempt runs" : "What would run if it were processed again";
  const words = isRunning
    ? "What runs right now. It writes to a hidden file, which gets the film's name only after every check."
    : `${what}, but for the hidden file it writes to. Run by hand, it overwrites nothing (-n).`;
  return html`<section class="card sheet"><div class="sheet-head"><h2>${isRunning ? "Command that runs" : "Command"}</h2>${copyButton("film-command")}</div>
${commandBox(command, "film-command")}<p class="muted small">${words}</p></section>`;
};
