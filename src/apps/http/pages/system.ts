/** How the machine stands: what works now, its disks, the program itself, and what the doctor says. */
import { counted, humanBytes, humanSeconds, visibleText } from "../../../core/human-text.ts";
import type { Control } from "../../control.ts";
import type { Finding } from "../../doctor/finding.ts";
import type { Kept } from "../../kept.ts";
import type { Checks, Disk, SystemFacts } from "../../system-facts.ts";
import { type Html, html } from "../html.ts";
import type { PublicFiles } from "../public-files.ts";
import { gauge } from "./gauge.ts";
import { layout } from "./layout.ts";
import { messagesSection } from "./messages.ts";
import { serversCard } from "./servers.ts";
import { cardsCard, encodersCard, fact } from "./system-cards.ts";
import { keptSection } from "./system-kept.ts";
import { watchingCard } from "./system-watching.ts";
import { ago, foreign, size } from "./words.ts";
import { workCard, workersSection } from "./workers.ts";

export type SystemView = {
  readonly control: Control;
  readonly now: number;
  readonly facts: SystemFacts;
  readonly kept: readonly Kept[];
  readonly checks: Checks;
};

const MARKS = { ok: "✓", note: "–", bad: "✗" } as const;

const mark = (state: Finding["state"], said: string, what: Html): Html =>
  html`<li class="mark-${state}"><span class="sign" role="img" aria-label="${said}">${MARKS[state]}</span><div>${what}</div></li>`;

const diskRow = ({ folders, space, why }: Disk, limit: number): Html => {
  const names = html`<ul class="folders">${folders.map(({ what, path }) => html`<li><strong>${visibleText(what)}</strong> <span class="muted">${foreign(path)}</span></li>`)}</ul>`;
  if (space === null) return html`<div class="disk">${names}<p class="wrong">Not known: ${why}.</p></div>`;
  const { freeBytes, totalBytes, usedPercent } = space;
  const isOver = usedPercent >= limit;
  return html`<div class="disk">${names}${gauge(usedPercent, limit)}
<p><strong>${size(freeBytes)} free</strong> <span class="muted">of ${size(totalBytes)}</span> <span class="count${isOver ? " wrong" : ""}">${Math.round(usedPercent)} % used${isOver ? `, over ${limit} %` : ""}</span></p></div>`;
};

const disksCard = ({ facts, control }: SystemView): Html => {
  const limit = control.settings.operational.max_disk_usage_percent;
  return html`<section id="disks" class="card sheet"><h2>Disks</h2>${facts.disks.map((each) => diskRow(each, limit))}
<p class="muted small">Nothing is begun that writes to a disk fuller than ${limit} %, as the <a href="/settings#rest">settings</a> say.</p></section>`;
};

const databaseCard = ({ facts: { database }, control, now }: SystemView): Html => {
  const [newest] = database.backups;
  const backupBytes = database.backups.reduce((sum, each) => sum + each.sizeBytes, 0);
  const trouble = control.store.database.trouble();
  return html`<section id="database" class="card sheet"><h2>Database</h2>
<p class="figure">${size(database.sizeBytes)} <span class="muted">${counted(control.store.assets.counts().total, "film")}</span></p>
${trouble === null ? null : html`<p class="wrong">${visibleText(trouble.message)}</p>`}
<dl class="facts">${fact("File", foreign(database.file))}
${fact("Newest backup", newest ? ago(newest.madeAt, now) : "none yet")}
${newest ? fact("Backups", `${database.backups.length}, ${humanBytes(backupBytes)}`) : null}</dl></section>`;
};

const programCard = ({ facts, now }: SystemView): Html => {
  const { versions, probing, memory, processors, startedAt } = facts;
  return html`<section id="program" class="card sheet"><h2>Program</h2>
<dl class="facts">${fact("Version", versions.program)}
${fact("Runs for", humanSeconds((now - startedAt) / 1000))}
${fact("ffmpeg", versions.ffmpeg === null ? "not found" : visibleText(versions.ffmpeg))}
${fact("Looks into films with", visibleText(probing))}
${fact("Node.js", versions.node)}
${fact("SQLite", versions.sqlite)}
${fact("System", `${versions.system}, ${counted(processors, "processor")}`)}
${fact("Memory", `${humanBytes(memory.programBytes)} for the program, ${humanBytes(memory.freeBytes)} free of ${humanBytes(memory.totalBytes)}`)}</dl></section>`;
};

const finding = ({ check, state, detail, mend }: Finding): Html =>
  mark(
    state,
    { ok: "fine", note: "works without", bad: "wrong" }[state],
    html`<strong>${visibleText(check)}</strong> <span class="muted">${visibleText(detail)}</span>${mend === "" ? null : html`<span class="mend"><span aria-hidden="true">→</span> ${visibleText(mend)}</span>`}`,
  );

const checksSaid = ({ findings, isRunning }: Checks): string => {
  const bad = findings.filter((each) => each.state === "bad").length;
  if (isRunning) return `Checking… ${counted(findings.length, "thing")} looked at.`;
  return bad === 0 ? "Nothing is wrong." : `${counted(bad, "thing")} ${bad === 1 ? "needs" : "need"} you.`;
};

/** What need not be read by everybody. */
const fineSaid = (without: number, fine: number): string =>
  [
    ...(without === 0 ? [] : [`${counted(without, "thing")} not there and not needed`]),
    ...(fine === 0 ? [] : [`${counted(fine, "thing")} fine`]),
  ].join(", ");

/** What the doctor says, what is wrong first; asks again while it is at work. */
export const checksSection = (checks: Checks, now: number): Html => {
  const { findings, isRunning, at } = checks;
  const of = (state: Finding["state"]) => findings.filter((each) => each.state === state);
  const [without, fine] = [of("note"), of("ok")];
  const follows = html` hx-get="/system/checks" hx-trigger="every 1s" hx-swap="outerHTML" hx-target="this"`;
  return html`<section id="checks" class="card sheet" aria-labelledby="doctor"${isRunning ? follows : null}>
<div class="heading"><div><h2 id="doctor">Checks</h2><p class="${of("bad").length > 0 && !isRunning ? "wrong" : "muted"}">${checksSaid(checks)}${isRunning || at === null ? null : html` <span class="muted">Looked at ${ago(at, now)}.</span>`}</p></div>
<form method="post" action="/system/check" hx-post="/system/check" hx-target="#checks" hx-swap="outerHTML"><button id="check" class="btn"${isRunning ? html` disabled` : null}>Check again</button></form></div>
<ul class="marks">${of("bad").map(finding)}</ul>
${without.length + fine.length === 0 ? null : html`<details><summary>${fineSaid(without.length, fine.length)}</summary><ul class="marks">${[...without, ...fine].map(finding)}</ul></details>`}
</section>`;
};

/** Where each part is, in the order of the page; of a part that is not there nothing. */
const jumps = ({ control }: SystemView): readonly (readonly [id: string, label: string])[] => [
  ["checks", "Checks"],
  ...(control.elsewhere === null ? [] : [["workers", "Workers"] as const]),
  ["work", "Work"],
  ["card", "Graphics card"],
  ["encoder", "Encoder"],
  ["disks", "Disks"],
  ["database", "Database"],
  ["program", "Program"],
  ...(control.watching().length === 0 ? [] : [["watching", "New films"] as const]),
  ...(control.servers.states().length === 0 ? [] : [["servers", "Servers"] as const]),
  ["messages", "Messages"],
  ["kept-all", "What is kept"],
];

/** The page. What changes from moment to moment is read again by itself. */
export const systemPage = (files: PublicFiles, view: SystemView, notice: Html | null): Html =>
  layout(files, {
    title: "System",
    section: "/system",
    styles: ["system.css", "messages.css"],
    notice,
    body: html`<h1 class="title">System</h1>
<nav class="jumps" aria-label="On this page"><ul>${jumps(view).map(([id, label]) => html`<li><a href="#${id}">${label}</a></li>`)}</ul></nav>
${checksSection(view.checks, view.now)}
${workersSection(view.control, view.now)}
<div id="now" class="grid" hx-get="/system" hx-trigger="every 10s" hx-select="#now" hx-target="this" hx-swap="outerHTML">
${workCard(view.control)}${cardsCard(view)}${encodersCard(view)}${disksCard(view)}${databaseCard(view)}${programCard(view)}${watchingCard(view.control, view.now)}${serversCard(view.control.servers.states(), view.now)}</div>
${messagesSection(view.control.notifiers.list(), view.now, "/system")}
${keptSection(view.kept, view.now)}`,
  });
