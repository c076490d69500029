/**
 * The proof of playing: every file of the corpus that this program got ready is served by our own server and played in
 * a real Chromium, which is what a Cast receiver is. With WRITE_MATRIX=1 it writes docs/playback-matrix.md.
 */
import assert from "node:assert/strict";
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, type TestContext, test } from "node:test";
import type { FastifyInstance } from "fastify";
import type { Page } from "playwright-core";
import { buildServer } from "../src/apps/http/server.ts";
import { type Orchestrator, startOrchestrator } from "../src/apps/orchestrator.ts";
import { settingsFrom } from "../src/apps/settings-source.ts";
import { createFfprobe } from "../src/edges/ffprobe.ts";
import { createLog } from "../src/edges/log.ts";
import type { Asset } from "../src/edges/store/asset-row.ts";
import { findChromium, openChromium } from "./support/chromium.ts";
import { tempFolder } from "./support/temp.ts";

const CORPUS = new URL("../../shared/media/", import.meta.url).pathname;
const executable = findChromium();
const missing = !existsSync(CORPUS)
  ? "../shared/media is absent"
  : executable === null
    ? "no Chromium"
    : false;

type Played = {
  readonly error: string | null;
  readonly width: number;
  readonly height: number;
  readonly seconds: number;
  /** Times shown after playing from the start, after a seek to the middle and near the end. */
  readonly shown: readonly [number, number, number];
};

const SCRIPT = readFileSync(new URL("support/play-in-page.js", import.meta.url), "utf8")
  .replace(/^\/\/.*\n/, "")
  .replace(/;\s*$/, "");

const play = (page: Page, url: string): Promise<Played> =>
  page.evaluate(`(${SCRIPT})(${JSON.stringify(url)})`);

/** A library of the whole corpus, all of it ready, and a page of it. */
const open = async (folder: string) => {
  const root = join(folder, "films");
  cpSync(CORPUS, root, { recursive: true });
  const settings = settingsFrom({
    libraries: { films: { root } },
    operational: { gpu_only: false, encoder: "software", settle_seconds: 0 },
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
  const browser = await openChromium(executable ?? "");
  const page = await browser.context.newPage();
  await page.goto(`${address}/library`, { waitUntil: "load" });
  return { root, orchestrator, server, address, browser, page };
};

type Opened = {
  root: string;
  orchestrator: Orchestrator;
  server: FastifyInstance;
  address: string;
  browser: Awaited<ReturnType<typeof openChromium>>;
  page: Page;
};

/** Plays one film and holds it to what ffprobe says of the file. */
const provePlaying = async ({ root, page, address }: Opened, film: Asset): Promise<void> => {
  const played = await play(page, `${address}/api/assets/${film.id}/video`);
  const path = film.outcome === "converted" ? (film.outputPath ?? "") : join(root, film.path);
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
};

describe("the corpus plays", { skip: missing, timeout: 600_000 }, () => {
  const folder = missing ? "" : tempFolder({ after });
  let opened: Opened;
  const rows: string[] = [];
  before(async () => {
    opened = await open(folder);
  });
  after(async () => {
    await opened?.browser.close();
    await opened?.server.close();
    await opened?.orchestrator.stop();
    if (process.env.WRITE_MATRIX === "1") writeFileSync(MATRIX, matrix(rows));
  });

  const prove = (name: string) => async (context: TestContext) => {
    const { store } = opened.orchestrator;
    const film = store.assets.byPath("films", name);
    if (!film) return context.skip("left alone by its name");
    if (film.outcome === null) {
      assert.equal(film.work, "impossible", `${film.problemCode}: ${film.problemDetail}`);
      rows.push(`| ${name} | ${film.why} | impossible | | ${film.problemCode}, left alone |`);
      return;
    }
    await provePlaying(opened, film);
    const seconds = store.jobs.forAsset(film.id, 1)[0]?.seconds;
    rows.push(`| ${name} | ${film.why} | ${film.work} | ${seconds?.toFixed(1) ?? ""} | plays, seeks |`);
  };
  for (const name of missing
    ? []
    : readdirSync(CORPUS)
        .filter((each) => !/\.(tsv|md)$/.test(each))
        .sort())
    test(name, prove(name));

  /** Files whose picture Chromium has no decoder for; that they fail shows that the test can see a failure. */
  for (const name of [
    "mpeg2-1080p-mp2.ts",
    "vc1-advanced-wma2-60s.wmv",
    "mpeg4-asp-b-frames-mp3.avi",
    "h263-amr.3gp",
  ])
    test(`${name} does not play as it was`, async () => {
      const film = opened.orchestrator.store.assets.byPath("films", name);
      assert.equal(film?.outcome, "converted");
      const url = `data:video/mp4;base64,${readFileSync(join(CORPUS, name)).toString("base64")}`;
      const bare = await opened.browser.context.newPage();
      const played = await play(bare, url);
      await bare.close();
      assert.notEqual(played.error, null);
    });
});

const MATRIX = new URL("../docs/playback-matrix.md", import.meta.url);

const matrix = (rows: readonly string[]): string => `# Playback matrix

Made by a run of \`test/plays-in-chromium.test.ts\`: each file of a corpus of real files, converted with libx264 where its
plan says so, served in byte ranges by this program and played in headless Chromium. Seconds are of one run on two cores.

| file | why | work | seconds | result |
| --- | --- | --- | --- | --- |
${rows.join("\n")}
`;
