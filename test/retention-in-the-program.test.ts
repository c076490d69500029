/** Retention in the running program: real films, real settings, and time that passed while it was stopped. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type TestContext, test } from "node:test";
import { putClip } from "./support/clips.ts";
import { runFfmpeg } from "./support/ffmpeg.ts";
import { type House, newHouse, until } from "./support/orchestrator.ts";

const DAY_MS = 86_400_000;
const RETENTION = { archive_retention_days: 2, remove_original_after_success: true };

/** Three days pass for what lies in the archive and what was said of it. */
const passTime = (house: House): void => {
  const database = new DatabaseSync(join(house.data, "library.sqlite"));
  for (const table of ["assets SET state_at = state_at", "removals SET at = at"])
    database.exec(`UPDATE ${table} - ${3 * DAY_MS}`);
  database.close();
};

const archived = async (
  context: TestContext,
  put: (path: string) => Promise<unknown>,
  subtitles: readonly string[],
) => {
  const library = { original: "archive", subtitles };
  const house = newHouse(context, { library, operational: RETENTION });
  await put(join(house.root, "Film.mkv"));
  await house.start();
  const asset = await house.becomes("Film.mkv", "Archived", "Failed");
  assert.equal(asset.state, "Archived", asset.problemDetail ?? "");
  await house.stop();
  passTime(house);
  const { store } = await house.start();
  await until("it is announced", () => store.archive.leaving() === 1);
  await house.stop();
  const database = new DatabaseSync(join(house.data, "library.sqlite"));
  database.exec(`UPDATE removals SET at = at - ${DAY_MS}; UPDATE assets SET state_at = state_at - ${DAY_MS}`);
  database.close();
  return { house, archivePath: asset.archivePath ?? "" };
};

test("an original whose film holds all of it leaves after its days, announced before", async (context) => {
  const { house, archivePath } = await archived(context, (path) => putClip("remux", path), ["vtt"]);
  assert.ok(existsSync(archivePath));
  await house.start();
  await until("it is gone", () => !existsSync(archivePath) && house.at("Film.mkv")?.archivePath === null);
  assert.ok(existsSync(join(house.root, "Film.mp4")));
});

test("an original with a sound track that its film lacks stays, whatever the settings would plan today", async (context) => {
  const put = (path: string) =>
    runFfmpeg([
      ...["-y", "-f", "lavfi", "-i", "testsrc2=s=320x240:r=25:d=3", "-f", "lavfi", "-i", "sine=d=3"],
      ...["-f", "lavfi", "-i", "sine=f=600:d=3", "-map", "0", "-map", "1", "-map", "2", "-ac", "2"],
      ...["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", path],
    ]);
  const { house, archivePath } = await archived(context, put, ["vtt"]);
  const { store } = await house.start();
  const kept = await until("it is kept", () => {
    const removal = store.archive.byPath(archivePath)?.removal;
    return removal?.step === "kept" && removal;
  });
  assert.match(kept.why ?? "", /audio track 2 is left out/);
  assert.ok(existsSync(archivePath));
});
