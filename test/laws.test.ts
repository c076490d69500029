/** Laws that hold for every film there could be. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { CAST_CONTAINERS, PASSTHROUGH_CODECS } from "../src/core/devices.ts";
import { parseFfprobe } from "../src/core/ffprobe-json.ts";
import { ASSET_EVENTS, legalChanges, STATES, TRANSITIONS, transition } from "../src/core/lifecycle.ts";
import { type ConversionPlan, planConversion } from "../src/core/plan.ts";
import { dearestFix } from "../src/core/reasons.ts";
import { judge, type Verdict } from "../src/core/verdict.ts";
import type { Work } from "../src/core/work.ts";
import { anyMedia } from "./support/arbitrary-media.ts";
import { anyWish } from "./support/arbitrary-wish.ts";
import { assertSettles } from "./support/law.ts";

const RUNS = { numRuns: 3000 };

describe("the plan for what a plan makes is empty", () => {
  it("for any film, household and profile", () => {
    fc.assert(fc.property(anyMedia, anyWish, assertSettles), RUNS);
  });
});

const WORK_OF = {
  remux: "copy",
  repair: "copy",
  audio: "audio",
  video: "video",
  refuse: "impossible",
} as const;
const heldPictures: readonly string[] = CAST_CONTAINERS.mp4.video;
const heldSounds: readonly string[] = [...CAST_CONTAINERS.mp4.audio, ...PASSTHROUGH_CODECS];

/** What the dearest reason asks for; what MP4 does not hold (VP8 and Vorbis of a WebM) is encoded besides. */
const workAsked = ({ reasons }: ConversionPlan, { video, audio }: Verdict): Work => {
  const fix = dearestFix(reasons);
  const asked = fix === null ? "none" : WORK_OF[fix];
  if (asked !== "copy" && asked !== "audio") return asked;
  if (video && !heldPictures.includes(video.codec)) return "video";
  return audio && !heldSounds.includes(audio.codec) ? "audio" : asked;
};

describe("judge and plan", () => {
  it("are total on whatever ffprobe's JSON could be", () => {
    fc.assert(
      fc.property(fc.jsonValue(), anyWish, (json, wanted) => {
        const parsed = parseFfprobe(json);
        if (parsed.kind === "media") assertSettles(parsed.media, wanted);
        else assert.notEqual(parsed.detail, "");
      }),
      RUNS,
    );
  });

  it("do no more than the dearest reason asks for", () => {
    fc.assert(
      fc.property(anyMedia, anyWish, (film, wanted) => {
        const verdict = judge(film, wanted);
        const plan = planConversion(film, verdict, wanted);
        assert.equal(verdict.playable, verdict.reasons.length === 0);
        assert.equal(plan.work, workAsked(plan, verdict));
        if (plan.video) assert.equal(plan.streams.length, film.streams.length, "a word on every stream");
        for (const device of wanted.devices) assert.ok(verdict.devices[device.name]);
      }),
      RUNS,
    );
  });
});

describe("the lifecycle", () => {
  it("never leaves its table, whatever happens", () => {
    const legal = new Set(legalChanges());
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...ASSET_EVENTS), { maxLength: 40 }), (events) => {
        let state: (typeof STATES)[number] = "New";
        for (const event of events) {
          const next = transition(state, event);
          if (next.kind === "removed") return;
          if (next.kind === "refused") {
            assert.match(next.message, new RegExp(state));
            continue;
          }
          assert.ok(next.to === state || legal.has(`${state}>${next.to}`), `${state} ${event} ${next.to}`);
          assert.equal(next.outcome === null, next.to !== "Completed" && next.to !== "Archived");
          state = next.to;
        }
      }),
      RUNS,
    );
  });

  it("has the legal changes of its table and no others", () => {
    const wanted = new Set<string>();
    for (const from of STATES)
      for (const event of ASSET_EVENTS) {
        const next = transition(from, event);
        const row = TRANSITIONS.find((each) => each.event === event && each.from.includes(from));
        assert.equal(next.kind === "refused", row === undefined, `${from} ${event}`);
        if (next.kind === "moved") wanted.add(`${from}>${next.to}`);
      }
    assert.deepEqual([...legalChanges()].toSorted(), [...wanted].toSorted());
    assert.equal(
      new Set(TRANSITIONS.flatMap((row) => row.from.map((from) => `${from} ${row.event}`))).size,
      TRANSITIONS.flatMap((row) => row.from).length,
      "one row for a state and an event",
    );
  });
});
