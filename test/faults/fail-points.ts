/** In the child: counts the points that are met, writes them down, and does there what the plan says. */
import { existsSync, openSync, writeFileSync, writeSync } from "node:fs";
import type { AfterCode, ChildPlan, ErrorCode, FaultAction, TraceLine } from "./fault-plan.ts";
import { sharedPoints } from "./shared-points.ts";

/** What a point is given back: what its caller has to do itself. */
export type Met = "go on" | "torn" | "short" | { readonly code: ErrorCode } | { readonly after: AfterCode };

export type FailPoints = {
  /** Before the work of a point. Does not come back from a kill. */
  readonly meet: (point: Point) => Met;
  /** After its work. */
  readonly done: (point: Point) => void;
  /** Its work threw. */
  readonly failed: (point: Point) => void;
};

export type Point = {
  readonly name: string;
  readonly call: string;
  /** Relative to the place. */
  readonly paths: readonly string[];
  /** It changes a disk or the database. */
  readonly isWrite: boolean;
};

const GATE_LOOK_MS = 4;
const sleeper = new Int32Array(new SharedArrayBuffer(4));

/** Stands still, all of the thread; other threads do at their next point. */
const sleep = (ms: number): void => void Atomics.wait(sleeper, 0, 0, ms);

export const killSelf = (): never => {
  process.kill(process.pid, "SIGKILL");
  for (;;) sleep(1000);
};

export const createFailPoints = (plan: ChildPlan): FailPoints => {
  const trace = plan.trace === null ? null : openSync(plan.trace, "a");
  const shared = sharedPoints();
  /** How manieth time of all threads it was for the last one of this thread. */
  const counts = new Map<string, number>();

  const write = (
    point: Point,
    nth: number,
    what: Pick<TraceLine, "isDone" | "hasFailed" | "fault">,
  ): void => {
    if (trace === null) return;
    const { name, ...rest } = point;
    const line: TraceLine = { point: name, nth, ...what, ...rest };
    writeSync(trace, `${JSON.stringify(line)}\n`);
  };

  const carryOut = (name: string, action: FaultAction): Met => {
    switch (action.kind) {
      case "kill":
        return killSelf();
      case "gate":
        shared.hold(() => {
          writeFileSync(action.reached, "");
          while (!existsSync(action.open)) sleep(GATE_LOOK_MS);
        });
        return "go on";
      case "fail":
        if (action.lasts) shared.goOnFailing(name, action.code);
        return { code: action.code };
      case "fail-after":
        return { after: action.code };
      case "torn":
      case "short":
        return action.kind;
    }
  };

  return {
    meet: (point) => {
      shared.waitWhileHeld();
      const nth = shared.count(point.name);
      counts.set(point.name, nth);
      const writes = point.isWrite ? shared.countWrite() : 0;
      write(point, nth, { isDone: false });
      const lasting = shared.failingWith(point.name);
      if (lasting !== null) return { code: lasting };
      const fault = plan.faults.find((each) =>
        each.point === null
          ? point.isWrite && each.nth === writes
          : each.point === point.name && each.nth === nth,
      );
      if (!fault) return "go on";
      write(point, nth, { isDone: false, fault: fault.action.kind });
      return carryOut(point.name, fault.action);
    },
    done: (point) => write(point, counts.get(point.name) ?? 0, { isDone: true }),
    failed: (point) => write(point, counts.get(point.name) ?? 0, { isDone: false, hasFailed: true }),
  };
};
