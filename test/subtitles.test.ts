/** The subtitles of a film, as a viewer finds them beside it after it was made ready. */
import assert from "node:assert/strict";
import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { createFfprobe } from "../src/edges/ffprobe.ts";
import { encodeText } from "./support/legacy-text.ts";
import { assertNoPartials, filesBelow, newHouse } from "./support/orchestrator.ts";
import { assOf, makeSubtitled, srtOf, type Track } from "./support/subtitles.ts";

const media = (name: string): string => fileURLToPath(new URL(`../../shared/media/${name}`, import.meta.url));
const missing = (name: string): string | false =>
  existsSync(media(name)) ? false : `../shared/media/${name} is not there`;

const RUSSIAN = ["Где ты был вчера вечером?", "Я не знаю, что тебе сказать."] as const;
const language = (tag: string): readonly string[] => ["-c:s:N", "copy", "-metadata:s:s:N", `language=${tag}`];

const TRACKS: readonly Track[] = [
  {
    file: "en.srt",
    content: `\uFEFF${srtOf('<font color="#ffff00">Good <b>evening</b></font>', "two\nlines").replaceAll("\n", "\r\n")}`,
    options: [...language("eng"), "-disposition:s:N", "default"],
  },
  {
    file: "ja.ass",
    content: assOf("{\\p1}m 0 0 l 100 0 100 100{\\p0}", "{\\an8}{\\k20}<3 & you", "{\\an8}"),
    options: language("jpn"),
  },
  // The first line alone is outside ASCII: ffmpeg would lose it and say that all went well.
  { file: "ru.srt", content: encodeText(srtOf(RUSSIAN[0], "OK"), "windows-1251"), options: language("rus") },
  { file: "none.srt", content: srtOf("{\\an8}"), options: language("fra") },
  {
    file: "forced.srt",
    content: srtOf("Elvish"),
    options: [...language("eng"), "-metadata:s:s:N", "title=Forced"],
  },
];

test("tracks of every kind become readable files, and one without lines none", async (context) => {
  const house = newHouse(context);
  await makeSubtitled(join(house.root, "Film.mkv"), TRACKS);
  await house.start();
  const asset = await house.becomes("Film.mkv", "Completed", "Failed");
  assert.equal(asset.state, "Completed", asset.problemDetail ?? "");
  const labels = ["en", "en.forced", "ja", "ru"];
  const endings = labels.flatMap((each) => [`${each}.srt`, `${each}.vtt`]);
  assert.deepEqual(
    filesBelow(house.root),
    [...endings.map((each) => `Film.${each}`), "Film.mkv", "Film.mp4"].sort(),
  );
  const text = (ending: string): string => readFileSync(join(house.root, `Film.${ending}`), "utf8");
  assert.equal(
    text("en.vtt"),
    "WEBVTT\n\n00:00.500 --> 00:00.900\nGood <b>evening</b>\n\n00:01.500 --> 00:01.900\ntwo\nlines\n",
  );
  assert.equal(
    text("en.srt"),
    "1\n00:00:00,500 --> 00:00:00,900\nGood <b>evening</b>\n\n2\n00:00:01,500 --> 00:00:01,900\ntwo\nlines\n",
  );
  assert.equal(text("ja.vtt"), "WEBVTT\n\n00:01.500 --> 00:01.900\n&lt;3 &amp; you\n");
  assert.equal(text("ja.srt"), "1\n00:00:01,500 --> 00:00:01,900\n{\\an8}<3 & you\n");
  assert.match(text("ru.vtt"), new RegExp(`${RUSSIAN[0].replace("?", "\\?")}[\\s\\S]*OK`));
  assert.match(text("ru.srt"), new RegExp(RUSSIAN[0].replace("?", "\\?")));
  assertNoPartials(house.root);
});

test("text inside an MP4 is taken out", async (context) => {
  const house = newHouse(context);
  const source = { file: "a.srt", content: srtOf("Čeština & <i>Ω</i>"), options: ["-c:s:N", "mov_text"] };
  await makeSubtitled(join(house.root, "Film.mp4"), [source]);
  await house.start();
  const asset = await house.becomes("Film.mp4", "Completed", "Failed");
  assert.equal(asset.outputPath, join(house.root, "Film.chromecast.mp4"), asset.problemDetail ?? "");
  assert.match(readFileSync(join(house.root, "Film.chromecast.vtt"), "utf8"), /\nČeština &amp; <i>Ω<\/i>\n$/);
});

const PGS = "h264-two-languages-pgs-forced.mkv";
test("pictures of text are kept beside the film when the original goes", {
  skip: missing(PGS),
}, async (context) => {
  const house = newHouse(context, { library: { original: "archive" } });
  copyFileSync(media(PGS), join(house.root, "Film.mkv"));
  await house.start();
  const asset = await house.becomes("Film.mkv", "Archived", "Completed", "Failed");
  assert.equal(asset.state, "Archived", asset.problemDetail ?? "");
  const files = ["en.forced.sup", "en.sup", "es.forced.sup", "es.sup", "mp4"].map((each) => `Film.${each}`);
  assert.deepEqual(filesBelow(house.root), [".chromecast-originals/Film.mkv", ...files]);
  assert.equal(readFileSync(join(house.root, "Film.en.sup")).subarray(0, 2).toString(), "PG");
});

const VOBSUB = "h264-vobsub.mkv";
const TWO_LOCKS = { operational: { remove_original_after_success: true } };
test("those of a DVD too, and an original that holds nothing else may be deleted", {
  skip: missing(VOBSUB),
}, async (context) => {
  const house = newHouse(context, { library: { original: "delete" }, ...TWO_LOCKS });
  copyFileSync(media(VOBSUB), join(house.root, "Film.mkv"));
  await house.start();
  const asset = await house.becomes("Film.mkv", "Archived", "Completed", "Failed");
  assert.equal(asset.state, "Archived", asset.problemDetail ?? "");
  assert.deepEqual(filesBelow(house.root), ["Film.en.mks", "Film.mp4"]);
  const { media: pictures } = await createFfprobe().probe(join(house.root, "Film.en.mks"));
  assert.deepEqual(
    pictures.streams.map((each) => `${each.codec} ${each.language}`),
    ["dvd_subtitle eng"],
  );
});

test("under keep they stay in the original", { skip: missing(VOBSUB) }, async (context) => {
  const house = newHouse(context);
  copyFileSync(media(VOBSUB), join(house.root, "Film.mkv"));
  await house.start();
  await house.becomes("Film.mkv", "Completed", "Failed");
  assert.deepEqual(filesBelow(house.root), ["Film.mkv", "Film.mp4"]);
});
