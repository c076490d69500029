/** The films of a lane in the order in which they will be begun, and the buttons that move them. */
import { roughRange, visibleText } from "../../../core/human-text.ts";
import { ACTION_OF } from "../../../core/plan.ts";
import type { QueueOrder } from "../../../core/queue-order.ts";
import type { Asset } from "../../../edges/store/asset-row.ts";
import type { Where } from "../../../edges/store/queue.ts";
import { partsWish } from "../../parts-wish.ts";
import { LANE_NAMES } from "../../pauses.ts";
import { type WorkTimes, workTimes } from "../../work-times.ts";
import { type Html, html } from "../html.ts";
import { LANE_WORDS, type QueueView, queueUrl } from "./queue-view.ts";
import { fileName, filmLink, folderOf, foreign, size } from "./words.ts";

const MOVES: Readonly<Record<Where, { readonly label: string; readonly drawn: string }>> = {
  first: { label: "To the front", drawn: "M5 4h14M12 20V8m-5 5 5-5 5 5" },
  up: { label: "One place forward", drawn: "M12 19V6m-5 5 5-5 5 5" },
  down: { label: "One place back", drawn: "M12 5v13m-5-5 5 5 5-5" },
  last: { label: "To the end", drawn: "M5 20h14M12 4v12m-5-5 5 5 5-5" },
};

const move = (asset: Asset, where: Where, isPointless: boolean): Html => {
  const { label, drawn } = MOVES[where];
  return html`<button id="${where}-${asset.id}" class="btn btn-sm move" name="where" value="${where}" title="${label}" aria-label="${label}: ${visibleText(fileName(asset))}"${isPointless ? html` disabled` : null}><svg viewBox="0 0 24 24" width="16" height="16" aria-hidden="true"><path d="${drawn}"/></svg></button>`;
};

/** What a film waits for; one whose turn has simply not come waits for nothing. */
const waits = ({ control, page }: QueueView, asset: Asset): Html | null => {
  const why = control.waitingReason(asset);
  if (why !== null) return html`<span class="under place-waits">${visibleText(why)}</span>`;
  return page.turns.has(asset.id)
    ? html`<span class="under">Here because it has waited longest</span>`
    : null;
};

const time = (times: WorkTimes, asset: Asset): string => {
  const expected = times.film(asset);
  return expected === null ? "" : roughRange([expected.low, expected.high]);
};

type Ends = { readonly isFirst: boolean; readonly isLast: boolean };

const row = (
  view: QueueView,
  asset: Asset,
  place: number,
  { isFirst, isLast }: Ends,
  times: WorkTimes,
): Html =>
  html`<li class="place" id="place-${asset.id}" data-id="${asset.id}">
<span class="place-number"><span id="grip-${asset.id}" class="grip" draggable="true" role="button" tabindex="0" aria-describedby="grip-help" aria-label="Move ${visibleText(fileName(asset))}"><svg viewBox="0 0 24 24" width="18" height="18" aria-hidden="true"><path d="M9 6h.01M15 6h.01M9 12h.01M15 12h.01M9 18h.01M15 18h.01"/></svg></span>${place.toLocaleString("en")}</span>
<div class="place-film">${filmLink(asset.id, asset.path)}<span class="under">${foreign(`${folderOf(asset)} / ${fileName(asset)}`)}</span></div>
<div class="place-what"><span>${asset.action ?? ACTION_OF[asset.work ?? "none"]}</span>${asset.why === null ? null : html`<span class="under">${asset.why}</span>`}${waits(view, asset)}</div>
<div class="place-cost"><span>${size(asset.sizeBytes)}</span><span class="under">${time(times, asset)}</span></div>
<div class="place-do"><form method="post" action="/priority/${asset.id}" hx-post="/priority/${asset.id}" hx-target="#notice" hx-swap="innerHTML">${move(asset, "first", isFirst)}${move(asset, "up", isFirst)}${move(asset, "down", isLast)}${move(asset, "last", isLast)}</form>
<form method="post" action="/ignore/${asset.id}" hx-post="/ignore/${asset.id}" hx-target="#notice" hx-swap="innerHTML"><button id="ignore-${asset.id}" class="btn btn-sm quiet" aria-label="Keep as it is: ${visibleText(fileName(asset))}" title="It is not converted until you ask">Keep as it is</button></form></div>
</li>`;

const tab = ({ control, lane }: QueueView, name: QueueView["lane"]): Html => {
  const status = control.lanes().find((each) => each.lane === name);
  const count = status ? status.queued - status.held : 0;
  return html`<a class="chip chip-all" href="${queueUrl("/queue", { lane: name })}"${name === lane ? html` aria-current="true"` : null}>${LANE_WORDS[name].name} <span class="count">${count.toLocaleString("en")}</span></a>`;
};

const pager = ({ lane, cursor, first, page }: QueueView): Html | null => {
  if (cursor === undefined && page.next === null) return null;
  const shown = page.assets.length;
  return html`<nav class="pager" aria-label="Pages">
${cursor === undefined ? html`<span></span>` : html`<a class="btn btn-sm" href="${queueUrl("/queue", { lane })}">The front</a>`}
<span class="muted">${shown === 0 ? "" : `${first.toLocaleString("en")} to ${(first + shown - 1).toLocaleString("en")}`}</span>
${page.next === null ? html`<span></span>` : html`<a class="btn btn-sm" rel="next" href="${queueUrl("/queue", { lane, cursor: page.next, first: first + shown })}">Next page</a>`}
</nav>`;
};

const ORDER_WORDS: Readonly<Record<QueueOrder, string>> = {
  quick: "Least work first",
  newest: "The newest film first",
  priority: "Library by library, as the settings list them",
};

/** The region, read again whenever the overview changes. */
export const queueList = (view: QueueView): Html => {
  const { control, lane, cursor, first, page } = view;
  const { store, settings } = control;
  const times = workTimes({ store, encoder: control.overview().encoder, parts: partsWish(settings) });
  const last = page.assets.length - 1;
  return html`<div id="queue-list" hx-get="${queueUrl("/queue/list", { lane, cursor, first })}" hx-trigger="sse:overview, sse:list" hx-swap="outerHTML">
<nav class="chips" aria-label="Lane">${LANE_NAMES.map((each) => tab(view, each))}</nav>
<p id="grip-help" class="visually-hidden">Drag it, or press arrow up, arrow down, Home or End.</p>
${page.assets.length === 0 ? null : html`<p class="under"><a href="/settings">${ORDER_WORDS[control.settings.operational.order]}, after what you moved</a></p>`}
<div class="card">${
    page.assets.length === 0
      ? html`<div class="empty"><p>Nothing waits here.</p><p class="muted">Films that need work come here by themselves.</p></div>`
      : html`<ol class="places" start="${first}">${page.assets.map((asset, at) =>
          row(
            view,
            asset,
            first + at,
            { isFirst: cursor === undefined && at === 0, isLast: page.next === null && at === last },
            times,
          ),
        )}</ol>`
  }</div>${pager(view)}</div>`;
};
