/** What the tab of the browser shows of the work, on every page that is live. */
import type { Control } from "../../control.ts";

/** JSON for `tab.js`: how far the longest work is, and whether something stands still. */
export const tabLine = (control: Control): string => {
  const running = control.store.assets
    .inState("Processing")
    .flatMap(({ id, work }) => ({ work, percent: control.progressOf(id)?.percent ?? null }));
  // The last of many short copies says nothing; the picture that takes an hour does.
  const shown = running.find(({ work }) => work === "video") ?? running[0];
  const { waiting, rootProblems } = control.overview();
  return JSON.stringify({
    isWorking: running.length > 0,
    percent: shown?.percent ?? null,
    isStuck: control.hold().kind !== "running" || waiting !== null || rootProblems.length > 0,
  });
};
