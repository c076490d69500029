import assert from "node:assert/strict";
import { test } from "node:test";
import { audio, inContainer, media, planFor, profile, video } from "../../test/support/media.ts";
import type { AudioStream, MediaInfo } from "./media-info.ts";
import type { AudioPlan } from "./plan-audio.ts";
import type { EncodingProfile } from "./settings-profile.ts";

const ENCODE = {
  kind: "encode",
  stream: 1,
  channels: 2,
  sampleRateHz: 48_000,
  bitrateBps: 192_000,
  downmixes: false,
  fillsLateStart: false,
} as const;
const COPY = { kind: "copy", stream: 1, codec: "aac" } as const;

/** The sound's plan in a Matroska film, where there is always something to do. */
const check = (
  name: string,
  sound: Partial<AudioStream>,
  wanted: AudioPlan | null,
  sounds: Partial<EncodingProfile["audio"]> = {},
  around: (streams: MediaInfo["streams"]) => MediaInfo = (streams) => inContainer("matroska", { streams }),
): void => {
  test(name, () => {
    const encoding = profile({ audio: { ...profile().audio, ...sounds } });
    assert.deepEqual(planFor(around([video(), audio(sound)]), { profile: encoding }).audio, wanted);
  });
};

check("AAC-LC is copied", {}, COPY);
check("5.1", { channels: 6 }, { ...ENCODE, downmixes: true });
check(
  "5.1 to mono",
  { channels: 6 },
  { ...ENCODE, channels: 1, bitrateBps: 96_000, downmixes: true },
  { channels: 1 },
);
check("AC-3 stereo", { codec: "ac3" }, ENCODE);
check("AC-3 mono stays mono", { codec: "ac3", channels: 1 }, { ...ENCODE, channels: 1, bitrateBps: 96_000 });
check("channels not told", { codec: "ac3", channels: 0 }, ENCODE);
check("44.1 kHz stays", { codec: "mp3", sampleRateHz: 44_100 }, { ...ENCODE, sampleRateHz: 44_100 });
check("22.05 kHz", { sampleRateHz: 22_050 }, ENCODE);
check("192 kHz", { codec: "flac", sampleRateHz: 192_000 }, ENCODE);
check("late", { startSeconds: 1.2 }, { ...ENCODE, fillsLateStart: true });
check("bitrate of the profile", { codec: "dts" }, { ...ENCODE, bitrateBps: 128_000 }, { bitrate: 128_000 });
check("a film that plays needs none", {}, null, {}, (streams) => media({ streams }));
check("Opus plays in WebM, not in the MP4 made of it", { codec: "opus" }, ENCODE, {}, ([, sound = audio()]) =>
  inContainer("webm", { streams: [video({ codec: "vp9", profile: "Profile 0" }), sound] }),
);
check("no sound", {}, null, {}, () => inContainer("matroska", { streams: [video()] }));
check(
  "language and title are kept",
  { language: "eng", title: "Stereo\nMix" },
  { ...COPY, language: "eng", title: "Stereo Mix" },
);
check("a language MP4 has no room for", { codec: "ac3", language: "pt-br" }, ENCODE);

/** The track kept behind the stereo one, by its number; null: none. */
const checkSurround = (
  name: string,
  sounds: readonly Partial<AudioStream>[],
  wanted: number | null,
): void => {
  test(`surround kept: ${name}`, () => {
    const encoding = profile({ audio: { ...profile().audio, surround: "keep" } });
    const tracks = sounds.map((each, index) => audio({ index: index + 1, isDefault: index === 0, ...each }));
    const film = inContainer("matroska", { streams: [video(), ...tracks] });
    assert.equal(planFor(film, { profile: encoding }).surround?.stream ?? null, wanted);
    assert.equal(planFor(film).surround, null, "only when asked");
  });
};
const ac3 = { codec: "ac3", channels: 6, profile: null };
checkSurround("the film's own", [ac3], 1);
checkSurround("E-AC-3", [{ ...ac3, codec: "eac3" }], 1);
checkSurround("another of its language", [{ language: "eng" }, { ...ac3, language: "eng" }], 2);
checkSurround("not of another language", [{ language: "eng" }, { ...ac3, language: "deu" }], null);
checkSurround("no commentary", [{}, { ...ac3, isComment: true }], null);
checkSurround("no stereo", [{ ...ac3, channels: 2 }], null);
checkSurround("no DTS", [{ codec: "dts", channels: 6 }], null);
