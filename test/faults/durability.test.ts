/** The model of a power cut: what is safe by a trace, and what only seems so. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { checkDurable } from "./durability.ts";
import type { TraceLine } from "./fault-plan.ts";

const PARTIAL = "films/.Film.*.partial.mp4";
const [FILM, RESULT, ARCHIVED, COPY] = [
  "films/Film.mkv",
  "films/Film.mp4",
  "archive/Film.mkv",
  "archive/copy",
];

const line = (text: string): TraceLine => {
  const [call = "", ...paths] = text.split(" ");
  return { point: text, call, paths, nth: 1, isWrite: true, isDone: true };
};

const said = (trace: readonly string[], isDelete = false): readonly string[] =>
  saidOf(trace.map(line), isDelete);

const saidOf = (trace: readonly TraceLine[], isDelete = false): readonly string[] =>
  checkDurable(trace, {
    originals: new Map([["Film.mkv", [FILM, ARCHIVED]]]),
    results: new Map([["Film.mkv", RESULT]]),
    isDelete,
    before: [FILM],
  }).map(({ what }) => what.replace(/^a power cut after /, ""));

const PUBLISHED = [
  `handle.sync ${PARTIAL}`,
  `link ${PARTIAL} ${RESULT}`,
  "handle.sync films",
  `unlink ${PARTIAL}`,
  "handle.sync films",
];
const without = (...left: readonly string[]): readonly string[] =>
  PUBLISHED.filter((each) => !left.includes(each));

const LINKED = [`link ${FILM} ${ARCHIVED}`, "handle.sync archive", `unlink ${FILM}`];
const COPIED = [
  `copyFile ${FILM} ${COPY}`,
  `handle.sync ${COPY}`,
  `rename ${COPY} ${ARCHIVED}`,
  "handle.sync archive",
  `unlink ${FILM}`,
];

test("published and archived as it should be, nothing can be lost", () => {
  for (const archived of [LINKED, COPIED, [`rename ${FILM} ${ARCHIVED}`, "handle.sync archive"]])
    assert.deepEqual(said([...PUBLISHED, ...archived]), []);
  assert.deepEqual(said([...PUBLISHED, `unlink ${FILM}`], true), []);
});

test("the original goes before its result is durable", () => {
  for (const published of [without(PUBLISHED[0] ?? ""), without("handle.sync films")])
    assert.deepEqual(said([...published, ...LINKED]), [
      `"unlink ${FILM}": Film.mkv is out of its place and its result may be lost`,
    ]);
});

test("a deleted original whose result is not durable", () => {
  assert.match(said([...without("handle.sync films"), `unlink ${FILM}`], true)[0] ?? "", /may be lost$/);
});

test("the original goes before its new name, or the copy's bytes, are durable", () => {
  const lost = [`"unlink ${FILM}": Film.mkv may be lost`];
  assert.deepEqual(said([...PUBLISHED, ...LINKED.filter((each) => each !== "handle.sync archive")]), lost);
  assert.deepEqual(said([...PUBLISHED, ...COPIED.filter((each) => each !== "handle.sync archive")]), lost);
  assert.deepEqual(said([...PUBLISHED, ...COPIED.filter((each) => each !== `handle.sync ${COPY}`)]), lost);
});

test("a name that was given when a kill came is there for the next start; one that could not be given is not", () => {
  const begun = (text: string, more: Partial<TraceLine> = {}): TraceLine => ({
    ...line(text),
    isDone: false,
    ...more,
  });
  const link = `link ${PARTIAL} ${RESULT}`;
  const before = [line(`handle.sync ${PARTIAL}`), begun(link)];
  const after = ["handle.sync films", ...LINKED].map(line);
  const lost = [`"unlink ${FILM}": Film.mkv is out of its place and its result may be lost`];
  assert.deepEqual(saidOf([...before, ...after]), []);
  assert.deepEqual(saidOf([...before, begun(link), line(link), ...after]), []);
  assert.deepEqual(saidOf([...before, begun(link, { hasFailed: true }), ...after]), lost);
  assert.deepEqual(saidOf([...before, begun(link, { fault: "kill" }), ...after]), lost);
  // A `sync` in the middle of which the kill came has to be done again.
  assert.deepEqual(saidOf([...before, begun("handle.sync films"), ...LINKED.map(line)]), lost);
});
