/** A player for the file that plays. */
import { visibleText } from "../../../core/human-text.ts";
import { type Html, html } from "../html.ts";
import { playableOf, type TextTrack, textTracksOf } from "../playable.ts";
import type { FilmView, Part } from "./film-part.ts";
import { fileName } from "./words.ts";

const trackMarkup = (id: number, { number, label, language }: TextTrack): Html =>
  html`<track kind="subtitles" src="/api/assets/${id}/subtitles/${number}" label="${visibleText(label)}"${language === null ? null : html` srclang="${language}"`}>`;

/** Replaced only when there is another file to play, so that a film goes on playing whatever else changes. */
export const playerPart = ({ control, asset }: FilmView): Part => {
  const found = playableOf(control, asset);
  if (!found) return { body: null };
  const what = asset.outcome === "converted" ? "the new file" : "the film as it is";
  const stat = [asset.outputSizeBytes ?? asset.sizeBytes, asset.outputModifiedUs ?? asset.modifiedUs];
  return {
    version: JSON.stringify([found.path, ...stat, asset.sidecarPaths]),
    body: html`<section class="card sheet" aria-label="Player"><h2>Watch ${what}</h2>
<video id="player" class="player" controls preload="metadata" playsinline src="/api/assets/${asset.id}/video" aria-label="${visibleText(fileName(asset))}">${textTracksOf(asset).map((each) => trackMarkup(asset.id, each))}</video>
<p id="player-refuses" class="muted" role="status" hidden>This browser cannot play it, or the file is away. What your devices take stands below.</p></section>`,
  };
};
