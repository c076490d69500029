/** The sentence of truth, what encodes, and a banner where something stands still, with the button that mends it. */
import { isOfTheDatabase } from "../../../core/database-problems.ts";
import { isRestCode } from "../../../core/guardrail-problems.ts";
import { counted, visibleText } from "../../../core/human-text.ts";
import { librarySentence } from "../../../core/library-sentence.ts";
import { PROBLEMS, type ProblemCode } from "../../../core/problem.ts";
import type { Overview } from "../../control.ts";
import { type Html, html } from "../html.ts";
import type { HomeView } from "./home-view.ts";
import { holdBanner } from "./queue-hold.ts";
import { shares } from "./summary.ts";

const encoderWords = ({ encoder, gpuOnly }: Overview): string => {
  if (encoder.kind === "probing") return "Looking for the best encoder…";
  if (encoder.kind === "none") return "No encoder works";
  const where = encoder.isHardware ? "graphics card" : "processor";
  return `Encodes on the ${where} with ${encoder.codec}${gpuOnly ? ", and only there" : ""}`;
};

const machineLine = (overview: Overview): Html => {
  const scan = overview.scanning.length > 0 ? ` · scanning ${overview.scanning.join(", ")}…` : "";
  return html`<p class="muted machine">${visibleText(encoderWords(overview) + scan)}</p>`;
};

type Mend = { readonly to: string; readonly label: string; readonly library?: string };

/** What ends by itself, and no sooner for being asked. */
const hasButton = (code: ProblemCode): boolean =>
  !isOfTheDatabase(code) && (!isRestCode(code) || code === "failing-alike" || code === "card-lost");

const TRY_AGAIN: Mend = { to: "/queue/try-again", label: "Try again now" };

const mendButton = ({ to, label, library }: Mend): Html =>
  html`<form method="post" action="${to}" hx-post="${to}" hx-target="#notice" hx-swap="innerHTML">${library === undefined ? null : html`<input type="hidden" name="library" value="${library}">`}
<button class="btn btn-sm" aria-label="${library === undefined ? label : `${label} ${library}`}">${label}</button></form>`;

type Trouble = {
  readonly kind: "problem" | "waiting";
  readonly code: ProblemCode;
  readonly head: string;
  readonly detail: string;
  readonly mend: Mend | null;
};

const banner = ({ kind, code, head, detail, mend }: Trouble): Html =>
  html`<div class="banner banner-${kind} trouble"${kind === "problem" ? html` role="alert"` : null}><div><strong>${visibleText(head)}</strong> ${visibleText(detail)} <span class="muted">${PROBLEMS[code].hint}</span></div>${mend && mendButton(mend)}</div>`;

/** What stands still, dearest first: nothing of a library can be done, then what waits, then what wants a person. */
const troubles = ({ rootProblems, waiting, pauses, warnings }: Overview): readonly Trouble[] => [
  ...rootProblems.map(
    ({ library, code, detail }): Trouble => ({
      kind: "problem",
      code,
      head: `${library}: ${PROBLEMS[code].title}`,
      detail,
      mend: { to: "/scan", label: "Rescan", library },
    }),
  ),
  ...[
    ...(waiting === null ? [] : [waiting]),
    ...pauses.filter(({ code, films }) => films > 0 && code !== waiting?.code),
  ].map(
    ({ code, sentence }): Trouble => ({
      kind: "waiting",
      code,
      head: sentence,
      detail: "",
      mend: hasButton(code) ? TRY_AGAIN : null,
    }),
  ),
  ...warnings.map(
    ({ code, sentence }): Trouble => ({ kind: "waiting", code, head: sentence, detail: "", mend: null }),
  ),
];

/** Nothing leaves the archive that was not said here before. */
const leavingLine = ({ control: { settings, store } }: HomeView): Html | null => {
  const files = settings.operational.archive_retention_days === 0 ? 0 : store.archive.leaving();
  return files === 0
    ? null
    : html`<div class="banner banner-waiting"><strong>${counted(files, "file")} ${files === 1 ? "leaves" : "leave"} the archive soon.</strong> <a href="/archive">See which, or bring originals back</a></div>`;
};

const sampleBanner = html`<div class="banner banner-sample trouble"><div><strong>This is a small sample library.</strong> See how it is made ready, then set up your own: three questions, and a report before anything is changed.</div><a class="btn btn-primary" href="/setup">Set up your films</a></div>`;

/** What needs a person leads to it. */
const clause = (text: string, failed: number): Html | string =>
  failed > 0 && /\bneeds? you$/.test(text) ? html`<a href="/library?state=Failed">${text}</a>` : text;

/** The region, read again whenever the overview changes. */
export const homeTop = (view: HomeView): Html => {
  const overview = view.control.overview();
  const { state, total } = view.control.store.assets.counts();
  const { head, rest } = librarySentence(state);
  return html`<section id="home-top" aria-label="Overview" hx-get="/home/top" hx-trigger="sse:overview, sse:running" hx-swap="outerHTML">
<h1 class="truth">${head}${rest.length > 0 ? html`<span class="truth-rest">${rest.map((each) => html`; ${clause(each, state.Failed)}`)}</span>` : null}</h1>
${machineLine(overview)}
${shares(state, total)}
${view.isSample ? sampleBanner : null}
${holdBanner(view.control, view.now)}
${troubles(overview).map(banner)}
${leavingLine(view)}
</section>`;
};
