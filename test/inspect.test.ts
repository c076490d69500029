/** `cvc inspect` on single files: what its exit code says, whose settings count, and files that look worse than they are. */
import assert from "node:assert/strict";
import { appendFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { runCli } from "./support/cli.ts";
import { putClip } from "./support/clips.ts";
import { runFfmpeg } from "./support/ffmpeg.ts";
import { tempFolder } from "./support/temp.ts";

const inspected = async (context: TestContext, path: string, ...more: readonly string[]) => {
  const { code, lines } = await runCli(context, ["inspect", path, "--json", ...more]);
  const [first = {}] = lines();
  return { code, ...first } as Readonly<Record<string, unknown>>;
};

test("1 for a file that was named and could not be read, 0 for a folder that holds one", async (context) => {
  const folder = tempFolder(context);
  const empty = join(folder, "zero-length.mov");
  writeFileSync(empty, "");
  const { code, problem } = await inspected(context, empty);
  assert.equal(code, 1);
  assert.equal(Object(problem).code, "not-media");
  assert.equal((await inspected(context, folder)).code, 0);
});

test("a film in a library is judged by its library's settings", async (context) => {
  const folder = tempFolder(context);
  const film = await putClip("picture", join(folder, "series", "Film.avi"));
  const other = await putClip("picture", join(folder, "Film.avi"));
  symlinkSync(join(folder, "series"), join(folder, "link"));
  const settings = join(folder, "settings.yaml");
  const commandOf = async (path: string) =>
    String((await inspected(context, path, "--settings", settings)).command);
  for (const root of ["series", "link"]) {
    writeFileSync(
      settings,
      JSON.stringify({
        libraries: { series: { root: join(folder, root), profile: "small" } },
        profiles: { small: { resolution: "160x120" } },
      }),
    );
    assert.match(await commandOf(film), /scale=w=160:h=120/, root);
    assert.doesNotMatch(await commandOf(other), /scale=w=160/, root);
  }
});

test("the subtitle files that a film would get are named", async (context) => {
  const film = await putClip("subtitled", join(tempFolder(context), "Film.mkv"));
  const { sidecars } = await inspected(context, film);
  const stream = 2;
  assert.deepEqual(sidecars, [
    { stream, format: "vtt", label: "en" },
    { stream, format: "srt", label: "en" },
  ]);
  assert.match((await runCli(context, ["inspect", film])).out, /Subtitle files beside it: en\.vtt, en\.srt/);
});

test("text behind a good MP4 does it no harm", async (context) => {
  const film = await putClip("plays", join(tempFolder(context), "Film.mp4"));
  appendFileSync(film, "some trailing text here");
  const { code, work, playable } = await inspected(context, film);
  assert.deepEqual([code, work, playable], [0, "none", true]);
});

test("a hidden picture or two cost no encode, and the copy passes its checks", async (context) => {
  const folder = tempFolder(context);
  const film = await putClip("sound", join(folder, "Film.mkv"));
  const cut = join(folder, "cut.mp4");
  await runFfmpeg(["-v", "error", "-ss", "0.09", "-i", film, "-c", "copy", cut]);
  assert.equal((await inspected(context, cut)).work, "audio");
  const { code, err } = await runCli(context, ["convert", cut]);
  assert.equal(code, 0, err);
});

test("one file: what it is, now, and what each screen needs", async (context) => {
  const film = await putClip("sound", join(tempFolder(context), "Film.mkv"));
  const { code, out } = await runCli(context, ["inspect", film, "--device", "chromecast-2"]);
  assert.equal(code, 0);
  assert.match(out, /^Chromecast 2: does not play$/m);
  assert.match(out, /^ {2}what +now +needs$/m);
  assert.match(out, /^ {2}0 Picture +H\.264, .* nothing\n +320×240, 24 fps$/m);
  assert.match(out, /^ {2}1 Sound +AC-3, .* The sound is AC-3; Chromecast 2 decodes AAC here\.$/m);
  assert.match(out, /^ {2}1 audio: encode, audio codec$/m);
});

test("--why-not: the films one screen does not play, with every reason", async (context) => {
  const folder = tempFolder(context);
  const plays = await putClip("plays", join(folder, "plays.mp4"));
  await putClip("picture", join(folder, "Film.avi"));
  const { code, out } = await runCli(context, ["inspect", folder, "--why-not", "nest-hub"]);
  assert.equal(code, 0);
  assert.doesNotMatch(out, /plays\.mp4/);
  assert.match(
    out,
    /Film\.avi: .*\n {2}- The picture is MPEG-4 Part 2 Simple Profile; Nest Hub decodes .*\(video-codec\)/,
  );
  assert.match(out, /2 files/);
  assert.match((await runCli(context, ["inspect", plays, "--why-not", "nest-hub"])).out, /It plays as it is/);
  assert.equal((await runCli(context, ["inspect", plays, "--why-not", "toaster"])).code, 2);
});

test("a folder: counts by work, time and bytes as a range, the commonest reasons", async (context) => {
  const folder = tempFolder(context);
  for (const kind of ["plays", "remux", "sound", "picture"] as const)
    await putClip(
      kind,
      join(folder, `${kind}.${kind === "plays" ? "mp4" : kind === "picture" ? "avi" : "mkv"}`),
    );
  const { out } = await runCli(context, ["inspect", folder]);
  for (const line of [
    /^ {7}1 play as they are$/m,
    /^ {7}1 take seconds: nothing is encoded: .* s, .*B$/m,
    /^ {7}1 need their sound encoded, the picture is copied: .*B$/m,
    /^ {7}1 need their picture encoded: .* s to .* s, .* to .*B$/m,
    /^All of it: .* s\.$/m,
    /^ {7}3 container \(container\)$/m,
  ])
    assert.match(out, line);
});
