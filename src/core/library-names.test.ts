import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { isSystemName, leftAlone } from "./library-names.ts";

const LOOKED_AT = [
  "Sample Life (2010).mkv",
  "Free Sample (2012).mkv",
  "Free Sample.mkv",
  "The.Sample.2014.1080p.mkv",
  "media/movies/sampler.mkv",
  "The-Interview.mkv",
  "The.Interview.2014.mkv",
  "Crime Scene.mkv",
  "Sin City - The Scene.mkv",
  "Trailer Park Boys S01E01.mkv",
  "Extras/Season 1/Extras - S01E01.mkv",
  "TV/Extras/Season 1/S01E01.mkv",
  "TV/Extras/Series 2/episode.mkv",
  "TV/Extras/Extras.S01E02.mkv",
  "Extras/pilot.mkv",
  "Deleted (2022).mkv",
  "Shorts/For the Birds.mkv",
  "Show/Specials/S00E01.mkv",
  "The Other (1972).mkv",
  "big-buck-bunny_trailer-short.vp8.webm",
  "no extension",
  "film.xyz",
  "film.iso",
  "VTS_01_1.VOB",
  "concert.ogg",
  "Movie (2010).mp4",
  "a\nnewline.mkv",
  "Filme/Ünïcode 映画.mkv",
  "film.mkv.bak",
  "Movie 300.mkv",
  "The World Scene-other.mov/film.mkv",
] as const;

const LEFT_ALONE = [
  [".hidden.mkv", "hidden"],
  ["._24 The Status Quo Combustion.mp4", "hidden"],
  [".film.0f3c.partial.mp4", "hidden"],
  ["Film/.film.0f3c.partial.mp4", "hidden"],
  [".cvc-archive/film.mkv", "hidden"],
  ["a/.b/c/film.mkv", "hidden"],
  ["lost+found/film.mkv", "a folder of the system"],
  ["Film/@eaDir/film.mkv", "a folder of the system"],
  ["$RECYCLE.BIN/x.mkv", "a folder of the system"],
  ["System Volume Information/x", "a folder of the system"],
  ["#recycle/film.mkv", "a folder of the system"],
  ["sample.mkv", "a sample"],
  ["Sample.avi", "a sample"],
  ["sample-group-film.mkv", "a sample"],
  ["Some.Movie.2019.1080p.BDRip.X264.AC3-EVO-sample.mkv", "a sample"],
  ["dcs.legends.of.tomorrow.s02e01.720p.bluray.x264-demand.sample.mkv", "a sample"],
  ["Movie (2010) sample.mkv", "a sample"],
  ["Movie 720p sample.mkv", "a sample"],
  ["Movie - Sample.mkv", "a sample"],
  ["Movie_sample2.mkv", "a sample"],
  ["Film/Sample/film.mkv", "extras"],
  ["media/movie/sample/movie.mp4", "extras"],
  ["Film/Extras/making of.mkv", "extras"],
  ["Film/Featurettes/a.mkv", "extras"],
  ["Film/Behind The Scenes/a.mkv", "extras"],
  ["Film/Deleted Scenes/a.mkv", "extras"],
  ["Film/Trailers/a.mkv", "extras"],
  ["Trailers/a.mkv", "extras"],
  ["trailer.mp4", "an extra"],
  ["Film (2010)-trailer.mkv", "an extra"],
  ["Film-trailer2.mkv", "an extra"],
  ["Film.trailer.mkv", "an extra"],
  ["Making of-behindthescenes.mkv", "an extra"],
  ["Film (2010)-featurette.mkv", "an extra"],
  ["Some Talk-interview.mkv", "an extra"],
  ["Lost one-deleted.mkv", "an extra"],
  ["A (2010)-scene.mkv", "an extra"],
  ["A b-short.mkv", "an extra"],
  ["The World of Pandora-other.mkv", "an extra"],
  ["film.srt", "goes with a film"],
  ["film.eng.forced.ASS", "goes with a film"],
  ["poster.JPG", "goes with a film"],
  ["film.nfo", "goes with a film"],
  ["film.r00", "goes with a film"],
  ["film.part01.rar", "goes with a film"],
  ["film.001", "goes with a film"],
  ["song.mp3", "goes with a film"],
  ["film.mkv.part", "goes with a film"],
  ["film.mkv.crdownload", "goes with a film"],
  ["film.mkv.!qB", "goes with a film"],
] as const;

test("files that are looked at", () => {
  for (const path of LOOKED_AT) assert.equal(leftAlone(path, "file"), null, path);
});

test("files that are left alone, and why", () => {
  for (const [path, why] of LEFT_ALONE) assert.equal(leftAlone(path, "file"), why, path);
});

test("folders: pruned, or entered to see", () => {
  for (const path of [
    "Film",
    "Extras",
    "TV/Extras",
    "TV/Extras/Season 1",
    "x.mkv",
    "Sample Life (2010)",
    "Show.S01-sample.mkv",
  ])
    assert.equal(leftAlone(path, "folder"), null, path);
  for (const path of [".git", "Film/Sample", "Film/Trailers", "TV/The Office/Extras/Deep", "@eaDir"])
    assert.notEqual(leftAlone(path, "folder"), null, path);
});

test("names that do not make a root filled", () => {
  for (const name of [".DS_Store", "lost+found", "$RECYCLE.BIN"])
    assert.equal(isSystemName(name), true, name);
  for (const name of ["film.mkv", "Films", "notes.txt"]) assert.equal(isSystemName(name), false, name);
});

const NAMES = join(import.meta.dirname, "../../../shared/names/library-names.txt");

test("real library names: what is left alone", {
  skip: existsSync(NAMES) ? false : "shared/names is absent",
}, () => {
  const lines = readFileSync(NAMES, "utf8")
    .split("\n")
    .filter((each) => each !== "" && !each.endsWith("/"));
  const films = lines
    .map((each) => each.replaceAll("\\n", "\n").replaceAll("\\t", "\t"))
    .filter((each) => /\.(mkv|mp4|avi|mov|webm|wmv|ts|m4v|mpg)$/i.test(each));
  assert.ok(films.length > 700);
  const extras = films.filter((each) => !["hidden", null].includes(leftAlone(each, "file")));
  // Each was looked at by eye: samples, trailers and Plex extras, and none that is a film.
  assert.deepEqual(extras.sort(), [
    "Some.Movie.2019.1080p.BDRip.X264.AC3-EVO-sample.mkv",
    "The World of Pandora-other.mkv",
    "WWIIs.Most.Daring.Raids.S01E04.Storming.Mussolinis.Island.1080p.WEB.h264-EDHD/wwiis.most.daring.raids.s01e04.storming.mussolinis.island.1080p.web.h.264-edhd-sample.mkv",
    "dcs.legends.of.tomorrow.s02e01.720p.bluray.x264-demand.sample.mkv",
    "media/movie/sample/movie.mp4",
    "wwiis.most.daring.raids.s01e04.storming.mussolinis.island.1080p.web.h.264-edhd-sample.mkv",
  ]);
});
