/** The servers of the household on the System page: told, or not, and why. */
import { counted, visibleText } from "../../../core/human-text.ts";
import type { ServerState } from "../../server-states.ts";
import { type Html, html } from "../html.ts";
import { ago, foreign } from "./words.ts";

const told = ({ waiting, toldAt, unknown, problem }: ServerState, now: number): Html | null => {
  if (waiting > 0) return html`${counted(waiting, "folder")} still to be told of.`;
  // Of a folder that it does not know it was told nothing.
  if (unknown !== null || problem !== null) return null;
  return toldAt === null ? html`Nothing was to be told yet.` : html`Told ${ago(toldAt, now)}.`;
};

const state = (server: ServerState, now: number): Html => {
  const { label, url, problem, heardAt, outside, unknown, name } = server;
  return html`<div class="lane"><p><strong>${label}</strong> <span class="muted">${foreign(url)}</span></p>
<p class="muted">${told(server, now)}${heardAt === null ? null : html` It told us something ${ago(heardAt, now)}.`}</p>
${problem === null ? null : html`<p class="wrong">${visibleText(problem.sentence)} <span class="mend"><span aria-hidden="true">→</span> ${problem.hint}</span></p>`}
${unknown === null ? null : html`<p>It keeps nothing in ${foreign(unknown)}. <span class="mend"><span aria-hidden="true">→</span> If it does so under another name, say so in ${name}.path_map.</span></p>`}
${outside === null ? null : html`<p class="wrong">It told us of ${foreign(outside)}, which lies in no library. <span class="mend"><span aria-hidden="true">→</span> If that folder is called otherwise here, say so in ${name}.path_map.</span></p>`}</div>`;
};

/** The card; none where the settings name no server. */
export const serversCard = (servers: readonly ServerState[], now: number): Html | null =>
  servers.length === 0
    ? null
    : html`<section id="servers" class="card sheet wide"><h2>Servers</h2>${servers.map((each) => state(each, now))}</section>`;
