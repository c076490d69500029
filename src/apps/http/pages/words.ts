/** Small pieces that several pages show alike: names, times, sizes. */
import { episodeCode, readFilmName } from "../../../core/film-name.ts";
import { humanAge, humanBytes, visibleText } from "../../../core/human-text.ts";
import type { Asset } from "../../../edges/store/asset-row.ts";
import { type Html, html } from "../html.ts";

export const fileName = (asset: Asset): string => asset.path.split("/").at(-1) ?? asset.path;

/** Bytes in words; the script of the page writes them as the reader does. */
export const size = (bytes: number): Html => html`<data value="${bytes}">${humanBytes(bytes)}</data>`;

export const folderOf = (asset: Asset): string =>
  [asset.library, ...asset.path.split("/").slice(0, -1)].join(" / ");

/** Text of others. `bdi` keeps a name written right to left from turning the words around it. */
export const foreign = (text: string): Html => html`<bdi>${visibleText(text)}</bdi>`;

/** The title of a film as a link to its page, with its episode or year as far as they are told; the path on hover. */
export const filmLink = (assetId: number, path: string, tells: "year" | "episode" = "year"): Html => {
  const { title, episode, year } = readFilmName(path);
  const more = episode === null ? (tells === "year" ? year : null) : episodeCode(episode);
  return html`<a href="/library/${assetId}" title="${visibleText(path)}">${foreign(title)}${more === null ? null : html` <span class="episode">${more}</span>`}</a>`;
};

/** How long ago, with the whole time on hover; the page's script keeps it true. Both times in epoch ms. */
export const ago = (at: number, now: number): Html => {
  const iso = new Date(at).toISOString();
  return html`<time datetime="${iso}" title="${iso.replace("T", " ").slice(0, 19)} UTC">${humanAge(at, now)}</time>`;
};

/** What the size became or is expected to become; nothing where neither is known. */
export const sizeAfter = ({ resultBytes, expectedBytes, state }: Asset): Html | null => {
  if (resultBytes !== null) return html`<strong>${size(resultBytes)}</strong>`;
  const isPlanned = state === "Queued" || state === "Processing";
  return expectedBytes === null || !isPlanned
    ? null
    : html`<span class="expected" title="expected">≈ ${size(expectedBytes)}</span>`;
};

/** The size, and what it became or is expected to become. */
export const sizes = (asset: Asset): Html => {
  const before = html`<span>${size(asset.sizeBytes)}</span>`;
  if (asset.resultBytes !== null)
    return html`${before} <span class="arrow" aria-label="became">→</span> <strong>${size(asset.resultBytes)}</strong>`;
  const isPlanned = asset.state === "Queued" || asset.state === "Processing";
  if (asset.expectedBytes === null || !isPlanned) return before;
  return html`${before} <span class="arrow" aria-label="expected">→</span> <span class="expected" title="expected">≈ ${size(asset.expectedBytes)}</span>`;
};
