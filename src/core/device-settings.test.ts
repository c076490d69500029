import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  audio,
  inContainer,
  media,
  packetFactsOf,
  planFor,
  screens,
  video,
} from "../../test/support/media.ts";
import { deviceNames, findDevice } from "./device-settings.ts";
import { DEVICES, type DeviceProfile } from "./devices.ts";
import { parseSettings } from "./settings.ts";
import { devicesOf } from "./wish.ts";

const theatre = { like: "chromecast-ultra", label: "Theatre", passthrough: ["ac3", "eac3"] } as const;

/** The first device of settings that must be right. */
const first = (device_profiles: object, name: string): DeviceProfile => {
  const parsed = parseSettings({ devices: [name], device_profiles });
  assert.equal(parsed.kind, "ok", JSON.stringify(parsed));
  const [device] = parsed.kind === "ok" ? devicesOf(parsed.settings) : [];
  return device ?? assert.fail();
};
const issuesOf = (settings: object): readonly string[] => {
  const parsed = parseSettings(settings);
  return parsed.kind === "invalid" ? parsed.issues.map((each) => `${each.path}: ${each.message}`) : [];
};

describe("a device of the settings", () => {
  test("is like another but for what is said", () => {
    const device = first({ theatre }, "theatre");
    assert.deepEqual(
      [device.name, device.label, device.passthrough, device.hdr, device.source],
      [
        "theatre",
        "Theatre",
        ["ac3", "eac3"],
        DEVICES["chromecast-ultra"].hdr,
        "Your settings, else as Chromecast Ultra",
      ],
    );
    const byCodec = (each: DeviceProfile) => each.video.toSorted((a, b) => (a.codec < b.codec ? -1 : 1));
    assert.deepEqual(byCodec(device), byCodec(DEVICES["chromecast-ultra"]));
  });
  test("without a word of what it is like is a Chromecast 2", () => {
    const device = first({ attic: {} }, "attic");
    assert.deepEqual([device.label, device.video], ["attic", DEVICES["chromecast-2"].video]);
  });
  test("may be one of ours with other figures", () => {
    const video = { h264: { level: "4.2", modes: ["1920x1080@60", "1280x720@60"] }, vp8: "none" };
    const device = first({ "chromecast-2": { hdr: ["hlg"], video } }, "chromecast-2");
    assert.equal(device.label, "Chromecast 2");
    assert.deepEqual(device.hdr, ["arib-std-b67"]);
    assert.deepEqual(
      device.video.map((each) => [each.codec, each.maxLevel, each.modes.map((mode) => mode.maxFps)]),
      [["h264", 42, [60, 60]]],
    );
  });
  test("may have a codec that its like has not, numbered as ffprobe numbers its levels", () => {
    const video = { hevc: { level: 5.1, bit_depth: 10 }, av1: { level: "5.1" }, vp9: {} };
    const device = first({ box: { video } }, "box");
    assert.deepEqual(
      device.video.map((each) => [each.codec, each.maxLevel, each.maxBitDepth]),
      [
        ["h264", 41, 8],
        ["hevc", 153, 10],
        ["vp8", null, 8],
        ["vp9", null, 8],
        ["av1", 13, 8],
      ],
    );
    const film = inContainer("matroska", { streams: [video10()] });
    assert.equal(planFor(film, { devices: [device] }).work, "copy");
  });
  test("is listed with ours", () => {
    assert.ok(deviceNames({ theatre: {} }).includes("theatre"));
    assert.equal(findDevice("constructor", {}), null);
  });
});

const video10 = () =>
  video({
    codec: "hevc",
    profile: "Main 10",
    level: 120,
    pixelFormat: "yuv420p10le",
    bitDepth: 10,
    sps: null,
  });

describe("is refused", () => {
  const refused = (settings: object, says: RegExp) =>
    test(JSON.stringify(settings), () => {
      const [issue = "", ...more] = issuesOf(settings);
      assert.match(issue, says);
      assert.deepEqual(more, []);
    });
  refused({ devices: ["theatre"] }, /^devices\.0: there is no device "theatre"; known: chromecast-1/);
  refused({ device_profiles: { a: { like: "betamax" } } }, /^device_profiles\.a\.like: /);
  refused({ device_profiles: { a: { labl: "A" } } }, /did you mean label/);
  refused({ device_profiles: { a: { passthrough: ["dts"] } } }, /passthrough/);
  const h264 = (said: unknown) => ({ device_profiles: { a: { video: { h264: said } } } });
  refused(h264({ modes: ["640x360@30"] }), /^device_profiles\.a\.video\.h264: every encode is H\.264/);
  refused(h264("none"), /every encode is H\.264/);
  refused(h264({ level: "3.1" }), /at least level 4\.1/);
});

describe("sound handed on to a receiver", () => {
  const device = findDevice("theatre", { theatre: { passthrough: ["ac3"] } }) ?? assert.fail();
  const surround = audio({ codec: "ac3", profile: null, channels: 6, tag: "" });
  const film = inContainer("matroska", { streams: [video(), surround] });
  test("is copied when every device hands it on", () => {
    const plan = planFor(film, { devices: [device] });
    assert.deepEqual([plan.work, plan.audio?.kind], ["copy", "copy"]);
    const mp4 = media({ streams: [video(), { ...surround, tag: "ac-3" }] });
    assert.equal(planFor(mp4, { devices: [device] }).work, "none");
  });
  test("is encoded when one does not, or hands on another codec", () => {
    assert.equal(planFor(film, { devices: [device, ...screens("chromecast-3")] }).work, "audio");
    const enhanced = inContainer("matroska", { streams: [video(), { ...surround, codec: "eac3" }] });
    assert.equal(planFor(enhanced, { devices: [device] }).work, "audio");
  });
  test("that starts late is encoded all the same", () => {
    const late = inContainer("matroska", { streams: [video(), { ...surround, startSeconds: 1 }] });
    assert.equal(planFor(late, { devices: [device] }).work, "audio");
  });
  test("is nothing that a WebM holds", () => {
    const webm = inContainer("webm", {
      streams: [video({ codec: "vp8", packets: packetFactsOf() }), surround],
    });
    assert.equal(planFor(webm, { devices: [device] }).audio?.kind, "encode");
  });
});
