import assert from "node:assert/strict";
import { test } from "node:test";
import { profile } from "../../test/support/media.ts";
import { nextTry, type Tries } from "./encode-ladder.ts";
import { ENCODERS } from "./encoders.ts";
import type { RunEnd } from "./ffmpeg-failure.ts";

const OPTIONS = ["-c:v", "h264_nvenc", ...ENCODERS.nvenc.options(profile())];
const failed = (stderr: string): RunEnd => ({ exitCode: 1, signal: null, stderr, stopped: null });
const alone: Tries = { args: OPTIONS, onProcessor: OPTIONS };
const onCard: Tries = { args: ["-hwaccel", "cuda", ...OPTIONS], onProcessor: OPTIONS };
const setTo = (args: readonly string[] | undefined, option: string) => args?.[args.indexOf(option) + 1];

const NONE_FOUND = "\n[h264_nvenc @ 0x55d0] No capable devices found";
for (const [said, option, off] of [
  [`B frames as references are not supported${NONE_FOUND}`, "-b_ref_mode:v", "disabled"],
  [`Temporal AQ not supported${NONE_FOUND}`, "-temporal-aq", "0"],
  [`Max B-frames 3 exceed 0${NONE_FOUND}`, "-bf:v", "0"],
  [`RC lookahead not supported${NONE_FOUND}`, "-rc-lookahead", "0"],
  ["Multipass is not supported", "-multipass", "disabled"],
  ["InitializeEncoder failed: invalid param (8): Invalid Level", "-level:v", "auto"],
] as const)
  test(`refused: ${said.split("\n")[0]}`, () => {
    for (const tries of [alone, onCard]) {
      const next = nextTry(tries, failed(`[h264_nvenc @ 0x55d0] [error] ${said}`));
      assert.equal(setTo(next?.tries.args, option), off);
      assert.equal(setTo(next?.tries.onProcessor, option), off);
      assert.equal(next?.tries.args.length, tries.args.length);
      assert.equal(next?.tries.args === next?.tries.onProcessor, tries === alone);
      assert.equal(next?.why, `${said.split("\n")[0]}: again with ${option} ${off}`);
    }
  });

test("a refusal without a name goes down the ladder to its end", () => {
  const given: string[] = [];
  let tries = alone;
  for (let next = nextTry(tries, failed(NONE_FOUND)); next; next = nextTry(tries, failed(NONE_FOUND))) {
    given.push(next.why.split("again with ")[1] ?? "");
    tries = next.tries;
  }
  assert.deepEqual(given, [
    "-b_ref_mode:v disabled",
    "-temporal-aq 0",
    "-bf:v 0",
    "-rc-lookahead 0",
    "-multipass disabled",
    "-level:v auto",
    "-preset:v p4",
  ]);
});

test("a refusal that stays after its option is off takes no second step for it", () => {
  const said = failed("B frames as references are not supported");
  const next = nextTry(alone, said);
  assert.ok(next);
  assert.equal(nextTry(next.tries, said), null);
});

/** What the card's decoder and filters say, and what would be held against the film. */
for (const said of [
  "[h264 @ 0x1] Failed setup for format cuda: hwaccel initialisation returned error.",
  "[av1 @ 0x1] Hardware is lacking required capabilities",
  "[hevc @ 0x1] No decoder surfaces left",
  "Impossible to convert between the formats supported by the filter 'graph 0 input from stream 0:0' and the filter 'auto_scale_0'",
  "[AVHWDeviceContext @ 0x1] Cannot load libnvcuvid.so.1",
  "Failed to inject frame into filter network: Function not implemented",
  "Error reinitializing filters!",
  "Invalid data found when processing input",
  "error while decoding MB 3 4, bytestream -7",
  "No such filter: 'bwdif_cuda'",
])
  test(`on the card: ${said}`, () => {
    const next = nextTry(onCard, failed(`warming up\n${said}\n`));
    assert.deepEqual(next?.tries, alone);
    assert.match(next?.why ?? "", /^The card did not decode this film \(.+\): again with the processor/);
    assert.equal(nextTry(alone, failed(said)), null, "the processor has the last word");
  });

for (const said of [
  "[h264_nvenc @ 0x1] Cannot load libcuda.so.1",
  "Driver does not support the required nvenc API version. Required: 12.1 Found: 11.0",
  "OpenEncodeSessionEx failed: out of memory (10)\nNo capable devices found",
  "EncodePicture failed: CUDA_ERROR_ILLEGAL_ADDRESS: an illegal memory access",
  "No space left on device",
  "file:/nas/a.mkv: Stale file handle",
])
  test(`as it stands: ${said.split("\n")[0]}`, () => assert.equal(nextTry(onCard, failed(said)), null));

test("what we stopped ourselves is not tried again", () => {
  for (const stopped of ["stalled", "too-long", "cancelled", "shutdown"] as const)
    assert.equal(nextTry(onCard, { ...failed("Temporal AQ not supported"), stopped }), null);
});

test("another encoder has no such ladder", () => {
  const args = ["-c:v", "libx264", ...ENCODERS.software.options(profile())];
  assert.equal(
    nextTry({ args, onProcessor: args }, failed(`file:/films/Invalid Level.mkv${NONE_FOUND}`)),
    null,
  );
});

test("a run that ended well stands, unless the card lost pictures", () => {
  const well = (stderr: string): RunEnd => ({ ...failed(stderr), exitCode: 0 });
  assert.equal(nextTry(onCard, well("[h264] Temporal AQ not supported\ncorrupt input packet")), null);
  const lost = well("[h264 @ 0x1] hardware accelerator failed to decode picture");
  assert.deepEqual(nextTry(onCard, lost)?.tries, alone);
  assert.equal(nextTry(alone, lost), null);
});
