/** What open pages are told of the work itself: the figures of a running film, that one began or ended, and the tab. */
import type { Control, JobProgress } from "../control.ts";
import { markupOf } from "./html.ts";
import { jobFigures } from "./pages/home-running.ts";
import { tabLine } from "./pages/tab.ts";

type Tell = (name: string, markup: string) => void;

export type WorkTeller = {
  /** A film's progress; its id may be that of a film that just ended. */
  readonly progress: (assetId: number, progress: JobProgress) => void;
  /** Films changed: says so when work began or ended. */
  readonly films: () => void;
  /** The tab of all pages, where it is another than before. */
  readonly tab: () => void;
};

/** Events: `job-ID` and `tab` with their text, `running` without. */
export const createWorkTeller = (control: Control, tell: Tell): WorkTeller => {
  const runningNow = (): string =>
    control.store.assets
      .inState("Processing")
      .map(({ id }) => id)
      .join(" ");
  let running = runningNow();
  let lastTab = "";
  return {
    progress: (assetId, progress) => {
      const asset = control.store.assets.byId(assetId);
      if (asset) tell(`job-${assetId}`, markupOf(jobFigures(control, asset, progress)));
    },
    films: () => {
      const before = running;
      running = runningNow();
      if (running !== before) tell("running", "");
    },
    tab: () => {
      const line = tabLine(control);
      if (line !== lastTab) tell("tab", line);
      lastTab = line;
    },
  };
};
