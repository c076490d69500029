import assert from "node:assert/strict";
import { test } from "node:test";
import { inContainer, media, packetsAt, video } from "../../test/support/media.ts";
import type { MediaInfo } from "./media-info.ts";
import { type Packet, shownTime } from "./packets.ts";
import { blameFor } from "./verification.ts";
import type { Check } from "./verification-facts.ts";
import { claimedSeconds, durationTolerance } from "./verification-lengths.ts";

const changed = (
  packets: readonly Packet[],
  change: (packet: Packet, index: number) => Partial<Packet>,
): readonly Packet[] => packets.map((each, index) => ({ ...each, ...change(each, index) }));
const tolerance = (name: string, film: MediaInfo, wanted: number): void => {
  test(`tolerance: ${name}`, () => assert.equal(durationTolerance(film), wanted));
};
const slow = { averageFrameRate: { num: 4, den: 1 } };
tolerance("25 fps", media(), 0.25);
tolerance("4 fps", media({ streams: [video(slow)] }), 0.5);
tolerance("no rate", media({ streams: [video({ averageFrameRate: null })] }), 0.25);
tolerance("no picture", media({ streams: [] }), 0.25);
tolerance("an hour of MPEG-TS", inContainer("mpegts", { durationSeconds: 3600 }), 36);
tolerance("MPEG-TS of no known length", inContainer("mpegts", { durationSeconds: null }), 0.25);

for (const [name, film, wanted] of [
  ["of the picture", media({ streams: [video({ durationSeconds: 50 })] }), 50],
  ["of the file", media({ streams: [video({ durationSeconds: null })] }), 60],
  ["of no picture", media({ streams: [] }), 60],
  ["of nothing", media({ durationSeconds: null, streams: [] }), null],
] as const)
  test(`claimed length ${name}`, () => assert.equal(claimedSeconds(film), wanted));

for (const [name, packets, wanted] of [
  ["nothing", [], { seconds: 0, untilLastSeconds: 0 }],
  ["a second", packetsAt(4, 4, { from: 7 }), { seconds: 1, untilLastSeconds: 0.75 }],
  [
    "by decoding times",
    changed(packetsAt(4, 4), () => ({ ptsSeconds: null })),
    { seconds: 1, untilLastSeconds: 0.75 },
  ],
  [
    "without times",
    changed(packetsAt(4, 4), () => ({ ptsSeconds: null, dtsSeconds: null })),
    { seconds: 0, untilLastSeconds: 0 },
  ],
  [
    "all cut away",
    changed(packetsAt(4, 4), () => ({ isDiscarded: true })),
    { seconds: 0, untilLastSeconds: 0 },
  ],
  [
    "of which half is cut away",
    changed(packetsAt(4, 4), (_, index) => ({ isDiscarded: index < 2 })),
    { seconds: 0.5, untilLastSeconds: 0.25 },
  ],
] as const)
  test(`shown time: ${name}`, () => assert.deepEqual(shownTime(packets), wanted));

const blame = (name: string, isPassed: boolean, wasDamaged: boolean, wanted: string): void => {
  test(`blame: ${name} ${isPassed ? "passed" : "failed"}, source ${wasDamaged ? "damaged" : "whole"}`, () => {
    const checks: readonly Check[] = [{ name, passed: isPassed, detail: "x" }];
    assert.equal(blameFor(checks, wasDamaged), wanted);
  });
};
for (const name of ["duration", "decodes", "pictures", "gaps", "sound-end", "opens", "untouched"]) {
  blame(name, false, true, "source-damaged");
  blame(name, false, false, "verification-failed");
  blame(name, true, true, "verification-failed");
}
for (const name of [
  "plays",
  "container",
  "tracks",
  "shape",
  "sound",
  "start",
  "order",
  "keyframes",
  "bitrate",
  "buffer",
  "size",
])
  blame(name, false, true, "verification-failed");
