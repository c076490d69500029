/** Servers in the form of the settings: tried with what was typed, before anything is saved. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { FastifyInstance } from "fastify";
import { buildServer } from "../src/apps/http/server.ts";
import { readSettingsFile } from "../src/edges/settings-file.ts";
import { openTestControl } from "./support/control.ts";
import { formOf } from "./support/form.ts";
import { newHomeServer } from "./support/home-servers.ts";
import { newSettingsHome, SETTINGS_TEXT } from "./support/settings.ts";
import { tempFolder } from "./support/temp.ts";

let app: FastifyInstance;
let close: () => void;
const folder = tempFolder({ after });
const home = newSettingsHome({ after });
const plex = await newHomeServer({ after }, "plex");
before(() => {
  plex.folders = ["/data/movies", "/films/series"];
  const opened = openTestControl(folder);
  close = opened.close;
  app = buildServer(opened.control, { settings: home.source });
});
after(async () => {
  await app.close();
  close();
});

const browser = { host: "localhost:9000", accept: "text/html" };
const page = async (url: string): Promise<string> => (await app.inject({ url, headers: browser })).body;
const post = (form: URLSearchParams, url = "/settings") =>
  app.inject({
    method: "POST",
    url,
    headers: { ...browser, "content-type": "application/x-www-form-urlencoded" },
    payload: form.toString(),
  });
const filled = (html: string, changes: Readonly<Record<string, string>>): URLSearchParams => {
  const form = formOf(html);
  for (const [name, value] of Object.entries(changes)) form.set(name, value);
  return form;
};

test("each server has a button that is no other form's", async () => {
  const html = await page("/settings");
  for (const name of ["jellyfin", "emby", "plex", "sonarr", "radarr"])
    assert.match(html, new RegExp(`<button[^>]*name="intent" value="try-${name}"[^>]*>Try it`));
});

test("a server is tried with what was typed, mended, saved; its key is on no page", async () => {
  const first = await post(
    filled(await page("/settings"), { intent: "try-plex", "plex.url": plex.url, "plex.token": "wrong" }),
  );
  assert.equal(first.statusCode, 200);
  assert.match(first.body, /role="status".*Plex<\/strong> does not let us in\. It answered 401/s);
  assert.match(first.body, new RegExp(`value="${plex.url}"`));
  assert.equal(home.text(), SETTINGS_TEXT, "nothing is saved by a try");

  const second = await post(filled(first.body, { intent: "try-plex", "plex.token": plex.key }));
  assert.match(
    second.body,
    /Plex<\/strong> version 1\.42.* does not know \/films\/movies; it knows \/data\/movies/s,
  );
  assert.ok(!second.body.includes(plex.key));

  // The key is not on the page, and is known all the same.
  const third = await post(
    filled(second.body, { intent: "try-plex", "plex.path_map": "/films/movies: /data/movies" }),
  );
  assert.match(third.body, /tried-ok.*knows the folders of your libraries/s);

  const review = await post(filled(third.body, { intent: "review" }));
  assert.equal(review.statusCode, 303);
  const html = await page(String(review.headers.location));
  assert.ok(!html.includes(plex.key));
  await post(filled(html, { use: "later" }), "/settings/save");
  const saved = readSettingsFile(home.file);
  assert.deepEqual(saved.plex, {
    url: plex.url,
    token: plex.key,
    path_map: { "/films/movies": "/data/movies" },
  });
  assert.equal(saved.jellyfin.api_key, "s3cr3t");
});

test("a server without an address is not asked, and a wrong one is said beside its field", async () => {
  const html = await page("/settings");
  const none = await post(filled(html, { intent: "try-emby" }));
  assert.match(none.body, /has no address that could be tried/);
  const wrong = await post(filled(html, { intent: "try-emby", "emby.url": "nas:8096" }));
  assert.equal(wrong.statusCode, 422);
  assert.match(wrong.body, /id="f-emby-url-wrong">must be the address of a server/);
});
