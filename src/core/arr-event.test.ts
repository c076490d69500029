import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { arrChange, arrEvent } from "./arr-event.ts";

const said = (event: unknown) => arrChange(arrEvent.parse(event));

const SERIES = { id: 2, title: "Gravity Falls", path: "/tv/Gravity Falls", tvdbId: 259972 };
const MOVIE = { id: 7, title: "Heat", year: 1995, folderPath: "/movies/Heat (1995)", tmdbId: 949 };

const cases: readonly [string, object, ReturnType<typeof said>][] = [
  [
    "Sonarr's test",
    { eventType: "Test", series: { id: 1, path: "C:\\testpath" }, episodes: [{ id: 123 }] },
    { server: "sonarr", kind: "test", folders: [], isTree: false },
  ],
  [
    "Radarr's test",
    { eventType: "Test", movie: { id: 1, folderPath: "C:\\testpath" }, remoteMovie: {}, release: {} },
    { server: "radarr", kind: "test", folders: [], isTree: false },
  ],
  [
    "Sonarr 4: imported, an upgrade",
    {
      eventType: "Download",
      instanceName: "Sonarr",
      series: SERIES,
      episodeFile: {
        id: 9,
        relativePath: "Season 02/S02E14.mkv",
        path: "/tv/Gravity Falls/Season 02/S02E14.mkv",
      },
      isUpgrade: true,
      deletedFiles: [
        { id: 8, path: "/tv/Gravity Falls/Season 2/S02E14.avi", recycleBinPath: "/bin/S02E14.avi" },
      ],
    },
    {
      server: "sonarr",
      kind: "changed",
      folders: ["/tv/Gravity Falls/Season 02", "/tv/Gravity Falls/Season 2"],
      isTree: false,
    },
  ],
  [
    "Sonarr 4: all of a download imported",
    {
      eventType: "Download",
      series: SERIES,
      episodeFiles: [
        { path: "/tv/Gravity Falls/Season 01/S01E01.mkv" },
        { path: "/tv/Gravity Falls/Season 01/S01E02.mkv" },
      ],
    },
    { server: "sonarr", kind: "changed", folders: ["/tv/Gravity Falls/Season 01"], isTree: false },
  ],
  [
    "an older one, without the whole path",
    { eventType: "Download", series: SERIES, episodeFile: { relativePath: "Season 01/S01E01.mkv" } },
    { server: "sonarr", kind: "changed", folders: ["/tv/Gravity Falls/Season 01"], isTree: false },
  ],
  [
    "on Windows",
    {
      eventType: "Download",
      series: { path: "C:\\tv\\Gravity Falls" },
      episodeFile: { relativePath: "Season 01\\S01E01.mkv" },
    },
    { server: "sonarr", kind: "changed", folders: ["C:\\tv\\Gravity Falls\\Season 01"], isTree: false },
  ],
  [
    "renamed into another folder",
    {
      eventType: "Rename",
      series: SERIES,
      renamedEpisodeFiles: [
        { path: "/tv/Gravity Falls/S1/a.mkv", previousPath: "/tv/Gravity Falls/Season 1/b.mkv" },
      ],
    },
    {
      server: "sonarr",
      kind: "changed",
      folders: ["/tv/Gravity Falls/S1", "/tv/Gravity Falls/Season 1"],
      isTree: false,
    },
  ],
  [
    "renamed, nothing more is said",
    { eventType: "Rename", series: SERIES },
    { server: "sonarr", kind: "changed", folders: ["/tv/Gravity Falls"], isTree: true },
  ],
  [
    "an episode was deleted",
    {
      eventType: "EpisodeFileDelete",
      series: SERIES,
      episodeFile: { path: "/tv/Gravity Falls/Season 01/a.mkv" },
      deleteReason: "manual",
    },
    { server: "sonarr", kind: "changed", folders: ["/tv/Gravity Falls/Season 01"], isTree: false },
  ],
  [
    "a series was deleted",
    { eventType: "SeriesDelete", series: SERIES, deletedFiles: true },
    { server: "sonarr", kind: "changed", folders: ["/tv/Gravity Falls"], isTree: true },
  ],
  [
    "Radarr: imported",
    {
      eventType: "Download",
      movie: MOVIE,
      remoteMovie: { tmdbId: 949 },
      movieFile: { relativePath: "Heat.mkv", path: "/movies/Heat (1995)/Heat.mkv" },
      isUpgrade: false,
    },
    { server: "radarr", kind: "changed", folders: ["/movies/Heat (1995)"], isTree: false },
  ],
  [
    "Radarr 3: a film was deleted",
    {
      eventType: "MovieFileDelete",
      movie: MOVIE,
      movieFile: { relativePath: "Heat.mkv" },
      deleteReason: "upgrade",
    },
    { server: "radarr", kind: "changed", folders: ["/movies/Heat (1995)"], isTree: false },
  ],
  [
    "Radarr: renamed",
    {
      eventType: "Rename",
      movie: MOVIE,
      renamedMovieFiles: [{ previousRelativePath: "H.mkv", relativePath: "Heat.mkv" }],
    },
    { server: "radarr", kind: "changed", folders: ["/movies/Heat (1995)"], isTree: false },
  ],
  [
    "Radarr: out of its list",
    { eventType: "MovieDelete", movie: MOVIE, deletedFiles: false },
    { server: "radarr", kind: "changed", folders: ["/movies/Heat (1995)"], isTree: true },
  ],
  [
    "a grab",
    { eventType: "Grab", series: SERIES },
    { server: "sonarr", kind: "nothing", folders: [], isTree: false },
  ],
  [
    "health",
    { eventType: "Health", level: "warning" },
    { server: "sonarr", kind: "nothing", folders: [], isTree: false },
  ],
  [
    "a file without any name",
    { eventType: "Download", series: null, episodeFile: {} },
    { server: "sonarr", kind: "changed", folders: [], isTree: true },
  ],
];
for (const [name, event, expected] of cases) test(name, () => assert.deepEqual(said(event), expected));

test("whatever is sent, it is read or refused", () => {
  const keys = fc.constantFrom(...Object.keys(arrEvent.shape), "x");
  const event = fc.record({
    eventType: fc.constantFrom("Download", "Rename", "SeriesDelete"),
    more: fc.dictionary(keys, fc.jsonValue()),
  });
  fc.assert(
    fc.property(event, ({ eventType, more }) => {
      const parsed = arrEvent.safeParse({ ...more, eventType });
      if (parsed.success) assert.ok(Array.isArray(arrChange(parsed.data).folders));
    }),
  );
});

test("folders and files by the thousand take no longer than they are long", () => {
  const startedAt = performance.now();
  const episodeFiles = Array.from({ length: 10_000 }, (_, at) => ({ relativePath: `${at}.mkv` }));
  const series = { path: `${"/".repeat(4000)}x` };
  assert.equal(said({ eventType: "Download", series, episodeFiles }).folders.length, 1);
  const apart = episodeFiles.map((_, at) => ({ relativePath: `${at}/a.mkv` }));
  const { folders, isTree } = said({ eventType: "Download", series, episodeFiles: apart });
  assert.deepEqual([folders, isTree], [[series.path], true]);
  assert.ok(performance.now() - startedAt < 4000);
});
