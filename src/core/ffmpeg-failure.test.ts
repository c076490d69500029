import assert from "node:assert/strict";
import { test } from "node:test";
import { classifyFailure, type RunEnd, sawDamage } from "./ffmpeg-failure.ts";
import type { ProblemCode } from "./problem.ts";

const end = (name: string, ended: Partial<RunEnd>, wanted: ProblemCode | null, detail?: string): void => {
  test(name, () => {
    const found = classifyFailure({ exitCode: 1, signal: null, stderr: "", stopped: null, ...ended });
    assert.equal(found?.code ?? null, wanted);
    if (detail !== undefined) assert.equal(found?.detail, detail);
  });
};

end("it ended well", { exitCode: 0 }, null);
end("it ended well and complained", { exitCode: 0, stderr: "error while decoding MB 3 4" }, null);
end(
  "it ended well without the pictures that memory was short for",
  { exitCode: 0, stderr: "[mpeg4 @ 0x5] get_buffer() failed (-12 (nil))" },
  "out-of-memory",
);
end("a person stopped it", { stopped: "cancelled", exitCode: 255 }, "cancelled", "");
end("the program was stopped", { stopped: "shutdown", exitCode: 0 }, "interrupted", "");
end(
  "it stalled",
  { stopped: "stalled", exitCode: null, signal: "SIGKILL", stderr: "a\nb\n" },
  "conversion-stalled",
  "a\nb",
);
end("it took too long", { stopped: "too-long", exitCode: 255, stderr: "a" }, "conversion-too-long", "a");

for (const [line, code] of [
  ["av_interleaved_write_frame(): No space left on device", "disk-full"],
  ["Error writing trailer: Disk quota exceeded", "disk-full"],
  ["av_interleaved_write_frame(): File too large", "disk-full"],
  ["OpenEncodeSessionEx failed: out of memory (10): (no details)", "encoder-sessions-spent"],
  ["OpenEncodeSessionEx failed: incompatible client key (21)", "encoder-sessions-spent"],
  ["OpenEncodeSessionEx failed: unsupported device (2): (no details)", "gpu-failed"],
  ["[h264_nvenc] Cannot load libcuda.so.1", "gpu-failed"],
  ["Cannot load libnvidia-encode.so.1", "gpu-failed"],
  ["Driver does not support the required nvenc API version. Required: 12.1 Found: 11.0", "gpu-failed"],
  ["No capable devices found", "gpu-failed"],
  ["cuvidGetDecoderCaps failed -> CUDA_ERROR_OUT_OF_MEMORY: out of memory", "gpu-failed"],
  ["Failed setup for format cuda: hwaccel initialisation returned error", "gpu-failed"],
  ["No VA display found for device /dev/dri/renderD128.", "gpu-failed"],
  ["Device creation failed: -22.", "gpu-failed"],
  ["Error initializing an MFX session: -9.", "gpu-failed"],
  ["Error initializing an internal MFX session: unsupported (-3)", "gpu-failed"],
  ["Unrecognized option 'spatial_aq'.", "arguments-refused"],
  ["Option scale_cuda not found.", "arguments-refused"],
  ['[h264_nvenc] Unable to parse option value "4,1"', "arguments-refused"],
  ["No such filter: 'bwdif_cuda'", "arguments-refused"],
  ["Unknown encoder 'h264_videotoolbox'", "arguments-refused"],
  ["Error setting option preset to value hq.", "arguments-refused"],
  ["malloc: Cannot allocate memory", "out-of-memory"],
  ["Error while opening decoder for input stream #0:0 : Resource temporarily unavailable", "out-of-memory"],
  [
    "Value inf for parameter 'time_base' out of range [0 - 2.14e+09]\nError setting option time_base to value 1/0.",
    "source-damaged",
  ],
  ["Failed to inject frame into filter network: Resource temporarily unavailable", "out-of-memory"],
  ["x264 [error]: malloc of size 83886080 failed", "out-of-memory"],
  ["terminate called after throwing an instance of 'std::bad_alloc'", "out-of-memory"],
  [
    "[h264 @ 0x5] Picture size 16000x16000 exceeds specified max pixel count 67108864, see the documentation",
    "not-media",
  ],
  ["file:/nas/a.mkv: Stale file handle", "io-error"],
  ["file:/nas/a.mkv: Input/output error", "io-error"],
  ["file:/nas/a.mkv: Permission denied", "permission-denied"],
  ["file:/nas/a.mp4: Read-only file system", "permission-denied"],
  ["file:/nas/a.mkv: No such file or directory", "file-missing"],
  ["moov atom not found", "not-media"],
  ["file:/a.mp4: Invalid data found when processing input", "not-media"],
  ["stream 0, offset 0x30: partial file", "source-damaged"],
  ["File ended prematurely", "source-damaged"],
  ["corrupt input packet in stream 0", "source-damaged"],
  ["error while decoding MB 3 4, bytestream -7", "source-damaged"],
] as const)
  end(line, { stderr: `[info] hello\n${line}\n` }, code, `[info] hello\n${line}`);

end(
  "the disk is the reason, not what follows",
  { stderr: "No space left on device\nInvalid data found when processing input" },
  "disk-full",
);
end(
  "a card that is too small is no driver's fault",
  { stderr: "Width 8192 exceeds 4096\nNo capable devices found" },
  "conversion-failed",
);
end("a signal", { exitCode: null, signal: "SIGTERM" }, "conversion-killed", "ffmpeg was ended by SIGTERM.");
end("137 is SIGKILL", { exitCode: 137 }, "conversion-killed", "ffmpeg was ended by exit code 137.");
end("255 without a word", { exitCode: 255 }, "conversion-killed");
end("255 that is a missing libcuda", { exitCode: 255, stderr: "Cannot load libcuda.so.1" }, "gpu-failed");
end("something else", { exitCode: 69, stderr: "1\n2\n3\n4\n5\n" }, "conversion-failed", "2\n3\n4\n5");
end("nothing said", { exitCode: 8 }, "conversion-failed", "ffmpeg ended with exit code 8.");
test("the detail is short", () =>
  assert.equal(
    classifyFailure({ exitCode: 1, signal: null, stderr: "x".repeat(9999), stopped: null })?.detail.length,
    600,
  ));

for (const [line, wanted] of [
  ["stream 0: partial file", true],
  ["File ended prematurely at 3", true],
  ["error while decoding MB 1 2", true],
  ["Error submitting packet to decoder: Invalid data", true],
  ["Invalid NAL unit size (0 > 3)", true],
  ["[mov] Truncating", true],
  [
    "[matroska,webm @ 0x55e5] [error] 0x00 at pos 3951393 (0x3c4b21) invalid as first byte of an EBML number",
    true,
  ],
  ["[aac @ 0x55e5] [warning] Estimating duration from bitrate", false],
  ["deprecated pixel format used", false],
  ["", false],
] as const)
  test(`damage: ${line || "nothing"}`, () => assert.equal(sawDamage(line), wanted));
