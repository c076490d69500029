import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import type { FastifyInstance } from "fastify";
import { buildServer } from "../src/apps/http/server.ts";
import { openTestControl, type TestControl } from "./support/control.ts";
import { newSettingsHome, SETTINGS_TEXT } from "./support/settings.ts";
import { tempFolder } from "./support/temp.ts";

let app: FastifyInstance;
let control: TestControl;
let close: () => void;
const folder = tempFolder({ after });
const home = newSettingsHome({ after });
before(() => {
  ({ control, close } = openTestControl(folder));
  app = buildServer(control, { settings: home.source });
});
after(async () => {
  await app.close();
  close();
});
const read = async () => {
  const response = await app.inject("/api/settings");
  return { etag: String(response.headers.etag), body: response.json(), text: response.body };
};
const put = (payload: object, headers: Record<string, string> = {}) =>
  app.inject({ method: "PUT", url: "/api/settings", payload, headers });

test("gives every value and what is written, secrets masked, with an ETag", async () => {
  const { etag, body, text } = await read();
  assert.match(body.version, /^[0-9a-f]{32}$/);
  assert.equal(etag, `"${body.version}-waiting"`);
  assert.equal(body.source, "file");
  assert.equal(body.values.profiles.movies, undefined);
  assert.equal(body.values.operational.max_attempts, 3);
  assert.equal(body.written.operational.max_attempts, undefined);
  assert.equal(body.values.jellyfin.api_key, "********");
  assert.equal(body.values.notifiers.webhook.url, "");
  assert.doesNotMatch(text, /s3cr3t/);
});

test("eighty thousand keys are refused as soon as a few", async () => {
  const values = Object.fromEntries(Array.from({ length: 80_000 }, (_, each) => [`${each}x`, 1]));
  const started = performance.now();
  const response = await put({ values, dryRun: true });
  assert.equal(response.statusCode, 422, response.body.slice(0, 500));
  assert.ok(response.body.length < 100_000, `${response.body.length} bytes`);
  assert.ok(performance.now() - started < 5000, "at once");
});

test("says what a change would be and leaves the file alone", async () => {
  const { etag } = await read();
  const response = await put(
    { values: { operational: { gpu_only: null } }, dryRun: true },
    { "if-match": etag },
  );
  assert.equal(response.statusCode, 200, response.body);
  assert.deepEqual(response.json().changes, [{ key: "operational.gpu_only", from: false, to: true }]);
  assert.equal(response.json().effect.films.changed, 0);
  assert.deepEqual(response.json().effect.sentences, ["The plan of no film changes."]);
  assert.equal(home.text(), SETTINGS_TEXT);
});

test("refuses a change that names no version or an old one", async () => {
  const { etag } = await read();
  const change = { values: { operational: { max_attempts: 4 } } };
  const unnamed = await put(change);
  assert.deepEqual([unnamed.statusCode, unnamed.json().code], [400, "usage-invalid"]);
  writeFileSync(home.file, `${SETTINGS_TEXT}# by hand\n`);
  const old = await put(change, { "if-match": etag });
  assert.deepEqual([old.statusCode, old.json().code], [412, "settings-changed"]);
  writeFileSync(home.file, SETTINGS_TEXT);
});

test("refuses what cannot be used, key by key", async () => {
  const { etag } = await read();
  const values = { operational: { max_attempts: 0 }, libraries: { movies: { root: "films" } } };
  const response = await put({ values }, { "if-match": etag });
  assert.equal(response.statusCode, 422);
  assert.match(response.json().detail, /operational\.max_attempts: .*\n|libraries\.movies\.root: /);
  const neither = await put({ dryRun: true }, { "if-match": etag });
  assert.equal(neither.statusCode, 400);
  assert.equal(home.text(), SETTINGS_TEXT);
});

test("writes a change, keeps comments, and tells who changed what", async () => {
  const { etag } = await read();
  const response = await put({ values: { operational: { gpu_only: true } } }, { "if-match": etag });
  assert.equal(response.statusCode, 200, response.body);
  assert.notEqual(response.headers.etag, etag);
  assert.equal(home.text(), SETTINGS_TEXT.replace("gpu_only: false", "gpu_only: true"));
  assert.equal(response.json().waiting, true, "it takes effect when it is taken up");
  const { changes } = (await app.inject("/api/settings/changes")).json();
  assert.deepEqual(
    changes.map(({ key, from, to, who }: Record<string, unknown>) => [key, from, to, who]),
    [["operational.gpu_only", false, true, "127.0.0.1"]],
  );
});

test("takes the whole text, and takes it up at once when asked", async () => {
  const { etag } = await read();
  const yaml = SETTINGS_TEXT.replace("s3cr3t", '"********"').replace("# disk 1", "# disk 9");
  const before = home.applied();
  const response = await put({ yaml, apply: true }, { "if-match": etag });
  assert.equal(response.statusCode, 200, response.body);
  assert.equal(home.text(), SETTINGS_TEXT.replace("# disk 1", "# disk 9"));
  assert.equal(home.applied(), before + 1);
});

test("a file that was broken by hand is told of, not written over", async () => {
  const { etag } = await read();
  writeFileSync(home.file, "libraries: [\n");
  const got = await app.inject("/api/settings");
  assert.deepEqual([got.statusCode, got.json().code], [422, "settings-invalid"]);
  const response = await put({ values: {} }, { "if-match": etag });
  assert.equal(response.statusCode, 422);
  assert.equal(home.text(), "libraries: [\n");
  writeFileSync(home.file, SETTINGS_TEXT);
});

test("settings that no file holds are shown and not changed", async () => {
  const bare = buildServer(control);
  const got = await bare.inject("/api/settings");
  assert.deepEqual([got.statusCode, got.headers.etag], [200, '"none"']);
  const response = await bare.inject({
    method: "PUT",
    url: "/api/settings",
    payload: { values: { logging: { retention_days: 3 } } },
    headers: { "if-match": '"none"' },
  });
  assert.deepEqual([response.statusCode, response.json().code], [409, "settings-not-writable"]);
  await bare.close();
});
