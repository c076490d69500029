/** A small picture of a film, or of the minute of it that is being encoded. */
import type { Asset } from "../../../edges/store/asset-row.ts";
import type { JobProgress } from "../../control.ts";
import { type Html, html } from "../html.ts";

/** The minute that is being encoded; null where the whole film is what the work is about. */
export const minuteOf = (asset: Pick<Asset, "work">, progress: JobProgress | null): number | null => {
  const seconds = asset.work === "video" && progress?.phase === "converting" ? progress.outTimeSeconds : null;
  return seconds === null ? null : Math.max(0, Math.floor(seconds / 60));
};

const picture = (id: number, minute: number | null): Html =>
  html`<img src="/library/${id}/thumbnail.jpg${minute === null ? "" : `?at=${minute}`}" alt="" width="320" height="180">`;

/** The picture; on top of the one `before` where there was one, so that nothing is dark while it is made. */
export const filmPicture = (id: number, minute: number | null, before?: number | null): Html =>
  html`${before === undefined || before === minute ? null : picture(id, before)}${picture(id, minute)}`;
