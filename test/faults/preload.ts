/**
 * Loaded into a child before the program (`node --import`): every call that reads or changes a disk below the place, or
 * writes to the database, becomes a named fail point. The program itself has no code for this.
 */
import fs from "node:fs";
import type { FileHandle } from "node:fs/promises";
import files from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { relative, resolve } from "node:path";
import { Readable } from "node:stream";
import { isMainThread } from "node:worker_threads";
import { createFailPoints, type FailPoints, killSelf, type Point } from "./fail-points.ts";
import { type AfterCode, type ChildPlan, type ErrorCode, PLAN_VARIABLE, withoutToken } from "./fault-plan.ts";
import { watchDatabase } from "./preload-database.ts";

type Call = (...args: unknown[]) => Promise<unknown>;

/** How many paths each call has, and whether it changes anything. */
const CALLS: Readonly<Record<string, { readonly paths: 1 | 2; readonly isWrite: boolean }>> = {
  access: { paths: 1, isWrite: false },
  copyFile: { paths: 2, isWrite: true },
  link: { paths: 2, isWrite: true },
  lstat: { paths: 1, isWrite: false },
  mkdir: { paths: 1, isWrite: true },
  mkdtemp: { paths: 1, isWrite: true },
  open: { paths: 1, isWrite: false },
  readFile: { paths: 1, isWrite: false },
  readdir: { paths: 1, isWrite: false },
  realpath: { paths: 1, isWrite: false },
  rename: { paths: 2, isWrite: true },
  rm: { paths: 1, isWrite: true },
  stat: { paths: 1, isWrite: false },
  unlink: { paths: 1, isWrite: true },
  writeFile: { paths: 1, isWrite: true },
};

const HANDLE_CALLS = { sync: true, chmod: true, utimes: true, writeFile: true, read: false, stat: false };

const errorOf = (code: ErrorCode | AfterCode | "EPERM", { name }: Point): Error =>
  Object.assign(new Error(`${code}: made by the test, ${name}`), { code, syscall: "test" });

/** The path as a point names it; null when it is none of the place's. */
const namer =
  (places: readonly string[]) =>
  (path: unknown): string | null => {
    if (typeof path !== "string") return null;
    for (const place of places) {
      const inside = relative(place, resolve(path));
      if (inside !== "" && !inside.startsWith("..")) return withoutToken(inside);
    }
    return null;
  };

/** The plain calls of the threads that walk are the same points as those by promises. */
const watchPlainCalls = (points: FailPoints, name: ReturnType<typeof namer>): void => {
  const functions = fs as unknown as Record<string, (...args: unknown[]) => unknown>;
  for (const call of ["lstat", "readdir"]) {
    const original = functions[`${call}Sync`];
    if (original === undefined) throw new Error(`node:fs has no ${call}Sync.`);
    functions[`${call}Sync`] = (...args) => {
      const inside = name(args[0]);
      if (inside === null) return original(...args);
      const point: Point = { name: `${call} ${inside}`, call, paths: [inside], isWrite: false };
      const met = points.meet(point);
      if (typeof met === "object" && "code" in met) throw errorOf(met.code, point);
      let result: unknown;
      try {
        result = original(...args);
      } catch (thrown) {
        points.failed(point);
        throw thrown;
      }
      points.done(point);
      if (typeof met === "object") throw errorOf(met.after, point);
      return result;
    };
  }
};

const halfOf = (content: unknown): unknown =>
  typeof content === "string" ? content.slice(0, Math.floor(content.length / 2)) : content;

/** The work of a point, with what the plan says about it. */
const around = async (
  points: FailPoints,
  point: Point,
  run: () => Promise<unknown>,
  half: (() => Promise<unknown>) | null = null,
): Promise<unknown> => {
  const met = points.meet(point);
  if (typeof met === "object" && "code" in met) throw errorOf(met.code, point);
  if ((met === "torn" || met === "short") && half !== null) {
    const result = await half();
    if (met === "torn") killSelf();
    return result;
  }
  if (met === "torn") killSelf();
  let result: unknown;
  try {
    result = await run();
  } catch (thrown) {
    points.failed(point);
    throw thrown;
  }
  points.done(point);
  if (typeof met === "object") throw errorOf(met.after, point);
  return result;
};

const watchCalls = (points: FailPoints, plan: ChildPlan, name: ReturnType<typeof namer>): void => {
  // The module's own object, whose functions `syncBuiltinESMExports` gives to every import.
  const functions = files as unknown as Record<string, Call>;
  for (const [call, { paths, isWrite }] of Object.entries(CALLS)) {
    const original = functions[call];
    if (original === undefined) throw new Error(`node:fs/promises has no ${call}.`);
    functions[call] = async (...args) => {
      const named = args.slice(0, paths).map(name);
      const inside = named.filter((each) => each !== null);
      if (inside.length < paths) return original(...args);
      const makes = call === "open" && typeof args[1] === "string" && /^[wax]/.test(args[1]);
      const point: Point = {
        name: `${makes ? "make" : call} ${inside.join(" > ")}`,
        call: makes ? "make" : call,
        paths: inside,
        isWrite: isWrite || makes,
      };
      const result = await around(
        points,
        point,
        () => {
          if (call === "link" && plan.hasNoLinks) throw errorOf("EPERM", point);
          return original(...args);
        },
        halfWay(call, original, args),
      );
      if (call === "open") handles.set(result as FileHandle, inside[0] ?? "");
      return result;
    };
  }
};

/** What a disk that writes short leaves. */
const halfWay = (call: string, original: Call, args: readonly unknown[]): (() => Promise<unknown>) | null => {
  const [first, second, ...rest] = args;
  if (call === "writeFile") return () => original(first, halfOf(second), ...rest);
  if (call !== "copyFile") return null;
  return async () => {
    await original(...args);
    const copy = String(second);
    fs.truncateSync(copy, Math.floor(fs.statSync(copy).size / 2));
  };
};

const handles = new WeakMap<object, string>();

/** FileHandle is not exported: one is opened to reach its class. */
const watchHandles = async (points: FailPoints): Promise<void> => {
  const handle = await files.open(process.execPath, "r");
  const prototype = Object.getPrototypeOf(handle) as Record<string, Call>;
  await handle.close();
  for (const [call, isWrite] of Object.entries(HANDLE_CALLS)) {
    const original = prototype[call];
    if (original === undefined) throw new Error(`A FileHandle has no ${call}.`);
    prototype[call] = function (this: object, ...args) {
      const path = handles.get(this);
      if (path === undefined) return original.apply(this, args);
      const point: Point = { name: `${call} in ${path}`, call: `handle.${call}`, paths: [path], isWrite };
      const half = call === "writeFile" ? () => original.call(this, halfOf(args[0])) : null;
      return around(points, point, () => original.apply(this, args), half);
    };
  }
};

const watchStreams = (points: FailPoints, name: ReturnType<typeof namer>): void => {
  const original = fs.createReadStream;
  const functions = fs as unknown as { createReadStream: (...args: Parameters<typeof original>) => Readable };
  functions.createReadStream = (path, options) => {
    const inside = name(path);
    if (inside === null) return original(path, options);
    const point: Point = { name: `stream ${inside}`, call: "stream", paths: [inside], isWrite: false };
    const met = points.meet(point);
    if (typeof met !== "object" || !("code" in met)) return original(path, options);
    return new Readable({
      read() {
        this.destroy(errorOf(met.code, point));
      },
    });
  };
};

/** The time of day; timers, and the time that a program may take without a word, go on as they do. */
const setClock = ({ aheadMs, speed }: ChildPlan): void => {
  const real = Date.now;
  const start = real();
  Date.now = () => Math.round(start + aheadMs + (real() - start) * speed);
};

const plan = JSON.parse(process.env[PLAN_VARIABLE] ?? "") as ChildPlan;
const points = createFailPoints(plan);
const name = namer(plan.places);
setClock(plan);
await watchHandles(points);
watchCalls(points, plan, name);
watchStreams(points, name);
if (!isMainThread) watchPlainCalls(points, name);
watchDatabase(points);
syncBuiltinESMExports();
