/** The parts of a film's page: each is read again when the film changes, and replaced only when it is another. */
import { createHash } from "node:crypto";
import type { Asset } from "../../../edges/store/asset-row.ts";
import type { Control } from "../../control.ts";
import { type Html, html, markupOf } from "../html.ts";

export type FilmView = {
  readonly control: Control;
  readonly now: number;
  readonly asset: Asset;
};

export const PART_NAMES = ["head", "job", "player", "pictures", "about", "side"] as const;
export type PartName = (typeof PART_NAMES)[number];

export type Part = {
  readonly body: Html | readonly (Html | null)[] | null;
  /** What it is known by, where that is not all of its text. */
  readonly version?: string;
};

/** How long ago is said by the page's own script, and makes no other part. */
const withoutAges = (markup: string): string => markup.replaceAll(/>[^<]*<\/time>/g, "></time>");

/** What tells a part from how it was before. */
export const versionOf = ({ body, version }: Part): string =>
  createHash("sha256")
    .update(version ?? withoutAges(markupOf(html`${body}`)))
    .digest("hex")
    .slice(0, 12);

/** The part, asking for itself again by what it is: the server answers with nothing while it is the same. */
export const livePart = (asset: Asset, name: PartName, part: Part): Html =>
  html`<div id="film-${name}" hx-get="/library/${asset.id}/parts/${name}?is=${versionOf(part)}" hx-trigger="sse:row-${asset.id}, sse:list" hx-target="this" hx-swap="outerHTML">${part.body}</div>`;
