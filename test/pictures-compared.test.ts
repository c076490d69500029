/** Pictures of real films before and after, made by the real ffmpeg. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import type { FastifyInstance } from "fastify";
import type { Comparison } from "../src/apps/comparisons.ts";
import { buildServer } from "../src/apps/http/server.ts";
import { MOMENTS } from "../src/core/frame-pairs.ts";
import { openPictureCache } from "../src/edges/picture-cache.ts";
import type { Asset } from "../src/edges/store/asset-row.ts";
import { type ClipKind, putClip } from "./support/clips.ts";
import { type House, newHouse, sha256, until } from "./support/orchestrator.ts";
import { tempFolder } from "./support/temp.ts";

type Made = Extract<Comparison, { readonly kind: "made" }>;

type Place = { readonly house: House; readonly app: FastifyInstance; readonly film: Asset };

/** A film that was converted, and a server over its house. */
const converted = async (
  context: TestContext,
  kind: ClipKind,
  name: string,
  library = {},
): Promise<Place> => {
  const house = newHouse(context, { library });
  await putClip(kind, join(house.root, name));
  const app = buildServer(await house.start());
  context.after(() => app.close());
  return { house, app, film: await house.becomes(name, "Completed", "Archived") };
};

const ask = ({ app, film }: Place) => app.inject({ method: "POST", url: `/library/${film.id}/pictures` });

const compared = async (place: Place): Promise<Made> => {
  assert.equal((await ask(place)).statusCode, 303);
  const { house, film } = place;
  return until("the pictures are made", () => {
    const now = house.now().pictures.of(film);
    assert.notEqual(now.kind, "failed", JSON.stringify(now));
    return now.kind === "made" && now;
  });
};

const isJpeg = (bytes: Buffer): boolean => bytes.subarray(0, 3).toString("hex") === "ffd8ff";

test("a film that was encoded: five pairs of the same moments, nearly alike; kept over a restart", async (context) => {
  const place = await converted(context, "picture", "Film ' %d $(x).avi");
  const { house, app, film } = place;
  const [source, result] = [join(house.root, film.path), film.outputPath ?? ""];
  const before = [sha256(source), sha256(result)];
  const { compared: made, key } = await compared(place);
  assert.equal(made.pairs.length, MOMENTS);
  // Neighbours of this clip are alike by less than 0.9: these are the same pictures.
  for (const { ssim } of made.pairs) assert.ok((ssim ?? 0) > 0.95, JSON.stringify(made.pairs));
  assert.deepEqual([made.width, made.height], [320, 240]);
  for (const side of ["before", "after"]) {
    const answer = await app.inject(`/library/${film.id}/pictures/4/${side}?is=${key}`);
    assert.deepEqual([answer.statusCode, answer.headers["content-type"]], [200, "image/jpeg"]);
    assert.ok(isJpeg(answer.rawPayload) && answer.rawPayload.length > 2000);
  }
  for (const wrong of ["5/before", "0/facts", "..%2F..%2Flibrary.sqlite/before", "-1/after"])
    assert.equal((await app.inject(`/library/${film.id}/pictures/${wrong}`)).statusCode, 400, wrong);
  assert.deepEqual([sha256(source), sha256(result)], before, "no film was touched");
  const { body } = await app.inject(`/library/${film.id}`);
  assert.match(body, /Likeness \(SSIM\) <strong>0\.9\d\d<\/strong> of 1 on average of 5 moments/);

  const answer = (await app.inject(`/api/assets/${film.id}/pictures`)).json();
  assert.deepEqual([answer.state, answer.pairsMade, answer.pairs.length], ["made", MOMENTS, MOMENTS]);
  assert.deepEqual(
    answer.pairs.map((each: { ssim: number }) => each.ssim),
    made.pairs.map((each) => each.ssim),
  );
  assert.ok(isJpeg((await app.inject(answer.pairs[4].after)).rawPayload));

  await app.close();
  await house.start();
  assert.equal(house.now().pictures.of(film).kind, "made");
});

test("a film that was copied: the same pictures, whose original is in the archive", async (context) => {
  const place = await converted(context, "remux", "Film.mkv", { original: "archive" });
  assert.equal(place.film.state, "Archived");
  const { compared: made } = await compared(place);
  assert.deepEqual(
    made.pairs.map((each) => each.ssim),
    [1, 1, 1, 1, 1],
  );
  assert.match(made.notes.join(" "), /copied as it is/);
});

test("nothing is made by looking, for another site, or of a film that was not converted", async (context) => {
  const place = await converted(context, "sound", "Film.mkv");
  const { house, app, film } = place;
  for (const url of [
    `/library/${film.id}`,
    `/library/${film.id}/parts/pictures`,
    `/library/${film.id}/pictures/0/before`,
  ])
    await app.inject(url);
  const foreign = { origin: "http://evil.example", host: "localhost:9000" };
  const refused = await app.inject({ method: "POST", url: `/library/${film.id}/pictures`, headers: foreign });
  assert.equal(refused.statusCode, 403);
  assert.equal(house.now().pictures.of(film).kind, "possible");
  assert.equal(existsSync(join(house.data, "pictures")), false);
  await putClip("plays", join(house.root, "Plays.mp4"));
  await house.scan();
  const plays = await house.becomes("Plays.mp4", "Completed");
  assert.equal((await ask({ ...place, film: plays })).statusCode, 409);
});

test("a film that is away, or that a link leads out of the library, is not read, and the page says so", async (context) => {
  const place = await converted(context, "picture", "a/Film.avi");
  const { house, app, film } = place;
  const away = join(dirname(house.root), "away");
  renameSync(join(house.root, "a"), away);
  mkdirSync(join(house.root, "b"));
  symlinkSync(away, join(house.root, "a"));
  await ask(place);
  const failed = await until("it failed", () => {
    const now = house.now().pictures.of(film);
    return now.kind === "failed" && now;
  });
  assert.equal(failed.problem.code, "file-missing");
  assert.match(
    (await app.inject(`/library/${film.id}`)).body,
    /The file is not there any more\..*outside its library/s,
  );
  assert.equal(existsSync(join(house.data, "pictures")), false);
});

test("the pictures are few: the oldest comparisons go, and what a kill left behind", async (context) => {
  const folder = join(tempFolder(context), "pictures");
  const cache = openPictureCache(folder);
  const facts = { pairs: [], notes: [], width: 2, height: 2 };
  for (let at = 0; at < 30; at++) {
    const place = await cache.begin(`${at}-key`);
    writeFileSync(cache.placeOf(place, 0, "before"), "x");
    await cache.keep(`${at}-key`, place, facts);
  }
  assert.equal(readdirSync(folder).length, 24);
  assert.equal(cache.of("0-key"), null);
  assert.equal(String(await cache.read("29-key", 0, "before")), "x");
  assert.equal(await cache.read("29-key", 1, "before"), null);
  await cache.begin("cut-off");
  const again = openPictureCache(folder);
  assert.deepEqual(again.of("29-key"), facts);
  await until("the unfinished one is gone", () => readdirSync(folder).length === 24);
});
