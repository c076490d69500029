import assert from "node:assert/strict";
import { test } from "node:test";
import { profile } from "../../test/support/media.ts";
import { testChain, testChainArgs, testEncodeArgs } from "./encoder-trials.ts";
import { ENCODER_NAMES, ENCODERS } from "./encoders.ts";

for (const name of ENCODER_NAMES)
  test(`${name}: a test encode`, () => {
    const encoder = ENCODERS[name];
    const args = testEncodeArgs(encoder, profile());
    assert.deepEqual(args.slice(-3), ["-f", "null", "-"]);
    assert.equal(args[args.indexOf("-c:v") + 1], encoder.codec);
    assert.equal(args[args.indexOf("-vf") + 1], encoder.upload ?? "format=yuv420p");
    assert.deepEqual(testEncodeArgs(encoder, profile(), "/tmp/x/clip.mp4").slice(-3), [
      "-f",
      "mp4",
      "file:/tmp/x/clip.mp4",
    ]);
  });

test("the proof of decoding is a whole chain of the card", () => {
  const has = { version: "", filters: new Set(["scale_cuda"]), hwaccels: new Set(["cuda"]) };
  assert.equal(testChain(ENCODERS.software, has), null);
  assert.equal(testChain(ENCODERS.vaapi, has), null);
  const chain = testChain(ENCODERS.nvenc, has);
  assert.ok(chain);
  const args = testChainArgs(ENCODERS.nvenc, profile(), chain, "/tmp/x/clip.mp4").join(" ");
  assert.match(
    args,
    /-hwaccel cuda .* -format_whitelist \S+ -max_pixels \d+ -i file:\/tmp\/x\/clip\.mp4 -vf scale_cuda=/,
  );
  assert.match(args, /-c:v h264_nvenc .* -f null -$/);
});
