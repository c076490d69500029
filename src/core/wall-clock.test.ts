import assert from "node:assert/strict";
import { test } from "node:test";
import { isTimeZone, momentWords, wallClock } from "./wall-clock.ts";

const at = Date.parse;
const NOON = at("2026-11-30T12:00:00Z");

for (const [moment, zone, words] of [
  ["2026-11-30T21:00:00Z", "Europe/Berlin", "at 22:00"],
  ["2026-11-30T21:00:00Z", "UTC", "at 21:00 UTC"],
  ["2026-11-30T23:30:00Z", "Europe/Berlin", "tomorrow at 00:30"],
  ["2026-12-01T06:00:00Z", "Europe/Berlin", "tomorrow at 07:00"],
  ["2026-12-04T23:00:00Z", "Europe/Berlin", "on Saturday at 00:00"],
  ["2026-12-24T06:00:00Z", "Europe/Berlin", "on 2026-12-24 at 07:00"],
  ["2026-11-29T06:00:00Z", "Europe/Berlin", "on 2026-11-29 at 07:00"],
  ["2026-11-30T21:00:00Z", "Asia/Kolkata", "tomorrow at 02:30"],
] as const)
  test(`${moment} in ${zone}: ${words}`, () => {
    assert.equal(momentWords(at(moment), NOON, zone), words);
  });

test("a zone is a name that is known; none is that of the machine", () => {
  for (const zone of ["", "UTC", "Europe/Berlin", "America/St_Johns"]) assert.ok(isTimeZone(zone), zone);
  for (const zone of ["Berlin", "Europe/Nowhere", " ", "CEST+2x"]) assert.ok(!isTimeZone(zone), zone);
});

test("the hour that comes twice and the one that does not come are as the wall has them", () => {
  const wall = (time: string) => wallClock(at(time), "Europe/Berlin").minute;
  assert.deepEqual(["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"].map(wall), [150, 150], "02:30 twice");
  assert.deepEqual(["2026-03-29T00:59:00Z", "2026-03-29T01:00:00Z"].map(wall), [119, 180]);
});
