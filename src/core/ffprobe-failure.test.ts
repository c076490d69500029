import assert from "node:assert/strict";
import { test } from "node:test";
import { classifyProbeFailure, TOO_MANY_STREAMS } from "./ffprobe-failure.ts";
import type { ProblemCode } from "./problem.ts";

const ROWS: readonly (readonly [said: string, code: ProblemCode, detail: string])[] = [
  ["[hls @ 0x5] Format hls not on whitelist 'mov,avi'", "not-media", "Its content is of no film format."],
  ["file:/a.mkv: No such file or directory", "file-missing", "file:/a.mkv: No such file or directory"],
  ["file:/a.mkv: Permission denied", "file-unreadable", "file:/a.mkv: Permission denied"],
  ["file:/a.mkv: Input/output error", "io-error", "file:/a.mkv: Input/output error"],
  [
    "[matroska,webm @ 0x5] Number of streams exceeds max_streams parameter (1000)\nfile:/a.mkv: Cannot allocate memory",
    "not-media",
    TOO_MANY_STREAMS,
  ],
  [
    "[h264 @ 0x5] [IMGUTILS @ 0x7] Picture size 16000x16000 exceeds specified max pixel count 67108864",
    "not-media",
    "It claims larger pictures than a film can have.",
  ],
  ["file:/a.mkv: Cannot allocate memory", "out-of-memory", "file:/a.mkv: Cannot allocate memory"],
  [
    "[mov,mp4 @ 0x5] moov atom not found\nfile:/a.mp4: Invalid data",
    "source-damaged",
    "The index (moov) of the MP4 is missing.",
  ],
  [
    "first\n[matroska,webm @ 0x5a] EBML header\nfile:/a: End of file\n",
    "not-media",
    "EBML header file:/a: End of file",
  ],
  ["", "not-media", ""],
];

for (const [said, code, detail] of ROWS)
  test(said.split("\n")[0] || "nothing was said", () =>
    assert.deepEqual(classifyProbeFailure(said), { code, detail }),
  );
