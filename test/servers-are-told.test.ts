/** From a film that is done to a server that knows of it; and what happens when the server is away. */
import assert from "node:assert/strict";
import { mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { createAnnouncements } from "../src/apps/announcements.ts";
import { createDeliveryLoop } from "../src/apps/delivery-loop.ts";
import { createServers } from "../src/apps/server-states.ts";
import { serverTargets } from "../src/apps/servers.ts";
import { settingsFrom } from "../src/apps/settings-source.ts";
import { arrChange, arrEvent } from "../src/core/arr-event.ts";
import { createLog } from "../src/edges/log.ts";
import { putClip } from "./support/clips.ts";
import { newHomeServer } from "./support/home-servers.ts";
import { filesBelow, type House, newHouse, sha256, until } from "./support/orchestrator.ts";
import { NOW, newStore } from "./support/store.ts";
import { tempFolder } from "./support/temp.ts";

const MINUTE = 60_000;

/** A store, two servers, a clock, and the loops between them. */
const newStreet = async (context: TestContext) => {
  const { store } = newStore(context);
  const jellyfin = await newHomeServer(context, "jellyfin");
  const radarr = await newHomeServer(context, "radarr");
  jellyfin.folders = radarr.folders = ["/films"];
  radarr.titles = [{ id: 7, path: "/films/Heat" }];
  const settings = settingsFrom({
    libraries: { films: { root: "/films" } },
    jellyfin: { url: jellyfin.url, api_key: jellyfin.key },
    radarr: { url: radarr.url, api_key: radarr.key },
  });
  let clock = NOW;
  const now = () => clock;
  const needs = {
    store,
    settings,
    log: createLog("silent"),
    now,
    changed: () => {},
    signal: context.signal,
    unknownFolders: new Map(),
  };
  const announcements = createAnnouncements(needs);
  const post = createDeliveryLoop(needs, serverTargets(needs), () => 0.5);
  return {
    store,
    settings,
    jellyfin,
    radarr,
    published: (path: string) =>
      store.events.append({
        at: clock,
        assetId: null,
        kind: "published-kept",
        path,
        data: { library: "films", output: `/films/${path.replace(/mkv$/, "mp4")}` },
      }),
    work: async (passMs = 0) => {
      clock += passMs;
      announcements.pump();
      post.pump();
      await post.idle();
    },
    state: (name: string) =>
      createServers(needs, () => {})
        .states()
        .find((each) => each.name === name),
  };
};

test("films that are done one after the other in a folder are told of once", async (context) => {
  const street = await newStreet(context);
  await street.work();
  street.published("Heat/Heat.mkv");
  await street.work();
  street.published("Heat/Extra.mkv");
  await street.work(5000);
  assert.deepEqual(street.jellyfin.told, []);
  await street.work(5000);
  await street.work(MINUTE);
  assert.deepEqual(street.jellyfin.told, ["/films/Heat"]);
  assert.deepEqual(street.radarr.told, ["7"]);
});

test("a server that is away hears it when it is back, and the other does not wait", async (context) => {
  const street = await newStreet(context);
  await street.jellyfin.away();
  street.published("Heat/Heat.mkv");
  street.published("Ran/Ran.mkv");
  await street.work();
  await street.work(10_000);
  assert.deepEqual(street.radarr.told, ["7"]);
  const state = street.state("jellyfin");
  assert.equal(state?.waiting, 2);
  assert.match(state?.problem?.sentence ?? "", /^It does not answer as it should\. There was no answer/);
  assert.equal(street.state("radarr")?.problem, null);
  await street.work(MINUTE);
  await street.jellyfin.back();
  await street.work(10 * MINUTE);
  assert.deepEqual(street.jellyfin.told.toSorted(), ["/films/Heat", "/films/Ran"]);
  assert.deepEqual([street.state("jellyfin")?.waiting, street.state("jellyfin")?.problem], [0, null]);
});

test("what happened before there was a server is told to nobody", async (context) => {
  const { store } = newStore(context);
  const needs = { store, now: () => NOW, signal: context.signal };
  const output = { library: "films", output: "/films/Heat/Heat.mp4" };
  const happened = (kind: string) =>
    store.events.append({ at: NOW, assetId: null, kind, path: "Heat/Heat.mkv", data: output });
  happened("published-kept");
  createAnnouncements({ ...needs, settings: settingsFrom({}) }).pump();
  const settings = settingsFrom({ plex: { url: "http://nas:32400" } });
  createAnnouncements({ ...needs, settings }).pump();
  const next = () => store.deliveries.next({ kind: "server", name: "plex" }, NOW + MINUTE);
  assert.equal(next(), null);
  happened("failed");
  createAnnouncements({ ...needs, settings }).pump();
  assert.equal(next(), null);
  happened("restored");
  createAnnouncements({ ...needs, settings }).pump();
  assert.deepEqual(next()?.payload, { folder: "/films/Heat" });
});

test("thousands of films that are done at once are all told of", async (context) => {
  const { store } = newStore(context);
  store.transaction(() => {
    for (let n = 0; n < 900; n++)
      store.events.append({
        at: NOW,
        assetId: null,
        kind: "published-kept",
        path: `${n}/a.mkv`,
        data: { library: "films", output: `/films/${n}/a.mp4` },
      });
  });
  const settings = settingsFrom({ plex: { url: "http://nas:32400" } });
  const loop = createAnnouncements({ store, settings, now: () => NOW, signal: context.signal });
  for (let n = 0; n < 6; n++) loop.pump();
  const ids = new Set<string>();
  const target = { kind: "server", name: "plex" };
  for (
    let next = store.deliveries.next(target, NOW + MINUTE);
    next;
    next = store.deliveries.next(target, NOW + MINUTE)
  ) {
    ids.add(next.key);
    store.deliveries.arrived(target, next, NOW);
  }
  assert.equal(ids.size, 900);
});

/** What waits is sent at the start of a program, so that a test need not wait for the time of gathering. */
const newServedHouse = async (context: TestContext) => {
  const jellyfin = await newHomeServer(context, "jellyfin");
  const folder = tempFolder(context);
  const [root, output, data] = ["films", "out", "data"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  mkdirSync(output, { recursive: true });
  jellyfin.folders = ["/data/films", "/data/out"];
  const house = (library: object): House =>
    newHouse(context, {
      root,
      data,
      library,
      settings: () => ({
        jellyfin: {
          url: jellyfin.url,
          api_key: jellyfin.key,
          path_map: { [root]: "/data/films", [output]: "/data/out" },
        },
      }),
    });
  const waits = (of: House, path: string) =>
    until(`${path} is in the outbox`, () =>
      of.now().store.deliveries.waiting({ kind: "server", name: "jellyfin" }, path),
    );
  /** What it was told since the last time. */
  const toldNow = async (of: House, times: number): Promise<readonly string[]> => {
    await of.stop();
    jellyfin.told.length = 0;
    await of.start();
    await until("it is told", () => jellyfin.told.length >= times);
    return jellyfin.told.toSorted();
  };
  return { house, jellyfin, root, output, waits, toldNow };
};

test("a film is done while its server is away; its archive and its undo are told of", async (context) => {
  const { house, jellyfin, root, output, waits, toldNow } = await newServedHouse(context);
  const films = house({ original: "archive", output });
  await putClip("remux", join(root, "Heat", "Heat.mkv"));
  await jellyfin.away();
  await films.start();
  const { id } = await films.becomes("Heat/Heat.mkv", "Archived");
  await waits(films, join(root, "Heat"));
  await jellyfin.back();
  assert.deepEqual(await toldNow(films, 2), ["/data/films/Heat", "/data/out/Heat"]);

  await films.now().restore(id);
  await waits(films, join(root, "Heat"));
  assert.deepEqual(await toldNow(films, 2), ["/data/films/Heat", "/data/out/Heat"]);
  assert.equal(films.now().servers.states()[0]?.problem, null);
});

test("an earlier result that goes from another folder is told of, too", async (context) => {
  const { house, root, output, waits, toldNow } = await newServedHouse(context);
  await putClip("remux", join(root, "Heat", "Heat.mkv"));
  const before = house({ output });
  await before.start();
  const { id } = await before.becomes("Heat/Heat.mkv", "Completed");
  await waits(before, join(output, "Heat"));
  assert.deepEqual(await toldNow(before, 1), ["/data/out/Heat"]);
  await before.stop();

  const after = house({});
  await after.start();
  after.now().reprocess(id);
  await waits(after, join(root, "Heat"));
  assert.deepEqual(await toldNow(after, 2), ["/data/films/Heat", "/data/out/Heat"]);
});

test("Radarr puts a better file in the place of one that was converted: nothing is lost", async (context) => {
  const house = newHouse(context, { settings: (root) => ({ radarr: { path_map: { [root]: "/movies" } } }) });
  const folder = join(house.root, "Heat (1995)");
  await putClip("remux", join(folder, "Heat DVD.mkv"));
  await house.start();
  await house.becomes("Heat (1995)/Heat DVD.mkv", "Completed");
  const first = sha256(join(folder, "Heat DVD.mp4"));

  // Imported under a new name, the old file in Radarr's own bin.
  rmSync(join(folder, "Heat DVD.mkv"));
  await putClip("subtitled", join(folder, "Heat Bluray.mkv"));
  const heard = house.now().servers.hear(
    arrChange(
      arrEvent.parse({
        eventType: "Download",
        isUpgrade: true,
        movie: { id: 7, title: "Heat", folderPath: "/movies/Heat (1995)" },
        movieFile: { id: 2, relativePath: "Heat Bluray.mkv", path: "/movies/Heat (1995)/Heat Bluray.mkv" },
        deletedFiles: [{ id: 1, path: "/movies/Heat (1995)/Heat DVD.mkv" }],
      }),
    ),
  );
  assert.deepEqual([heard.libraries, heard.outside], [["films"], []]);
  await house.becomes("Heat (1995)/Heat Bluray.mkv", "Completed");
  assert.equal(
    sha256(join(folder, "Heat DVD.mp4")),
    first,
    "what was made of the old file is nobody's to delete",
  );
  assert.ok(filesBelow(folder).includes("Heat Bluray.mp4"));
  await until("the old one is gone", () => house.at("Heat (1995)/Heat DVD.mkv") === null);

  // Imported under the same name.
  await putClip("remux", join(folder, "new.tmp"));
  renameSync(join(folder, "new.tmp"), join(folder, "Heat Bluray.mkv"));
  const second = sha256(join(folder, "Heat Bluray.mp4"));
  house
    .now()
    .servers.hear({ server: "radarr", kind: "changed", folders: ["/movies/Heat (1995)"], isTree: false });
  await until("it is converted anew", () => sha256(join(folder, "Heat Bluray.mp4")) !== second);
  await house.becomes("Heat (1995)/Heat Bluray.mkv", "Completed");
});
