import assert from "node:assert/strict";
import { test } from "node:test";
import { profile } from "../../test/support/media.ts";
import { ENCODER_NAMES, ENCODERS, type EncoderName } from "./encoders.ts";
import type { EncodingProfile } from "./settings-profile.ts";

const check = (name: EncoderName, more: Partial<EncodingProfile>, wanted: string): void => {
  test(`${name} ${JSON.stringify(more)}`, () =>
    assert.equal(ENCODERS[name].options(profile(more)).join(" "), wanted));
};
const nvencTail =
  "-maxrate:v 8000000 -bufsize:v 16000000 -bf:v 3 -b_ref_mode:v middle -spatial-aq 1 -aq-strength 8 -temporal-aq 1 -rc-lookahead 20 -multipass qres -forced-idr 1";
check(
  "nvenc",
  {},
  `-preset:v p5 -tune:v hq -profile:v high -level:v 4.1 -rc:v vbr -cq:v 18 -b:v 0 ${nvencTail}`,
);
check(
  "nvenc",
  { rc: "vbr_hq" },
  `-preset:v p5 -tune:v hq -profile:v high -level:v 4.1 -rc:v vbr -cq:v 18 -b:v 0 ${nvencTail}`,
);
check(
  "nvenc",
  { rc: "cbr", preset: "p1", cq: 30, profile: "main", level: "3.1" },
  `-preset:v p1 -tune:v hq -profile:v main -level:v 3.1 -rc:v cbr -b:v 4800000 ${nvencTail}`,
);
check("qsv", {}, "-preset slow -profile:v high -level:v 41 -b:v 4800000 -maxrate 8000000 -bufsize 16000000");
check("vaapi", {}, "-profile:v high -rc_mode VBR -b:v 4800000 -maxrate:v 8000000 -bufsize:v 16000000 -bf 2");
check("videotoolbox", {}, "-profile:v high -level:v 4.1 -b:v 4800000 -maxrate:v 8000000 -allow_sw 0");
check(
  "software",
  { max_bitrate: 6e6, bufsize: 12e6, cq: 20 },
  "-preset:v veryfast -crf:v 23 -maxrate:v 6000000 -bufsize:v 12000000 -profile:v high -level:v 4.1",
);

test("words that newer ffmpegs refuse are in no list", () => {
  for (const name of ENCODER_NAMES) {
    const options = ENCODERS[name].options(profile({ rc: "vbr_hq" })).join(" ");
    assert.doesNotMatch(options, /_hq|spatial_aq|temporal_aq|2pass|-cbr|-preset:v (?:hq|ll)|-vsync/);
  }
});

for (const name of ENCODER_NAMES)
  test(`${name}: the row`, () => {
    assert.equal(ENCODERS[name].name, name);
    assert.equal(ENCODERS[name].isHardware, name !== "software");
  });
