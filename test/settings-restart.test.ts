/** A running program takes up other settings: the work begins again under them, and whoever holds the control keeps it. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { buildServer } from "../src/apps/http/server.ts";
import { settingsEffect } from "../src/apps/settings-effect.ts";
import { settingsFrom } from "../src/apps/settings-source.ts";
import { lockDataDirectory } from "../src/edges/store/lock.ts";
import { putClip } from "./support/clips.ts";
import { assertNoPartials, filesBelow, newHouse, standIn, until } from "./support/orchestrator.ts";
import { newSettingsHome } from "./support/settings.ts";
import { isProblem } from "./support/store.ts";
import { tempFolder } from "./support/temp.ts";
import { newTold } from "./support/told.ts";

const settingsOf = (root: string, more: object = {}) => ({
  libraries: { films: { root } },
  operational: { encoder: "software", gpu_only: false, settle_seconds: 0, ...more },
});

test("a job that runs goes back to the queue and is done under the new settings, and the port stays open", async (context) => {
  const house = newHouse(context);
  await putClip("picture", join(house.root, "Film.avi"));
  const orchestrator = await house.start(standIn("takes-its-time"));
  const app = buildServer(orchestrator);
  context.after(() => app.close());
  const base = await app.listen({ port: 0, host: "127.0.0.1" });
  const changes: string[] = [];
  const { store, subscribe } = orchestrator;
  subscribe((change) => changes.push(change.kind));
  await house.becomes("Film.avi", "Processing");
  await until("ffmpeg runs", () => orchestrator.progressOf(house.at("Film.avi")?.id ?? 0));

  const settings = settingsFrom(settingsOf(house.root, { max_attempts: 7 }));
  const restarted = orchestrator.restart({ settings, dataDirectory: house.data });
  const status = await fetch(`${base}/api/status`);
  assert.equal(status.status, 200, "it answers meanwhile");
  await restarted;
  assert.equal(orchestrator.settings.operational.max_attempts, 7);
  assert.equal(store.assets.byPath("films", "Film.avi")?.attempt, 0, "no attempt is used up");
  assertNoPartials(house.root);
  changes.length = 0;
  await house.becomes("Film.avi", "Completed");
  assert.ok(changes.includes("asset"), "who listened before hears of it");
});

test("settings that cannot be started with leave the old ones at work", async (context) => {
  const house = newHouse(context);
  const orchestrator = await house.start();
  const other = tempFolder(context);
  context.after(lockDataDirectory(other).release);
  const settings = settingsFrom(settingsOf(house.root, { max_attempts: 7 }));
  await assert.rejects(
    orchestrator.restart({ settings, dataDirectory: other }),
    isProblem("already-running"),
  );
  assert.equal(orchestrator.settings.operational.max_attempts, 3);
  await putClip("remux", join(house.root, "Film.mkv"));
  orchestrator.startScan(null);
  await house.becomes("Film.mkv", "Completed");
});

test("another data folder is taken up, and the old one is let go", async (context) => {
  const house = newHouse(context);
  const orchestrator = await house.start();
  const other = join(tempFolder(context), "data");
  const films = join(tempFolder(context), "films");
  await putClip("plays", join(films, "Film.mp4"));
  await orchestrator.restart({ settings: settingsFrom(settingsOf(films)), dataDirectory: other });
  await house.becomes("Film.mp4", "Completed");
  lockDataDirectory(house.data).release();
});

test("what is saved on the page is at work after it was taken up", async (context) => {
  const house = newHouse(context);
  const orchestrator = await house.start();
  const text = JSON.stringify(settingsOf(house.root));
  const home = newSettingsHome(context, text, async (source) =>
    orchestrator.restart({ settings: source.load(), dataDirectory: house.data }),
  );
  const app = buildServer(orchestrator, { settings: home.source });
  context.after(() => app.close());
  const { etag } = (await app.inject("/api/settings")).headers;
  const response = await app.inject({
    method: "PUT",
    url: "/api/settings",
    headers: { "if-match": String(etag) },
    payload: { values: { operational: { max_attempts: 9 } }, apply: true },
  });
  assert.equal(response.statusCode, 200, response.body);
  assert.equal(response.json().waiting, false);
  assert.equal(orchestrator.settings.operational.max_attempts, 9);
  const [change] = (await app.inject("/api/settings/changes")).json().changes;
  assert.deepEqual([change.key, change.from, change.to], ["operational.max_attempts", 3, 9]);
});

test("a notifier that is new in the settings is listed and told at once", async (context) => {
  const house = newHouse(context);
  const told = await newTold(context);
  const orchestrator = await house.start();
  const app = buildServer(orchestrator);
  context.after(() => app.close());
  const settings = settingsFrom({ ...settingsOf(house.root), notifiers: { phone: { url: told.url } } });
  await orchestrator.restart({ settings, dataDirectory: house.data });
  const { notifiers } = (await app.inject("/api/notifications")).json();
  assert.deepEqual(
    notifiers.map((each: { readonly name: string }) => each.name),
    ["phone"],
  );
  const payload = { name: "phone" };
  const tested = await app.inject({ method: "POST", url: "/api/notifications/test", payload });
  assert.equal(tested.json().arrived, true, tested.body);
  assert.equal(told.all.length, 1);
});

test("a library that gets another name keeps its films and all that is known of them", async (context) => {
  const house = newHouse(context);
  await putClip("remux", join(house.root, "Film.mkv"));
  const orchestrator = await house.start();
  const before = await house.becomes("Film.mkv", "Completed");
  const made = filesBelow(house.root);
  const { libraries, ...rest } = settingsOf(house.root);
  const renamed = settingsFrom({ ...rest, libraries: { kids: libraries.films } });
  const { sentences } = await settingsEffect(orchestrator, renamed);
  assert.deepEqual(sentences, [
    "The plan of no film changes.",
    "Library films is called kids from then on; its films stay with it.",
  ]);
  await orchestrator.restart({ settings: renamed, dataDirectory: house.data });
  const { store } = orchestrator;
  await until("it was scanned", () => (store.roots.get("kids")?.scannedAt ?? 0) > before.stateAt);
  await until("nothing is scanned", () => orchestrator.overview().scanning.length === 0);
  assert.deepEqual(store.assets.byPath("kids", "Film.mkv"), { ...before, library: "kids" });
  assert.equal(orchestrator.store.assets.counts().state.Completed, 1);
  assert.equal(store.assets.byPath("films", "Film.mkv"), null);
  assert.deepEqual(filesBelow(house.root), made);
});
