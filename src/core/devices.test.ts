import assert from "node:assert/strict";
import { test } from "node:test";
import { media, video } from "../../test/support/media.ts";
import { CAST_AUDIO, DEVICE_NAMES, DEVICES, type DeviceName } from "./devices.ts";
import { lowestLevel } from "./h264-levels.ts";
import { judge } from "./verdict.ts";

/** H.264 level and modes of the Cast page, written down a second time. */
const H264: Readonly<Record<DeviceName, readonly [number, ...string[]]>> = {
  "chromecast-1": [41, "1920x1080@30", "1280x720@60"],
  "chromecast-2": [41, "1920x1080@30", "1280x720@60"],
  "chromecast-3": [42, "1920x1080@60"],
  "chromecast-ultra": [42, "1920x1080@60"],
  "google-tv-4k": [51, "3840x2160@30", "1920x1080@60"],
  "google-tv-hd": [42, "1920x1080@60"],
  "google-tv-streamer": [52, "3840x2160@60"],
  "nest-hub": [41, "1280x720@60"],
  "nest-hub-max": [41, "1280x720@30"],
};
/** The other codecs, in the table's order. */
const OTHERS: Readonly<Record<DeviceName, string>> = {
  "chromecast-1": "vp8",
  "chromecast-2": "vp8",
  "chromecast-3": "vp8",
  "chromecast-ultra": "vp8 hevc vp9",
  "google-tv-4k": "hevc vp9",
  "google-tv-hd": "vp8",
  "google-tv-streamer": "hevc vp9 av1",
  "nest-hub": "vp9",
  "nest-hub-max": "vp9",
};

for (const name of DEVICE_NAMES)
  test(name, () => {
    const device = DEVICES[name];
    const [h264, ...others] = device.video;
    assert.equal(device.name, name);
    assert.ok(device.source.length > 20 && device.label.length > 3);
    assert.ok(h264);
    const modes = h264.modes.map((mode) => `${mode.width}x${mode.height}@${mode.maxFps}`);
    assert.deepEqual([h264.codec, h264.maxBitDepth, h264.maxLevel, ...modes], ["h264", 8, ...H264[name]]);
    assert.equal(others.map((each) => each.codec).join(" "), OTHERS[name]);
    for (const mode of h264.modes) {
      const needed = lowestLevel({
        widthMbs: Math.ceil(mode.width / 16),
        heightMbs: Math.ceil(mode.height / 16),
        framesPerSecond: mode.maxFps,
        decodedPictureBuffer: 4,
        peakBitrateBps: 0,
      });
      assert.ok((needed ?? 99) <= (h264.maxLevel ?? 0), "the level holds the mode");
    }
    assert.ok(judge(media(), { devices: [device], languages: [] }).playable, "720p25 H.264 plays");
    const hdr = media({ streams: [video({ colorTransfer: "smpte2084" })] });
    assert.equal(judge(hdr, { devices: [device], languages: [] }).playable, device.hdr.includes("smpte2084"));
  });

test("no device is sure of surround AAC", () => {
  assert.equal(CAST_AUDIO.maxChannels, 2);
  assert.deepEqual(CAST_AUDIO.aacProfiles, ["LC"]);
});

test("a newer device plays whatever size and rate an older one of its kind does", () => {
  const modesOf = (name: DeviceName, codec: string) =>
    DEVICES[name].video.filter((each) => each.codec === codec).flatMap((each) => each.modes);
  for (const [older, newer] of [
    ["chromecast-2", "chromecast-3"],
    ["chromecast-3", "chromecast-ultra"],
    ["chromecast-3", "google-tv-4k"],
    ["google-tv-4k", "google-tv-streamer"],
  ] as const)
    for (const codec of ["h264", "vp8"] as const)
      for (const mode of DEVICES[newer].video.some((each) => each.codec === codec)
        ? modesOf(older, codec)
        : [])
        assert.ok(
          modesOf(newer, codec).some(
            (each) => each.width >= mode.width && each.height >= mode.height && each.maxFps >= mode.maxFps,
          ),
          `${newer}: ${codec} ${mode.width}x${mode.height}@${mode.maxFps}`,
        );
});
