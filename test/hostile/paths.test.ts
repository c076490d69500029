/** No request reads a file outside of the libraries: not by its address, not by what a row of the database says. */
import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { connect } from "node:net";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { buildServer } from "../../src/apps/http/server.ts";
import { putClip } from "../support/clips.ts";
import { newHouse } from "../support/orchestrator.ts";

const CANARY = "canary-7f3a9c1e";
/** What would tell that a file was read which is none of the library's. */
const TELLTALES: readonly (string | Buffer)[] = [CANARY, "root:x:0:0:", '"allowScripts"', "SQLite format 3"];

const house = newHouse({ after: (work) => after(work as () => Promise<void>) });
const outside = join(dirname(house.root), "outside");
mkdirSync(outside);
writeFileSync(join(outside, "secret.txt"), CANARY);
writeFileSync(join(outside, "secret.vtt"), `WEBVTT ${CANARY}`);
const theirs = await putClip("plays", join(outside, "theirs.mp4"));
writeFileSync(theirs, CANARY, { flag: "a" });
await putClip("plays", join(house.root, "a", "Film.mp4"));
for (const [name, target] of [
  ["link.mp4", theirs],
  ["passwd.mkv", "/etc/passwd"],
  ["out", outside],
  ["root", "/"],
] as const)
  symlinkSync(target, join(house.root, name));
const control = await house.start();
const film = await house.becomes("a/Film.mp4", "Completed");

const routes: { readonly method: string; readonly url: string }[] = [];
const app = buildServer(control);
app.addHook("onRoute", ({ method, url }) => {
  for (const each of [method].flat())
    if (each !== "HEAD" && each !== "OPTIONS" && !url.endsWith("/stream")) routes.push({ method: each, url });
});
await app.listen({ port: 0, host: "127.0.0.1" });
after(() => app.close());
const { port } = app.server.address() as AddressInfo;

let count = 0;

/** Sends a request as it stands: clients would tidy the address up. Whose is many addresses, as one alone is held back. */
const send = (method: string, target: string, body = ""): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const localAddress = `127.0.${(count >> 9) & 255}.${1 + (count >> 17)}`;
    count++;
    const socket = connect({ port, host: "127.0.0.1", localAddress });
    const chunks: Buffer[] = [];
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("error", reject);
    socket.on("close", () => resolve(Buffer.concat(chunks)));
    const type =
      body === "" ? "" : `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`;
    socket.write(
      `${method} ${target} HTTP/1.1\r\nhost: localhost\r\naccept-encoding: identity\r\n${type}connection: close\r\n\r\n${body}`,
    );
  });

const assertTellsNothing = (answer: Buffer, what: string): void => {
  assert.ok(answer.length > 0, `${what}: no answer`);
  for (const each of TELLTALES) assert.ok(!answer.includes(each), `${what}: ${each}`);
};

const UP = [
  "../",
  "..%2f",
  "..%2F",
  "%2e%2e/",
  "%2e%2e%2f",
  "..%252f",
  "%252e%252e%252f",
  "....//",
  "..;/",
  "..\\",
  "..%5c",
];
const MORE = [
  "%c0%ae%c0%ae/",
  "%c0%ae%c0%ae%c0%af",
  "%uff0e%uff0e/",
  "．．/",
  "..%00/",
  "..%0d%0a/",
  ".%2e/",
  "%2e./",
  "/./../",
];
const TARGETS = [
  ...["etc/passwd", "etc/passwd%00.jpg", "etc%2fpasswd", "outside/secret.txt", "outside/theirs.mp4"],
  ...["package.json", "data/library.sqlite", "data/access.sqlite", "films/link.mp4"],
] as const;
const ABSOLUTE = [
  ...["/etc/passwd", "//etc/passwd", "%2fetc%2fpasswd", "file:///etc/passwd", "file:%2f%2f%2fetc%2fpasswd"],
  ...[
    "C:\\Windows\\win.ini",
    "\\\\localhost\\c$\\x",
    "/proc/self/environ",
    "out/secret.txt",
    "out%2fsecret.txt",
  ],
  ...[
    "root%2fetc%2fpasswd",
    "link.mp4",
    "passwd.mkv",
    join(outside, "secret.txt"),
    encodeURIComponent(join(outside, "secret.txt")),
  ],
];
const PATHS: readonly string[] = [
  ...ABSOLUTE,
  ...[...UP, ...MORE].flatMap((up) => TARGETS.map((target) => up.repeat(8) + target)),
];

const QUERIES = ["q", "library", "cursor", "next", "after"];

/** Where a path can be put: in the place of each parameter, before and behind an address, in a query. */
const placesFor = (path: string): readonly string[] => [
  `/${path}`,
  ...["/assets/", "/api/", "/api/assets/", "/library/"].map((before) => before + path),
  ...routes
    .filter(({ method }) => method === "GET")
    .flatMap(({ url }) => {
      const names = url.match(/:\w+/g) ?? [];
      return names.map((name) => url.replace(name, path).replaceAll(/:\w+/g, String(film.id)));
    }),
];

test("no address leads to a file that is none of the library's", async () => {
  for (const path of PATHS)
    for (const place of placesFor(path)) assertTellsNothing(await send("GET", place), place);
});

test("nor does a query, or what a form or a program sends", async () => {
  const queried = routes.filter(({ method, url }) => method === "GET" && !url.includes(":"));
  for (const path of PATHS.filter((_, at) => at % 41 === 0)) {
    for (const { url } of queried)
      for (const name of QUERIES) {
        const target = `${url}?${name}=${path.replaceAll("#", "")}`;
        assertTellsNothing(await send("GET", target), target);
      }
    const text = decodeURIComponentSafely(path);
    const body = JSON.stringify({
      library: text,
      q: text,
      name: text,
      ids: [text],
      filter: { q: text, library: text },
      action: "ignore",
    });
    for (const { method, url } of routes.filter((each) => each.method === "POST")) {
      const target = url.replaceAll(/:\w+/g, String(film.id));
      if (!/access|settings|setup|system/.test(url))
        assertTellsNothing(await send(method, target, body), `${target} ${body}`);
    }
  }
});

const decodeURIComponentSafely = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

test("nor do addresses that nobody thought of", async () => {
  const piece = fc.constantFrom(
    ...UP,
    ...MORE,
    ...TARGETS,
    "/",
    "%",
    ".",
    "~",
    "a",
    "1",
    "%00",
    "?",
    ";",
    "%2f",
    "etc",
    "out/",
  );
  const path = fc.array(piece, { minLength: 1, maxLength: 12 }).map((pieces) => pieces.join(""));
  await fc.assert(
    fc.asyncProperty(path, fc.nat(), async (each, at) => {
      const places = placesFor(each);
      const place = places[at % places.length] ?? "/";
      assertTellsNothing(await send("GET", place), place);
    }),
    { numRuns: 500 },
  );
});

const CONVERTED = ["assessed-needs-work", "claimed", "published-kept"] as const;

/** Rows that no scan would write: of a database that somebody tampered with. */
const tampered = (path: string, fields: object = {}): number => {
  const { assets } = control.store;
  const found = {
    library: "films",
    path,
    sizeBytes: 9,
    modifiedUs: 1,
    fingerprint: film.fingerprint,
    foundAt: 1,
  };
  const { id } = assets.insert(found);
  const token = `token-${id}`;
  const isConverted = Object.hasOwn(fields, "outputPath");
  const events = isConverted ? CONVERTED : (["assessed-plays"] as const);
  for (const event of events) {
    // In the queue it would be taken up for real.
    const given = {
      now: 1,
      ...(event === "assessed-needs-work" ? { availableAt: 9e12 } : { token }),
      ...fields,
    };
    assert.equal(assets.apply(id, event, isConverted ? given : { now: 1 }).kind, "moved", event);
  }
  return id;
};

test("what a row says of a file outside is not believed: no bytes, no subtitles, no picture of it", async () => {
  const inside = join(house.root, "a", "Film.mp4");
  const ids = [
    ...[
      "../outside/theirs.mp4",
      "link.mp4",
      "out/theirs.mp4",
      "passwd.mkv",
      "root/etc/passwd",
      "a/../../outside/theirs.mp4",
    ].map((path) => tampered(path)),
    ...[theirs, join(house.root, "link.mp4"), join(house.root, "out", "theirs.mp4"), "/etc/passwd"].map(
      (outputPath, at) =>
        tampered(`gone-${at}.mkv`, {
          outputPath,
          sidecarPaths: [join(outside, "secret.vtt")],
        }),
    ),
    tampered("gone.mkv", {
      outputPath: inside,
      sidecarPaths: [join(outside, "secret.vtt"), join(house.root, "out", "secret.vtt")],
    }),
  ];
  for (const id of ids)
    for (const url of [
      ...["video", "subtitles/0", "subtitles/1"].map((each) => `/api/assets/${id}/${each}`),
      ...["thumbnail.jpg", "thumbnail.jpg?at=0", "pictures/0/before", "pictures/0/after"].map(
        (each) => `/library/${id}/${each}`,
      ),
    ]) {
      const response = await app.inject(url);
      assertTellsNothing(response.rawPayload, url);
      const isOwn = id === ids.at(-1) && /video|thumbnail/.test(url);
      if (!isOwn) assert.doesNotMatch(String(response.headers["content-type"]), /jpeg|mp4|vtt/, url);
      const wanted = url.includes("thumbnail") ? [200] : isOwn ? [200] : [404, 409];
      assert.ok(wanted.includes(response.statusCode), `${url}: ${response.statusCode} ${response.body}`);
    }
  for (const id of ids) {
    await app.inject({ method: "POST", url: `/library/${id}/pictures`, headers: { accept: "text/html" } });
    const made = await app.inject(`/library/${id}/parts/pictures`);
    assertTellsNothing(made.rawPayload, "pictures");
  }
});
