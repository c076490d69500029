/**
 * Stand-ins for the servers of a household, which answer as the real ones do: the same paths, headers, codes and shapes, by
 * the sources that `src/edges/servers` names. One may be slow, broken or away for a while.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ServerName } from "../../src/core/settings-servers.ts";

type Title = { readonly id: number; readonly path: string };

type Told = {
  readonly method: string;
  readonly url: URL;
  readonly body: string;
  readonly request: IncomingMessage;
};

export type HomeServer = {
  readonly url: string;
  readonly key: string;
  /** Folders, or ids of titles and libraries, it was told to look at, in order. */
  readonly told: string[];
  /** Paths that were asked for, in order. */
  readonly asked: string[];
  /** `fine`, `broken` (503), or `silent`: it takes a question and does not answer. */
  mood: "fine" | "broken" | "silent";
  folders: readonly string[];
  titles: readonly Title[];
  /** No one listens until `back`. */
  readonly away: () => Promise<void>;
  readonly back: () => Promise<void>;
};

const KEY = "s3cr3t-of-a-server";

const json = (response: ServerResponse, status: number, value: unknown): void =>
  void response
    .writeHead(status, { "content-type": "application/json; charset=utf-8" })
    .end(JSON.stringify(value));

const page = (response: ServerResponse, status: number, title: string): void =>
  void response
    .writeHead(status, { "content-type": "text/html" })
    .end(`<html><head><title>${title}</title></head><body><h1>${status} ${title}</h1></body></html>`);

const parsed = (text: string): Record<string, unknown> => {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
};

type Answer = (server: HomeServer, told: Told, response: ServerResponse) => void;

const mediaBrowser =
  (kind: "jellyfin" | "emby"): Answer =>
  (server, { method, url, body, request }, response) => {
    const given =
      kind === "jellyfin"
        ? /^MediaBrowser .*?Token="([^"]*)"/.exec(request.headers.authorization ?? "")?.[1]
        : request.headers["x-emby-token"];
    if (given !== server.key) {
      if (kind === "jellyfin") return void response.writeHead(401).end();
      return void response.writeHead(401).end("Access token is invalid or expired.");
    }
    const libraries = server.folders.map((folder, index) => ({
      Name: folder.split(/[/\\]/).at(-1),
      Locations: [folder],
      CollectionType: "movies",
      LibraryOptions: { EnableRealtimeMonitor: true },
      ItemId: `${index}`.padStart(32, "f"),
    }));
    if (method === "GET" && url.pathname === "/System/Info")
      return json(response, 200, {
        ServerName: "nas",
        Version: kind === "jellyfin" ? "10.11.3" : "4.9.1.90",
        Id: "a1",
        OperatingSystem: "Linux",
      });
    if (method === "GET" && url.pathname === "/Library/VirtualFolders" && kind === "jellyfin")
      return json(response, 200, libraries);
    if (method === "GET" && url.pathname === "/Library/VirtualFolders/Query" && kind === "emby")
      return json(response, 200, { Items: libraries, TotalRecordCount: libraries.length });
    if (method === "POST" && url.pathname === "/Library/Media/Updated") {
      if (request.headers["content-type"] !== "application/json") return void response.writeHead(415).end();
      const { Updates } = parsed(body);
      if (!Array.isArray(Updates))
        return json(response, 400, { title: "One or more validation errors occurred." });
      for (const { Path } of Updates) server.told.push(Path);
      return void response.writeHead(204).end();
    }
    const item = /^\/Items\/([^/]+)\/Refresh$/.exec(url.pathname)?.[1];
    if (method === "POST" && item) {
      if (!libraries.some(({ ItemId }) => ItemId === item))
        return json(response, 404, { title: "Not Found" });
      server.told.push(item);
      return void response.writeHead(204).end();
    }
    response.writeHead(404).end();
  };

const plex: Answer = (server, { method, url, request }, response) => {
  if (request.headers["x-plex-token"] !== server.key) return page(response, 401, "Unauthorized");
  if (request.headers.accept !== "application/json") return page(response, 406, "Not Acceptable");
  if (method !== "GET") return page(response, 405, "Method Not Allowed");
  if (url.pathname === "/")
    return json(response, 200, {
      MediaContainer: { size: 25, friendlyName: "nas", version: "1.42.2.10156-f737b826c" },
    });
  if (url.pathname === "/library/sections")
    return json(response, 200, {
      MediaContainer: {
        size: server.folders.length,
        allowSync: false,
        ...(server.folders.length > 0 && {
          Directory: server.folders.map((folder, index) => ({
            key: `${index + 1}`,
            type: "movie",
            title: "Movies",
            Location: [{ id: index + 1, path: folder }],
          })),
        }),
      },
    });
  const section = /^\/library\/sections\/(\d+)\/refresh$/.exec(url.pathname)?.[1];
  if (section && server.folders[Number(section) - 1] !== undefined) {
    server.told.push(url.searchParams.get("path") ?? `all of ${section}`);
    return void response.writeHead(200).end();
  }
  page(response, 404, "Not Found");
};

const arr =
  (kind: "sonarr" | "radarr"): Answer =>
  (server, { method, url, body, request }, response) => {
    const [appName, list, command, field] =
      kind === "sonarr"
        ? (["Sonarr", "/api/v3/series", "RescanSeries", "seriesId"] as const)
        : (["Radarr", "/api/v3/movie", "RescanMovie", "movieId"] as const);
    if (request.headers["x-api-key"] !== server.key) return json(response, 401, { error: "Unauthorized" });
    if (method === "GET" && url.pathname === "/api/v3/system/status")
      return json(response, 200, { appName, instanceName: appName, version: "4.0.16.2944", branch: "main" });
    if (method === "GET" && url.pathname === "/api/v3/rootfolder")
      return json(
        response,
        200,
        server.folders.map((path, id) => ({
          id,
          path,
          accessible: true,
          freeSpace: 1e12,
          unmappedFolders: [],
        })),
      );
    if (method === "GET" && url.pathname === list)
      return json(
        response,
        200,
        server.titles.map((each) => ({
          ...each,
          title: "A title",
          monitored: true,
          statistics: {},
          images: [],
        })),
      );
    if (method === "POST" && url.pathname === "/api/v3/command") {
      const sent = parsed(body);
      if (sent.name !== command) return json(response, 400, { message: "Invalid command" });
      server.told.push(String(sent[field]));
      return json(response, 201, {
        id: 1,
        name: command,
        commandName: command,
        status: "queued",
        body: sent,
      });
    }
    json(response, 404, { message: "NotFound" });
  };

const ANSWERS: Readonly<Record<ServerName, Answer>> = {
  jellyfin: mediaBrowser("jellyfin"),
  emby: mediaBrowser("emby"),
  plex,
  sonarr: arr("sonarr"),
  radarr: arr("radarr"),
};

/** One of `kind`, with no library yet. */
export const newHomeServer = async (
  context: { readonly after: (work: () => Promise<void>) => void },
  kind: ServerName,
): Promise<HomeServer> => {
  const listener = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const url = new URL(request.url ?? "/", "http://stand-in");
    server.asked.push(url.pathname);
    if (server.mood === "silent") return;
    if (server.mood === "broken")
      return void response.writeHead(503, { "retry-after": "60" }).end("Starting");
    const body = Buffer.concat(chunks).toString("utf8");
    ANSWERS[kind](server, { method: request.method ?? "", url, body, request }, response);
  });
  const listen = (port: number): Promise<void> =>
    new Promise((resolve) => listener.listen(port, "127.0.0.1", resolve));
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      listener.closeAllConnections();
      listener.close(() => resolve());
    });
  await listen(0);
  const { port } = listener.address() as AddressInfo;
  const server: HomeServer = {
    url: `http://127.0.0.1:${port}`,
    key: KEY,
    told: [],
    asked: [],
    mood: "fine",
    folders: [],
    titles: [],
    away: close,
    back: () => listen(port),
  };
  context.after(close);
  return server;
};
