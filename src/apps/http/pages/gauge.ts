/** A bar from 0 to 100 with a mark at its limit. */
import { type Html, html } from "../html.ts";

/** Widths are attributes of a drawing, since styles in the text of the page are not allowed; words stand beside it. */
export const gauge = (percent: number, limit: number | null = null): Html => {
  const shown = Math.min(100, Math.max(0, percent));
  const isOver = limit !== null && percent >= limit;
  return html`<svg class="gauge${isOver ? " gauge-over" : ""}" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="gauge-all" width="100" height="8"/><rect class="gauge-used" width="${shown.toFixed(2)}" height="8"/>${limit === null ? null : html`<rect class="gauge-limit" x="${Math.min(99.6, limit).toFixed(2)}" width="0.4" height="8"/>`}</svg>`;
};
