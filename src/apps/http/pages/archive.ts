/** What was taken out of the library and can be brought back, and what will be removed when. */
import { humanBytes, humanSeconds, visibleText } from "../../../core/human-text.ts";
import { leavesAt } from "../../../core/retention.ts";
import type { Archived, ArchivePage } from "../../../edges/store/archive.ts";
import type { Control } from "../../control.ts";
import { type Html, html } from "../html.ts";
import type { PublicFiles } from "../public-files.ts";
import { layout } from "./layout.ts";
import { ago } from "./words.ts";

export type ArchiveView = {
  readonly control: Control;
  readonly now: number;
  readonly page: ArchivePage;
};

const KIND_WORDS = {
  original: "original of a converted film",
  result: "converted film whose original was brought back",
} as const;

const files = (count: number, what: string): string =>
  `${count.toLocaleString("en")} ${what}${count === 1 ? "" : "s"}`;

const sentence = ({ store, settings }: Control): string => {
  const { original, result } = store.archive.totals();
  const parts = [
    `${files(original.files, "original")} (${humanBytes(original.bytes)})`,
    ...(result.files > 0
      ? [`${files(result.files, "converted file")} set aside (${humanBytes(result.bytes)})`]
      : []),
  ];
  const days = settings.operational.archive_retention_days;
  const keeps =
    days === 0
      ? "Nothing is ever removed from here."
      : `What has been here for ${days} days is listed as leaving, and removed a day later at the earliest.`;
  return `${parts.join(" and ")} in the archive. ${keeps}`;
};

const leaves = ({ control, now }: ArchiveView, file: Archived): Html => {
  if (file.removal?.step === "kept") return html`<span>stays: ${visibleText(file.removal.why ?? "")}</span>`;
  const at = leavesAt(file, control.settings.operational.archive_retention_days);
  if (at === null) return html`<span class="muted">never</span>`;
  return at <= now ? html`<strong>now</strong>` : html`in ${humanSeconds((at - now) / 1000)}`;
};

const row = (view: ArchiveView, file: Archived): Html => html`<tr>
<td class="cell-film"><a href="/library/${file.assetId}">${visibleText(file.path)}</a><span class="under">${KIND_WORDS[file.kind]}, library ${visibleText(file.library)}</span></td>
<td class="cell-size">${humanBytes(file.sizeBytes)}</td>
<td class="cell-age">${ago(file.since, view.now)}</td>
<td class="cell-why">${leaves(view, file)}</td>
</tr>`;

/** The page of the archive, oldest first. */
export const archivePage = (publicFiles: PublicFiles, view: ArchiveView, notice: Html | null): Html => {
  const { control, page } = view;
  const hasOriginals = control.store.archive.totals().original.files > 0;
  return layout(publicFiles, {
    title: "Archive",
    notice,
    body: html`<h1 class="truth">${sentence(control)}</h1>
<div class="tools"><a class="btn" href="/library">Back to the library</a>${hasOriginals ? html`<a class="btn" href="/restore">Bring all originals back…</a>` : null}</div>
<div class="card">${
      page.files.length === 0
        ? html`<div class="empty"><p>The archive is empty.</p></div>`
        : html`<table class="films"><thead><tr><th>File</th><th class="cell-size">Size</th><th>Since</th><th>Leaves</th></tr></thead><tbody>${page.files.map((each) => row(view, each))}</tbody></table>`
    }</div>
${page.next === null ? null : html`<nav class="pager" aria-label="Pages"><span></span><a class="btn btn-sm" rel="next" href="/archive?cursor=${page.next}">Next page</a></nav>`}`,
  });
};
