import assert from "node:assert/strict";
import { test } from "node:test";
import { media, subtitle, video } from "../../test/support/media.ts";
import type { SubtitleStream } from "./media-info.ts";
import { planSidecars, whyDropped } from "./plan-subtitles.ts";

const labels = (
  name: string,
  tracks: readonly Partial<SubtitleStream>[],
  wanted: readonly string[],
): void => {
  test(`sidecars: ${name}`, () => {
    const film = media({
      streams: [video(), ...tracks.map((each, index) => subtitle({ ...each, index: index + 1 }))],
    });
    assert.deepEqual(
      planSidecars(film, { sidecarFormats: ["vtt", "srt"], keepsOriginal: true }).map(
        (each) => `${each.stream} ${each.label} ${each.format}`,
      ),
      wanted.flatMap((each) => [`${each} vtt`, `${each} srt`]),
    );
  });
};
labels("language", [{ language: "eng" }], ["1 en"]);
labels("none", [{}], ["1 "]);
labels("region", [{ language: "pt-br" }], ["1 pt-br"]);
labels("forced by flag", [{ language: "ger", isForced: true }], ["1 de.forced"]);
labels("forced by title", [{ language: "eng", title: "Foreign parts" }], ["1 en.forced"]);
labels("for the hard of hearing", [{ language: "eng", isHearingImpaired: true }], ["1 en.sdh"]);
labels("for the hard of hearing by title", [{ title: "English (SDH)" }], ["1 sdh"]);
labels(
  "forced and for the hard of hearing",
  [{ language: "eng", isForced: true, isHearingImpaired: true }],
  ["1 en.forced.sdh"],
);
labels(
  "two alike",
  [{ language: "eng" }, { language: "en" }, { language: "eng" }],
  ["1 en", "2 en.2", "3 en.3"],
);
labels("two without a language", [{}, {}], ["1 ", "2 2"]);
labels("a language that would leave the folder", [{ language: "../../etc" }], ["1 "]);
labels("a language too long for a name", [{ language: "x".repeat(300) }], ["1 "]);
labels("a language every object knows", [{ language: "constructor" }], ["1 constructor"]);
for (const codec of ["subrip", "ass", "ssa", "mov_text", "webvtt", "text"])
  labels(codec, [{ codec, language: "fra" }], ["1 fr"]);
for (const codec of ["hdmv_pgs_subtitle", "dvd_subtitle", "dvb_subtitle", "xsub", "dvb_teletext", "eia_608"])
  labels(codec, [{ codec }], []);
labels(
  "forced by a title in another case",
  [{ language: "eng", title: "English (FORCED)" }],
  ["1 en.forced"],
);
labels("a title that only holds the word", [{ language: "eng", title: "Unforced" }], ["1 en"]);
labels("default needs no word", [{ language: "eng", isDefault: true }], ["1 en"]);
labels("a language with three letters only", [{ language: "fil" }], ["1 fil"]);
labels("a language of few", [{ language: "may" }], ["1 ms"]);
labels("a region in capitals", [{ language: "pt_BR" }], ["1 pt-br"]);

test("pictures are taken out only when the original goes, beside text of the same language", () => {
  const codecs = ["subrip", "hdmv_pgs_subtitle", "dvd_subtitle", "dvb_subtitle", "xsub", "dvb_teletext"];
  const film = media({
    streams: [
      video(),
      ...codecs.map((codec, index) => subtitle({ codec, index: index + 1, language: "eng" })),
    ],
  });
  const planned = (keepsOriginal: boolean) =>
    planSidecars(film, { sidecarFormats: ["vtt"], keepsOriginal }).map(
      ({ stream, label, format }) => `${stream} ${label}.${format}`,
    );
  assert.deepEqual(planned(true), ["1 en.vtt"]);
  assert.deepEqual(planned(false), ["1 en.vtt", "2 en.sup", "3 en.2.mks", "4 en.3.mks", "5 en.4.mks"]);
});

/** Label of each track of text, and of one of pictures at the end, where people's files have the labels `taken`. */
const beside = (keepsOriginal: boolean, taken: readonly string[], wanted: readonly string[]): void => {
  test(`beside ${taken.join(", ")}, ${keepsOriginal ? "kept" : "not kept"}: ${wanted.join(", ")}`, () => {
    const tracks = ["eng", "ger", "eng"].map((language, index) => subtitle({ index: index + 1, language }));
    const pictures = subtitle({ index: 4, language: "eng", codec: "hdmv_pgs_subtitle" });
    const film = media({ streams: [...tracks, pictures] });
    const found = planSidecars(film, { sidecarFormats: ["vtt"], keepsOriginal }, new Set(taken));
    assert.deepEqual(
      found.map((each) => `${each.stream} ${each.label}`),
      wanted,
    );
  });
};
beside(true, ["en"], ["2 de", "3 en.2"]);
beside(true, ["fr", "en.2"], ["1 en", "2 de"]);
beside(false, ["en"], ["1 en.2", "2 de", "3 en.3", "4 en"]);
beside(false, ["en", "en.2", "fr"], ["1 en.3", "2 de", "3 en.4", "4 en"]);

test("no more than 100 tracks", () => {
  const streams = Array.from({ length: 120 }, (_, index) => subtitle({ index, language: "eng" }));
  const wanted = { sidecarFormats: ["vtt"], keepsOriginal: true } as const;
  assert.equal(planSidecars(media({ streams }), wanted).length, 100);
  assert.match(whyDropped(subtitle(), wanted), /more than 100/);
});

const says = (codec: string, keepsOriginal: boolean, wanted: RegExp): void => {
  test(`left out: ${codec}, ${keepsOriginal ? "kept" : "not kept"}`, () =>
    assert.match(whyDropped(subtitle({ codec }), { keepsOriginal, sidecarFormats: [] }), wanted));
};
for (const codec of ["hdmv_pgs_subtitle", "dvd_subtitle", "dvb_subtitle", "xsub"])
  says(codec, true, /stay in the original/);
for (const codec of ["dvb_teletext", "eia_608"])
  for (const keepsOriginal of [true, false]) says(codec, keepsOriginal, /captions of television/);
says("subrip", true, /no subtitle files are wished for/);
says("stl", false, /no such subtitles/);
