/** Film inside of television pictures, bars around it and rates that change: what is made shows the film's own pictures. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { mainVideo, toNumber } from "../src/core/media-info.ts";
import { runFfmpeg } from "./support/ffmpeg.ts";
import { profile, screens, wish } from "./support/media.ts";
import { assessed, clip, FIELDS, ffprobe, H264, MPEG2, made, soft } from "./support/second-look.ts";
import { tempFolder } from "./support/temp.ts";

test("telecined film gets its own pictures back", async (context) => {
  const source = `${soft("176x480", "24000/1001")},telecine=pattern=23`;
  const path = await clip(context, "telecined.mkv", source, ...MPEG2, ...FIELDS);
  const { looks, assessment, encode } = await assessed(path);
  assert.deepEqual(looks, [["combing"]]);
  assert.match(assessment.plan.reasons.map(({ detail }) => detail).join(" "), /telecine/);
  assert.deepEqual([encode?.detelecine, encode?.fieldOrder], [true, "tff"]);
  const { video, scan } = await made(context, path, assessment);
  assert.deepEqual(video.averageFrameRate, { num: 24000, den: 1001 });
  // 3 s of film are 72 pictures; the last cycle of five may be cut.
  assert.ok(Math.abs((video.frameCount ?? 0) - 72) <= 1, `${video.frameCount} pictures`);
  assert.equal(scan, "progressive");
});

/** Marks each second picture of a progressive MPEG-2 stream to be shown for three fields, as film is put on a DVD. */
const softTelecined = (stream: Buffer): Buffer => {
  let pictures = 0;
  for (let at = 0; at + 9 < stream.length; at++) {
    if (stream.readUIntBE(at, 3) !== 1) continue;
    const [code, kind] = [stream[at + 3], (stream[at + 4] ?? 0) >> 4];
    // Sequence header: frame rate code 4 (29.97). Sequence extension: not progressive_sequence.
    if (code === 0xb3) stream[at + 7] = ((stream[at + 7] ?? 0) & 0xf0) | 4;
    if (code === 0xb5 && kind === 1) stream[at + 5] = (stream[at + 5] ?? 0) & ~0x08;
    if (code !== 0xb5 || kind !== 8) continue;
    // Picture coding extension: top_field_first and repeat_first_field, and progressive_frame.
    const marks = [0x82, 0, 0x02, 0x80][pictures++ % 4] ?? 0;
    stream[at + 7] = ((stream[at + 7] ?? 0) & ~0x82) | marks;
    stream[at + 8] = (stream[at + 8] ?? 0) | 0x80;
  }
  return stream;
};

test("film on a DVD that only marks its repeated fields has the rate of its pictures", async (context) => {
  const source = soft("176x480", "24000/1001");
  const raw = await clip(context, "film.m2v", source, ...MPEG2, "-bf", "0", "-f", "mpeg2video");
  writeFileSync(raw, softTelecined(readFileSync(raw)));
  const path = join(tempFolder(context), "soft.mkv");
  // Three fields, two fields, three fields, in milliseconds.
  const times = ["-bsf:v", "setts=ts=floor(N*2.5+0.5)*1001/60"];
  await runFfmpeg(["-v", "error", "-f", "mpegvideo", "-i", raw, "-c", "copy", ...times, path]);
  const claimed = mainVideo((await ffprobe.probe(path)).media)?.averageFrameRate;
  assert.ok(claimed && toNumber(claimed) > 29, "ffprobe believes the header");
  const { looks, assessment, encode } = await assessed(path);
  assert.deepEqual(looks, [["combing"]]);
  assert.deepEqual([encode?.detelecine, encode?.deinterlace], [false, "none"]);
  const { video, scan } = await made(context, path, assessment);
  assert.deepEqual(video.averageFrameRate, { num: 24000, den: 1001 });
  assert.ok(Math.abs((video.frameCount ?? 0) - 72) <= 1, `${video.frameCount} pictures`);
  assert.equal(scan, "progressive");
});

test("black bars are cut off where it is asked, of pictures that are encoded", async (context) => {
  const bars = `${soft("320x160", "25")},pad=320:240:0:40`;
  const path = await clip(context, "bars.avi", bars, "-c:v", "msmpeg4v2", "-q:v", "3");
  assert.deepEqual((await assessed(path)).looks, []);
  const cropping = wish({ profile: profile({ crop_black_bars: true }) });
  const { looks, assessment, encode } = await assessed(path, cropping);
  assert.deepEqual(looks, [["bars"]]);
  assert.deepEqual(encode?.crop, { width: 320, height: 160, left: 0, top: 40 });
  const { video } = await made(context, path, assessment, cropping);
  assert.deepEqual([video.width, video.height], [320, 160]);
  const plays = await clip(context, "bars.mp4", bars, ...H264);
  const other = await assessed(plays, cropping);
  assert.deepEqual([other.looks, other.assessment.plan.work], [[], "none"]);
});

test("a film whose rate changes is made at one rate, and none of it is lost", async (context) => {
  const source = "testsrc2=s=320x240:r=60:d=6,select='if(lt(t,3),1,not(mod(n,4)))'";
  const path = await clip(context, "vfr.mp4", source, "-fps_mode", "vfr", ...H264);
  const limit = wish({ devices: screens("nest-hub-max") });
  const { looks, assessment, encode } = await assessed(path, limit);
  assert.deepEqual(looks, []);
  assert.deepEqual(encode?.frameRate, { num: 60, den: 2 });
  const { video } = await made(context, path, assessment, limit);
  assert.ok(Math.abs((video.frameCount ?? 0) - 180) <= 2, `225 pictures made ${video.frameCount}`);
});
