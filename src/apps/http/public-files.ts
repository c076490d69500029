/** Our own styles and scripts: a fixed table read once, so that no path of a request ever reaches the disk. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const ROWS = {
  "tabler.css": { from: "@tabler/core/dist/css/tabler.min.css", type: "text/css; charset=utf-8" },
  "htmx.js": { from: "htmx.org/dist/htmx.min.js", type: "text/javascript; charset=utf-8" },
  "sse.js": { from: "htmx-ext-sse/dist/sse.min.js", type: "text/javascript; charset=utf-8" },
  "uplot.js": { from: "uplot/dist/uPlot.iife.min.js", type: "text/javascript; charset=utf-8" },
  "uplot.css": { from: "uplot/dist/uPlot.min.css", type: "text/css; charset=utf-8" },
  "page.css": { from: "./public/page.css", type: "text/css; charset=utf-8" },
  "frame.css": { from: "./public/frame.css", type: "text/css; charset=utf-8" },
  "messages.css": { from: "./public/messages.css", type: "text/css; charset=utf-8" },
  "library.css": { from: "./public/library.css", type: "text/css; charset=utf-8" },
  "films.css": { from: "./public/films.css", type: "text/css; charset=utf-8" },
  "library-more.css": { from: "./public/library-more.css", type: "text/css; charset=utf-8" },
  "access.css": { from: "./public/access.css", type: "text/css; charset=utf-8" },
  "archive.css": { from: "./public/archive.css", type: "text/css; charset=utf-8" },
  "activity.css": { from: "./public/activity.css", type: "text/css; charset=utf-8" },
  "stats.css": { from: "./public/stats.css", type: "text/css; charset=utf-8" },
  "charts.js": { from: "./public/charts.js", type: "text/javascript; charset=utf-8" },
  "system.css": { from: "./public/system.css", type: "text/css; charset=utf-8" },
  "settings.css": { from: "./public/settings.css", type: "text/css; charset=utf-8" },
  "settings-changes.css": { from: "./public/settings-changes.css", type: "text/css; charset=utf-8" },
  "film.css": { from: "./public/film.css", type: "text/css; charset=utf-8" },
  "home.css": { from: "./public/home.css", type: "text/css; charset=utf-8" },
  "jobs.css": { from: "./public/jobs.css", type: "text/css; charset=utf-8" },
  "queue.css": { from: "./public/queue.css", type: "text/css; charset=utf-8" },
  "queue.js": { from: "./public/queue.js", type: "text/javascript; charset=utf-8" },
  "setup.css": { from: "./public/setup.css", type: "text/css; charset=utf-8" },
  "tab.js": { from: "./public/tab.js", type: "text/javascript; charset=utf-8" },
  "film.js": { from: "./public/film.js", type: "text/javascript; charset=utf-8" },
  "film-job.css": { from: "./public/film-job.css", type: "text/css; charset=utf-8" },
  "film-watch.css": { from: "./public/film-watch.css", type: "text/css; charset=utf-8" },
  "watch.js": { from: "./public/watch.js", type: "text/javascript; charset=utf-8" },
  "copy.js": { from: "./public/copy.js", type: "text/javascript; charset=utf-8" },
  "pace.js": { from: "./public/pace.js", type: "text/javascript; charset=utf-8" },
  "api.css": { from: "./public/api.css", type: "text/css; charset=utf-8" },
  "page.js": { from: "./public/page.js", type: "text/javascript; charset=utf-8" },
  "favicon.svg": { from: "./public/favicon.svg", type: "image/svg+xml" },
} as const;

export type FileName = keyof typeof ROWS;

type PublicFile = {
  readonly url: string;
  readonly type: string;
  readonly bytes: Buffer;
  readonly gzipped: Buffer;
};

export type PublicFiles = {
  /** The address with the content's hash in it, so that it may be cached for ever. */
  readonly urlOf: (name: FileName) => string;
  readonly byUrl: (url: string) => PublicFile | null;
};

const NODE_MODULES = new URL("../../../node_modules/", import.meta.url);

const read = (name: FileName): PublicFile => {
  const { from, type } = ROWS[name];
  // Tabler's and htmx's `//# sourceMappingURL` would be asked for by open developer tools and not be found.
  const text = readFileSync(new URL(from, from.startsWith("./") ? import.meta.url : NODE_MODULES), "utf8");
  const bytes = Buffer.from(text.replace(/\n?(?:\/\*|\/\/)# sourceMappingURL=\S*(?: \*\/)?\s*$/, "\n"));
  const version = createHash("sha256").update(bytes).digest("hex").slice(0, 10);
  const [stem, ending] = name.split(".");
  return {
    url: `/assets/${stem}-${version}.${ending}`,
    type,
    bytes,
    gzipped: gzipSync(bytes),
  };
};

/** Reads all of them (about 0.7 MB) and packs them once. */
export const readPublicFiles = (): PublicFiles => {
  const files = new Map(Object.keys(ROWS).map((name) => [name, read(name as FileName)]));
  const byUrl = new Map([...files.values()].map((file) => [file.url, file]));
  return {
    urlOf: (name) => files.get(name)?.url ?? "",
    byUrl: (url) => byUrl.get(url) ?? null,
  };
};
