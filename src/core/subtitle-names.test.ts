import assert from "node:assert/strict";
import { test } from "node:test";
import { neighbourSubtitles, planNeighbours } from "./subtitle-names.ts";

/** Key and language of a name beside `Film.mkv`; null: it is not of this film. */
const check = (name: string, wanted: readonly [key: string, language: string | null] | null): void => {
  test(`beside Film.mkv: ${JSON.stringify(name)}`, () => {
    const [found] = neighbourSubtitles("/f/Film.mkv", [name]);
    assert.deepEqual(found ? [found.key, found.language] : null, wanted);
  });
};
check("Film.srt", ["", null]);
check("Film.en.srt", ["en", "en"]);
check("Film.eng.SRT", ["en", "en"]);
check("Film.en.forced.ass", ["en.forced", "en"]);
check("Film.forced.en.ass", ["en.forced", "en"]);
check("Film.en.foreign.ssa", ["en.forced", "en"]);
check("Film.pt-BR.sdh.srt", ["pt-br.sdh", "pt-br"]);
check("Film.pt_BR.cc.vtt", ["pt-br.sdh", "pt-br"]);
check("Film.zh-Hans.srt", ["zh-hans", "zh-hans"]);
check("Film.es-419.srt", ["es-419", "es-419"]);
check("Film.hi.srt", ["hi", "hi"]);
check("Film.en.hi.srt", ["en.sdh", "en"]);
check("Film.de.default.srt", ["de", "de"]);
check("Film.en.2.srt", ["en.2", "en"]);
for (const name of [
  "Film 2.srt",
  "Film2.en.srt",
  "film.en.srt",
  "Film.Part 2.srt",
  "Film.Part.2.en.srt",
  "Film.en.de.srt",
  "Film.3.srt",
  "Film.3.en.srt",
  "Film.en-12.srt",
  "Film.xx.srt",
  "Film.dts.srt",
  "Film.constructor.srt",
  "Film.__proto__.srt",
  "Film.en.srt.bak",
  "Film.en.sub",
  "Film.en.",
  "Film",
  "Film..srt",
  "Other.en.srt",
  "Film.en\n.srt",
  "Film.%03d.srt",
  "-Film.en.srt",
])
  check(name, null);

test("a subtitle of a film with a longer name is not of the shorter one's", () => {
  const names = [
    "Alien.mkv",
    "Alien.de.mkv",
    "Alien.de.mp4",
    "Alien.de.srt",
    "Alien.de.forced.srt",
    "Alien.en.srt",
  ];
  const of = (film: string) => neighbourSubtitles(`/f/${film}`, names).map((each) => each.name);
  assert.deepEqual(of("Alien.mkv"), ["Alien.en.srt"]);
  assert.deepEqual(of("Alien.de.mkv"), ["Alien.de.forced.srt", "Alien.de.srt"]);
});

test("a film's name is no pattern, whatever is in it", () => {
  const stem = "-a (b) [c] %03d \" ' \n $&";
  const [found] = neighbourSubtitles(`/f/${stem}.mkv`, [`${stem}.en.srt`]);
  assert.equal(found?.label, "en");
});

test("no more than 64 are looked at", () => {
  const names = Array.from({ length: 99 }, (_, index) => `Film.en.${index + 1}.srt`);
  assert.equal(neighbourSubtitles("/f/Film.mkv", names).length, 64);
});

/** `source -> files` for the names beside a film. */
const made = (
  name: string,
  names: readonly string[],
  formats: readonly ("vtt" | "srt")[],
  wanted: readonly string[],
): void => {
  test(`made of them: ${name}`, () =>
    assert.deepEqual(
      planNeighbours(neighbourSubtitles("/f/Film.mkv", names), formats).map(
        ({ source, files }) => `${source.name} -> ${files.map((each) => each.written).join(" ")}`,
      ),
      wanted,
    ));
};
made("SubRip", ["Film.en.srt"], ["vtt", "srt"], ["Film.en.srt -> vtt srt"]);
made("ASS", ["Film.ass"], ["vtt"], ["Film.ass -> vtt"]);
made("nothing wished for", ["Film.ass"], [], []);
made("the best of a label", ["Film.en.ass", "Film.EN.srt"], ["vtt"], ["Film.EN.srt -> vtt"]);
made("WebVTT is best", ["Film.en.srt", "Film.en.vtt"], ["vtt", "srt"], ["Film.en.vtt -> vtt srt"]);
made("spelled as it is there", ["Film.en.SRT"], ["vtt", "srt"], ["Film.en.SRT -> vtt SRT"]);
made(
  "each label",
  ["Film.en.srt", "Film.en.forced.srt", "Film.srt"],
  ["vtt"],
  ["Film.en.forced.srt -> vtt", "Film.en.srt -> vtt", "Film.srt -> vtt"],
);
