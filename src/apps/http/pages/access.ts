/** The page of access: the password, who is logged in, and the tokens of programs. */
import { PASSWORD_MIN, SCOPE_WORDS, SCOPES } from "../../../core/access.ts";
import { visibleText } from "../../../core/human-text.ts";
import type { Session, Token } from "../../../edges/store/access-store.ts";
import type { Access } from "../../access.ts";
import { type Html, html } from "../html.ts";
import type { PublicFiles } from "../public-files.ts";
import type { Who } from "../who.ts";
import { layout } from "./layout.ts";
import { issueBox, passwordField } from "./login.ts";
import { ago } from "./words.ts";

export type AccessView = {
  readonly access: Access;
  readonly who: Who;
  readonly now: number;
  /** A token that was just made: shown once. */
  readonly made: { readonly name: string; readonly secret: string } | null;
  readonly issue: string | null;
};

const howOpen = ({ access, who }: AccessView): string => {
  if (who.kind === "proxy") return `The proxy says that you are ${visibleText(who.name)}.`;
  return access.hasPassword()
    ? "Whoever opens a page has to know the password."
    : "Anybody on this machine may do everything.";
};

const DAY_MS = 86_400_000;

const password = ({ access, now }: AccessView): Html => {
  if (access.isPasswordFixed)
    return html`<p>The password comes from the file that <code>AUTH_PASSWORD_FILE</code> names. Another one in it counts from the next start on.</p>`;
  const setAt = access.passwordSetAt();
  const fields = html`${passwordField("password", "New password", { isNew: true, help: `At least ${PASSWORD_MIN} characters` })}
${passwordField("again", "The same once more", { isNew: true })}`;
  if (setAt === null)
    return html`<p>Only this machine reaches the program, and nobody is asked for a password. With one, every other person and program on this machine is.</p>
<form class="asks" method="post" action="/access/password">${fields}<button class="btn btn-primary">Set a password</button></form>`;
  const current = passwordField("current", "Password until now", { isNew: false });
  const remove = html`<details><summary>Remove the password</summary>
<form class="asks" method="post" action="/access/password/remove">${current}<button class="btn btn-danger">Ask nobody any more</button></form></details>`;
  return html`<p>Set ${ago(setAt, now)}. If it is lost, <code>cvc password</code> on the machine sets another one.</p>
<details><summary>Change the password</summary>
<form class="asks" method="post" action="/access/password">${current}${fields}<button class="btn btn-primary">Change it</button>
<p class="under">Every other browser has to log in again. Tokens stay.</p></form></details>
${access.isExposed ? null : remove}`;
};

/** The browser and the system, out of what it calls itself; never more than a hint. */
const browserOf = (agent: string): string => {
  const browser = /Firefox|Edg|OPR|Chrome|Safari/.exec(agent)?.[0];
  const system = /Android|iPhone|iPad|Windows|Mac OS X|Linux/.exec(agent)?.[0];
  const names: Readonly<Record<string, string>> = { Edg: "Edge", OPR: "Opera", "Mac OS X": "macOS" };
  const said = [browser, system].flatMap((each) => (each ? [names[each] ?? each] : []));
  return said.length === 0 ? "A browser" : said.join(" on ");
};

const session = ({ who, now }: AccessView, each: Session): Html => {
  const isThis = who.kind === "session" && who.id === each.id;
  return html`<li><div><strong>${browserOf(each.agent)}</strong>${isThis ? html` <span class="state state-completed">this one</span>` : null}
<span class="under">${visibleText(each.address)} · seen ${ago(each.seenAt, now)} · logged in ${ago(each.beganAt, now)}</span></div>
<form method="post" action="/access/sessions/${each.id}/end"><button class="btn btn-sm">Log out<span class="visually-hidden"> ${browserOf(each.agent)}, ${visibleText(each.address)}</span></button></form></li>`;
};

const sessions = (view: AccessView): Html => {
  const all = view.access.sessions();
  return html`<section class="card sheet"><h2>Browsers that are logged in</h2>
${all.length === 0 ? html`<p class="muted">None.</p>` : html`<ul class="holders">${all.map((each) => session(view, each))}</ul>`}
${all.length < 2 ? null : html`<form method="post" action="/access/sessions/end"><button class="btn">Log out all others</button></form>`}</section>`;
};

const until = ({ expiresAt }: Token, now: number): string => {
  if (expiresAt === null) return "never expires";
  const days = Math.ceil((expiresAt - now) / DAY_MS);
  return days <= 0 ? "has expired" : `expires in ${days === 1 ? "a day" : `${days} days`}`;
};

const token = (
  each: Token,
  now: number,
): Html => html`<li><div><strong>${visibleText(each.name)}</strong> <span class="state state-queued">${each.scope}</span>
<span class="under">made ${ago(each.madeAt, now)} · ${each.usedAt === null ? "never used" : html`used ${ago(each.usedAt, now)}`} · ${until(each, now)}</span></div>
<form method="post" action="/access/tokens/${each.id}/revoke"><button class="btn btn-sm">Revoke<span class="visually-hidden"> ${visibleText(each.name)}</span></button></form></li>`;

const preset = html`<li><div><strong>AUTH_TOKEN</strong> <span class="state state-queued">operate</span>
<span class="under">preset by the environment of the program</span></div></li>`;

const madeBox = ({ name, secret }: { readonly name: string; readonly secret: string }): Html =>
  html`<div class="made" role="status"><p><strong>${visibleText(name)}</strong>: copy it now, it is never shown again.</p>
<p><code class="secret">${secret}</code></p></div>`;

const scope = (each: (typeof SCOPES)[number]): Html =>
  html`<option value="${each}"${each === "operate" ? html` selected` : null}>${each}: ${SCOPE_WORDS[each]}</option>`;

const EXPIRIES = [
  ["", "never"],
  ["30", "in 30 days"],
  ["90", "in 90 days"],
  ["365", "in a year"],
] as const;

const tokens = ({ access, now, made }: AccessView): Html => {
  const all = access.tokens();
  const isEmpty = all.length === 0 && !access.hasPresetToken;
  return html`<section class="card sheet" id="tokens"><h2>Tokens of programs</h2>
<p class="muted">For scripts, the folder watcher, <code>cvc</code> on another machine, Sonarr and Radarr. Sent as <code>Authorization: Bearer …</code></p>
${made && madeBox(made)}
${isEmpty ? html`<p class="muted">None.</p>` : html`<ul class="holders">${access.hasPresetToken ? preset : null}${all.map((each) => token(each, now))}</ul>`}
<form class="asks" method="post" action="/access/tokens#tokens">
<label class="ask"><span>What it is for</span><input class="form-control" type="text" name="name" required maxlength="80" autocomplete="off" placeholder="watcher on the NAS"></label>
<label class="ask"><span>What it may</span><select class="form-select" name="scope">${SCOPES.map(scope)}</select></label>
<label class="ask"><span>It expires</span><select class="form-select" name="days">${EXPIRIES.map(([value, label]) => html`<option value="${value}">${label}</option>`)}</select></label>
<button class="btn btn-primary">Make a token</button></form></section>`;
};

export const accessPage = (files: PublicFiles, view: AccessView, notice: Html | null): Html => {
  const { access, who, issue } = view;
  return layout(files, {
    title: "Access",
    styles: ["access.css"],
    notice,
    body: html`<div class="access"><div class="access-head"><div><h1 class="title">Access</h1>
<p class="muted">${howOpen(view)}</p></div>
${who.kind === "session" ? html`<form method="post" action="/logout"><button class="btn">Log out</button></form>` : null}</div>
${issueBox(issue)}
<section class="card sheet"><h2>Password</h2>${password(view)}</section>
${access.hasPassword() ? sessions(view) : null}
${tokens(view)}</div>`,
  });
};
