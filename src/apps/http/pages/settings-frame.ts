/** What stands around every tab of the settings: where they are kept, and what of them is in use. */
import { counted } from "../../../core/human-text.ts";
import type { SettingsEditor } from "../../settings-editor.ts";
import { type Html, html } from "../html.ts";
import type { PublicFiles } from "../public-files.ts";
import { layout } from "./layout.ts";
import { foreign } from "./words.ts";

const TABS = [
  { id: "form", path: "/settings", label: "Settings" },
  { id: "text", path: "/settings/text", label: "As text" },
  { id: "changes", path: "/settings/changes", label: "Changes" },
] as const;
type Tab = (typeof TABS)[number]["id"];

export type SettingsView = {
  readonly editor: SettingsEditor;
  /** Films in work right now. */
  readonly inWork: number;
};

type Content = {
  readonly tab: Tab | null;
  readonly title?: string;
  readonly body: Html;
  readonly notice?: Html | null;
};

/** A page of the settings. */
export const settingsFrame = (files: PublicFiles, view: SettingsView, content: Content): Html =>
  layout(files, {
    title: content.title ?? "Settings",
    section: "/settings",
    styles: ["settings.css", "settings-changes.css", "messages.css"],
    notice: content.notice ?? null,
    body: html`<h1 class="settings-title">${content.title ?? "Settings"}</h1>
${origin(view)}
<nav class="tabs" aria-label="Settings">${TABS.map(
      ({ id, path, label }) =>
        html`<a href="${path}"${id === content.tab ? html` aria-current="page"` : null}>${label}</a>`,
    )}</nav>
${content.tab !== null && view.editor.isWaiting() ? waiting(view) : null}
${content.body}`,
  });

const origin = ({ editor: { source } }: SettingsView): Html => {
  const file = html`<code>${foreign(source.file)}</code>`;
  if (source.file === "")
    return html`<p class="muted origin">These settings are held by the program that started this one; they cannot be changed here.</p>`;
  if (source.kind() === "sample")
    return html`<p class="origin">You are looking at the sample library. Add a library of your own and save: that writes ${file}, and the sample is left.</p>`;
  if (!source.hasFile())
    return html`<p class="origin">There is no settings file yet: what you see is in use now, from the command line. Saving writes ${file}, and from then on a plain start uses it.</p>`;
  return source.kind() === "folders"
    ? html`<p class="origin">The program was started with folders, which are its libraries until it is started without. The rest is kept in ${file}.</p>`
    : html`<p class="muted origin">Kept in ${file}, which you may also edit by hand.</p>`;
};

/** What becomes of running work when settings are taken up. */
export const whatOfWork = ({ inWork }: SettingsView): string =>
  inWork === 0
    ? "Nothing is in work, so using them now interrupts nothing."
    : `Using them now puts ${counted(inWork, "film")} in work back into the queue, to begin again from the start.`;

const waiting = (
  view: SettingsView,
): Html => html`<form class="banner banner-waiting use" method="post" action="/settings/use">
<div><strong>The saved settings are not in use yet.</strong> They will be at the next start. ${whatOfWork(view)}</div>
<button class="btn" type="submit">Use them now</button>
</form>`;
