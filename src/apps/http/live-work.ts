/** What open pages are told of the work itself: the figures of a running film, that one began or ended, and the tab. */
import type { Control, JobProgress } from "../control.ts";
import { markupOf } from "./html.ts";
import { filmPicture, minuteOf } from "./pages/film-picture.ts";
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

/** Events: `job-ID`, `frame-ID` (when another minute of it is encoded) and `tab` with their text, `running` without. */
export const createWorkTeller = (control: Control, tell: Tell): WorkTeller => {
  const runningNow = (): string =>
    control.store.assets
      .inState("Processing")
      .map(({ id }) => id)
      .join(" ");
  let running = runningNow();
  let lastTab = "";
  /** The minute that each running film was last shown at. */
  const minutes = new Map<number, number | null>();
  return {
    progress: (assetId, progress) => {
      const asset = control.store.assets.byId(assetId);
      if (!asset) return;
      tell(`job-${assetId}`, markupOf(jobFigures(control, asset, progress)));
      const [before, minute] = [minutes.get(assetId), minuteOf(asset, progress)];
      minutes.set(assetId, minute);
      if (before !== undefined && before !== minute)
        tell(`frame-${assetId}`, markupOf(filmPicture(assetId, minute, before)));
    },
    films: () => {
      const before = running;
      running = runningNow();
      if (running === before) return;
      tell("running", "");
      for (const id of minutes.keys()) if (control.progressOf(id) === null) minutes.delete(id);
    },
    tab: () => {
      const line = tabLine(control);
      if (line !== lastTab) tell("tab", line);
      lastTab = line;
    },
  };
};
