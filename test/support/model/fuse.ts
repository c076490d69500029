/** Something goes wrong in the middle: after so many effects the program ends, a disk fails or goes away. */
import { COPYFILE_EXCL } from "node:constants";
import { copyFileSync, linkSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { Problem } from "../../../src/core/problem.ts";

/**
 * `dies`: the program ends before the effect; `torn`: in the middle of it, with a file under both names; `fails`: the
 * disk answers with an error, once, and the program runs on; `unmounts`: the library's disk is pulled.
 */
export type Mishap = {
  readonly kind: "none" | "dies" | "torn" | "fails" | "unmounts";
  readonly after: number;
};

export const NO_MISHAP: Mishap = { kind: "none", after: 0 };

export type Fuse = Mishap & { left: number; isDead: boolean; readonly pullDisk: () => void };

export const newFuse = (mishap: Mishap, pullDisk: () => void): Fuse => ({
  ...mishap,
  left: mishap.after,
  isDead: false,
  pullDisk,
});

/** What a process that ended does: nothing more, whatever its handlers would have done. */
export class ProcessEnded extends Error {}

const MOVES: ReadonlySet<string> = new Set(["moveWithoutOverwrite", "moveOriginal"]);
const REMOVALS = ["removeFile", "removeUnchanged"];
const FILE_EFFECTS: ReadonlySet<string> = new Set([...MOVES, ...REMOVALS, "finishFile", "replaceUnchanged"]);
const STORE_EFFECTS: ReadonlySet<string> = new Set([
  ...["transaction", "apply", "touch", "insert", "claim", "put", "improve", "advance", "remove"],
  ...["start", "finish", "append"],
]);

/** What a crash between the two steps of a move leaves: on one disk a second link, on another a copy. */
const tear = (from: string, to: string): void => {
  mkdirSync(dirname(to), { recursive: true });
  try {
    linkSync(from, to);
  } catch (thrown) {
    const isOtherDisk = thrown instanceof Error && "code" in thrown && thrown.code === "EXDEV";
    if (isOtherDisk) copyFileSync(from, to, COPYFILE_EXCL);
  }
};

const burn = (fuse: Fuse, name: string, args: readonly unknown[]): void => {
  if (fuse.isDead) throw new ProcessEnded();
  const isOfFile = FILE_EFFECTS.has(name);
  if (!isOfFile && (fuse.kind === "fails" || !STORE_EFFECTS.has(name))) return;
  if (fuse.left-- !== 0) return;
  if (fuse.kind === "unmounts") fuse.pullDisk();
  else if (fuse.kind === "fails") throw new Problem("io-error", `${args[0]}: EIO`);
  else if (fuse.kind !== "none") {
    fuse.isDead = true;
    if (fuse.kind === "torn" && MOVES.has(name)) tear(String(args[0]), String(args[1]));
    throw new ProcessEnded();
  }
};

/** The functions of `things`, and of what is in them, each of whose effects burns the fuse a little. */
export const mortal = <T extends object>(things: T, fuse: Fuse): T =>
  new Proxy(things, {
    get: (target, name, receiver) => {
      const value: unknown = Reflect.get(target, name, receiver);
      if (typeof value === "object" && value !== null) return mortal(value, fuse);
      if (typeof value !== "function") return value;
      return (...args: readonly unknown[]) => {
        burn(fuse, String(name), args);
        return value(...args);
      };
    },
  });
