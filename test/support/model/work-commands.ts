/** Commands that move the program: its loops, its buttons, its restarts, and its disks. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { ORIGINAL_POLICIES } from "../../../src/core/settings.ts";
import { checkSettled } from "./checks.ts";
import { at, type Command, command } from "./command.ts";
import { type Mishap, NO_MISHAP } from "./fuse.ts";
import { fuseOf, type House, type Job, type Policy, remount, restart, survive, unmount } from "./house.ts";
import {
  assessSome,
  bringBack,
  cancelJob,
  carryThrough,
  claim,
  failJob,
  publishJob,
  reprocess,
  rowsOf,
  settleAll,
} from "./program.ts";
import { lookAt, scan } from "./scans.ts";

const pick = fc.nat(99);

const mishap: fc.Arbitrary<Mishap> = fc.oneof(
  { weight: 2, arbitrary: fc.constant(NO_MISHAP) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom("dies", "dies", "torn", "fails", "unmounts"),
      after: fc.nat(18),
    }),
  },
);

export const anyPolicy: fc.Arbitrary<Policy> = fc.record({
  original: fc.constantFrom(...ORIGINAL_POLICIES),
  output: fc.constantFrom("beside", "beside", "mirror"),
  archive: fc.constantFrom("hidden", "hidden", "other"),
});

const ofJob = (
  name: string,
  detail: unknown,
  index: number,
  act: (house: House, job: Job) => Promise<void>,
): Command =>
  command(name, detail, async (house) => {
    const job = at([...house.jobs.values()], index);
    if (job) await act(house, job);
    return job !== undefined;
  });

/** What the loops do in a calm minute: films are found, looked at and taken into work, some at once. */
export const bringOn: fc.Arbitrary<Command> = fc.integer({ min: 1, max: 3 }).map((most) =>
  command("bring on", most, async (house) => {
    remount(house);
    house.now += 120_000;
    await scan(house);
    await assessSome(house, 100);
    const before = house.jobs.size;
    for (let done = 0; done < most; done++) await claim(house);
    return house.jobs.size > before;
  }),
);

export const scanOnce: fc.Arbitrary<Command> = mishap.map((what) =>
  command("scan", what, async (house) => {
    const fuse = fuseOf(house, what);
    const before = house.isMounted ? null : rowsOf(house);
    await survive(house, fuse, async () => void (await scan(house, fuse)));
    if (before && !fuse.isDead) assert.deepEqual(rowsOf(house), before, "a disk that is away takes nothing");
    return true;
  }),
);

const anyFolder = fc.record({
  path: fc.constantFrom("", "", "a", "b", "c", "a/b", "gone"),
  isTree: fc.boolean(),
});

/** What a watcher tells, rightly or not, and some seconds that pass. */
export const lookOnce: fc.Arbitrary<Command> = fc
  .tuple(fc.array(anyFolder, { minLength: 1, maxLength: 3 }), fc.constantFrom(0, 5000, 11_000), mishap)
  .map(([folders, pause, what]) =>
    command("look", [folders, pause, what], async (house) => {
      house.now += pause;
      const fuse = fuseOf(house, what);
      const before = house.isMounted ? null : rowsOf(house);
      await survive(house, fuse, () => lookAt(house, folders, fuse));
      if (before && !fuse.isDead)
        assert.deepEqual(rowsOf(house), before, "a disk that is away takes nothing");
      return true;
    }),
  );

export const publishOne: fc.Arbitrary<Command> = fc.tuple(pick, mishap).map(([index, what]) =>
  ofJob(`publish, ${what.kind}`, [index, what], index, (house, job) => {
    const fuse = fuseOf(house, what);
    return survive(house, fuse, () => publishJob(house, job, fuse));
  }),
);

export const restoreOne: fc.Arbitrary<Command> = fc.tuple(pick, mishap).map(([index, what]) =>
  command("restore", [index, what], async (house) => {
    const archived = rowsOf(house).filter((each) => each.state === "Archived");
    const row = at(archived, index);
    // A disk pulled between the question whether it is there and the move: nothing that asks can close that gap.
    const fuse = fuseOf(house, what.kind === "unmounts" ? NO_MISHAP : what);
    if (row) await survive(house, fuse, () => bringBack(house, row, fuse));
    return row !== undefined;
  }),
);

/** Time passes and all work is done: now the database says what lies on the disk. */
export const settle: fc.Arbitrary<Command> = fc.constant(
  command(
    "settle",
    null,
    async (house) => {
      remount(house);
      await settleAll(house);
      return true;
    },
    checkSettled,
  ),
);

const FAILURES = [
  ...["conversion-failed", "verification-failed", "disk-full", "source-damaged", "io-error"],
] as const;

export const mount: fc.Arbitrary<Command> = fc.constant(
  command("mount", null, async (house) => {
    const isDone = !house.isMounted;
    remount(house);
    return isDone;
  }),
);

export const WORK: readonly fc.Arbitrary<Command>[] = [
  bringOn,
  scanOnce,
  publishOne,
  restoreOne,
  settle,
  fc
    .integer({ min: 1, max: 9 })
    .map((most) => command("assess", most, async (house) => (await assessSome(house, most)) > 0)),
  fc.constant(command("claim", null, claim)),
  fc
    .tuple(pick, fc.constantFrom(...FAILURES))
    .map(([index, code]) => ofJob("fail", [index, code], index, (house, job) => failJob(house, job, code))),
  pick.map((index) => ofJob("cancel", index, index, cancelJob)),
  pick.map((index) =>
    command("reprocess", index, async (house) => {
      const row = at(rowsOf(house), index);
      return row !== undefined && reprocess(house, row.id);
    }),
  ),
  fc.tuple(fc.option(anyPolicy), mishap).map(([policy, what]) =>
    command("restart", [policy, what], async (house) => {
      await restart(house, policy ?? house.policy, fuseOf(house, what));
      return true;
    }),
  ),
  mishap.map((what) =>
    command("carry through", what, async (house) => {
      const isDue = house.store.journal.all().length > 0;
      const fuse = fuseOf(house, what);
      await survive(house, fuse, () => carryThrough(house, fuse));
      return isDue;
    }),
  ),
  fc.boolean().map((leavesFolder) =>
    command("unmount", leavesFolder, async (house) => {
      const isDone = house.isMounted;
      unmount(house, leavesFolder);
      return isDone;
    }),
  ),
  mount,
  fc.integer({ min: 1, max: 120 }).map((minutes) =>
    command("wait", minutes, async (house) => {
      house.now += minutes * 60_000;
      return true;
    }),
  ),
];
