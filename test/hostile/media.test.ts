/** Files that are films by their names: lists of other files, and claims that no film makes. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { createFfmpeg } from "../../src/edges/ffmpeg.ts";
import { createFfprobe } from "../../src/edges/ffprobe.ts";
import { matroskaOf, patchFile } from "../support/bytes.ts";
import { runCli } from "../support/cli.ts";
import { putClip } from "../support/clips.ts";
import { runFfmpeg } from "../support/ffmpeg.ts";
import { newHouse, until } from "../support/orchestrator.ts";
import { isProblem } from "../support/store.ts";
import { tempFolder } from "../support/temp.ts";

const { probe } = createFfprobe();

/** A server that nobody may ask, and a pipe at which whoever opens it waits. */
const bait = async (context: TestContext, folder: string) => {
  let asked = 0;
  const server = createServer((socket) => {
    asked++;
    socket.destroy();
  }).listen(0, "127.0.0.1");
  context.after(() => server.close());
  const address = await until("it listens", () => server.address());
  const port = typeof address === "object" ? address.port : 0;
  const pipe = join(folder, "bait");
  execFileSync("mkfifo", [pipe]);
  return { url: `http://127.0.0.1:${port}/a.ts`, pipe, asked: () => asked };
};

const LISTS: Readonly<Record<string, (target: string) => string>> = {
  "HLS playlist": (target) =>
    `#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n${target}\n#EXT-X-ENDLIST\n`,
  "concat list": (target) => `ffconcat version 1.0\nfile '${target}'\n`,
  "session description": () =>
    "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n",
  "DASH manifest": (target) =>
    `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" profiles="urn:mpeg:dash:profile:isoff-main:2011"><Period><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1"><BaseURL>${target}</BaseURL></Representation></AdaptationSet></Period></MPD>`,
  "picture that names others": (target) =>
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><image xlink:href="${target}"/></svg>`,
  "reference of QuickTime": (target) => `RTSPtext\r\n${target}\r\n`,
  subtitles: () => "1\n00:00:00,000 --> 00:00:01,000\nHello\n",
};

/** What is named .mp4 and is none lacks an index. */
const isNoFilm = (thrown: unknown): boolean =>
  isProblem("not-media")(thrown) || isProblem("source-damaged")(thrown);

test("lists of other files and addresses are no films, whatever they are called, and nothing of them is opened", async (context) => {
  const folder = tempFolder(context);
  const { url, pipe, asked } = await bait(context, folder);
  for (const [kind, listOf] of Object.entries(LISTS))
    for (const [target, ending] of [
      [url, "mp4"],
      [`file:${pipe}`, "mkv"],
      [pipe, "avi"],
    ] as const) {
      const path = join(folder, `${kind}.${ending}`);
      writeFileSync(path, listOf(target));
      await assert.rejects(probe(path), isNoFilm, `${kind} in ${ending}`);
    }
  assert.equal(asked(), 0);
});

/** Puts an alias record into the MP4's data references: the film's pictures are said to be in another file. */
const referTo = (path: string, target: string): void => {
  const film = readFileSync(path);
  const name = Buffer.from(target.padEnd(target.length + (target.length % 2), "\0"));
  const record = Buffer.concat([
    Buffer.alloc(10),
    Buffer.from([4]),
    Buffer.from("disk".padEnd(27, "\0")),
    Buffer.alloc(12),
    Buffer.from([4]),
    Buffer.from("bait".padEnd(63, "\0")),
    Buffer.alloc(16),
    Buffer.from([0, 1, 0, 1]),
    Buffer.alloc(16),
    Buffer.from([0, 2, name.length >> 8, name.length & 255]),
    ...[name, Buffer.from([0xff, 0xff, 0, 0])],
  ]);
  const dref = film.indexOf("dref", film.indexOf("moov"));
  const entry = Buffer.concat([Buffer.alloc(4), Buffer.from("alis"), Buffer.alloc(4), record]);
  entry.writeUInt32BE(entry.length);
  const grown = entry.length - 12;
  for (const parent of ["moov", "trak", "mdia", "minf", "dinf", "dref"]) {
    const at = film.indexOf(parent, film.indexOf("moov")) - 4;
    film.writeUInt32BE(film.readUInt32BE(at) + grown, at);
  }
  const old = dref + 12;
  writeFileSync(path, Buffer.concat([film.subarray(0, old), entry, film.subarray(old + 12)]));
};

test("a film that says its pictures are in another file gets none of that file", async (context) => {
  const house = newHouse(context, { operational: { max_attempts: 1 } });
  const path = join(house.root, "Film.mp4");
  const { pipe } = await bait(context, tempFolder(context));
  const source = [
    "-f",
    "lavfi",
    "-i",
    "testsrc2=s=320x240:r=24:d=2",
    "-c:v",
    "libx264",
    "-pix_fmt",
    "yuv420p",
  ];
  await runFfmpeg(["-v", "error", ...source, path]);
  referTo(path, pipe);
  const { stderr } = await ffprobeSays(path);
  assert.match(stderr, /Skipped opening external track/, "ffmpeg read the record as one");
  await house.start();
  const asset = await house.becomes("Film.mp4", "Completed", "Failed");
  assert.ok(asset.state === "Failed" || (await probe(asset.outputPath ?? path)).media.durationSeconds === 2);
});

const ffprobeSays = async (path: string) => {
  const { end } = await createFfmpeg("ffprobe").run(["-v", "warning", "-show_streams", path], {
    durationSeconds: null,
  });
  return end;
};

test("ten thousand streams are no film; five hundred are one film", async (context) => {
  const folder = tempFolder(context);
  for (const tracks of [1001, 10_000, 60_000]) {
    const path = join(folder, `${tracks}.mkv`);
    writeFileSync(path, matroskaOf(tracks));
    await assert.rejects(probe(path), isProblem("not-media"), String(tracks));
  }
  const path = join(folder, "500.mkv");
  writeFileSync(path, matroskaOf(500));
  assert.equal((await probe(path)).media.streams.length, 500);
});

test("a film with three hundred subtitle tracks is converted, and the first hundred are written beside it", async (context) => {
  const house = newHouse(context);
  const clip = await putClip("subtitled", join(tempFolder(context), "clip.mkv"));
  const tracks = Array.from({ length: 299 }, () => ["-map", "0:s"]).flat();
  await runFfmpeg([
    "-v",
    "error",
    "-i",
    clip,
    "-map",
    "0",
    ...tracks,
    "-c",
    "copy",
    join(house.root, "Film.mkv"),
  ]);
  await house.start();
  const asset = await house.becomes("Film.mkv", "Completed", "Failed");
  assert.equal(asset.state, "Completed", asset.problemDetail ?? "");
  assert.equal(asset.sidecarPaths.filter((each) => each.endsWith(".vtt")).length, 100);
});

test("text that is burned in is read as nothing but text, whatever stands at its head", async (context) => {
  const folder = tempFolder(context);
  const { pipe } = await bait(context, folder);
  const film = join(folder, "Film.mkv");
  const manifest = `<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="urn:mpeg:dash:profile:isoff-main:2011" type="static" mediaPresentationDuration="PT1S"><Period><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1"><SegmentList><Initialization sourceURL="file:${pipe}"/><SegmentURL media="file:${pipe}"/></SegmentList></Representation></AdaptationSet></Period><!--`;
  const style = "[V4+ Styles]\nFormat: Name, Fontname, Fontsize\nStyle: Default,Arial,16\n";
  const events =
    "[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n";
  const header = `[Script Info]\n;${"x".repeat(manifest.length)}\n\n${style}\n${events}`;
  const line = "Dialogue: 0,0:00:00.20,0:00:01.00,Default,,0,0,0,,Hello --></MPD>\n";
  writeFileSync(join(folder, "text.ass"), header + line);
  const source = ["-f", "lavfi", "-i", "testsrc2=s=320x240:r=24:d=2", "-i", join(folder, "text.ass")];
  const codecs = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:s", "copy"];
  await runFfmpeg(["-v", "error", ...source, "-map", "0", "-map", "1", ...codecs, film]);
  patchFile(film, "[Script Info]", 0, Buffer.from(manifest));
  const { code, err, out } = await runCli(context, [
    "convert",
    film,
    "--encoder",
    "software",
    "--burn-in",
    "1",
  ]);
  assert.equal(code, 0, out + err);
});
