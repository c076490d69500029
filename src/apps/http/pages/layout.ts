/** The frame of every page. */
import { type Html, html } from "../html.ts";
import type { FileName, PublicFiles } from "../public-files.ts";

/**
 * htmx without inline styles and without `eval`, as the content security policy asks; each element says for itself
 * what it does; refusals are shown too.
 */
const HTMX_CONFIG = JSON.stringify({
  includeIndicatorStyles: false,
  allowEval: false,
  disableInheritance: true,
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
  selfRequestsOnly: true,
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "[45]..", swap: true, error: true },
  ],
});

/** Styles of every page; a page names its own besides. */
const STYLES = ["tabler.css", "page.css", "frame.css"] as const;

/** The pages that can be reached from everywhere, in the order of the header. */
const SECTIONS = [
  { path: "/", label: "Home" },
  { path: "/library", label: "Library" },
  { path: "/queue", label: "Queue" },
  { path: "/activity", label: "Activity" },
  { path: "/archive", label: "Archive" },
  { path: "/stats", label: "Stats" },
  { path: "/system", label: "System" },
  { path: "/settings", label: "Settings" },
] as const;

type Page = {
  readonly title: string;
  /** The section it belongs to. */
  readonly section?: (typeof SECTIONS)[number]["path"];
  readonly styles?: readonly FileName[];
  /** Scripts of its own, after those of every page. */
  readonly scripts?: readonly FileName[];
  readonly body: Html;
  readonly notice?: Html | null;
  /** Without the ways to other pages: whoever sees it may not go there yet. */
  readonly isAlone?: boolean;
};

const sectionLink = (
  { path, label }: (typeof SECTIONS)[number],
  current: Page["section"],
): Html => html`<a href="${path}"${path === current ? html` aria-current="page"` : null}>${label}</a>
`;

const sections = (current: Page["section"]): Html => html`<nav class="sections" aria-label="Sections">
${SECTIONS.map((each) => sectionLink(each, current))}</nav>
    <a class="theme" href="/access" title="Access">${keyIcon}<span class="visually-hidden">Access</span></a>`;

/** A whole page. Its notice region is always there, so that a message moves nothing and is read aloud. */
export const layout = (
  files: PublicFiles,
  { title, section, styles = [], scripts = [], body, notice, isAlone = false }: Page,
): Html => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="htmx-config" content="${HTMX_CONFIG}">
<title>${title} · Chromecast Video Converter</title>
<link rel="icon" type="image/svg+xml" href="${files.urlOf("favicon.svg")}">
${[...STYLES, ...styles].map(
  (each) => html`<link rel="stylesheet" href="${files.urlOf(each)}">
`,
)}<script src="${files.urlOf("page.js")}"></script>
<script src="${files.urlOf("tab.js")}"></script>
<script src="${files.urlOf("htmx.js")}" defer></script>
<script src="${files.urlOf("sse.js")}" defer></script>
${scripts.map((each) => html`<script src="${files.urlOf(each)}" defer></script>`)}
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="top">
  <div class="container-xl">
    <a class="brand" href="/">${logo}<span>Chromecast Video Converter</span></a>
    ${isAlone ? html`<span class="sections"></span>` : sections(section)}
    <button id="theme" class="theme" type="button" hidden>${themeIcon}<span class="visually-hidden">Colours</span></button>
  </div>
</header>
<main id="main" class="container-xl">${body}</main>
<div id="notice" role="status" aria-live="polite">${notice}</div>
</body>
</html>
`;

/** A screen with a play sign, drawn in the text's colour. */
const logo = html`<svg class="logo" viewBox="0 0 24 24" width="26" height="26" aria-hidden="true">
<rect x="2" y="4" width="20" height="14" rx="3"/><path d="M10 8.2v5.6l5-2.8z"/><path d="M8 21h8"/></svg>`;

/** A key. */
const keyIcon = html`<svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
<circle cx="8" cy="15" r="4"/><path d="M11 12l8-8M16 7l3 3"/></svg>`;

/** A disc, half of it dark. */
const themeIcon = html`<svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
<circle cx="12" cy="12" r="8"/><path d="M12 4a8 8 0 0 1 0 16z" fill="currentColor"/></svg>`;
