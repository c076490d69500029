/** A library made ready by a real orchestrator, served by our own server and played in a real Chromium. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { buildServer } from "../../src/apps/http/server.ts";
import { startOrchestrator } from "../../src/apps/orchestrator.ts";
import { settingsFrom } from "../../src/apps/settings-source.ts";
import { createFfprobe } from "../../src/edges/ffprobe.ts";
import { createLog } from "../../src/edges/log.ts";
import type { Asset } from "../../src/edges/store/asset-row.ts";
import type { Store } from "../../src/edges/store/store.ts";
import { openChromium } from "./chromium.ts";

export type Played = {
  readonly error: string | null;
  readonly width: number;
  readonly height: number;
  readonly seconds: number;
  /** Times shown after playing from the start, after a seek to the middle and near the end. */
  readonly shown: readonly [number, number, number];
  /** Decoded so far. */
  readonly soundBytes: number;
  readonly pictures: number;
};

const SCRIPT = readFileSync(new URL("play-in-page.js", import.meta.url), "utf8")
  .replace(/^\/\/.*\n/, "")
  .replace(/;\s*$/, "");

const play = (page: Page, url: string): Promise<Played> =>
  page.evaluate(`(${SCRIPT})(${JSON.stringify(url)})`);

export type PlayedLibrary = {
  readonly store: Store;
  readonly film: (path: string) => Asset | null;
  /** Plays what the server gives for a film, and holds it to what ffprobe says of the file. */
  readonly provePlaying: (film: Asset) => Promise<Played>;
  /** Plays a file as it is, without the server. */
  readonly playFile: (path: string) => Promise<Played>;
  readonly close: () => Promise<void>;
};

/** Starts on `folder/films`, waits until every film there is ready, and opens a page of it. `more` are other settings. */
export const openPlayedLibrary = async (
  folder: string,
  executable: string,
  more: Readonly<Record<string, unknown>> = {},
): Promise<PlayedLibrary> => {
  const root = join(folder, "films");
  const settings = settingsFrom({
    libraries: { films: { root } },
    operational: { gpu_only: false, encoder: "software", settle_seconds: 0 },
    ...more,
  });
  const orchestrator = await startOrchestrator({
    settings,
    dataDirectory: join(folder, "data"),
    log: createLog("silent"),
  });
  const isDone = (): boolean => {
    const { state, total } = orchestrator.store.assets.counts();
    return total > 0 && state.New + state.Queued + state.Processing === 0;
  };
  for (let calm = 0; calm < 3; calm = isDone() ? calm + 1 : 0)
    await new Promise((next) => setTimeout(next, 300));
  const server = buildServer(orchestrator);
  const address = await server.listen({ host: "127.0.0.1", port: 0 });
  const browser = await openChromium(executable);
  const page = await browser.context.newPage();
  await page.goto(`${address}/library`, { waitUntil: "load" });
  const { store } = orchestrator;
  return {
    store,
    film: (path) => store.assets.byPath("films", path),
    provePlaying: async (film) => {
      const played = await play(page, `${address}/api/assets/${film.id}/video`);
      await assertPlayed(
        played,
        film.outcome === "converted" ? (film.outputPath ?? "") : join(root, film.path),
      );
      return played;
    },
    playFile: async (path) => {
      const bare = await browser.context.newPage();
      const url = `data:video/mp4;base64,${readFileSync(path).toString("base64")}`;
      const played = await play(bare, url);
      await bare.close();
      return played;
    },
    close: async () => {
      await browser.close();
      await server.close();
      await orchestrator.stop();
    },
  };
};

const assertPlayed = async (played: Played, path: string): Promise<void> => {
  const { media } = await createFfprobe().probe(path);
  const picture = media.streams.find((each) => each.kind === "video");
  assert.equal(played.error, null);
  assert.deepEqual(
    [played.width, played.height],
    picture?.kind === "video" ? [picture.width, picture.height] : [],
  );
  const length = media.durationSeconds ?? 0;
  assert.ok(Math.abs(played.seconds - length) < 0.3, `${played.seconds} s of ${length}`);
  const [started, middle, end] = played.shown;
  assert.ok(started > 0 || length < 0.1, "time advances");
  assert.ok(Math.abs(middle - played.seconds * 0.5) < 0.1 && end >= middle, `seeks: ${played.shown}`);
  assert.ok(played.pictures > 0, "pictures are decoded");
  if (media.streams.some((each) => each.kind === "audio") && length > 0.3)
    assert.ok(played.soundBytes > 0, "sound is decoded");
};
