/** HDR and the kinds of Dolby Vision told apart, by device. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { media, planFor, profile, video } from "../../test/support/media.ts";
import { DEVICES, type DeviceName } from "./devices.ts";
import { judgeVideo } from "./judge-video.ts";
import type { VideoStream } from "./media-info.ts";
import type { ReasonCode } from "./reasons.ts";
import type { Work } from "./work.ts";

type Row = {
  readonly picture: Partial<VideoStream>;
  readonly device?: DeviceName;
  readonly reasons?: readonly ReasonCode[];
  readonly work?: Work;
  readonly says?: RegExp;
};

const check = (name: string, { picture, device = "chromecast-2", reasons = [], work = "none", says }: Row) =>
  test(name, () => {
    const film = media({ streams: [video(picture)] });
    const found = judgeVideo(video(picture), DEVICES[device], film);
    assert.deepEqual(
      found.map(({ code }) => code),
      reasons,
    );
    assert.equal(planFor(film, { devices: [DEVICES[device]] }).work, work);
    if (says) assert.match(found.map(({ detail }) => detail).join(" "), says);
  });

const dv = (profileNumber: number, compatibilityId: number, more: Partial<VideoStream> = {}) => ({
  codec: "hevc",
  profile: "Main 10",
  level: 120,
  pixelFormat: "yuv420p10le",
  bitDepth: 10,
  tag: "hvc1",
  sps: null,
  colorTransfer: null,
  dolbyVision: { profile: profileNumber, compatibilityId },
  ...more,
});
check("Dolby Vision 5 on a device that shows it", { picture: dv(5, 0), device: "chromecast-ultra" });
check("Dolby Vision 5 elsewhere", {
  picture: dv(5, 0),
  reasons: ["dolby-vision-5", "video-codec"],
  work: "impossible",
});
check("Dolby Vision 8.1 without a transfer is HDR10", { picture: dv(8, 1), device: "chromecast-ultra" });
check("Dolby Vision 8.4 without a transfer is HLG", {
  picture: dv(8, 4),
  device: "chromecast-ultra",
  reasons: ["video-hdr"],
  work: "video",
  says: /is HLG; Chromecast Ultra shows HDR10/,
});
check("HDR by its metadata alone", {
  picture: dv(8, 0, { dolbyVision: null, hasHdrSideData: true, colorTransfer: "unknown" }),
  device: "nest-hub",
  reasons: ["video-codec", "video-hdr"],
  work: "video",
});
check("metadata beside a plain transfer is no HDR", {
  picture: { hasHdrSideData: true, colorTransfer: "bt709" },
});
check("AV1 of no level", {
  picture: { codec: "av1", profile: "Main", level: 31, tag: "av01", sps: null },
  device: "google-tv-streamer",
});
check("AV1 of too high a level", {
  picture: { codec: "av1", profile: "Main", level: 16, tag: "av01", sps: null },
  device: "google-tv-streamer",
  reasons: ["video-level"],
  work: "video",
});

test("Dolby Vision 5 is never encoded: not for a fault, and not for a wish", () => {
  const ultra = { devices: [DEVICES["chromecast-ultra"]] };
  const turned = media({ streams: [video(dv(5, 0, { rotationDegrees: 90 }))] });
  const plan = planFor(turned, ultra);
  assert.equal(plan.work, "impossible");
  assert.deepEqual(
    plan.reasons.map(({ code }) => code),
    ["video-rotated", "dolby-vision-5"],
  );
  const large = media({ streams: [video(dv(5, 0, { isFullRange: true, width: 3840, height: 2160 }))] });
  const wishes = profile({ reencode: "over_profile", strict: true });
  assert.equal(planFor(large, { ...ultra, profile: wishes }).work, "none");
});
