/** How changes in each library come to be known. */
import { counted, humanSeconds, visibleText } from "../../../core/human-text.ts";
import type { WatchMode } from "../../../core/watch-kinds.ts";
import type { Control } from "../../control.ts";
import type { Watching } from "../../watch-loop.ts";
import { type Html, html } from "../html.ts";
import { ago } from "./words.ts";

const WORDS: Readonly<
  Record<WatchMode, { readonly sign: string; readonly state: string; readonly said: string }>
> = {
  events: { sign: "✓", state: "ok", said: "fine" },
  polled: { sign: "–", state: "note", said: "works without" },
  away: { sign: "✗", state: "bad", said: "wrong" },
  off: { sign: "–", state: "note", said: "works without" },
};

const sentenceOf = ({ mode, pollSeconds, missed }: Watching, rescanMinutes: number): string => {
  const every = humanSeconds(pollSeconds);
  switch (mode) {
    case "events":
      return `New films are noticed at once. To be sure, the folders are compared every ${every}; ${missed === 0 ? "nothing was missed" : `${counted(missed, "change")} missed`}.`;
    case "polled":
      return `New films are noticed within ${every}, when the folders are compared.`;
    case "away":
    case "off":
      return `All of it is looked through every ${humanSeconds(rescanMinutes * 60)}.`;
  }
};

const capital = (text: string): string => `${text[0]?.toUpperCase() ?? ""}${text.slice(1)}`;

const facts = (watching: Watching, now: number): Html => {
  const { mode, why, folders, watched, lastEventAt, by, heardAt } = watching;
  const heard = heardAt === null ? null : html`, heard ${ago(heardAt, now)}`;
  if (mode === "off" || mode === "away") return html`${visibleText(capital(why))}${heard}.`;
  const which =
    watched === folders ? counted(folders, "folder") : `${watched} of ${counted(folders, "folder")}`;
  const last =
    lastEventAt === null ? "No change was told yet" : html`Last change told ${ago(lastEventAt, now)}`;
  return html`${last}; ${which}, by ${visibleText(by)}${heard}. ${visibleText(capital(why))}.`;
};

const row = (watching: Watching, rescanMinutes: number, now: number): Html => {
  const { sign, state, said } = WORDS[watching.mode];
  return html`<li class="mark-${state}"><span class="sign" role="img" aria-label="${said}">${sign}</span><div><strong>${visibleText(watching.library)}</strong> ${sentenceOf(watching, rescanMinutes)}
<span class="muted">${facts(watching, now)}</span>${watching.mend === "" ? null : html`<span class="mend"><span aria-hidden="true">→</span> ${visibleText(watching.mend)}</span>`}</div></li>`;
};

/** A card of the page; none without libraries. */
export const watchingCard = (control: Control, now: number): Html | null => {
  const watching = control.watching();
  if (watching.length === 0) return null;
  const { rescan_minutes } = control.settings.operational;
  return html`<section id="watching" class="card sheet wide"><h2>New films</h2><ul class="marks">${watching.map((each) => row(each, rescan_minutes, now))}</ul></section>`;
};
