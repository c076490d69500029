/** Charts that are tables: a script draws the table, and who reads no drawing has the figures. */
import { type Html, html } from "../html.ts";

export type Series = {
  readonly name: string;
  /** A colour of page.css. */
  readonly colour: "--green" | "--blue" | "--amber-strong" | "--teal" | "--red" | "--grey";
};

export type Chart = {
  readonly id: string;
  readonly title: string;
  /** `lines` one over the other from zero, `bars` on top of each other. */
  readonly kind: "lines" | "bars";
  readonly series: readonly Series[];
  /** Oldest first; a value for each series. */
  readonly rows: readonly { readonly day: string; readonly values: readonly number[] }[];
  /** Instead of a drawing, where there is nothing to draw. */
  readonly empty: string;
};

const count = (value: number): string => value.toLocaleString("en");

/** The chart; without its script the table alone. */
export const chart = ({ id, title, kind, series, rows, empty }: Chart): Html => {
  if (rows.every((row) => row.values.every((value) => value === 0)))
    return html`<figure class="chart"><figcaption><h2>${title}</h2></figcaption><p class="muted">${empty}</p></figure>`;
  return html`<figure class="chart" data-chart="${kind}"><figcaption><h2>${title}</h2><ul class="legend" aria-hidden="true">${series.map((each) => html`<li><svg viewBox="0 0 10 10" width="10" height="10"><rect class="fill${each.colour}" width="10" height="10" rx="2"/></svg>${each.name} <output></output></li>`)}</ul></figcaption>
<div class="plot" aria-hidden="true"></div>
<details><summary>As a table</summary><div class="scrolls" tabindex="0" role="region" aria-label="${title}"><table id="${id}"><thead><tr><th scope="col">Day</th>${series.map((each) => html`<th scope="col" data-colour="${each.colour}">${each.name}</th>`)}</tr></thead>
<tbody>${rows.toReversed().map((row) => html`<tr><th scope="row">${row.day}</th>${row.values.map((value) => html`<td data-value="${value}">${count(value)}</td>`)}</tr>`)}</tbody></table></div></details></figure>`;
};

export type Bar = {
  readonly name: Html | string;
  readonly value: number;
  readonly said: string;
};

/** Rows with a bar each, as long as its share of the longest. */
export const bars = (rows: readonly Bar[]): Html => {
  const most = Math.max(1, ...rows.map((each) => each.value));
  return html`<ul class="bars">${rows.map(({ name, value, said }) => {
    const width = Math.max(value > 0 ? 0.5 : 0, (100 * value) / most).toFixed(2);
    return html`<li><span class="bar-name">${name}</span><svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="bar-all" width="100" height="8"/><rect class="bar-part" width="${width}" height="8"/></svg><span class="bar-said">${said}</span></li>`;
  })}</ul>`;
};
