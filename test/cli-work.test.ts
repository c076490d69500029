import assert from "node:assert/strict";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { runCli, serve, startCli } from "./support/cli.ts";
import { putClip } from "./support/clips.ts";
import { filesBelow, sha256, until } from "./support/orchestrator.ts";
import { tempFolder } from "./support/temp.ts";

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const keysOf = (value: unknown): readonly string[] => Object.keys(value as object).sort();
const typesOf = (lines: readonly Record<string, unknown>[]) => [...new Set(lines.map((each) => each.type))];

test("inspect says what a film is and would take, and writes nothing", async (context) => {
  const folder = tempFolder(context);
  await putClip("picture", join(folder, "Film.avi"));
  const { code, lines, out } = await runCli(context, ["inspect", join(folder, "Film.avi"), "--json"]);
  assert.equal(code, 0, out);
  const [film, summary] = lines();
  assert.deepEqual(typesOf(lines()), ["inspection", "summary"]);
  for (const key of ["command", "devices", "estimate", "path", "plan", "playable", "type", "work"])
    assert.ok(film && Object.hasOwn(film, key), key);
  assert.deepEqual([film?.work, film?.playable, summary?.files], ["video", false, 1]);
  const devices = film?.devices as Record<string, { playable: boolean; reasons: readonly object[] }>;
  assert.deepEqual(keysOf(devices), ["chromecast-2", "chromecast-3"]);
  assert.deepEqual(keysOf(devices["chromecast-2"]), ["label", "playable", "reasons"]);
  assert.deepEqual(keysOf(devices["chromecast-2"]?.reasons[0]), ["code", "detail", "stream"]);
  for (const key of ["action", "detail", "kind", "stream", "why"])
    assert.ok(keysOf(listOf(film?.plan)[0]).includes(key), key);
  assert.deepEqual(keysOf(film?.estimate), ["bytes", "seconds"]);
  assert.equal(listOf(film?.command)[0], "ffmpeg");
  assert.deepEqual(filesBelow(folder), ["Film.avi"]);
});

test("inspect of a folder is a dry run; a film that is none is an answer", async (context) => {
  const folder = tempFolder(context);
  await putClip("plays", join(folder, "a", "plays.mp4"));
  await putClip("remux", join(folder, "b", "remux.mkv"));
  writeFileSync(join(folder, "notes.mkv"), "text");
  const { code, out } = await runCli(context, ["inspect", folder]);
  assert.equal(code, 0);
  assert.match(out, /3 files/);
  assert.match(out, /1 play as they are/);
  const missing = await runCli(context, ["inspect", join(folder, "nowhere.mkv"), "--json"]);
  assert.deepEqual(
    [missing.code, missing.lines()[0]?.type, missing.lines()[0]?.code],
    [1, "problem", "file-missing"],
  );
  assert.equal((await runCli(context, ["inspect"])).code, 2);
  assert.equal((await runCli(context, ["inspect", folder, "--device", "toaster"])).code, 2);
  const without = await runCli(context, ["inspect", folder, "--json"], { PATH: "/nowhere" });
  assert.deepEqual([without.code, without.lines().at(-1)?.code], [3, "ffmpeg-missing"]);
});

test("convert deletes an original only where its own line says so, whatever the settings say (decision 0009)", async (context) => {
  const folder = tempFolder(context);
  const films = join(folder, "films");
  const source = await putClip("remux", join(films, "Film.mkv"));
  const settings = join(folder, "settings.yaml");
  const libraries = { films: { root: films, original: "delete" } };
  const operational = { encoder: "software", remove_original_after_success: true };
  writeFileSync(settings, JSON.stringify({ libraries, operational }));
  assert.equal((await runCli(context, ["convert", source, "--settings", settings])).code, 0);
  assert.deepEqual(filesBelow(films), ["Film.mkv", "Film.mp4"]);
  const asked = await runCli(context, ["convert", source, "--encoder", "libx264", "--original", "delete"]);
  assert.equal(asked.code, 0, asked.err);
  assert.deepEqual(filesBelow(films), ["Film.chromecast.mp4", "Film.mp4"]);
});

test("convert tells plan, progress, checks and result, and fails for what it could not do", async (context) => {
  const folder = tempFolder(context);
  const source = await putClip("subtitled", join(folder, "in", "Film.mkv"));
  await putClip("plays", join(folder, "in", "plays.mp4"));
  writeFileSync(join(folder, "in", "notes.mkv"), "text");
  const before = sha256(source);
  const out = join(folder, "out");
  const args = ["convert", join(folder, "in"), "--out", out, "--encoder", "libx264", "--json"];
  const { code, lines, err } = await runCli(context, args);
  assert.equal(code, 1, err);
  const of = (name: string) => lines().filter((each) => String(each.path).endsWith(name));
  const types = of("Film.mkv").map((each) => each.type);
  assert.deepEqual([types[0], types.at(-1)], ["plan", "result"]);
  assert.ok(types.includes("progress") && types.includes("check"));
  const progress = of("Film.mkv").find((each) => each.type === "progress") ?? {};
  for (const key of ["percent", "fps", "speed", "etaSeconds", "bytes"])
    assert.ok(Object.hasOwn(progress, key), key);
  const check = of("Film.mkv").find((each) => each.type === "check") ?? {};
  assert.deepEqual([typeof check.name, check.passed, typeof check.detail], ["string", true, "string"]);
  const result = of("Film.mkv").at(-1);
  assert.deepEqual(
    [result?.outcome, result?.output, result?.original, result?.problem],
    ["converted", join(out, "Film.mp4"), "keep", null],
  );
  assert.equal(listOf(result?.sidecars).length, 2);
  assert.equal(of("plays.mp4").at(-1)?.outcome, "plays");
  assert.equal((of("notes.mkv").at(-1)?.problem as { code?: string } | undefined)?.code, "not-media");
  assert.deepEqual(filesBelow(out), ["Film.en.srt", "Film.en.vtt", "Film.mp4"]);
  assert.equal(sha256(source), before);
  const again = await runCli(context, ["inspect", join(out, "Film.mp4"), "--json"]);
  assert.equal(again.lines()[0]?.work, "none");
});

test("convert: usage, a missing file, a missing program", async (context) => {
  const film = await putClip("remux", join(tempFolder(context), "Film.mkv"));
  assert.equal((await runCli(context, ["convert", film, "--original", "eat"])).code, 2);
  assert.equal((await runCli(context, ["convert", film, "--encoder", "abacus"])).code, 2);
  assert.equal((await runCli(context, ["convert", `${film}.not`])).code, 1);
  assert.equal((await runCli(context, ["convert", film], { PATH: "/nowhere" })).code, 3);
  assert.equal((await runCli(context, ["convert", film])).code, 0);
  assert.ok(existsSync(film.replace(".mkv", ".mp4")));
});

test("convert, interrupted in mid-film, leaves nothing but the film", async (context) => {
  const folder = tempFolder(context);
  const film = await putClip("long", join(folder, "films", "Film.avi"));
  const temp = join(folder, "tmp");
  mkdirSync(temp);
  const before = sha256(film);
  const cli = startCli(context, ["convert", film, "--encoder", "software", "--json"], { TMPDIR: temp });
  await until("it converts", () =>
    filesBelow(join(folder, "films")).some((each) => each.includes(".partial.")),
  );
  cli.child.kill("SIGINT");
  assert.equal(await cli.ended, 130, cli.err());
  assert.deepEqual(filesBelow(join(folder, "films")), ["Film.avi"]);
  assert.deepEqual(filesBelow(temp), []);
  assert.equal(sha256(film), before);
});

test("doctor tells what it found, one finding a line", async (context) => {
  const folder = tempFolder(context);
  const settings = join(folder, "settings.yaml");
  const write = (root: string): void =>
    writeFileSync(
      settings,
      JSON.stringify({
        libraries: { films: { root } },
        operational: { encoder: "software", gpu_only: false },
      }),
    );
  write(folder);
  const args = ["doctor", "--json", "--settings", settings, "--data", join(folder, "data")];
  const { code, lines } = await runCli(context, args);
  assert.equal(code, 0);
  assert.deepEqual(typesOf(lines()), ["finding"]);
  for (const each of lines()) assert.deepEqual(keysOf(each), ["check", "detail", "mend", "state", "type"]);
  const said = (name: string) => lines().find((each) => each.check === name)?.state;
  assert.deepEqual([said("settings"), said("encoder libx264"), said("library films")], ["ok", "ok", "ok"]);
  assert.ok(["ok", "note"].includes(String(said("decoding on the card"))));
  write(join(folder, "nowhere"));
  assert.equal((await runCli(context, args)).code, 3);
  assert.equal((await runCli(context, args, { PATH: "/nowhere" })).code, 3);
});

test("serve makes a folder ready; one data folder and one port have one orchestrator", async (context) => {
  const folder = tempFolder(context);
  const [films, data, other] = [join(folder, "films"), join(folder, "data"), join(folder, "other")];
  mkdirSync(films);
  const first = await serve(context, [films, "--data", data]);
  const health = await fetch(`${first.url}/healthz`);
  assert.equal(health.status, 200);
  await health.arrayBuffer();
  const second = await runCli(context, ["serve", films, "--data", data, "--port", "0"]);
  assert.equal(second.code, 3);
  assert.match(second.err, /Another orchestrator uses this data folder/);
  const blocker = createServer();
  await new Promise<void>((resolve) => blocker.listen(0, "127.0.0.1", resolve));
  context.after(() => blocker.close());
  const address = blocker.address();
  const port = typeof address === "object" && address ? String(address.port) : "";
  const third = await runCli(context, ["serve", films, "--data", other, "--port", port]);
  assert.equal(third.code, 3);
  assert.match(third.err, /port is already taken/);
  const fourth = await serve(context, [films, "--data", other]);
  fourth.child.kill("SIGINT");
  assert.equal(await fourth.ended, 0);
  assert.equal((await runCli(context, ["serve", join(folder, "nowhere"), "--data", other])).code, 3);
});

test("serve, ended in mid-film, gives the film back within seconds and does it the next time", async (context) => {
  const folder = tempFolder(context);
  const [films, data] = [join(folder, "films"), join(folder, "data")];
  const settings = join(folder, "settings.yaml");
  writeFileSync(
    settings,
    JSON.stringify({ operational: { encoder: "software", gpu_only: false, settle_seconds: 0 } }),
  );
  const film = await putClip("long", join(films, "Film.avi"));
  const before = sha256(film);
  const args = [films, "--data", data, "--settings", settings];
  const first = await serve(context, args);
  await until("it converts", () => filesBelow(films).some((each) => each.includes(".partial.")));
  const started = Date.now();
  first.child.kill("SIGTERM");
  assert.equal(await first.ended, 0);
  assert.ok(Date.now() - started < 15_000);
  assert.deepEqual(filesBelow(films), ["Film.avi"]);
  const idle = await serve(context, [...args, "--no-worker"]);
  const { assets } = (await (await fetch(`${idle.url}/api/assets`)).json()) as {
    assets: readonly { state: string; attempt?: number }[];
  };
  assert.equal(assets[0]?.state, "Queued");
  idle.child.kill("SIGTERM");
  assert.equal(await idle.ended, 0);
  const last = await serve(context, args);
  await until("the film is made", () => existsSync(join(films, "Film.mp4")));
  last.child.kill("SIGTERM");
  assert.equal(await last.ended, 0);
  assert.deepEqual(filesBelow(films), ["Film.avi", "Film.mp4"]);
  assert.equal(sha256(film), before);
});
