/** Whether a picture is damaged may not depend on which of the decoder's threads is done first. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createFfmpeg, reread } from "../src/edges/ffmpeg.ts";
import { runFfmpeg } from "./support/ffmpeg.ts";
import { tempFolder } from "./support/temp.ts";

/** With several threads each of these was complained about in some of ten runs only. */
const PLACES = [0.4, 0.5, 0.7];
const TIMES = 5;

const ffmpeg = createFfmpeg();

test("bytes that are overwritten in a picture are complained about in every run", async (context) => {
  const folder = tempFolder(context);
  const whole = join(folder, "whole.mp4");
  const picture = "testsrc2=s=640x360:r=25:d=3,noise=alls=20:allf=t";
  const encode = "-c:v libx264 -preset veryfast -pix_fmt yuv420p -g 250 -movflags +faststart";
  await runFfmpeg(["-v", "error", "-f", "lavfi", "-i", picture, ...encode.split(" "), whole]);
  const bytes = readFileSync(whole);
  const data = bytes.indexOf("mdat");
  const reading = { parts: ["all"], hashed: [], side: "output", decodes: "strict" } as const;
  assert.equal((await reread(ffmpeg, whole, reading)).complaints, "");
  for (const place of PLACES) {
    const damaged = join(folder, `damaged-${place}.mp4`);
    const at = Math.floor(data + (bytes.length - data) * place);
    writeFileSync(
      damaged,
      Buffer.concat([bytes.subarray(0, at), Buffer.alloc(12, 0x5a), bytes.subarray(at + 12)]),
    );
    const said: string[] = [];
    for (let time = 0; time < TIMES; time++) said.push((await reread(ffmpeg, damaged, reading)).complaints);
    assert.deepEqual(
      said.map((each) => each !== ""),
      Array.from({ length: TIMES }, () => true),
      `at ${place}: ${said.join(" | ")}`,
    );
  }
});
