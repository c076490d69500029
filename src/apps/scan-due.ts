/** What the scan loop has to do for a library, and when. */
import type { DirtyFolder } from "../core/dirty-folders.ts";
import { FOLDERS_MAX } from "../steps/scan-folders.ts";

/** Between two looks at folders of a library, and how many times as long as the last one took. */
const REST_MS = 250;
const REST_TIMES = 5;
/** Before a look at what settles, which comes once for what it waits for: a folder that is noisy comes again and again. */
const SETTLES_TIMES = 1;

const NEVER = Number.POSITIVE_INFINITY;

type DueFolder = {
  readonly isTree: boolean;
  /** When it is to be looked at because something was told of it, and because a file in it settles then. */
  readonly toldAt: number;
  readonly settlesAt: number;
};

/** What is to be done for a library, in epoch ms. */
export type Due = {
  allAt: number;
  folders: Map<string, DueFolder>;
  /** Nothing that was told of before then, and nothing that settles. */
  toldNotBefore: number;
  settlesNotBefore: number;
};

/** All of it at once. */
export const newDue = (): Due => ({ allAt: 0, folders: new Map(), toldNotBefore: 0, settlesNotBefore: 0 });

/** So many that are not due yet are not kept one by one. */
const FOLDERS_KEPT = 10 * FOLDERS_MAX;

const addDue = (due: Due, path: string, { isTree, toldAt, settlesAt }: DueFolder): void => {
  const { folders } = due;
  const before = folders.get(path);
  folders.set(path, {
    isTree: isTree || before?.isTree === true,
    toldAt: Math.min(toldAt, before?.toldAt ?? NEVER),
    settlesAt: Math.min(settlesAt, before?.settlesAt ?? NEVER),
  });
  if (folders.size <= FOLDERS_KEPT) return;
  folders.clear();
  due.allAt = Math.min(due.allAt, toldAt, settlesAt);
};

/** Something was told of a folder. */
export const addFolder = (due: Due, { path, isTree }: DirtyFolder, at: number): void =>
  addDue(due, path, { isTree, toldAt: at, settlesAt: NEVER });

/** When something is to be done next. */
export const nextAt = ({ allAt, folders, toldNotBefore, settlesNotBefore }: Due): number => {
  let [told, settles] = [NEVER, NEVER];
  for (const { toldAt, settlesAt } of folders.values()) {
    told = Math.min(told, toldAt);
    settles = Math.min(settles, settlesAt);
  }
  return Math.min(allAt, Math.max(told, toldNotBefore), Math.max(settles, settlesNotBefore));
};

/** Takes the folders whose time has come; null when they are too many to be looked at one by one. */
export const takeFolders = ({ folders, toldNotBefore }: Due, now: number): readonly DirtyFolder[] | null => {
  const mayBeTold = toldNotBefore <= now;
  const taken = [...folders].filter(
    ([, { toldAt, settlesAt }]) => settlesAt <= now || (mayBeTold && toldAt <= now),
  );
  for (const [path] of taken) folders.delete(path);
  return taken.length > FOLDERS_MAX ? null : taken.map(([path, { isTree }]) => ({ path, isTree }));
};

/** What was asked to be looked at again by a scan that took `seconds`. */
export const lookLater = (due: Due, again: ReadonlyMap<string, number>): void => {
  for (const [path, at] of again) addDue(due, path, { isTree: false, toldAt: NEVER, settlesAt: at });
};

/** The disk rests after a look at folders, the longer the longer it took. */
export const rest = (due: Due, now: number, seconds: number): void => {
  due.toldNotBefore = now + Math.max(REST_MS, REST_TIMES * 1000 * seconds);
  due.settlesNotBefore = now + Math.max(REST_MS, SETTLES_TIMES * 1000 * seconds);
};
