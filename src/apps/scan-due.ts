/** What the scan loop has to do for a library, and when. */
import type { DirtyFolder } from "../core/dirty-folders.ts";
import { FOLDERS_MAX } from "../steps/scan-folders.ts";

/** Between two looks at folders of a library, and how many times as long as the last one took. */
const REST_MS = 250;
const REST_TIMES = 5;

/** What is to be done for a library, in epoch ms. */
export type Due = {
  allAt: number;
  folders: Map<string, { readonly isTree: boolean; readonly at: number }>;
  /** No folders before then. */
  notBefore: number;
};

/** All of it at once. */
export const newDue = (): Due => ({ allAt: 0, folders: new Map(), notBefore: 0 });

/** So many that are not due yet are not kept one by one. */
const FOLDERS_KEPT = 10 * FOLDERS_MAX;

export const addFolder = (due: Due, { path, isTree }: DirtyFolder, at: number): void => {
  const { folders } = due;
  const before = folders.get(path);
  folders.set(path, { isTree: isTree || before?.isTree === true, at: Math.min(at, before?.at ?? at) });
  if (folders.size <= FOLDERS_KEPT) return;
  folders.clear();
  due.allAt = Math.min(due.allAt, at);
};

/** When something is to be done next. */
export const nextAt = ({ allAt, folders, notBefore }: Due): number => {
  let first = Number.POSITIVE_INFINITY;
  for (const { at } of folders.values()) first = Math.min(first, at);
  return Math.min(allAt, Math.max(first, notBefore));
};

/** Takes the folders whose time has come; null when they are too many to be looked at one by one. */
export const takeFolders = ({ folders }: Due, now: number): readonly DirtyFolder[] | null => {
  const taken = [...folders].filter(([, { at }]) => at <= now);
  for (const [path] of taken) folders.delete(path);
  return taken.length > FOLDERS_MAX ? null : taken.map(([path, { isTree }]) => ({ path, isTree }));
};

/** What was asked to be looked at again by a scan that took `seconds`. */
export const lookLater = (due: Due, again: ReadonlyMap<string, number>): void => {
  for (const [path, at] of again) addFolder(due, { path, isTree: false }, at);
};

/** The disk rests after a look at folders, the longer the longer it took. */
export const rest = (due: Due, now: number, seconds: number): void => {
  due.notBefore = now + Math.max(REST_MS, REST_TIMES * 1000 * seconds);
};
