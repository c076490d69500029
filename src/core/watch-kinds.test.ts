import assert from "node:assert/strict";
import { test } from "node:test";
import {
  comparedEvery,
  isLocalFileSystem,
  isWatchLimit,
  limitMend,
  sharedFileSystem,
  type WatchFacts,
  watchModeOf,
} from "./watch-kinds.ts";

for (const [type, wanted] of [
  [0xef53, null],
  [0x01021994, null],
  [0x794c7630, null],
  [0x6969, "NFS"],
  [0xff534d42, "SMB"],
  [0xff534d42 | 0, "SMB"],
  [0x65735546, "FUSE"],
  [0x01021997, "9p, as Windows drives have under WSL2"],
] as const)
  test(`file system ${type.toString(16)}`, () => assert.equal(sharedFileSystem(type), wanted));

for (const [type, wanted] of [
  [0xef53, true],
  [0x9123683e, true],
  [0x9123683e | 0, true],
  [0x01021994, true],
  // The layers of a container's own file system may change unseen.
  [0x794c7630, false],
  [0x65735546, false],
  [0, false],
] as const)
  test(`file system ${type.toString(16)} is ${wanted ? "" : "not "}this machine's alone`, () =>
    assert.equal(isLocalFileSystem(type), wanted));

const FACTS: WatchFacts = {
  ...{ isTold: true, shared: null, isLocal: false, limit: null, proven: 1, missed: 0 },
};
for (const [facts, mode, why] of [
  [{}, "events", /tells of each change/],
  [{ proven: 0 }, "events", /nothing has changed yet/],
  [{ proven: 0, isLocal: true }, "events", /disk of this machine/],
  [{ proven: 0, isLocal: true, missed: 1 }, "polled", /nothing was told/],
  [{ missed: 1 }, "polled", /nothing was told/],
  [{ shared: "NFS" }, "polled", /NFS/],
  [{ limit: "ENOSPC", shared: "NFS" }, "polled", /no more folders to be watched \(ENOSPC\)/],
  [{ isTold: false }, "polled", /does not tell/],
] as const)
  test(`watched: ${JSON.stringify(facts)}`, () => {
    const found = watchModeOf({ ...FACTS, ...facts });
    assert.equal(found.mode, mode);
    assert.match(found.why, why);
  });

for (const [facts, pollSeconds, every] of [
  [{}, 60, 600],
  [{ proven: 0 }, 60, 60],
  [{ proven: 0, isLocal: true }, 60, 600],
  [{ proven: 0, isLocal: true }, 900, 900],
  [{ isLocal: true, missed: 1 }, 60, 60],
  [{ isLocal: true, limit: "ENOSPC" }, 60, 60],
  [{ shared: "NFS" }, 60, 60],
  [{ isTold: false }, 60, 60],
] as const)
  test(`with ${JSON.stringify(facts)} and ${pollSeconds} s folders are compared every ${every} s`, () =>
    assert.equal(comparedEvery({ ...FACTS, ...facts }, pollSeconds), every));

for (const [code, mend] of [
  ["ENOSPC", /max_user_watches/],
  ["EMFILE", /max_user_instances/],
  ["ENFILE", /file-max/],
] as const)
  test(`the mend of ${code}`, () => {
    assert.ok(isWatchLimit(code));
    assert.match(limitMend(code), mend);
  });
test("another refusal is no limit", () => assert.equal(isWatchLimit("EACCES"), false));
