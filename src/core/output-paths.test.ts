import assert from "node:assert/strict";
import { test } from "node:test";
import {
  archivePath,
  finalPaths,
  homeOf,
  outputFolder,
  partialPath,
  partialToken,
  SET_ASIDE,
  sidecarPath,
} from "./output-paths.ts";

const TOKEN = "0123456789abcdef";
const LONG = "ü".repeat(200);
const bytes = (name: string): number => Buffer.byteLength(name.slice(name.lastIndexOf("/") + 1));

const same = <T>(name: string, found: T, wanted: T): void => {
  test(name, () => assert.deepEqual(found, wanted));
};
const firstThree = (source: string): readonly string[] => finalPaths("/f", source).slice(0, 3);

same("partial", partialPath("/f", "/in/Film.mkv", TOKEN, "mp4"), `/f/.Film.${TOKEN}.partial.mp4`);
same(
  "partial of a long name is short even where names are encrypted",
  bytes(partialPath("/f", `${LONG}.mkv`, TOKEN.repeat(2), `text.${"x".repeat(32)}.srt`)) <= 143,
  true,
);
same(
  "partial of a long name keeps its token",
  partialToken(partialPath("", `${LONG}.mkv`, TOKEN, "mp4")),
  TOKEN,
);
for (const [name, token] of [
  [`.Film.${TOKEN}.partial.mp4`, TOKEN],
  [`.Film.${TOKEN}.partial.en.forced.vtt`, TOKEN],
  [`.Film.${TOKEN}.partial.part-003.mp4`, TOKEN],
  [`.Film.${TOKEN}.partial.sound.mp4`, TOKEN],
  [`.a\nb.${TOKEN}.partial.mp4`, TOKEN],
  [`.${TOKEN}.partial.trial`, TOKEN],
  [`Film.${TOKEN}.partial.mp4`, null],
  [`.Film.${TOKEN}.mp4`, null],
  [".Film.xyz.partial.mp4", null],
  [".Film.mp4", null],
] as const)
  same(`token of ${JSON.stringify(name)}`, partialToken(name), token);

same("beside an MKV", firstThree("Film.mkv"), [
  "/f/Film.mp4",
  "/f/Film.chromecast.mp4",
  "/f/Film.chromecast-2.mp4",
]);
same("beside an MP4", firstThree("Film.mp4"), [
  "/f/Film.chromecast.mp4",
  "/f/Film.chromecast-2.mp4",
  "/f/Film.chromecast-3.mp4",
]);
same("beside an MP4 in capitals", firstThree("FILM.MP4")[0], "/f/FILM.chromecast.mp4");
same("a name with dots", firstThree("S01E01.The.End.mkv")[0], "/f/S01E01.The.End.mp4");
same("a name that is only an ending", firstThree(".mkv")[0], "/f/.mkv.mp4");
same("no ending", firstThree("Film")[0], "/f/Film.mp4");
same("no real ending", firstThree("Dr. Strangelove (1964)")[0], "/f/Dr. Strangelove (1964).mp4");
same("all different", new Set(finalPaths("/f", `${LONG}.mkv`)).size, 100);
same(
  "all short enough",
  finalPaths("/f", `${LONG}.mkv`).every((each) => bytes(each) <= 255),
  true,
);
same(
  "cut between characters",
  finalPaths("/f", `${"👩‍🚀".repeat(60)}.mkv`).every((each) => !each.includes("\ufffd")),
  true,
);

same("sidecar", sidecarPath("/f/Film.mp4", "en.forced", "vtt"), "/f/Film.en.forced.vtt");
same("sidecar without a language", sidecarPath("/f/Film.mp4", "", "srt"), "/f/Film.srt");
same(
  "the sidecar of a long name fits and is named as its film",
  finalPaths("/f", `${LONG}.mkv`).filter((film) => {
    const sidecar = sidecarPath(film, `pt-br.forced.sdh.${"1".repeat(15)}`, "vtt");
    return bytes(sidecar) > 255 || !sidecar.startsWith(film.slice(0, -"mp4".length));
  }),
  [],
);
same("output beside", outputFolder("/films", "a/b/Film.mkv", "beside"), "/films/a/b");
same("output elsewhere", outputFolder("/films", "a/b/Film.mkv", "/out"), "/out/a/b");
same("output of the root", outputFolder("/films", "Film.mkv", "beside"), "/films");
same(
  "archive by default",
  archivePath("/films", "a/Film.mkv", ""),
  "/films/.chromecast-originals/a/Film.mkv",
);
same("archive elsewhere", archivePath("/films", "a/Film.mkv", "/old"), "/old/a/Film.mkv");

test("a file that was set aside is at home where it was published, whatever the name of its film", () => {
  assert.equal(homeOf(`/out/${SET_ASIDE}/Film.mp4`, "Film.mp4"), "/out");
  assert.equal(homeOf(`/out/a/${SET_ASIDE}/Film.mp4`, "a/Film.mkv"), "/out");
});
