/** Films are served by their number, in byte ranges, and never from outside their library. */
import assert from "node:assert/strict";
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
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
