import assert from "node:assert/strict";
import { test } from "node:test";
import { audio, inContainer, media, planFor, video } from "../../test/support/media.ts";
import { DEVICES } from "./devices.ts";
import { chooseAudio, judgeAudio, shortLanguage } from "./judge-audio.ts";
import type { AudioStream, VideoStream } from "./media-info.ts";
import type { ReasonCode } from "./reasons.ts";
import type { Work } from "./work.ts";

const check = (
  name: string,
  sound: Partial<AudioStream>,
  reasons: readonly ReasonCode[],
  work: Work = reasons.length > 0 ? "audio" : "none",
  picture: Partial<VideoStream> = {},
): void => {
  test(name, () => {
    const track = audio(sound);
    const film = media({ streams: [video(picture), track] });
    const found = judgeAudio(track, DEVICES["chromecast-2"], film);
    assert.deepEqual(
      found.map(({ code }) => code),
      reasons,
    );
    for (const reason of found) assert.equal(reason.stream, track.index);
    assert.equal(planFor(film).work, work);
  });
};

check("AAC-LC stereo", {}, []);
check("mono", { channels: 1 }, []);
check("profile not told", { profile: null }, []);
check("channels not told", { channels: 0 }, []);
check("1: AAC 5.1", { channels: 6 }, ["audio-channels"]);
for (const profile of ["HE-AAC", "HE-AACv2", "Main", "LTP", "xHE-AAC"])
  check(`1: ${profile}`, { profile }, ["audio-profile"]);
check("1: HE-AAC 5.1", { profile: "HE-AAC", channels: 6 }, ["audio-profile", "audio-channels"]);
for (const codec of ["mp3", "opus", "flac", "vorbis", "dts", "truehd", "ac3", "eac3", "pcm_s16le"])
  check(`20: ${codec} in MP4`, { codec, profile: null, tag: "" }, ["audio-codec"]);
check("AC-3 5.1", { codec: "ac3", profile: null, channels: 6 }, ["audio-codec", "audio-channels"]);
for (const sampleRateHz of [32_000, 44_100, 48_000]) check(`${sampleRateHz} Hz`, { sampleRateHz }, []);
for (const sampleRateHz of [0, 22_050, 96_000])
  check(`${sampleRateHz} Hz`, { sampleRateHz }, ["audio-sample-rate"]);
check("14: late", { startSeconds: 1.2 }, ["audio-late"]);
check("14: just late enough to hear", { startSeconds: 0.12 }, ["audio-late"]);
check("14: hardly late", { startSeconds: 0.1 }, []);
check("14: early", { startSeconds: 0 }, [], "none", { startSeconds: 1 });
check("14: both late together", { startSeconds: 5.05 }, [], "copy", { startSeconds: 5 });
check("14: start not told", { startSeconds: null }, [], "none", { startSeconds: null });
check("14: no time of the picture told", { startSeconds: 1 }, ["audio-late"], "audio", {
  startSeconds: null,
});

test("without a picture the beginning is zero", () => {
  const track = audio({ startSeconds: 2 });
  assert.deepEqual(
    judgeAudio(track, DEVICES["chromecast-2"], media({ streams: [track] })).map(({ code }) => code),
    ["audio-late"],
  );
});

for (const [codec, wanted] of [
  ["opus", []],
  ["vorbis", []],
  ["aac", ["audio-codec"]],
] as const)
  test(`${codec} in WebM`, () => {
    const track = audio({ codec, sampleRateHz: 48_000 });
    assert.deepEqual(
      judgeAudio(track, DEVICES["chromecast-2"], inContainer("webm", { streams: [video(), track] })).map(
        ({ code }) => code,
      ),
      wanted,
    );
  });

const choose = (
  name: string,
  tracks: readonly Partial<AudioStream>[],
  languages: readonly string[],
  wanted: number | null,
): void => {
  test(`choose: ${name}`, () => {
    const all = tracks.map((each, index) => audio({ index: index + 1, isDefault: false, ...each }));
    assert.equal(chooseAudio(media({ streams: [video(), ...all] }), languages)?.index ?? null, wanted);
  });
};

choose("none", [], ["en"], null);
choose("the only one", [{}], [], 1);
choose("the first", [{}, {}], [], 1);
choose("the default", [{}, { isDefault: true }], [], 2);
choose("the original before the default", [{ isDefault: true }, { isOriginal: true }], [], 2);
choose("by language", [{ language: "eng" }, { language: "ger" }], ["de"], 2);
choose("by the second wish", [{ language: "eng" }, { language: "ger" }], ["fr", "de"], 2);
choose("no wish met: the default", [{ language: "eng" }, { language: "ger", isDefault: true }], ["fr"], 2);
choose("the default among a language", [{ language: "en" }, { language: "eng", isDefault: true }], ["en"], 2);
choose("a region is the language", [{ language: "spa" }, { language: "pt-br" }], ["pt"], 2);
choose("Filipino is not Finnish", [{ language: "fil" }, { language: "fin" }], ["fi"], 2);
choose("no language tagged", [{ language: null }, { language: "eng" }], ["en"], 2);
choose("13: the commentary is default", [{}, { isComment: true, isDefault: true }], [], 1);
choose(
  "13: commentary by its title",
  [{ title: "Director's Commentary", language: "eng" }, { language: "ger" }],
  ["en"],
  2,
);
choose("13: for the blind", [{ isVisualImpaired: true }, {}], [], 2);
choose("13: for the hard of hearing", [{ isHearingImpaired: true }, {}], [], 2);
choose("13: audio description by its title", [{ title: "Audio Desc" }, {}], [], 2);
choose("13: only a commentary", [{ isComment: true }], [], 1);

for (const [tag, wanted] of [
  ["eng", "en"],
  ["GER", "de"],
  ["pt-BR", "pt-br"],
  ["por_br", "pt-br"],
  ["xxx", "xxx"],
  ["", ""],
  ["constructor", "constructor"],
  ["__proto__", "--proto--"],
] as const)
  test(`short language: ${tag}`, () => assert.equal(shortLanguage(tag), wanted));
