import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isWindow, nextOpening } from "./schedule.ts";

const BERLIN = "Europe/Berlin";
const at = Date.parse;

/** The schedule, when it is asked (Berlin has +01:00 in winter, +02:00 in summer), and when it is open next; null: now. */
const ROWS: readonly (readonly [schedule: readonly string[], now: string, opens: string | null])[] = [
  [[], "2026-11-30T12:00:00+01:00", null],
  [["22:00-07:00"], "2026-11-30T12:00:00+01:00", "2026-11-30T22:00:00+01:00"],
  [["22:00-07:00"], "2026-11-30T21:59:59.999+01:00", "2026-11-30T22:00:00+01:00"],
  [["22:00-07:00"], "2026-11-30T22:00:00+01:00", null],
  [["22:00-07:00"], "2026-12-01T06:59:59.999+01:00", null],
  [["22:00-07:00"], "2026-12-01T07:00:00+01:00", "2026-12-01T22:00:00+01:00"],
  [["00:00-24:00"], "2026-12-01T07:00:00+01:00", null],
  [["13:00-13:00"], "2026-12-01T12:59:00+01:00", null],
  [["22:00-02:00", "12:00-13:00"], "2026-11-30T03:00:00+01:00", "2026-11-30T12:00:00+01:00"],
  // 30 November 2026 is a Monday.
  [["sat-sun 00:00-24:00"], "2026-11-30T12:00:00+01:00", "2026-12-05T00:00:00+01:00"],
  [["sat-sun 00:00-24:00"], "2026-12-06T23:59:00+01:00", null],
  [["sat-sun 00:00-24:00"], "2026-12-07T00:00:00+01:00", "2026-12-12T00:00:00+01:00"],
  [["fri-mon 23:00-01:00"], "2026-12-01T00:30:00+01:00", null],
  [["fri-mon 23:00-01:00"], "2026-12-01T23:30:00+01:00", "2026-12-04T23:00:00+01:00"],
  [["mon 12:00-12:01"], "2026-11-30T12:01:00+01:00", "2026-12-07T12:00:00+01:00"],
  // The night of 28 to 29 March 2026 has no hour from 2 to 3.
  [["02:30-04:00"], "2026-03-29T01:59:00+01:00", "2026-03-29T03:00:00+02:00"],
  [["02:00-03:00"], "2026-03-29T00:30:00+01:00", "2026-03-30T02:00:00+02:00"],
  [["22:00-07:00"], "2026-03-29T06:30:00+02:00", null],
  [["22:00-07:00"], "2026-03-28T12:00:00+01:00", "2026-03-28T22:00:00+01:00"],
  [["22:00-07:00"], "2026-03-29T12:00:00+02:00", "2026-03-29T22:00:00+02:00"],
  // That of 24 to 25 October has it twice.
  [["02:30-02:45"], "2026-10-25T02:50:00+02:00", "2026-10-25T02:30:00+01:00"],
  [["02:30-02:45"], "2026-10-25T02:50:00+01:00", "2026-10-26T02:30:00+01:00"],
  [["22:00-07:00"], "2026-10-25T06:59:00+01:00", null],
  [["22:00-07:00"], "2026-10-25T07:00:00+01:00", "2026-10-25T22:00:00+01:00"],
];

for (const [schedule, now, opens] of ROWS)
  test(`${schedule.join(", ") || "always"} at ${now}`, () => {
    assert.equal(nextOpening(schedule, BERLIN, at(now)), at(opens ?? now));
  });

test("what is no window is refused", () => {
  for (const text of ["22:00-07:00", "mon 00:00-24:00", "fri-mon 23:59-00:00"])
    assert.ok(isWindow(text), text);
  for (const text of [
    "",
    "22-7",
    "24:00-07:00",
    "22:00-24:01",
    "22:60-23:00",
    "Mon 1:00-2:00",
    "mon,tue 01:00-02:00",
  ])
    assert.ok(!isWindow(text), text);
});

const time = fc.integer({ min: 0, max: 1439 }).map((minute) => {
  const two = (each: number): string => String(each).padStart(2, "0");
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
});
const day = fc.constantFrom("", "mon ", "sat-sun ", "fri-mon ");
const window = fc.tuple(day, time, time).map(([days, from, to]) => `${days}${from}-${to}`);

test("what is said to open is open then, and not a minute before", () => {
  fc.assert(
    fc.property(
      fc.array(window, { minLength: 1, maxLength: 3 }),
      fc.constantFrom(BERLIN, "UTC", "Asia/Kolkata", "Australia/Lord_Howe", "America/New_York"),
      fc.integer({ min: at("2026-01-01"), max: at("2027-01-01") }),
      (schedule, zone, now) => {
        const opens = nextOpening(schedule, zone, now);
        assert.ok(opens !== null && opens >= now);
        assert.equal(nextOpening(schedule, zone, opens), opens);
        if (opens - now > 60_000) assert.equal(nextOpening(schedule, zone, opens - 60_000), opens);
      },
    ),
    { numRuns: 300 },
  );
});
