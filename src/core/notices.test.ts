import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { EVENT_WORDS } from "./event-words.ts";
import { type Gathered, gather, messageOf } from "./notice-text.ts";
import { NOTICE_KINDS, NOTICE_NAMES, NOTICES, noticeOf } from "./notices.ts";

const event = (kind: string, data: object = {}, path = "Sintel (2010).mkv", assetId: number | null = 1) => ({
  kind,
  path,
  assetId,
  data,
  at: 1,
});
const told = (...events: readonly ReturnType<typeof event>[]) => {
  const gathered = events.reduce<Gathered | null>(gather, null);
  return gathered && messageOf(gathered);
};

test("the documents list every name with what is told by default, and no other", () => {
  const page = readFileSync(new URL("../../docs/user/10_notifications.md", import.meta.url), "utf8");
  const rows = [...page.matchAll(/^\| `([\w-]+)` \|.*\|(.*)\|$/gm)].map(([, name, said]) => [
    name,
    said?.includes("yes"),
  ]);
  assert.deepEqual(
    rows,
    NOTICE_NAMES.map((name) => [name, NOTICES[name].isDefault]),
  );
});

test("every kind of event that is told is known to the history", () => {
  for (const kind of NOTICE_KINDS) assert.ok(Object.hasOwn(EVENT_WORDS, kind), kind);
});

for (const [name, one, title, lines] of [
  ["a failure", event("failed", { problem: "disk-full" }), "Sintel (2010) could not be converted", 2],
  ["an episode", event("failed", {}, "Severance/S01E02.mkv"), "Severance S01E02 could not be converted", 0],
  [
    "a library",
    event("root-problem", { library: "movies", problem: "root-missing" }, "/x", null),
    "The library movies cannot be looked at",
    2,
  ],
  [
    "three originals",
    event("removal-announced", { count: 3 }, "", null),
    "3 originals leave the archive tomorrow",
    0,
  ],
  ["what waits", event("recovery-waits"), "Sintel (2010) waits for you", 1],
] as const)
  test(`in words: ${name}`, () => {
    const message = told(one);
    assert.equal(message?.title, title);
    assert.equal(message?.lines.length, lines, message?.lines.join(" / "));
  });

test("different problems have no common mend, the same ones have it once", () => {
  const same = told(
    event("failed", { problem: "disk-full" }),
    event("failed", { problem: "disk-full" }, "B.mkv"),
  );
  const other = told(
    event("failed", { problem: "disk-full" }),
    event("failed", { problem: "io-error" }, "B.mkv"),
  );
  assert.equal(same?.lines.length, 3);
  assert.equal(other?.lines.length, 2);
});

test("a name of any length or kind is one short line", () => {
  const title = told(event("failed", {}, `${"x\n\u202e".repeat(500)}.mkv`))?.title ?? "";
  assert.ok(title.length < 160);
  assert.doesNotMatch(title, /[\n\u202e]/);
});

test("a pause that a person has to end has a name of its own", () => {
  const name = (problem: string) => noticeOf(event("pause-began", { problem }, "encodes", null));
  assert.deepEqual(["failing-alike", "disk-over-limit", "card-lost", "card-too-hot", "toString"].map(name), [
    "breaker",
    "disk-full",
    "no-encoder",
    "paused",
    "paused",
  ]);
});

test("what a person stopped is not told, and what is not known neither", () => {
  assert.equal(noticeOf(event("failed", { problem: "cancelled" })), null);
  assert.equal(noticeOf(event("found")), null);
  assert.equal(noticeOf(event("toString")), null);
});
