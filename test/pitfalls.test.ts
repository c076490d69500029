/**
 * Every pitfall of video for a Chromecast: found for its reason, mended by the least work, and the result played in a real
 * Chromium from our own server. With WRITE_MATRIX=1 it writes docs/reference/pitfalls.md.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { type MediaInfo, mainVideo } from "../src/core/media-info.ts";
import { judge } from "../src/core/verdict.ts";
import { createFfprobe } from "../src/edges/ffprobe.ts";
import type { Asset } from "../src/edges/store/asset-row.ts";
import { findChromium } from "./support/chromium.ts";
import { runFfmpeg } from "./support/ffmpeg.ts";
import { planFor, wish } from "./support/media.ts";
import { makePitfalls, PITFALLS, type Pitfall } from "./support/pitfalls.ts";
import { openPlayedLibrary, type PlayedLibrary } from "./support/played-library.ts";
import { tempFolder } from "./support/temp.ts";

const executable = findChromium();
const missing =
  spawnSync("ffmpeg", ["-version"]).status !== 0
    ? "ffmpeg is not installed"
    : executable === null
      ? "no Chromium"
      : false;

/** Many films are made ready first. */
const LONG = { timeout: 600_000 };

describe("a pitfall is found, mended and played", { skip: missing, ...LONG }, () => {
  const folder = missing ? "" : tempFolder({ after });
  let library: PlayedLibrary;
  const rows: string[] = [];
  before(async () => {
    mkdirSync(join(folder, "films"));
    await makePitfalls(join(folder, "films"));
    library = await openPlayedLibrary(folder, executable ?? "");
  }, LONG);
  after(async () => {
    await library?.close();
    if (process.env.WRITE_MATRIX === "1") writeFileSync(PAGE, page(rows));
  });

  /** What is published plays by the verdict, and by Chromium. */
  const assertMended = async (film: Asset, pitfall: Pitfall): Promise<MediaInfo> => {
    assert.equal(film.outcome, film.work === "none" ? "direct-play" : "converted", film.problemDetail ?? "");
    const path = film.outcome === "converted" ? (film.outputPath ?? "") : join(folder, "films", film.path);
    const { media } = await createFfprobe().probe(path);
    assert.deepEqual(planFor(media).reasons, []);
    const video = mainVideo(media);
    if (pitfall.size !== null) assert.equal(`${video?.width}x${video?.height}`, pitfall.size);
    if (film.work === "video")
      assert.deepEqual(
        [video?.colorTransfer === "smpte2084", video?.rotationDegrees, video?.pixelFormat, video?.bitDepth],
        [false, 0, "yuv420p", 8],
      );
    await library.provePlaying(film);
    return media;
  };

  for (const pitfall of PITFALLS)
    test(`${pitfall.number} ${pitfall.name} (${pitfall.file}): ${pitfall.work}`, async () => {
      const film = library.film(pitfall.file) ?? assert.fail("it is not in the library");
      assert.equal(film.work, pitfall.work, `${film.why} ${film.problemDetail}`);
      const lacking = pitfall.because.filter((code) => !film.reasonCodes.some((each) => each === code));
      assert.deepEqual(lacking, [], film.reasonCodes.join(", "));
      if (film.work === "impossible") assert.equal(film.state, "Failed");
      else await assertMended(film, pitfall);
      if (pitfall.note !== null) {
        const probed = film.fingerprint === null ? null : library.store.probes.get(film.fingerprint);
        const notes = probed ? judge(probed.media, wish()).notes : [];
        assert.deepEqual(
          notes.map((each) => each.code),
          [pitfall.note],
        );
      }
      const found = pitfall.note ?? (film.reasonCodes.join(", ") || film.problemCode || "nothing");
      const seconds = library.store.jobs.forAsset(film.id, 1)[0]?.seconds?.toFixed(1) ?? "";
      const result = film.work === "impossible" ? "refused, left alone" : "plays, seeks";
      rows.push(`| ${pitfall.number} | ${pitfall.name} | ${found} | ${film.work} | ${seconds} | ${result} |`);
    });
});

describe("a newer screen", { skip: missing, ...LONG }, () => {
  test("gets a VP9 picture copied into an MP4 that plays, when only the sound of its WebM does not", async () => {
    const folder = tempFolder({ after });
    mkdirSync(join(folder, "films"));
    const tones = [1, 2, 3, 4, 5, 6].map((each) => `0.2*sin(${each}*1400*t)`).join("|");
    await runFfmpeg([
      ...["-v", "error", "-f", "lavfi", "-i", "testsrc2=s=640x360:r=25:d=2"],
      ...["-f", "lavfi", "-i", `aevalsrc='${tones}':s=48000:d=2:c=5.1`],
      ...["-c:v", "libvpx-vp9", "-cpu-used", "8", "-deadline", "realtime"],
      ...["-c:a", "libopus", "-mapping_family", "1", join(folder, "films", "surround.webm")],
    ]);
    const library = await openPlayedLibrary(folder, executable ?? "", { devices: ["google-tv-4k"] });
    try {
      const film = library.film("surround.webm") ?? assert.fail();
      assert.deepEqual([film.work, film.outcome], ["audio", "converted"], film.problemDetail ?? "");
      await library.provePlaying(film);
    } finally {
      await library.close();
    }
  });
});

const PAGE = new URL("../docs/reference/pitfalls.md", import.meta.url);

const page = (rows: readonly string[]): string => `# Pitfalls

Made by \`WRITE_MATRIX=1 npm test -- test/pitfalls.test.ts\`: a film with each pitfall is made with ffmpeg, judged for a
Chromecast 2 and 3, mended by the least work, judged again (nothing may be left to do), and played from this program's own
server in headless Chromium. A row that stands here passed detection, mending and replay. Seconds are of one run on two
cores. Telecine, soft telecine, black bars and burned-in subtitles have tests of their own (\`test/film-pictures.test.ts\`,
\`test/burn-in.test.ts\`).

| number | pitfall | found | work | seconds | result |
| --- | --- | --- | --- | --- | --- |
${rows.join("\n")}
`;
