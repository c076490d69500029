import assert from "node:assert/strict";
import { test } from "node:test";
import { packetsAt } from "../../test/support/media.ts";
import { continuing, packetLines, toPacket } from "./packet-lines.ts";
import { shownTime } from "./packets.ts";

test("lines that come in pieces", () => {
  const seen: string[] = [];
  const read = packetLines((line) => seen.push(line));
  for (const piece of ["stream|x\npack", "et|pts_time=1", ".5|size=3|flags=K__\npacket|size=4|flags=_D\npac"])
    read(piece);
  assert.deepEqual(seen.map(toPacket), [
    {
      ptsSeconds: 1.5,
      dtsSeconds: null,
      durationSeconds: null,
      sizeBytes: 3,
      isKey: true,
      isDiscarded: false,
    },
    {
      ptsSeconds: null,
      dtsSeconds: null,
      durationSeconds: null,
      sizeBytes: 4,
      isKey: false,
      isDiscarded: true,
    },
  ]);
});

test("joined recordings are one behind the other", () => {
  const part = packetsAt(25, 150);
  const later = packetsAt(25, 150, { from: 5000 });
  const joined = [...part, ...part, ...later].map(continuing());
  assert.ok(Math.abs(shownTime(joined).seconds - 18) < 0.001, `${shownTime(joined).seconds}`);
});

test("one recording stays as it is, reordered pictures, a pause and packets without times too", () => {
  const times = [0, 0.12, 0.04, 0.08, 0.16, 6, 6.04, null];
  const packets = times.map((ptsSeconds, index) => ({
    ...(packetsAt(25, 1)[0] ?? assert.fail()),
    ptsSeconds,
    dtsSeconds: ptsSeconds === null ? null : ptsSeconds > 1 ? ptsSeconds : index * 0.04,
  }));
  assert.deepEqual(packets.map(continuing()), packets);
});
