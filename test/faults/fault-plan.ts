/** What a child process is told about the faults it shall meet, and what it writes down of what it did. */

export type ErrorCode = "EIO" | "ENOSPC" | "EROFS" | "ESTALE";

/** What is said of a call that was done; the last two by a server that was asked for the same once more. */
export type AfterCode = "EIO" | "ENOENT" | "EEXIST";

export type FaultAction =
  | { readonly kind: "kill" }
  /** Half of the bytes are written, then it is killed. */
  | { readonly kind: "torn" }
  /** Half of the bytes are written, and all is said to be well. */
  | { readonly kind: "short" }
  | { readonly kind: "fail"; readonly code: ErrorCode; readonly lasts: boolean }
  /** It is done, and said to have failed: the answer of a share was lost on the way, or its second try was refused. */
  | { readonly kind: "fail-after"; readonly code: AfterCode }
  /** Stands still until the file `open` is there; says so by making `reached`. */
  | { readonly kind: "gate"; readonly reached: string; readonly open: string };

/** At the `nth` time that the child comes to the point of this name; or at its `nth` writing point, whatever it is. */
export type Fault = {
  readonly point: string | null;
  readonly nth: number;
  readonly action: FaultAction;
};

export type ChildPlan = {
  /** Paths below these folders are fail points, named without them. */
  readonly places: readonly string[];
  /** Where points are written down as they are met; null: nowhere. */
  readonly trace: string | null;
  readonly faults: readonly Fault[];
  /** The file system has no hard links. */
  readonly hasNoLinks: boolean;
  /** The clock of the child: so much ahead, and so many times as fast. */
  readonly aheadMs: number;
  readonly speed: number;
};

/** One line of a trace: a point that was met, that a fault was carried out there, or that its work was done or failed. */
export type TraceLine = {
  readonly point: string;
  readonly nth: number;
  readonly isWrite: boolean;
  readonly isDone: boolean;
  readonly hasFailed?: true;
  readonly fault?: FaultAction["kind"];
  readonly call: string;
  readonly paths: readonly string[];
};

/** The variable of the environment that holds a ChildPlan as JSON. */
export const PLAN_VARIABLE = "CVC_FAULTS";

/** Points are named alike in every run and every place: a claim's token and the hash of a path are stars. */
export const withoutToken = (path: string): string => path.replace(/(?<=\.)[0-9a-f]{16,64}(?=\.)/g, "*");

export const NO_FAULTS = { trace: null, faults: [], hasNoLinks: false, aheadMs: 0, speed: 1 } as const;
