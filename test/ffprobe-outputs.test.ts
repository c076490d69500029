/** What ffprobe said of 149 real files, whole and with a value replaced. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { DEVICE_NAMES } from "../src/core/devices.ts";
import { parseFfprobe } from "../src/core/ffprobe-json.ts";
import { anyWish } from "./support/arbitrary-wish.ts";
import { assertSettles } from "./support/law.ts";
import { profile, screens, wish } from "./support/media.ts";

const RUNS = { numRuns: 2000 };
const FOLDER = join(import.meta.dirname, "..", "..", "shared", "ffprobe");
const absent = existsSync(FOLDER) ? false : "../shared/ffprobe is not there";

describe("what ffprobe said of real files", { skip: absent }, () => {
  const names = absent ? [] : readdirSync(FOLDER).filter((name) => name.endsWith(".json"));
  const read = (name: string): unknown => JSON.parse(readFileSync(join(FOLDER, name), "utf8"));
  it("all 149 are here", () => assert.equal(names.length, 149));

  for (const name of names)
    it(`${name}: parsed, judged, planned, and the plan settles`, () => {
      const parsed = parseFfprobe(read(name));
      assert.equal(parsed.kind, "media");
      if (parsed.kind !== "media") return;
      for (const device of DEVICE_NAMES)
        for (const reencode of ["unplayable", "over_profile"] as const)
          assertSettles(parsed.media, wish({ devices: screens(device), profile: profile({ reencode }) }));
    });

  it("with any of their values replaced by another", () => {
    const all = names.map(read);
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.jsonValue(), anyWish, (file, place, value, wanted) => {
        const parsed = parseFfprobe(replaced(all[file % all.length], place, value));
        if (parsed.kind === "media") assertSettles(parsed.media, wanted);
      }),
      RUNS,
    );
  });
});

/** The JSON with its `place`-th value (counted round) replaced. */
const replaced = (json: unknown, place: number, value: unknown): unknown => {
  let count = 0;
  const walk = (here: unknown, at: number | null): unknown => {
    if (at === count++) return value;
    if (Array.isArray(here)) return here.map((each) => walk(each, at));
    if (typeof here !== "object" || here === null) return here;
    return Object.fromEntries(Object.entries(here).map(([key, each]) => [key, walk(each, at)]));
  };
  walk(json, null);
  const total = count;
  count = 0;
  return walk(json, place % total);
};
