import { counted, humanSeconds, visibleText } from "../../../core/human-text.ts";
import type { OriginalPolicy } from "../../../core/settings.ts";
import { containerName } from "../../../core/stream-words.ts";
import type { Explanation } from "../../control.ts";
import { type Html, html } from "../html.ts";
import type { FilmView } from "./film-part.ts";
import { ago, sizes } from "./words.ts";

const fact = (name: string, value: Html | string | null): Html | null =>
  value === null ? null : html`<div><dt>${name}</dt><dd>${value}</dd></div>`;

const place = (path: string): Html => html`<bdi class="path">${visibleText(path)}</bdi>`;

/** More than a few are counted, and named when asked for. */
const SIDECARS_SHOWN = 2;

const sidecars = (paths: readonly string[]): Html | null => {
  if (paths.length === 0) return null;
  const all = html`<ul class="beside">${paths.map((each) => html`<li>${place(each)}</li>`)}</ul>`;
  return paths.length <= SIDECARS_SHOWN
    ? all
    : html`<details id="sidecars"><summary>${counted(paths.length, "file")} beside the film</summary>${all}</details>`;
};

/** Size, length, kind and place. */
export const factsSection = ({ asset, now }: FilmView, explanation: Explanation | null): Html => {
  const media = explanation?.media ?? null;
  return html`<section class="card sheet"><h2>File</h2><dl class="facts">
${fact("Size", sizes(asset))}
${fact("Length", media?.durationSeconds == null ? null : humanSeconds(media.durationSeconds))}
${fact("Container", media && containerName(media))}
${fact("Found", ago(asset.foundAt, now))}
${fact("Path", place(asset.path))}
${fact("Plays from", asset.outputPath === null ? null : place(asset.outputPath))}
${fact("Subtitles", sidecars(asset.sidecarPaths))}
${fact("Original now at", asset.archivePath === null ? null : place(asset.archivePath))}
</dl></section>`;
};

const POLICY_SENTENCES: Readonly<Record<OriginalPolicy, string>> = {
  keep: "It stays where it is, untouched; the new file is put beside it.",
  archive:
    "Once the new file has passed every check, the original is moved to the archive. It can be brought back.",
  delete:
    "Once every picture of the new file was decoded and every check has passed, the original is deleted and cannot be brought back. One that holds sound or text which the new file lacks is kept.",
};

/** What happens or happened to the original, by the library's policy. */
export const originalSection = ({ control, asset }: FilmView): Html | null => {
  const library = control.settings.libraries[asset.library];
  if (!library) return null;
  const sentence =
    asset.outcome === "direct-play"
      ? "It plays as it is and is left alone."
      : asset.state === "Archived"
        ? asset.archivePath === null
          ? "It was deleted, as this library's settings ask."
          : "It is in the archive and can be brought back."
        : asset.outcome === "converted"
          ? "It was kept, untouched."
          : POLICY_SENTENCES[library.original];
  return html`<section class="card sheet"><h2>The original</h2><p>${sentence}</p></section>`;
};
