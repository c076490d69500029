/** Each of the five servers, as far as this program asks something of it. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { lookAtServer, serverTarget, serverTargets } from "../src/apps/servers.ts";
import { settingsFrom } from "../src/apps/settings-source.ts";
import type { DeliveryOutcome } from "../src/core/delivery.ts";
import { isArr, SERVER_NAMES } from "../src/core/servers.ts";
import type { ServerName } from "../src/core/settings-servers.ts";
import { type HomeServer, newHomeServer } from "./support/home-servers.ts";

const LIBRARIES = { films: { root: "/films" }, shows: { root: "/shows", output: "/out" } };

const settingsOf = (name: ServerName, server: HomeServer, more: object = {}) =>
  settingsFrom({
    libraries: LIBRARIES,
    [name]: { url: `${server.url}/`, [name === "plex" ? "token" : "api_key"]: server.key, ...more },
  });

type Home = {
  readonly server: HomeServer;
  /** Tells of a folder as the outbox does. */
  readonly tell: (folder: string, more?: object, now?: () => number) => Promise<DeliveryOutcome>;
  readonly unknown: ReadonlyMap<ServerName, string>;
  readonly look: (more?: object) => ReturnType<typeof lookAtServer>;
};

const newHome = async (context: TestContext, name: ServerName): Promise<Home> => {
  const server = await newHomeServer(context, name);
  server.folders = ["/films", "/shows", "/out"];
  server.titles = [
    { id: 4, path: "/films/Heat" },
    { id: 7, path: "/films/Heat (1995)" },
    { id: 9, path: "/data/films/Heat (1995)" },
    { id: 8, path: "D:\\films\\Heat (1995)" },
  ];
  const send = new Map<object, ReturnType<typeof serverTargets>[number]["send"]>();
  const unknown = new Map<ServerName, string>();
  return {
    server,
    unknown,
    tell: async (folder, more = {}, now = Date.now) => {
      const target =
        send.get(more) ??
        serverTargets({ settings: settingsOf(name, server, more), now, unknownFolders: unknown })[0]?.send;
      assert.ok(target);
      send.set(more, target);
      const delivery = {
        id: 1,
        key: folder,
        payload: { folder },
        revision: 1,
        createdAt: 0,
        dueAt: 0,
        attempts: 0,
      };
      return target(delivery, AbortSignal.timeout(2000));
    },
    look: (more) => lookAtServer(settingsOf(name, server, more), name),
  };
};

const failed = (outcome: DeliveryOutcome): string => (outcome.kind === "failed" ? outcome.code : "arrived");

for (const name of SERVER_NAMES) {
  test(`${name}: says who it is, and that it knows the libraries`, async (context) => {
    const { look } = await newHome(context, name);
    const { state, detail } = await look();
    assert.equal(state, "ok", detail);
    assert.match(detail, /\d+\.\d+\.\d+.* answers at http.* knows the folders of your libraries/);
  });

  test(`${name}: is told of exactly the folder`, async (context) => {
    const { server, tell } = await newHome(context, name);
    assert.deepEqual(await tell("/films/Heat (1995)"), { kind: "arrived" });
    assert.deepEqual(server.told, [isArr(name) ? "7" : "/films/Heat (1995)"]);
  });

  test(`${name}: is told by its own name of the folder`, async (context) => {
    const { server, tell } = await newHome(context, name);
    server.folders = ["/data/films", "D:\\films"];
    await tell("/films/Heat (1995)", { path_map: { "/films": "/data/films/" } });
    await tell("/films/Heat (1995)", { path_map: { "/films": "D:\\films" } });
    assert.deepEqual(
      server.told,
      isArr(name) ? ["9", "8"] : ["/data/films/Heat (1995)", "D:\\films\\Heat (1995)"],
    );
  });

  test(`${name}: what it keeps nowhere is none of its business`, async (context) => {
    const { server, tell, look, unknown } = await newHome(context, name);
    server.folders = ["/elsewhere"];
    assert.deepEqual(await tell("/films/Heat (1995)"), { kind: "arrived" });
    assert.deepEqual([server.told, unknown.get(name)], [[], isArr(name) ? undefined : "/films/Heat (1995)"]);
    const { state, detail, mend } = await look();
    assert.equal(state, "note");
    assert.match(detail, /does not know \/films, .*it knows \/elsewhere$/);
    assert.match(mend, new RegExp(`${name}\\.path_map, as \\{ /films: /elsewhere \\}`));
  });

  test(`${name}: a library that comes later is known when it is needed`, async (context) => {
    const { server, tell } = await newHome(context, name);
    let clock = 0;
    const now = () => clock;
    server.folders = [];
    const more = {};
    await tell("/films/Heat", more, now);
    server.folders = ["/films"];
    await tell("/films/Heat", more, now);
    assert.deepEqual(server.told, [], "not asked again at once");
    clock += 30_000;
    await tell("/films/Heat", more, now);
    assert.deepEqual(server.told, [isArr(name) ? "4" : "/films/Heat"]);
    const before = server.asked.length;
    await tell("/films/Heat", more, now);
    assert.equal(server.asked.length, before + 1, "what is known is not asked for again");
  });

  test(`${name}: a wrong key is told from a server that is away, broken or silent`, async (context) => {
    const { server, tell, look } = await newHome(context, name);
    const wrong = { [name === "plex" ? "token" : "api_key"]: "wrong" };
    assert.equal(failed(await tell("/films/Heat", wrong)), "target-refuses");
    assert.deepEqual(
      [(await look(wrong)).state, (await look(wrong)).mend],
      ["bad", "Check the password, key or token in the settings, and what its account may do there."],
    );
    server.mood = "broken";
    const broken = await tell("/films/Heat");
    assert.deepEqual(
      [failed(broken), "retryAfterMs" in broken && broken.retryAfterMs],
      ["target-unreachable", 60_000],
    );
    server.mood = "silent";
    assert.equal(failed(await tell("/films/Heat")), "target-unreachable");
    await server.away();
    assert.equal(failed(await tell("/films/Heat")), "target-unreachable");
    const away = await look();
    assert.equal(away.state, "note");
    assert.match(away.detail, /does not answer as it should\. There was no answer \(ECONNREFUSED\)/);
    server.mood = "fine";
    await server.back();
    assert.equal(failed(await tell("/films/Heat")), "arrived");
  });

  test(`${name}: something else that answers at its address is not it`, async (context) => {
    const { look, tell } = await newHome(context, name);
    const other = await newHomeServer(context, name === "plex" ? "emby" : "plex");
    const there = { url: other.url, [name === "plex" ? "token" : "api_key"]: other.key };
    assert.notEqual((await look(there)).state, "ok");
    assert.notEqual(failed(await tell("/films/Heat", there)), "arrived");
  });

  test(`${name}: its key is in no text that is shown`, async (context) => {
    const { server, look, tell } = await newHome(context, name);
    server.mood = "broken";
    assert.ok(!JSON.stringify([await look(), await tell("/films/Heat")]).includes(server.key));
  });
}

test("Radarr at the address of Sonarr is named", async (context) => {
  const server = await newHomeServer(context, "radarr");
  const { state, detail } = await lookAtServer(settingsOf("sonarr", server), "sonarr");
  assert.equal(state, "bad");
  assert.match(detail, /It is Radarr that answers there/);
});

test("an address that is none is told, not asked", async (context) => {
  const server = await newHomeServer(context, "jellyfin");
  const { state, detail } = await lookAtServer(
    settingsOf("jellyfin", server, { url: "nas:8096" }),
    "jellyfin",
  );
  assert.deepEqual([state, /nas:8096 is no address/.test(detail)], ["bad", true]);
});

test("Jellyfin looks through a whole library where it does not know the folder", async (context) => {
  const { server, tell } = await newHome(context, "jellyfin");
  server.folders = ["/elsewhere"];
  const id = "0".padStart(32, "f");
  await tell("/films/Heat", { libraries: { films: id } });
  await tell("/out/Show", { libraries: { shows: id } });
  await tell("/films/Heat", { libraries: { films: 3 } });
  await tell("/other/Heat", { libraries: { films: id } });
  assert.deepEqual(server.told, [id, id]);
});

test("a page for signing in is not taken for an answer", async (context) => {
  const { server, tell } = await newHome(context, "emby");
  server.folders = [];
  const outcome = await tell("/films/Heat", { url: `${server.url}/nothing` });
  assert.equal(failed(outcome), "target-not-found");
});

test("a server has a name of its own in the outbox", () => {
  assert.deepEqual(
    SERVER_NAMES.map((name) => serverTarget(name).name),
    [...SERVER_NAMES],
  );
});
