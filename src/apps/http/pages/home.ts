/** The front page: how the library stands, what is done right now, what waits, and what came of the last work. */
import { type Html, html } from "../html.ts";
import type { PublicFiles } from "../public-files.ts";
import { homeQueue } from "./home-queue.ts";
import { homeResults } from "./home-results.ts";
import { homeRunning } from "./home-running.ts";
import { homeTop } from "./home-top.ts";
import type { HomeView } from "./home-view.ts";
import { layout } from "./layout.ts";

/** The regions that are read again by themselves; the address of each is `/home/` and its name. */
export const HOME_REGIONS = {
  top: homeTop,
  running: homeRunning,
  queue: homeQueue,
  results: homeResults,
} as const satisfies Record<string, (view: HomeView) => Html>;

/** The whole page; `lastEventId` of the stream as it was before anything was read. */
export const homePage = (
  files: PublicFiles,
  view: HomeView,
  lastEventId: string,
  notice: Html | null,
): Html =>
  layout(files, {
    title: "Home",
    section: "/",
    styles: ["library.css", "jobs.css", "home.css"],
    notice,
    body: html`<div class="home" hx-ext="sse" sse-connect="/library/stream?after=${encodeURIComponent(lastEventId)}">
${homeTop(view)}
<div class="home-grid">
${homeRunning(view)}
${homeQueue(view)}
${homeResults(view)}
</div>
</div>`,
  });
