/** Named views of the library: each is an address, so that it can be kept as a bookmark and sent to others. */
import type { FacetCounts } from "../../../edges/store/asset-facets.ts";
import type { Control } from "../../control.ts";
import { type Html, html } from "../html.ts";
import { FILTERS, type LibraryInput } from "../input.ts";
import { libraryUrl } from "./library-view.ts";

type View = {
  readonly name: string;
  readonly input: LibraryInput;
  /** Its films, as they are counted everywhere. */
  readonly films: (counts: FacetCounts, total: number) => number | null;
};

const VIEWS: readonly View[] = [
  { name: "All films", input: {}, films: (_, total) => total },
  { name: "Plays", input: { verdict: "plays" }, films: ({ verdict }) => verdict.plays ?? 0 },
  { name: "Needs you", input: { state: "Failed" }, films: ({ state }) => state.Failed ?? 0 },
  { name: "Waiting", input: { state: "Queued" }, films: ({ state }) => state.Queued ?? 0 },
  { name: "HDR", input: { hdr: "hdr" }, films: ({ hdr }) => hdr.hdr ?? 0 },
  { name: "4K", input: { resolution: "2160p" }, films: ({ resolution }) => resolution["2160p"] ?? 0 },
  { name: "Largest", input: { sort: "size" }, films: () => null },
  { name: "Latest changes", input: { sort: "state_at" }, films: () => null },
  { name: "Shows", input: { group: "show" }, films: () => null },
];

const KEYS = [...FILTERS, "sort", "order", "group"] as const;

const isCurrent = (view: LibraryInput, input: LibraryInput): boolean =>
  KEYS.every((key) => view[key] === input[key]);

/** Links to the views. Counts are of the whole library, whatever is filtered. */
export const views = ({ store }: Control, input: LibraryInput): Html => {
  const { facets, total } = store.assets.count({});
  const counts = facets();
  return html`<nav id="views" class="views" aria-label="Views">${VIEWS.map((view) => {
    const films = counts === null ? null : view.films(counts, total);
    return html`<a href="${libraryUrl("/library", view.input)}"${isCurrent(view.input, input) ? html` aria-current="page"` : null}>${view.name}${films === null ? null : html` <span class="count">${films.toLocaleString("en")}</span>`}</a>`;
  })}</nav>`;
};
