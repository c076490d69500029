/** Small pictures of films: real ones by ffmpeg, a drawing where there is none, never of anything outside a library. */
import assert from "node:assert/strict";
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { createByteCache } from "../src/apps/byte-cache.ts";
import { buildServer } from "../src/apps/http/server.ts";
import { createThumbnails } from "../src/apps/thumbnails.ts";
import { createFfmpeg, type Ffmpeg } from "../src/edges/ffmpeg.ts";
import { putClip } from "./support/clips.ts";
import { openTestControl } from "./support/control.ts";
import { runFfmpeg } from "./support/ffmpeg.ts";
import { newHouse, standIn } from "./support/orchestrator.ts";
import { tempFolder } from "./support/temp.ts";

/** Width and height in the frame header of a JPEG. */
const sizeOf = (jpeg: Buffer): readonly [number, number] => {
  assert.equal(jpeg.readUInt16BE(0), 0xffd8, "it is a JPEG");
  for (let at = 2; at < jpeg.length; at += 2 + jpeg.readUInt16BE(at + 2))
    if ([0xc0, 0xc2].includes(jpeg[at + 1] ?? 0))
      return [jpeg.readUInt16BE(at + 7), jpeg.readUInt16BE(at + 5)];
  throw new Error("no frame");
};

const serve = async (context: TestContext, house: ReturnType<typeof newHouse>) => {
  const server = buildServer(await house.start());
  context.after(() => server.close());
  return (id: number, at = "") => server.inject(`/library/${id}/thumbnail.jpg${at}`);
};

test("a picture of the film in its own shape; another minute is another picture", async (context) => {
  const house = newHouse(context);
  await putClip("plays", join(house.root, "Film.mp4"));
  await runFfmpeg([
    ...[
      "-v",
      "error",
      "-f",
      "lavfi",
      "-i",
      "testsrc2=s=720x576:r=5:d=130",
      "-vf",
      "setsar=64/45",
      "-c:v",
      "libx264",
    ],
    ...["-preset", "ultrafast", "-g", "25", join(house.root, "Wide.mkv")],
  ]);
  const get = await serve(context, house);
  const film = await house.becomes("Film.mp4", "Completed");
  const answer = await get(film.id);
  assert.equal(answer.headers["content-type"], "image/jpeg");
  assert.deepEqual(sizeOf(answer.rawPayload), [320, 240]);
  const wide = await house.becomes("Wide.mkv", "Queued", "Processing", "Completed");
  const [one, two, again] = [
    await get(wide.id, "?at=1"),
    await get(wide.id, "?at=2"),
    await get(wide.id, "?at=1"),
  ];
  assert.deepEqual(sizeOf(one.rawPayload), [320, 180], "16:9 as it is shown");
  assert.notDeepEqual(one.rawPayload, two.rawPayload);
  assert.deepEqual(one.rawPayload, again.rawPayload);
  assert.equal((await get(wide.id, "?at=9000")).headers["content-type"], "image/jpeg", "inside of the film");
  for (const at of ["-1", "x", "1e9"]) assert.equal((await get(wide.id, `?at=${at}`)).statusCode, 400, at);
  assert.equal((await get(999)).statusCode, 404);
});

test("a drawing for what is no film, what is gone, and what a link leads to outside of the library", async (context) => {
  const house = newHouse(context);
  writeFileSync(join(house.root, "notes.mkv"), "no film");
  await putClip("plays", join(house.root, "a", "Film.mp4"));
  await putClip("plays", join(house.root, "Gone.mp4"));
  const get = await serve(context, house);
  const [notes, film, gone] = [
    await house.becomes("notes.mkv", "Failed"),
    await house.becomes("a/Film.mp4", "Completed"),
    await house.becomes("Gone.mp4", "Completed"),
  ];
  rmSync(join(house.root, "Gone.mp4"));
  const outside = join(dirname(house.root), "outside");
  mkdirSync(outside);
  renameSync(join(house.root, "a", "Film.mp4"), join(outside, "Film.mp4"));
  rmSync(join(house.root, "a"), { recursive: true });
  symlinkSync(outside, join(house.root, "a"));
  for (const { id } of [notes, film, gone]) {
    const answer = await get(id);
    assert.equal(answer.statusCode, 200);
    assert.equal(answer.headers["content-type"], "image/svg+xml");
  }
});

const thumbnailsWith = (context: TestContext, ffmpeg: Ffmpeg) => {
  const folder = tempFolder(context);
  const { control, close } = openTestControl(join(folder));
  context.after(close);
  const root = join(folder, "films");
  mkdirSync(root);
  const { movies } = control.settings.libraries;
  assert.ok(movies);
  const settings = { ...control.settings, libraries: { movies: { ...movies, root } } };
  const thumbnails = createThumbnails({ settings: () => settings, ffmpeg, now: Date.now });
  const film = (path: string) => {
    writeFileSync(join(root, path), "x");
    const more = { library: "movies", sizeBytes: 1, modifiedUs: 1, fingerprint: path, foundAt: 1 };
    return control.store.assets.insert({ ...more, path });
  };
  return { thumbnails, film };
};

test("one ffmpeg at a time, one for all who ask the same, and none at all for too many", async (context) => {
  let [running, most, runs] = [0, 0, 0];
  const ffmpeg: Ffmpeg = {
    program: "",
    run: async (args, { isBackground }) => {
      runs++;
      assert.equal(isBackground, true, "it gives way to what is being converted");
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 2));
      writeFileSync((args.at(-1) ?? "").slice("file:".length), "picture");
      running--;
      return { end: { exitCode: 0, signal: null, stderr: "", stopped: null }, saidEnd: true };
    },
  };
  const { thumbnails, film } = thumbnailsWith(context, ffmpeg);
  const asset = film("a.mkv");
  const same = await Promise.all([1, 2, 3].map(() => thumbnails.of(asset, null)));
  assert.deepEqual(same.map(String), ["picture", "picture", "picture"]);
  assert.equal(runs, 1);
  const many = await Promise.all([...Array(100).keys()].map((minute) => thumbnails.of(asset, minute)));
  assert.deepEqual([many.filter((each) => each !== null).length, most], [60, 1]);
  assert.equal(String(await thumbnails.of(asset, 99)), "picture", "later there is room again");
});

test("a program that hangs is ended with the server, and what failed is not tried at once again", async (context) => {
  const hanging = thumbnailsWith(context, createFfmpeg(standIn("hangs")));
  const asked = hanging.thumbnails.of(hanging.film("a.mkv"), 0);
  setTimeout(hanging.thumbnails.close, 200);
  assert.equal(await asked, null);

  let runs = 0;
  const { thumbnails, film } = thumbnailsWith(context, {
    program: "",
    run: async () => {
      runs++;
      return { end: { exitCode: 1, signal: null, stderr: "", stopped: null }, saidEnd: false };
    },
  });
  const asset = film("b.mkv");
  assert.deepEqual([await thumbnails.of(asset, 0), await thumbnails.of(asset, 0)], [null, null]);
  assert.equal(runs, 1);
});

test("what is kept stays below the limit, and what was asked for last stays longest", () => {
  const cache = createByteCache(3000);
  for (const key of ["a", "b"]) cache.put(key, Buffer.alloc(1000));
  assert.ok(cache.get("a"));
  cache.put("c", Buffer.alloc(1000));
  assert.deepEqual([cache.get("b"), cache.get("a")?.length, cache.get("c")?.length], [null, 1000, 1000]);
  cache.put("huge", Buffer.alloc(5000));
  assert.equal(cache.get("huge"), null);
});
