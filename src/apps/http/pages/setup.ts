/** The set-up: three questions, of which each has an answer already. */
import { DEVICE_NAMES, DEVICES } from "../../../core/devices.ts";
import { visibleText } from "../../../core/human-text.ts";
import { type Html, html } from "../html.ts";
import type { PublicFiles } from "../public-files.ts";
import { layout } from "./layout.ts";

export const FOLDERS_ASKED = 4;

export type SetupForm = {
  readonly devices: readonly string[];
  readonly folders: readonly string[];
  readonly original: "keep" | "archive";
};

type View = {
  readonly form: SetupForm;
  /** Folders that probably hold films. */
  readonly likely: readonly string[];
  /** What is wrong with the answers. */
  readonly issues: readonly string[];
};

const device = (name: (typeof DEVICE_NAMES)[number], chosen: readonly string[]): Html =>
  html`<label class="pick"><input class="form-check-input" type="checkbox" name="devices" value="${name}"${chosen.includes(name) ? html` checked` : null}> <span>${DEVICES[name].label}</span></label>`;

const folder = (at: number, { form, likely }: View): Html =>
  html`<input class="form-control" type="text" name="folders" value="${form.folders[at] ?? ""}" maxlength="4000" aria-label="Folder ${at + 1}" placeholder="${at === 0 ? (likely[0] ?? "/media/movies") : at === 1 ? (likely[1] ?? "/media/series") : ""}" list="likely" autocomplete="off" spellcheck="false">`;

const ORIGINALS = {
  keep: {
    label: "Keep them where they are",
    help: "The film that plays appears beside its original. Takes the most space.",
  },
  archive: {
    label: "Move them to the archive",
    help: "They move to a hidden folder of the library, from which you can bring them back.",
  },
} as const;

const original = (name: keyof typeof ORIGINALS, { form }: View): Html =>
  html`<label class="pick pick-wide"><input class="form-check-input" type="radio" name="original" value="${name}"${form.original === name ? html` checked` : null}> <span>${ORIGINALS[name].label}<span class="under">${ORIGINALS[name].help}</span></span></label>`;

/** The questions, with what was answered before. */
export const setupPage = (files: PublicFiles, view: View): Html =>
  layout(files, {
    title: "Set up",
    section: "/",
    styles: ["library.css", "home.css", "setup.css"],
    body: html`<h1 class="truth">Films that play on your Chromecast</h1>
<p class="setup-lead">Three questions, then a report of what would be done. Nothing is written, moved or changed before you say so.</p>
${view.issues.length === 0 ? null : html`<div class="banner banner-problem" role="alert"><ul class="issues">${view.issues.map((each) => html`<li>${visibleText(each)}</li>`)}</ul></div>`}
<form class="setup" method="post" action="/setup">
<fieldset class="card sheet"><legend>Which Chromecasts do you own?</legend>
<p class="under">Every film will play on all that you choose.</p>
<div class="picks">${DEVICE_NAMES.map((each) => device(each, view.form.devices))}</div></fieldset>
<fieldset class="card sheet"><legend>Where are your films?</legend>
<p class="under">Folders of this machine, with all that is in them. In a container: the folders it was given.</p>
<div class="folders">${Array.from({ length: FOLDERS_ASKED }, (_, at) => folder(at, view))}</div>
<datalist id="likely">${view.likely.map((each) => html`<option value="${each}">`)}</datalist></fieldset>
<fieldset class="card sheet"><legend>What may happen to originals?</legend>
<p class="under">A film that plays is never touched. Of the others:</p>
${original("keep", view)}${original("archive", view)}</fieldset>
<p class="setup-do"><button class="btn btn-primary">See what would be done</button> <span class="muted">Writes nothing.</span></p>
</form>`,
  });
