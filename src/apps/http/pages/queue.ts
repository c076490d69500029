/** The queue: what its lanes are doing, what comes next, and how to hold it and move films in it. */
import { type Html, html } from "../html.ts";
import type { PublicFiles } from "../public-files.ts";
import { layout } from "./layout.ts";
import { queueLanes } from "./queue-lanes.ts";
import { queueList } from "./queue-list.ts";
import type { QueueView } from "./queue-view.ts";

/** The whole page; `lastEventId` of the stream as it was before anything was read. */
export const queuePage = (
  files: PublicFiles,
  view: QueueView,
  lastEventId: string,
  notice: Html | null,
): Html =>
  layout(files, {
    title: "Queue",
    section: "/queue",
    styles: ["library.css", "home.css", "queue.css"],
    scripts: ["queue.js"],
    notice,
    body: html`<div class="queue" hx-ext="sse" sse-connect="/library/stream?after=${encodeURIComponent(lastEventId)}">
${queueLanes(view.control, view.now)}
${queueList(view)}
</div>`,
  });
