/** Results that play, or look as if they did, and are not the film that was to be copied: each is told by the check named. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, copyFileSync, openSync, readSync, statSync, writeSync } from "node:fs";
import { before, describe, it } from "node:test";
import {
  at,
  COPY,
  ENCODE,
  FAST,
  failing,
  look,
  makeFilms,
  QUIET,
  refuses,
  refusesFile,
  SECONDS,
  withoutFfmpeg,
} from "./support/results.ts";

before(makeFilms);

describe("a good result", { skip: withoutFfmpeg, concurrency: 2 }, () => {
  for (const readsAll of [false, true])
    it(`passes when it is${readsAll ? ", read to the last byte" : ""}`, async () => {
      for (const kind of ["copy", "encode"]) {
        const verified = await look(`${kind}.mkv`, `good-${kind}.mp4`, { readsAll });
        assert.deepEqual(failing(verified), []);
        assert.deepEqual(
          verified.checks.filter((each) => each.warns),
          [],
        );
      }
    });
});

describe("a result that is not the film that was to be copied", {
  skip: withoutFfmpeg,
  concurrency: 2,
}, () => {
  it("is a stub that ffmpeg finished when it was told to end", async () => {
    const child = spawn("ffmpeg", [
      ...[...QUIET, "-re", "-i", at("copy.mkv"), ...COPY, ...FAST],
      ...["-flush_packets", "1", at("stub.mp4")],
    ]);
    const looking = setInterval(() => {
      if ((statSync(at("stub.mp4"), { throwIfNoEntry: false })?.size ?? 0) > 10_000) child.kill("SIGTERM");
    }, 50);
    await once(child, "close");
    clearInterval(looking);
    await refusesFile("copy.mkv", "stub.mp4", ["duration", "untouched"]);
  });

  refuses(
    "marked with another level",
    "copy.mkv",
    [...COPY, ...FAST, "-bsf:v", "h264_metadata=level=5.1"],
    ["plays"],
  );
  refuses("moov at the end", "copy.mkv", COPY, ["container"]);
  refuses("in fragments", "copy.mkv", [...COPY, "-movflags", "frag_keyframe+empty_moov"], ["opens"]);
  refuses("samples that are not square", "copy.mkv", [...COPY, ...FAST, "-aspect", "2:1"], ["plays"]);
  refuses("an odd tag", "copy.mkv", [...COPY, ...FAST, "-tag:v", "avc3"], ["shape"]);
  refuses("two sound tracks", "copy.mkv", [...COPY, "-map", "0:2", ...FAST], ["tracks"]);
  refuses("no sound", "copy.mkv", ["-map", "0:0", "-c", "copy", ...FAST], ["tracks", "sound-end"]);
  refuses(
    "the sound of another track",
    "copy.mkv",
    ["-map", "0:0", "-map", "0:2", "-c", "copy", ...FAST],
    ["untouched"],
  );
  refuses(
    "a third of a second of sound missing at the end",
    "copy.mkv",
    [...COPY, "-bsf:a", `noise=drop=gt(n\\,${Math.round((SECONDS - 0.33) * 46.875)})`, ...FAST],
    ["untouched"],
  );
  refuses(
    "three pictures missing",
    "copy.mkv",
    [...COPY, "-bsf:v", "noise=drop=between(n\\,24\\,26)", ...FAST],
    ["untouched", "pictures"],
    { readsAll: true },
  );
  refuses(
    "a picture encoded again where a copy was planned",
    "copy.mkv",
    [...ENCODE, ...FAST],
    ["untouched"],
  );
});

/** Flips a bit in the middle of the packet of a stream at a time. */
const flip = (path: string, stream: number, seconds: number): void => {
  const asked = ["-v", "error", "-select_streams", String(stream), "-show_packets", "-of", "json", path];
  const { packets } = JSON.parse(spawnSync("ffprobe", asked, { encoding: "utf8" }).stdout) as {
    packets: { pts_time: string; pos: string; size: string }[];
  };
  const hit = packets.find((each) => Number(each.pts_time) >= seconds);
  assert.ok(hit);
  const file = openSync(path, "r+");
  const offset = Number(hit.pos) + Math.floor(Number(hit.size) / 2);
  const byte = Buffer.alloc(1);
  readSync(file, byte, 0, 1, offset);
  writeSync(file, Buffer.from([(byte[0] ?? 0) ^ 1]), 0, 1, offset);
  closeSync(file);
};

describe("a copy with one bit flipped", { skip: withoutFfmpeg, concurrency: 2 }, () => {
  for (const [name, stream, seconds, readsAll] of [
    ["a flipped bit of the picture within a window", 0, 5, false],
    ["a flipped bit of the sound within a window", 1, 5, false],
    ["a flipped bit of the picture between windows, everything read", 0, 2.6, true],
    ["a flipped bit of the sound between windows, everything read", 1, 2.6, true],
  ] as const)
    it(name, async () => {
      const flipped = `flipped-${stream}-${readsAll}.mp4`;
      copyFileSync(at("good-copy.mp4"), at(flipped));
      flip(at(flipped), stream, seconds);
      await refusesFile("copy.mkv", flipped, ["untouched"], { readsAll });
    });
});
