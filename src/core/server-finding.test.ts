import assert from "node:assert/strict";
import { test } from "node:test";
import { serverFinding } from "./server-finding.ts";
import { parseSettings, type Settings } from "./settings.ts";

const settingsOf = (value: object): Settings => {
  const parsed = parseSettings(value);
  assert.ok(parsed.kind === "ok");
  return parsed.settings;
};
const LIBRARIES = { films: { root: "/films" }, shows: { root: "/shows" } };
const SETTINGS = settingsOf({
  libraries: LIBRARIES,
  plex: { url: "http://nas:32400", path_map: { "/films": "/data/films" } },
  sonarr: { url: "http://nas:8989" },
});
const found = (folders: readonly string[]) =>
  ({ kind: "found", name: "nas", version: "1.2.3", folders }) as const;
const plex = (folders: readonly string[]) => serverFinding("plex", found(folders), SETTINGS);

test("all is right", () => {
  assert.deepEqual(plex(["/data/films", "/shows"]), {
    state: "ok",
    detail: 'version 1.2.3 ("nas") answers at http://nas:32400 and knows the folders of your libraries',
    mend: "",
  });
});

test("a library of theirs may be a part of ours, or the other way round", () => {
  assert.equal(plex(["/data/films/kids", "/"]).state, "ok");
});

test("what it does not know is named with what it knows and what to write", () => {
  assert.deepEqual(plex(["/data/films", "/tv"]), {
    state: "note",
    detail:
      'version 1.2.3 ("nas") answers at http://nas:32400, but does not know /shows; it knows /data/films, /tv',
    mend: "If it has these films under another name, say so in plex.path_map, as { /shows: /data/films }.",
  });
  assert.match(plex([]).detail, /does not know \/films, \/shows; it knows no folder yet$/);
  assert.match(plex(Array.from({ length: 9 }, (_, n) => `/x${n}`)).detail, /\/x4 and 4 more$/);
});

test("results in a folder of their own are to be found there", () => {
  const settings = settingsOf({
    libraries: { films: { root: "/films", output: "/out" } },
    emby: { url: "http://nas" },
    sonarr: { url: "http://nas" },
  });
  assert.equal(serverFinding("emby", found(["/out"]), settings).state, "ok");
  assert.equal(serverFinding("emby", found(["/films"]), settings).state, "note");
  assert.equal(serverFinding("sonarr", found(["/films"]), settings).state, "ok");
});

test("Sonarr need not know the films", () => {
  const sonarr = (folders: readonly string[]) => serverFinding("sonarr", found(folders), SETTINGS);
  assert.match(sonarr(["/shows"]).detail, /knows some of your libraries$/);
  assert.equal(sonarr(["/elsewhere"]).state, "note");
});

test("an outage is a note, a refusal is for a person", () => {
  const failed = (code: "target-unreachable" | "target-refuses") =>
    serverFinding("plex", { kind: "failed", code, detail: "It answered 500." }, SETTINGS);
  assert.deepEqual(failed("target-unreachable").state, "note");
  assert.equal(failed("target-unreachable").detail, "does not answer as it should. It answered 500");
  assert.deepEqual(failed("target-refuses").state, "bad");
});
