/**
 * The proof of playing: every file of the corpus that this program got ready is served by our own server and played in
 * a real Chromium, which is what a Cast receiver is. With WRITE_MATRIX=1 it writes docs/reference/playback-matrix.md.
 */
import assert from "node:assert/strict";
import { cpSync, existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, type TestContext, test } from "node:test";
import { mainVideo } from "../src/core/media-info.ts";
import { createFfprobe } from "../src/edges/ffprobe.ts";
import { findChromium } from "./support/chromium.ts";
import { openPlayedLibrary, type PlayedLibrary } from "./support/played-library.ts";
import { tempFolder } from "./support/temp.ts";

const CORPUS = new URL("../../shared/media/", import.meta.url).pathname;
const executable = findChromium();
const missing = !existsSync(CORPUS)
  ? "../shared/media is absent"
  : executable === null
    ? "no Chromium"
    : false;
const FILES = missing
  ? []
  : readdirSync(CORPUS)
      .filter((each) => !/\.(tsv|md)$/.test(each))
      .sort();

/** Pictures that Debian's Chromium decodes itself; every other picture has to fail there as it was. */
const CHROMIUM_DECODES = new Set(["h264", "vp8", "vp9", "av1"]);

/** Many films are made ready first. */
const LONG = { timeout: 600_000 };

describe("the corpus plays", { skip: missing, ...LONG }, () => {
  const folder = missing ? "" : tempFolder({ after });
  let library: PlayedLibrary;
  const rows: string[] = [];
  before(async () => {
    cpSync(CORPUS, join(folder, "films"), { recursive: true });
    library = await openPlayedLibrary(folder, executable ?? "");
  }, LONG);
  after(async () => {
    await library?.close();
    if (process.env.WRITE_MATRIX === "1") writeFileSync(MATRIX, matrix(rows));
  });

  const prove = (name: string) => async (context: TestContext) => {
    const film = library.film(name);
    if (!film) return context.skip("left alone by its name");
    if (film.outcome === null) {
      assert.equal(film.work, "impossible", `${film.problemCode}: ${film.problemDetail}`);
      rows.push(`| ${name} | does not play: ${film.why} | impossible | | ${film.problemCode}, left alone |`);
      return;
    }
    await library.provePlaying(film);
    const seconds = library.store.jobs.forAsset(film.id, 1)[0]?.seconds;
    const verdict = film.work === "none" ? "plays" : `does not play: ${film.why}`;
    rows.push(`| ${name} | ${verdict} | ${film.work} | ${seconds?.toFixed(1) ?? ""} | plays, seeks |`);
  };
  for (const name of FILES) test(name, prove(name));

  /** That these fail shows that the test can see a failure. */
  test("what Chromium has no decoder for does not play as it was", async (context) => {
    let failed = 0;
    for (const name of FILES) {
      if (library.film(name)?.outcome !== "converted") continue;
      const { media } = await createFfprobe().probe(join(CORPUS, name));
      if (CHROMIUM_DECODES.has(mainVideo(media)?.codec ?? "")) continue;
      const played = await library.playFile(join(CORPUS, name));
      assert.ok(played.error !== null || played.pictures === 0, `${name} plays as it was`);
      failed++;
    }
    context.diagnostic(`${failed} files fail as they were and play as they are now`);
    assert.ok(failed >= 15, `only ${failed}`);
  });

  for (const name of ["h264-eac3-71-sar-157x144.mp4", "h264-mbaff-sar-11x12-ac3.mp4"])
    test(`${name} was silent as it was`, async () => {
      const played = await library.playFile(join(CORPUS, name));
      assert.equal(played.soundBytes, 0);
    });
});

const MATRIX = new URL("../docs/reference/playback-matrix.md", import.meta.url);

const matrix = (rows: readonly string[]): string => `# Playback matrix

Made by \`WRITE_MATRIX=1 npm test -- test/plays-in-chromium.test.ts\`: each file of a corpus of real files, judged for a
Chromecast 2 and 3, converted with libx264 where its plan says so, served in byte ranges by this program and played in
headless Chromium: pictures and sound are decoded, time advances, seeks to the middle and to the end arrive, size and
length are those of the file. Seconds are of one run on two cores, verification and publishing included.

| file | verdict | work | seconds | result |
| --- | --- | --- | --- | --- |
${rows.join("\n")}
`;
