/** Films are served by their number, in byte ranges, and never from outside their library. */
import assert from "node:assert/strict";
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { buildServer } from "../src/apps/http/server.ts";
import { putClip } from "./support/clips.ts";
import { newHouse } from "./support/orchestrator.ts";

test("a film that plays is served in ranges; a link that leads out of the library is not followed", async (context) => {
  const house = newHouse(context);
  await putClip("plays", join(house.root, "a", "Film.mp4"));
  writeFileSync(join(house.root, "notes.mkv"), "no film");
  const control = await house.start();
  const film = await house.becomes("a/Film.mp4", "Completed");
  const refused = await house.becomes("notes.mkv", "Failed");
  const server = buildServer(control);
  context.after(() => server.close());
  const get = (id: number, range?: string) =>
    server.inject({ url: `/api/assets/${id}/video`, ...(range ? { headers: { range } } : {}) });

  const whole = await get(film.id);
  assert.deepEqual([whole.statusCode, whole.rawPayload.length], [200, film.sizeBytes]);
  const part = await get(film.id, "bytes=4-7");
  assert.deepEqual([part.statusCode, part.payload], [206, "ftyp"]);
  assert.equal((await get(refused.id)).statusCode, 409);
  assert.equal((await get(999)).statusCode, 404);

  const outside = join(dirname(house.root), "outside");
  mkdirSync(outside);
  writeFileSync(join(outside, "Film.mp4"), "a secret");
  renameSync(join(house.root, "a"), join(dirname(house.root), "moved"));
  symlinkSync(outside, join(house.root, "a"));
  const led = await get(film.id);
  assert.equal(led.statusCode, 404);
  assert.doesNotMatch(led.payload, /secret/);
});

test("of subtitles beside a film only ours are served, and only those a browser reads", async (context) => {
  const house = newHouse(context);
  await putClip("subtitled", join(house.root, "Film.mkv"));
  const control = await house.start();
  const { id, sidecarPaths } = await house.becomes("Film.mkv", "Completed");
  const server = buildServer(control);
  context.after(() => server.close());
  const get = (track: number | string) => server.inject(`/api/assets/${id}/subtitles/${track}`);
  const [vtt, srt] = ["vtt", "srt"].map((ending) => sidecarPaths.findIndex((each) => each.endsWith(ending)));
  const text = await get(vtt ?? -1);
  assert.deepEqual([text.statusCode, text.headers["content-type"]], [200, "text/vtt; charset=utf-8"]);
  assert.match(text.payload, /^WEBVTT[\s\S]*Good evening\./);
  assert.equal((await get(srt ?? -1)).statusCode, 404);
  assert.equal((await get(99)).statusCode, 404);
  for (const wrong of ["-1", "x", "..%2F"]) assert.equal((await get(wrong)).statusCode, 400, wrong);

  // What a person wrote is none of ours, nor what a link in the place of ours leads to.
  const secret = join(dirname(house.root), "secret.vtt");
  writeFileSync(secret, "WEBVTT a secret");
  const path = sidecarPaths[vtt ?? -1] ?? "";
  rmSync(path);
  symlinkSync(secret, path);
  const led = await get(vtt ?? -1);
  assert.equal(led.statusCode, 404);
  assert.doesNotMatch(led.payload, /secret/);
});
