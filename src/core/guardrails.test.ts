import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { RestCode } from "./guardrail-problems.ts";
import { type GuardState, isFarTooHot, mayStart, restsOf, watchOver } from "./guardrails.ts";
import { operational } from "./settings-operational.ts";
import type { Limits, Rest, Snapshot } from "./snapshot.ts";

const CALM: Snapshot = {
  cards: [{ key: "", name: "", degrees: 60 }],
  cardLost: null,
  disks: [],
  tooLarge: [],
  otherLoadPercent: 10,
  memory: { availableBytes: 4e9, totalBytes: 8e9, stalledPercent: 0 },
  watching: [],
  failing: [],
};
const LIMITS: Limits = operational.parse({ max_other_load_percent: 50, pause_while_watching: true });
const SECOND_MS = 1000;

type Step = Partial<Snapshot> & { readonly afterMs?: number };

/** What rests after each step. */
const walk = (steps: readonly Step[], limits = LIMITS): readonly (readonly Rest[])[] => {
  let [state, now]: [GuardState, number] = [[], 0];
  return steps.map(({ afterMs = SECOND_MS, ...snapshot }) => {
    now += afterMs;
    state = watchOver(state, { snapshot: { ...CALM, ...snapshot }, limits, now });
    return restsOf(state);
  });
};

/** Whether a guardrail rests after each step. */
const whether = (code: RestCode, steps: readonly Step[], limits?: Limits): readonly boolean[] =>
  walk(steps, limits).map((rests) => rests.some((each) => each.code === code));

const card = (degrees: number) => ({ cards: [{ key: "", name: "", degrees }] });
const disk = (usedPercent: number, freeBytes = 50e9) => ({
  disks: [{ device: "1", folders: ["the results of films"], libraries: ["films"], usedPercent, freeBytes }],
});
const data = (usedPercent: number, freeBytes: number) => ({
  disks: [{ device: "data", folders: ["the data folder"], libraries: null, usedPercent, freeBytes }],
});
const memory = (availableBytes: number, stalledPercent: number | null = 0) => ({
  memory: { availableBytes, totalBytes: 8e9, stalledPercent },
});
const [BUSY, WATCHED] = [{ otherLoadPercent: 80 }, { watching: ["Plex plays 1 film"] }];

/** A guardrail, what is measured second by second, and whether it rests then. */
const ROWS: readonly (readonly [RestCode, readonly Step[], readonly boolean[], Partial<Limits>?])[] = [
  ["card-too-hot", [84, 85, 84, 76].map(card), [false, true, true, true]],
  ["card-too-hot", [card(90), card(75), { ...card(75), afterMs: 14_000 }], [true, true, false]],
  ["card-too-hot", [card(90), { cards: [] }], [true, false]],
  ["card-lost", [{ cardLost: { why: "No devices were found", stops: true } }, {}], [true, false]],
  ["disk-over-limit", [disk(89.9), disk(90), disk(89.5), disk(88.9)], [false, true, true, false]],
  ["disk-over-limit", [disk(99.9)], [false], { max_disk_usage_percent: 100 }],
  [
    "disk-over-limit",
    [data(95, 100e9), data(95, 1e9), data(95, 2.1e9), data(95, 3e9)],
    [false, true, true, false],
  ],
  ["machine-busy", [BUSY, { ...BUSY, afterMs: 59_000 }, BUSY], [false, false, true]],
  ["machine-busy", [BUSY, {}, { ...BUSY, afterMs: 60_000 }], [false, false, false]],
  [
    "machine-busy",
    [
      BUSY,
      { ...BUSY, afterMs: 60_000 },
      { otherLoadPercent: 45, afterMs: 200_000 },
      { afterMs: 119_000 },
      {},
    ],
    [false, true, true, true, false],
  ],
  ["machine-busy", [BUSY, { ...BUSY, afterMs: 90_000 }], [false, false], { max_other_load_percent: 0 }],
  ["memory-short", [memory(3e8), { ...memory(3e8), afterMs: 10_000 }], [false, true]],
  ["memory-short", [memory(6e9, 30), { ...memory(6e9, 30), afterMs: 10_000 }], [false, true]],
  ["memory-short", [memory(6e9, null), { ...memory(6e9, null), afterMs: 10_000 }], [false, false]],
  [
    "memory-short",
    [memory(3e8), { ...memory(3e8), afterMs: 10_000 }],
    [false, false],
    { min_free_memory_mb: 0 },
  ],
  [
    "memory-short",
    [memory(3e9), { ...memory(3e9), afterMs: 10_000 }],
    [false, true],
    { min_free_memory_mb: 4000 },
  ],
  ["somebody-watches", [WATCHED, { afterMs: 299_000 }, {}], [true, true, false]],
  [
    "somebody-watches",
    [WATCHED, { afterMs: 299_000 }, WATCHED, { afterMs: 299_000 }],
    [true, true, true, true],
  ],
  ["somebody-watches", [WATCHED], [false], { pause_while_watching: false }],
];

describe("a guardrail", () => {
  for (const [code, steps, expected, limits = {}] of ROWS)
    it(`${code}: ${JSON.stringify(steps)} ${JSON.stringify(limits)}`, () => {
      assert.deepEqual(whether(code, steps, { ...LIMITS, ...limits }), expected);
    });

  it("says since when, until when, the figure and the limit", () => {
    const limits = { ...LIMITS, schedule: ["22:00-07:00"], time_zone: "UTC" };
    const [, second] = walk([{ afterMs: 12 * 3600_000, ...card(91) }, card(88)], limits);
    const of = (code: RestCode) => second?.find((each) => each.code === code);
    const { since, until, figure, limit, detail } = of("card-too-hot") ?? assert.fail("it rests");
    assert.deepEqual([since, until, figure, limit], [12 * 3600_000, null, 88, 85]);
    assert.match(detail, /88 °C.*from 85 °C and go on at 75 °C/);
    assert.equal(of("outside-hours")?.until, 22 * 3600_000);
  });

  it("goes on however the clock is set", () => {
    const hot = card(90);
    assert.deepEqual(whether("card-too-hot", [hot, { afterMs: -90 * 60_000 }]), [true, false]);
    assert.deepEqual(whether("machine-busy", [BUSY, { ...BUSY, afterMs: -90 * 60_000 }]), [false, true]);
  });
});

describe("what may start", () => {
  const asked = (rests: readonly Rest[]) => [
    mayStart(rests, { lane: "copies", library: "films" }).kind,
    mayStart(rests, { lane: "encodes", library: "films" }).kind,
    mayStart(rests, { lane: "encodes", library: "other" }).kind,
    mayStart(rests, { lane: "encodes" }).kind,
  ];
  const after = (step: Step) => asked(walk([step])[0] ?? []);
  it("is told by lane and library", () => {
    assert.deepEqual(after({}), ["yes", "yes", "yes", "yes"]);
    assert.deepEqual(after(card(90)), ["yes", "no", "no", "no"]);
    assert.deepEqual(after(disk(95)), ["no", "no", "yes", "yes"]);
    assert.deepEqual(after(data(95, 1e8)), ["no", "no", "no", "no"]);
  });
  it("is not held by what holds some films alone", () => {
    const tooLarge = [{ lane: "encodes" as const, library: "films", needsBytes: 9, roomBytes: 5 }];
    assert.deepEqual(after({ tooLarge }), ["yes", "yes", "yes", "yes"]);
    const failing = [{ lane: "encodes" as const, films: 5, detail: "x", until: SECOND_MS }];
    assert.deepEqual(after({ failing }), ["yes", "yes", "yes", "yes"], "one is tried");
    const later = failing.map((each) => ({ ...each, until: 2 * SECOND_MS }));
    assert.deepEqual(after({ failing: later }), ["yes", "no", "no", "no"]);
  });
});

describe("a figure that wavers", () => {
  const changes = (code: RestCode, steps: readonly Step[]): number => {
    const states = whether(code, steps);
    return states.filter((each, index) => index > 0 && each !== states[index - 1]).length;
  };
  const second = (min: number, max: number) =>
    fc.array(fc.double({ min, max, noNaN: true }), { minLength: 2, maxLength: 600 });
  const ROUND = { numRuns: 100 };

  it("changes nothing twice while it stays within its margin", () => {
    fc.assert(
      fc.property(second(75.1, 95), (degrees) => {
        assert.ok(
          changes(
            "card-too-hot",
            // So slowly that it is the margin alone that counts.
            degrees.map((cardDegrees) => ({ ...card(cardDegrees), afterMs: 20_000 })),
          ) <= 1,
        );
      }),
      ROUND,
    );
    fc.assert(
      fc.property(second(89, 91), (percents) => {
        assert.ok(
          changes(
            "disk-over-limit",
            percents.map((each) => disk(each)),
          ) <= 1,
        );
      }),
      ROUND,
    );
  });

  /** Seconds that a pause and what comes after it last at least. */
  const LEAST = {
    "card-too-hot": 15,
    "machine-busy": 180,
    "memory-short": 70,
    "somebody-watches": 300,
  } as const;
  it("changes it no more often than each takes, however wildly it jumps", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 600, maxLength: 1200 }),
        (noise) => {
          const steps = noise.map((each) => ({
            ...card(60 + 40 * each),
            otherLoadPercent: 100 * each,
            watching: each > 0.5 ? ["Plex plays 1 film"] : [],
            ...memory(each * 1e9),
          }));
          for (const [code, seconds] of Object.entries(LEAST) as [RestCode, number][])
            assert.ok(changes(code, steps) <= 2 * Math.ceil(noise.length / seconds) + 1, code);
        },
      ),
      ROUND,
    );
  });
});

describe("far too hot", () => {
  it("is three readings in a row", () => {
    assert.ok(!isFarTooHot([99, 99], LIMITS));
    assert.ok(!isFarTooHot([99, 92, 99, 99], LIMITS));
    assert.ok(isFarTooHot([60, 93, 93, 93], LIMITS));
  });
});
