/** The webhook of Sonarr and Radarr, as they send it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createArrIntake } from "../src/apps/arr-intake.ts";
import { settingsFrom } from "../src/apps/settings-source.ts";
import { createLog } from "../src/edges/log.ts";
import { suite } from "./support/server.ts";

const newIntake = () => {
  const looks: unknown[] = [];
  const settings = settingsFrom({
    libraries: { films: { root: "/media/films" }, shows: { root: "/media/shows" } },
    sonarr: { path_map: { "/media/shows": "/tv" } },
    radarr: { path_map: { "/media/films": "D:\\Movies" } },
  });
  const needs = { settings, log: createLog("silent"), now: () => 5 };
  const intake = createArrIntake(needs, (library, folders) => looks.push([library, folders]));
  return { intake, looks };
};

test("each folder is looked at in its library", () => {
  const { intake, looks } = newIntake();
  const seasons = ["/tv/A/Season 1", "/tv/A/Season 2"];
  const heard = intake.hear({ server: "sonarr", kind: "changed", folders: seasons, isTree: false });
  assert.deepEqual(heard, { server: "sonarr", kind: "changed", libraries: ["shows"], outside: [], at: 5 });
  intake.hear({
    server: "radarr",
    kind: "changed",
    folders: ["d:\\movies\\Heat", "D:\\Movies"],
    isTree: true,
  });
  assert.deepEqual(looks, [
    [
      "shows",
      [
        { path: "A/Season 1", isTree: false },
        { path: "A/Season 2", isTree: false },
      ],
    ],
    [
      "films",
      [
        { path: "Heat", isTree: true },
        { path: "", isTree: true },
      ],
    ],
  ]);
});

test("a folder that lies in no library is named, also one that would lead out of one", () => {
  const { intake, looks } = newIntake();
  const outside = ["/movies/Heat", "/tv/../etc"];
  const heard = intake.hear({ server: "sonarr", kind: "changed", folders: outside, isTree: false });
  assert.deepEqual(heard.outside, outside);
  assert.deepEqual(looks, []);
  assert.deepEqual(intake.heard()[0]?.outside, outside);
});

suite("the webhook", (the) => {
  const post = async (payload: object | string) => {
    // What Sonarr sends: see `WebhookProxy` there.
    const headers = {
      host: "192.168.1.4:9000",
      "content-type": "application/json",
      accept: "application/json",
      "user-agent": "Sonarr/4.0.16",
    };
    const { statusCode, body } = await the().app.inject({
      method: "POST",
      url: "/api/events/arr",
      headers,
      payload,
    });
    return { statusCode, body: JSON.parse(body) };
  };

  test("a test is answered", async () => {
    const { statusCode, body } = await post({
      eventType: "Test",
      series: { id: 1, path: "C:\\testpath" },
      episodes: [],
    });
    assert.equal(statusCode, 200);
    assert.equal(body.sentence, "Sonarr reaches this program.");
  });

  test("an import is taken", async () => {
    const { body } = await post({
      eventType: "Download",
      movie: { id: 1, folderPath: "/films/movies/Heat" },
      movieFile: {
        path: "/films/movies/Heat/Heat.mkv",
        relativePath: "Heat.mkv",
        mediaInfo: { width: 1920 },
      },
    });
    assert.deepEqual(body, {
      kind: "changed",
      server: "radarr",
      libraries: ["movies"],
      outside: [],
      sentence: "Looking through movies.",
    });
  });

  test("a folder of nobody is told with what to do", async () => {
    const { statusCode, body } = await post({
      eventType: "SeriesDelete",
      series: { path: "/tv/A" },
      deletedFiles: true,
    });
    assert.equal(statusCode, 200);
    assert.match(body.sentence, /^\/tv\/A lies in no library; .* say so in sonarr\.path_map\.$/);
  });

  test("what is no message of theirs is refused", async () => {
    assert.equal((await post({ event: "x" })).statusCode, 400);
    assert.equal((await post("[]")).statusCode, 400);
  });

  test("a series of thousands of files is taken", async () => {
    const file = (n: number) => ({
      path: `/films/series/A/Season 1/${n}.mkv`,
      previousPath: `/films/series/A/${n}.mkv`,
      mediaInfo: { audioLanguages: ["eng"] },
      sceneName: "x".repeat(80),
    });
    const { statusCode, body } = await post({
      eventType: "Rename",
      series: { path: "/films/series/A" },
      renamedEpisodeFiles: Array.from({ length: 5000 }, (_, n) => file(n)),
    });
    assert.deepEqual([statusCode, body.libraries], [200, ["series"]]);
  });
});
