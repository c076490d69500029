import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { episodeCode, folded, readFilmName, sortName } from "./film-name.ts";

const said = (path: string): string => {
  const { title, year, episode } = readFilmName(path);
  return [title, year === null ? "" : `(${year})`, episode === null ? "" : episodeCode(episode)]
    .filter((each) => each !== "")
    .join(" ");
};

const NAMES: readonly (readonly [string, string])[] = [
  ["Alien (1979)/Alien (1979) 1080p.mp4", "Alien (1979)"],
  ["Amélie (2001)/Amélie.mkv", "Amélie (2001)"],
  ["The.Rum.Diary.2011.1080p.BluRay.DTS.x264.D-Z0N3.mkv", "The Rum Diary (2011)"],
  ["2001.A.Space.Odyssey.1968.720p.mkv", "2001 A Space Odyssey (1968)"],
  ["1917 (2019)/1917 (2019).mkv", "1917 (2019)"],
  ["Blade Runner 2049 (2017) [2160p].mkv", "Blade Runner 2049 (2017)"],
  ["Dunkirk.1080p.BluRay.x264-GROUP.mkv", "Dunkirk"],
  ["Charlotte's Web.avi", "Charlotte's Web"],
  ["【高清】 Avida.2006.FRENCH.DVDRiP.avi", "Avida (2006)"],
  ["Severance/Season 1/Severance S01E02.mkv", "Severance S01E02"],
  ["30 Rock/Season 01/30.rock.s01e02.avi", "30 Rock S01E02"],
  ["Game.of.Thrones.S05E07.720p.HDTV-KILLERS.mkv", "Game of Thrones S05E07"],
  ["Show/Season 3/Season 3 Episode 9.avi", "Show S03E09"],
  ["Series (2010)/Season 2009/S2009E02 blah.avi", "Series (2010) S2009E02"],
  ["Pawn Stars -- 4x13 -- Broadsiding Lincoln.mkv", "Pawn Stars S04E13"],
  ["Series/Specials/S00E01.mkv", "Series S00E01"],
  ["Series/Season 01/1 Pilot (1080p HD).mkv", "Series S01E01"],
  ["The.Daily.Show.2015.07.01.Kirsten.Gillibrand.720p.mkv", "The Daily Show S2015E701"],
  ["[HorribleSubs] Maria the Virgin Witch - 09 [720p].mkv", "Maria the Virgin Witch E09"],
  ["[SubsPlease] One Piece - 1111 (480p) [2E05E658].mkv", "One Piece E1111"],
  ["Movie 1920x1080.mkv", "Movie 1920x1080"],
  ["S01E01.mkv", "S01E01"],
  [".mkv", "mkv"],
  ["[].mkv", "[]"],
];

for (const [path, expected] of NAMES)
  test(`${path} is ${expected}`, () => assert.equal(said(path), expected));

test("titles are sorted without articles, accents and case; episodes by their numbers", () => {
  const paths = [
    "The Zoo.mkv",
    "alien.mkv",
    "Élite.S01E10.mkv",
    "Elite.S01E09.mkv",
    "Zoo Story.mkv",
    "A.mkv",
    "Heat (1995).mkv",
    "Heat (1986).mkv",
  ];
  const order = paths.toSorted((a, b) => (sortName(readFilmName(a)) < sortName(readFilmName(b)) ? -1 : 1));
  assert.deepEqual(order, [
    "A.mkv",
    "alien.mkv",
    "Elite.S01E09.mkv",
    "Élite.S01E10.mkv",
    "Heat (1986).mkv",
    "Heat (1995).mkv",
    "The Zoo.mkv",
    "Zoo Story.mkv",
  ]);
  assert.equal(folded("  Amélie_&-2 "), "amelie 2");
});

const REAL = new URL("../../../shared/names/library-names.txt", import.meta.url);
test("every name of the real world has a title of bounded length", { skip: !existsSync(REAL) }, () => {
  const paths = readFileSync(REAL, "utf8")
    .split("\n")
    .filter((each) => each !== "" && !each.endsWith("/"));
  assert.ok(paths.length > 500);
  const read = paths.map((path) => ({ path, ...readFilmName(path) }));
  for (const { path, title, episode } of read) {
    assert.ok(title.length > 0 && title.length <= Math.max(200, path.length), path);
    if (episode) assert.ok(episode.show !== "" && (episode.season ?? episode.number) !== null, path);
  }
  const marked = read.filter(({ path }) =>
    /(?<![a-z0-9])s\d{1,2}e\d{1,2}/i.test(path.split("/").at(-1) ?? ""),
  );
  const known = marked.filter(({ episode }) => episode !== null);
  assert.ok(known.length / marked.length > 0.9, `${known.length} of ${marked.length} episodes`);
});
