/** What was taken out of the library and can be brought back, and what will be removed when. */
import { basename, dirname } from "node:path/posix";
import { humanBytes, humanSeconds, visibleText } from "../../../core/human-text.ts";
import { leavesAt } from "../../../core/retention.ts";
import type { Archived, ArchivePage } from "../../../edges/store/archive.ts";
import type { Control } from "../../control.ts";
import { type Html, html } from "../html.ts";
import type { PublicFiles } from "../public-files.ts";
import { layout } from "./layout.ts";
import { ago, foreign, size } from "./words.ts";

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

const whatLies = ({ store }: Control): string => {
  const { original, result } = store.archive.totals();
  const aside =
    result.files === 0
      ? ""
      : ` and ${files(result.files, "converted file")} set aside (${humanBytes(result.bytes)})`;
  return `${files(original.files, "original")} in the archive (${humanBytes(original.bytes)})${aside}`;
};

const howLong = ({ settings }: Control): string => {
  const days = settings.operational.archive_retention_days;
  return days === 0
    ? "Nothing is ever removed from here."
    : `What has been here for ${days === 1 ? "a day" : `${days} days`} is listed as leaving, and removed a day later at the earliest.`;
};

const leaves = ({ control, now }: ArchiveView, file: Archived): Html | null => {
  if (file.removal?.step === "kept") return html`<span>stays: ${visibleText(file.removal.why ?? "")}</span>`;
  const at = leavesAt(file, control.settings.operational.archive_retention_days);
  if (at === null) return null;
  return html`<strong>leaves ${at <= now ? "now" : `in ${humanSeconds((at - now) / 1000)}`}</strong>`;
};

const row = (view: ArchiveView, file: Archived): Html => html`<li>
<div><a class="name" href="/library/${file.assetId}">${foreign(basename(file.path))}</a><span class="under">${KIND_WORDS[file.kind]}, in ${foreign(dirname(file.path))}</span></div>
<div class="when"><span>${size(file.sizeBytes)}</span><span>${ago(file.since, view.now)}</span>${leaves(view, file)}</div>
</li>`;

/** The page of the archive, oldest first. */
export const archivePage = (publicFiles: PublicFiles, view: ArchiveView, notice: Html | null): Html => {
  const { control, page } = view;
  const hasOriginals = control.store.archive.totals().original.files > 0;
  return layout(publicFiles, {
    title: "Archive",
    section: "/archive",
    styles: ["library.css", "archive.css"],
    notice,
    body: html`<h1 class="truth">${whatLies(control)}</h1>
<p class="muted machine">${howLong(control)}</p>
${hasOriginals ? html`<div class="tools"><a class="btn" href="/restore">Bring all originals back…</a></div>` : null}
<div class="card">${
      page.files.length === 0
        ? html`<div class="empty"><p>The archive is empty.</p></div>`
        : html`<ul class="archive">${page.files.map((each) => row(view, each))}</ul>`
    }</div>
${page.next === null ? null : html`<nav class="pager" aria-label="Pages"><span></span><a class="btn btn-sm" rel="next" href="/archive?cursor=${page.next}">Next page</a></nav>`}`,
  });
};
