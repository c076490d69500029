/** The settings file as text. */
import { type Html, html } from "../html.ts";
import { foreign } from "./words.ts";

export type SettingsText = {
  /** Null: it cannot be shown without a secret. */
  readonly text: string | null;
  readonly version: string;
  /** What is wrong, one line each. */
  readonly wrong: readonly string[];
  readonly canSave: boolean;
};

/** The text, to be changed as a whole; checked like the form. */
export const settingsText = ({ text, version, wrong, canSave }: SettingsText): Html => {
  if (text === null)
    return html`<section class="card sheet"><h2>Not shown</h2><p>A secret of yours also stands elsewhere in the file, perhaps in a comment, so its text is not sent to a browser. Change it with an editor.</p></section>`;
  const lines = Math.min(60, Math.max(16, text.split("\n").length + 1));
  return html`${wrong.length === 0 ? null : html`<div class="banner banner-problem" role="alert"><strong>This cannot be used; nothing was saved.</strong><ul>${wrong.map((each) => html`<li>${foreign(each)}</li>`)}</ul></div>`}
<form method="post" action="/settings/text">
<input type="hidden" name="version" value="${version}">
<section class="card sheet">
<label class="visually-hidden" for="text">The settings file</label>
<p class="help" id="text-help">Checked like the form. Secrets read ********; what reads so stays as it is.</p>
<textarea id="text" name="text" class="form-control code whole" rows="${lines}" spellcheck="false" wrap="off" aria-describedby="text-help">
${text}</textarea>
</section>
${canSave ? html`<div class="save-bar"><span class="muted">Nothing is saved before you have seen what changes.</span><button class="btn btn-primary" type="submit">Review changes</button></div>` : null}
</form>`;
};
