/** What this program keeps besides the films, how much, and what bounds it. */
import { counted, humanBytes } from "../../../core/human-text.ts";
import type { Kept, KeptKind } from "../../kept.ts";
import { type Html, html } from "../html.ts";
import { ago } from "./words.ts";

const NAMES: Readonly<Record<KeptKind, { readonly name: string; readonly what: string }>> = {
  database: { name: "Database", what: "all of it, with what is below" },
  history: { name: "History of films", what: "in the database" },
  attempts: { name: "Attempts and what ffmpeg said", what: "in the database" },
  probes: { name: "What was read of files", what: "in the database, as long as a film has it" },
  messages: { name: "Messages that wait", what: "in the database, at most 1000 for each who is told" },
  log: { name: "The program's log", what: "files in the data folder" },
  backups: { name: "Backups of the database", what: "files in the data folder" },
  pictures: { name: "Pictures compared", what: "files in the data folder, the last 24 films" },
  thumbnails: { name: "Small pictures", what: "in memory" },
  archive: { name: "Archive", what: "originals, and films that an undo set aside" },
};

const COUNTED: Partial<Readonly<Record<KeptKind, string>>> = {
  database: "film",
  history: "event",
  attempts: "attempt",
  probes: "content",
  messages: "message",
  backups: "file",
  pictures: "comparison",
  archive: "file",
};

const limitWords = ({ limitBytes, limitDays, what }: Kept): string => {
  const bytes = limitBytes === null ? [] : [humanBytes(limitBytes)];
  const days = limitDays === null ? [] : [counted(limitDays, "day")];
  const words = [...bytes, ...days].join(", ");
  if (words !== "") return words;
  return what === "archive" ? "none: never removed" : "grows with the library";
};

const row = (kept: Kept, now: number): Html => {
  const { what, bytes, count, oldestAt, setting } = kept;
  const noun = COUNTED[what];
  return html`<tr><th scope="row">${NAMES[what].name}<span class="muted">${NAMES[what].what}</span></th>
<td data-head="Now">${bytes === null ? "" : humanBytes(bytes)}${count === null || noun === undefined ? null : html` <span class="muted">${counted(count, noun)}</span>`}</td>
<td data-head="Limit">${limitWords(kept)}</td>
<td data-head="Oldest">${oldestAt === null ? "" : ago(oldestAt, now)}</td>
<td data-head="Setting">${setting === null ? "" : html`<a href="/settings"><code>${setting}</code></a>`}</td></tr>`;
};

/** The table. */
export const keptSection = (kept: readonly Kept[], now: number): Html =>
  html`<section class="card sheet" aria-labelledby="kept"><h2 id="kept">What this program keeps</h2>
<p class="muted">Each has a limit, or grows with the library alone. What is too old is taken away once an hour, a little at a time; room in the database is given back to the disk while nothing is in work.</p>
<table class="kept"><thead><tr><th scope="col">What</th><th scope="col">Now</th><th scope="col">Limit</th><th scope="col">Oldest</th><th scope="col">Setting</th></tr></thead>
<tbody>${kept.map((each) => row(each, now))}</tbody></table></section>`;
