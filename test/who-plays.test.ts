/** Who plays a film, asked of servers that answer as Jellyfin, Emby and Plex document it. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { settingsFrom } from "../src/apps/settings-source.ts";
import { askPlaying, type Player } from "../src/edges/servers/playing.ts";

/** As `GET /Sessions` has them, cut to what matters and some of what does not. */
const client = (item: object | null, isPaused = false) => ({
  PlayState: { CanSeek: item !== null, IsPaused: isPaused, IsMuted: false, RepeatMode: "RepeatNone" },
  ...(item && { NowPlayingItem: { Id: "1f", Container: "mkv", ...item } }),
  Client: "Jellyfin Web",
  DeviceName: "Firefox",
  LastActivityDate: "2026-11-30T20:00:00.0000000Z",
  UserName: "ann",
});
const MOVIE = { Name: "Heat", Type: "Movie", MediaType: "Video" };
const SONG = { Name: "Hey", Type: "Audio", MediaType: "Audio" };

/** As `GET /status/sessions` has them. */
const plex = (...streams: readonly (readonly [type: string, state: string])[]) => ({
  MediaContainer: {
    size: streams.length,
    ...(streams.length > 0 && {
      Metadata: streams.map(([type, state]) => ({
        type,
        title: "x",
        Player: { machineIdentifier: "m", product: "Plex for LG", state },
        Session: { id: "s", bandwidth: 20000, location: "lan" },
      })),
    }),
  },
});

const ROWS: readonly (readonly [Player, unknown, number | "failed"])[] = [
  ["jellyfin", [], 0],
  ["jellyfin", [client(null), client(MOVIE), client(MOVIE)], 2],
  ["jellyfin", [client(MOVIE, true), client(SONG)], 0],
  ["emby", [client({ Name: "Live", Type: "TvChannel" })], 1],
  ["emby", { error: "Access token is invalid or expired." }, "failed"],
  ["plex", plex(), 0],
  [
    "plex",
    plex(["movie", "playing"], ["episode", "buffering"], ["movie", "paused"], ["track", "playing"]),
    2,
  ],
  ["plex", "<html>sign in</html>", "failed"],
];

for (const [player, answer, films] of ROWS)
  test(`${player}: ${JSON.stringify(answer).slice(0, 100)}: ${films}`, async (context) => {
    const headers: Record<string, unknown>[] = [];
    const server = createServer((request, response) => {
      headers.push(request.headers);
      response.end(typeof answer === "string" ? answer : JSON.stringify(answer));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    context.after(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/base/`;
    const settings = settingsFrom({
      jellyfin: { url, api_key: "k" },
      emby: { url, api_key: "k" },
      plex: { url, token: "k" },
    });
    const said = await askPlaying(player, settings, new AbortController().signal);
    assert.equal(said.kind === "read" ? said.value : said.kind, films);
    const header = { jellyfin: "authorization", emby: "x-emby-token", plex: "x-plex-token" }[player];
    assert.match(String(headers[0]?.[header]), player === "jellyfin" ? /^MediaBrowser Token="k"/ : /^k$/);
  });

test("a server that is not there plays nothing that is known", async () => {
  const settings = settingsFrom({ plex: { url: "http://127.0.0.1:9", token: "k" } });
  assert.equal((await askPlaying("plex", settings, new AbortController().signal)).kind, "failed");
});
