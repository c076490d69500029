/** What comes through Redis is read as text of strangers: whatever is too long is nothing, and never kept. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { estimate } from "../src/core/estimate.ts";
import { PROTOCOL } from "../src/core/work-order.ts";
import { readOrder } from "../src/core/work-order-schema.ts";
import { readControl, readLibraries, readWish } from "../src/core/work-said.ts";
import { jsonOrNull, readHello, readNews, readResult } from "../src/edges/work-messages.ts";
import { media as mediaOf, planFor, wish } from "./support/media.ts";

const LONG = "x".repeat(5_000_000);

const hello = {
  ...{ protocol: PROTOCOL, version: "0.1.0", id: "a", name: "attic", startedAt: 1, at: 2 },
  slots: { copies: 1, encodes: 1 },
  encoder: { name: "software", codec: "libx264", isHardware: false },
  ...{ encoderWhy: "", decodes: ["h264"], libraries: ["films"], access: "mounts" },
  cards: [{ index: 0, name: "L4", degrees: 50, encoderPercent: null, isHot: false }],
  ...{ running: ["ab"], state: "working", loadPercent: null },
};
const news = {
  ...{ worker: "attic", encoder: "libx264", phase: "converting", progress: null, said: "" },
  command: ["-i", "film"],
};
const file = { path: "/films/.a", sizeBytes: 1, fingerprint: "ab" };
const of = { token: "ab", worker: "attic", encoder: "copy", log: "" };
const converted = {
  ...{ kind: "converted", ...of, partial: file, missing: ["a"] },
  checks: [{ name: "opens", passed: true, detail: "" }],
  sidecars: [{ ...file, label: "en", ending: "vtt", isOfTrack: true }],
};
const failed = { kind: "failed", ...of, checks: [], problem: { code: "gpu-failed", detail: "" } };
const media = mediaOf();
const video = {
  ...{ kind: "copy", stream: 0, codec: "h264", setLevel: "4.1", squareSamples: null },
  ...{ cropBottomPixels: 0, hasDolbyVision: false },
};
const plan = { ...planFor(media), video };
const token = "ab".repeat(16);
const order = {
  ...{ protocol: PROTOCOL, token, lane: "copies", library: "films", assetId: 1, sourceBytes: 9 },
  ...{ sourcePath: "/films/A/A.mkv", sourceFingerprint: null, folder: "/films/A", base: "/films" },
  ...{ media, plan, estimate: estimate(media, planFor(media), false), wish: wish(), original: "keep" },
  ...{ earlierSidecars: ["/films/A/A.en.vtt"], mayDecodeOnCard: true },
};
const libraries = [
  { library: "films", root: "/films", output: "/films", known: [{ path: "A", sizeBytes: 1 }] },
];

const read = (value: unknown) => {
  const answer = readOrder(value, token);
  return answer.kind === "order" ? answer.order : null;
};

const KINDS: readonly (readonly [string, unknown, (value: unknown) => unknown])[] = [
  ["a word of itself", hello, readHello],
  ["news", news, readNews],
  ["a result", converted, readResult],
  ["a failure", failed, readResult],
  ["an order", order, read],
  ["a control message", { kind: "cancel", token: "ab" }, readControl],
  ["a wish", { isPaused: false, refusal: "" }, readWish],
  ["the libraries", libraries, readLibraries],
];

type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

/** The value with one of its texts, or the name of one of its fields, replaced; each in turn. */
const withLong = (value: Plain): readonly (readonly [string, Plain])[] => {
  if (typeof value === "string") return [["", LONG]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    withLong(inner).map(([at, changed]): readonly [string, Plain] => [
      `${key}.${at}`,
      Array.isArray(value)
        ? value.map((each: Plain, place) => (String(place) === key ? changed : each))
        : { ...value, [key]: changed },
    ]),
  );
};

for (const [what, value, reads] of KINDS)
  test(`${what}: each of its texts has a limit`, () => {
    assert.notEqual(reads(value), null, "as it is");
    const plain = JSON.parse(JSON.stringify(value)) as Plain;
    for (const [at, changed] of withLong(plain)) assert.equal(reads(changed), null, at);
  });

test("a text that is a little too long is cut, and a command of a film in many parts is read", () => {
  assert.equal(readNews({ ...news, said: "x".repeat(70_000) })?.said.length, 65_536);
  assert.equal(readNews({ ...news, command: Array(500).fill("x".repeat(1000)) })?.command?.length, 500);
  assert.equal(readNews({ ...news, command: Array(2000).fill("x".repeat(1000)) }), null);
});

test("lists and names of fields have a limit", () => {
  assert.equal(read({ ...order, media: { ...media, [LONG]: 1 } }), null);
  assert.equal(read({ ...order, plan: { ...plan, reasons: Array(2000).fill({}) } }), null);
  assert.equal(readResult({ ...converted, checks: Array(2000).fill({ name: "opens", passed: true }) }), null);
  assert.equal(jsonOrNull(JSON.stringify(LONG.repeat(2))), null);
});
