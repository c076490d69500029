import assert from "node:assert/strict";
import { test } from "node:test";
import { packetsAt } from "../../test/support/media.ts";
import { endOfPackets, neededBuffer, type Packet, packetFacts } from "./packets.ts";

const none = {
  peakFrameRate: null,
  peakBitrateBps: null,
  longestKeyframeGapSeconds: null,
  discardedPackets: 0,
  packetsWithoutPts: 0,
};

const check = (
  name: string,
  packets: readonly Packet[],
  wanted: Partial<ReturnType<typeof packetFacts>>,
): void => {
  test(name, () => {
    const found = packetFacts(packets);
    const rounded = {
      ...found,
      peakFrameRate: found.peakFrameRate === null ? null : Number(found.peakFrameRate.toFixed(2)),
      peakBitrateBps: found.peakBitrateBps === null ? null : Math.round(found.peakBitrateBps / 1000) * 1000,
      longestKeyframeGapSeconds:
        found.longestKeyframeGapSeconds === null ? null : Number(found.longestKeyframeGapSeconds.toFixed(2)),
    };
    assert.deepEqual({ ...rounded, ...wanted }, rounded);
  });
};
const changed = (
  packets: readonly Packet[],
  change: (packet: Packet, index: number) => Partial<Packet>,
): readonly Packet[] => packets.map((each, index) => ({ ...each, ...change(each, index) }));
const film = packetsAt(25, 250);

check("nothing", [], none);
check("one picture", packetsAt(25, 1), none);
check(
  "two pictures at one time",
  changed(packetsAt(25, 2), () => ({ ptsSeconds: 0 })),
  { peakFrameRate: null },
);
check("25 fps", film, {
  peakFrameRate: 25,
  peakBitrateBps: 2_040_000,
  longestKeyframeGapSeconds: 2,
  discardedPackets: 0,
});
check(
  "pictures out of order",
  changed(film, ({ ptsSeconds }, index) => ({ ptsSeconds: (ptsSeconds ?? 0) + (index % 2 ? -0.04 : 0.04) })),
  { peakFrameRate: 25 },
);
check("7: three seconds of 60 among 15", [...packetsAt(60, 180), ...packetsAt(15, 45, { from: 3 })], {
  peakFrameRate: 60,
});
check(
  "7: one picture whose time is off makes no other rate",
  changed(film, (_, index) => (index === 100 ? { ptsSeconds: 99 / 25 + 0.001 } : {})),
  { peakFrameRate: 25 },
);
check(
  "7: times of milliseconds",
  changed(packetsAt(30, 300), ({ ptsSeconds }) => ({
    ptsSeconds: Math.round((ptsSeconds ?? 0) * 1000) / 1000,
  })),
  { peakFrameRate: 30 },
);
check(
  "15: a burst",
  changed(film, (_, index) => (index >= 100 && index < 150 ? { sizeBytes: 182_000 } : {})),
  { peakBitrateBps: 36_440_000 },
);
check("15: a film of half a second has its own mean", packetsAt(25, 13), { peakBitrateBps: 2_167_000 });
check(
  "15: two windows are not added up",
  [...packetsAt(25, 50, { sizeBytes: 50_000 }), ...packetsAt(25, 50, { from: 60, sizeBytes: 50_000 })],
  { peakBitrateBps: 10_204_000, peakFrameRate: 25, longestKeyframeGapSeconds: 1.96 },
);
check(
  "15: a window that lies before is not added up",
  [...packetsAt(25, 50, { from: 60, sizeBytes: 50_000 }), ...packetsAt(25, 50, { sizeBytes: 50_000 })],
  { peakBitrateBps: 10_204_000 },
);
check("23: one keyframe in ten seconds", packetsAt(25, 250, { keyEvery: 999 }), {
  longestKeyframeGapSeconds: 9.96,
});
check(
  "23: no keyframe",
  changed(film, () => ({ isKey: false })),
  { longestKeyframeGapSeconds: null },
);
check(
  "9: pictures that are cut away",
  changed(film, (_, index) => ({ isDiscarded: index < 38 })),
  { discardedPackets: 38, peakFrameRate: 25 },
);
check(
  "22: no display times",
  changed(film, () => ({ ptsSeconds: null })),
  { packetsWithoutPts: 250, peakFrameRate: null, peakBitrateBps: 2_040_000, longestKeyframeGapSeconds: 2 },
);
check(
  "no times at all",
  changed(film, () => ({ ptsSeconds: null, dtsSeconds: null })),
  { packetsWithoutPts: 250, peakBitrateBps: null, longestKeyframeGapSeconds: null },
);
check(
  "only display times",
  changed(film, () => ({ dtsSeconds: null })),
  { peakBitrateBps: 2_040_000 },
);

const end = (name: string, packets: readonly Packet[], wanted: number | null): void => {
  test(`end: ${name}`, () => assert.equal(endOfPackets(packets), wanted));
};
end("nothing", [], null);
end(
  "of the latest, not the last",
  changed(packetsAt(1, 3), (_, index) => ({ ptsSeconds: [0, 2, 1][index] ?? 0 })),
  3,
);
end(
  "by decoding time",
  changed(packetsAt(1, 3), () => ({ ptsSeconds: null })),
  3,
);
end(
  "no duration",
  changed(packetsAt(1, 3), () => ({ durationSeconds: null })),
  2,
);
end(
  "before zero",
  changed(packetsAt(1, 1), () => ({ ptsSeconds: -5 })),
  -4,
);
end(
  "no times",
  changed(packetsAt(1, 2), () => ({ ptsSeconds: null, dtsSeconds: null })),
  null,
);

const buffer = (name: string, packets: readonly Packet[], bitsPerSecond: number, wanted: number): void => {
  test(`buffer: ${name}`, () => assert.equal(Math.round(neededBuffer(packets, bitsPerSecond)), wanted));
};
buffer("nothing", [], 1000, 0);
buffer("at the rate of the line one picture at a time", packetsAt(10, 50, { sizeBytes: 100 }), 8000, 800);
buffer("twice the rate: half of it is left each time", packetsAt(10, 3, { sizeBytes: 100 }), 4000, 1600);
buffer(
  "no times",
  changed(packetsAt(10, 2), () => ({ dtsSeconds: null })),
  1000,
  0,
);
