import { visibleText } from "../../../core/human-text.ts";
import { type Html, html } from "../html.ts";
import type { PublicFiles } from "../public-files.ts";
import { layout } from "./layout.ts";

type Shown = {
  readonly title: string;
  readonly detail: string;
  readonly hint: string;
  readonly code: string;
  readonly status: number;
  readonly requestId: string;
};

/** A problem as a page: what happened, what exactly, what to do. */
export const problemPage = (files: PublicFiles, problem: Shown): Html =>
  layout(files, {
    title: problem.title,
    styles: ["film.css"],
    body: html`<section class="card sheet problem">
<h1>${problem.title}</h1>
${problem.detail === "" ? null : html`<p>${visibleText(problem.detail)}</p>`}
<p class="muted">${problem.hint}</p>
<p><a class="btn btn-primary" href="/library">Back to the library</a></p>
<p class="muted small">${problem.code} · ${problem.status} · ${problem.requestId}</p>
</section>`,
  });
