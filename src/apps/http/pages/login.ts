/** The two pages that a person sees before all others: the login, and the first password. */
import { PASSWORD_MAX, PASSWORD_MIN } from "../../../core/access.ts";
import { type Html, html } from "../html.ts";
import type { PublicFiles } from "../public-files.ts";
import { layout } from "./layout.ts";

/** What went wrong with what was sent before, in words. */
type Issue = string | null;

export const issueBox = (issue: Issue): Html | null =>
  issue === null ? null : html`<p class="banner banner-problem" role="alert" id="issue">${issue}</p>`;

/** For the browser's own keeper of passwords, which wants a name. */
const whose = html`<input type="text" name="username" value="owner" autocomplete="username" hidden>`;

export const passwordField = (
  name: "password" | "again" | "current",
  label: string,
  { isNew, help, isFirst = false }: { isNew: boolean; help?: string; isFirst?: boolean },
): Html => html`<label class="ask"><span>${label}</span>
<input class="form-control" type="password" name="${name}" required maxlength="${4 * PASSWORD_MAX}"${isNew ? html` minlength="${PASSWORD_MIN}"` : null} autocomplete="${isNew ? "new-password" : "current-password"}"${isFirst ? html` autofocus` : null}>
${help ? html`<span class="under">${help}</span>` : null}</label>`;

const alone = (files: PublicFiles, title: string, body: Html): Html =>
  layout(files, { title, styles: ["access.css"], isAlone: true, body });

/** `next`: the path that the person wanted. */
export const loginPage = (files: PublicFiles, { next, issue }: { next: string; issue: Issue }): Html =>
  alone(
    files,
    "Log in",
    html`<form class="card sheet door" method="post" action="/login">
<h1 class="title">Log in</h1>
${issueBox(issue)}${whose}<input type="hidden" name="next" value="${next}">
${passwordField("password", "Password", { isNew: false, isFirst: true })}
<button class="btn btn-primary">Log in</button>
<p class="muted small">Lost it? Run <code>cvc password</code> on the machine of the program.</p>
</form>`,
  );

export const welcomePage = (files: PublicFiles, issue: Issue): Html =>
  alone(
    files,
    "Set a password",
    html`<form class="card sheet door" method="post" action="/welcome">
<h1 class="title">Set a password</h1>
<p>Other machines can reach this program, so it asks for a password from now on.</p>
${issueBox(issue)}${whose}
<label class="ask"><span>Set-up code</span>
<input class="form-control code" type="text" name="code" required maxlength="40" autocomplete="off" autocapitalize="characters" spellcheck="false" placeholder="ABCD-EFGH" autofocus>
<span class="under">It was printed where the program was started. In a container: <code>docker compose logs</code></span></label>
${passwordField("password", "Password", { isNew: true, help: `At least ${PASSWORD_MIN} characters` })}
${passwordField("again", "The same once more", { isNew: true })}
<button class="btn btn-primary">Set the password</button>
</form>`,
  );
