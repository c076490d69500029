/** The first settings of a household: from the few answers of the set-up. */
import { posix as path } from "node:path";
import type { DeviceName } from "./devices.ts";

export type FirstAnswers = {
  readonly devices: readonly DeviceName[];
  /** Absolute. */
  readonly folders: readonly string[];
  readonly original: "keep" | "archive";
  /** A graphics card was found that encodes: then encodes wait for it. */
  readonly hasCard: boolean;
};

const SERIES = /series|serien|shows?|\btv\b/i;

/** A name for each folder: its own where that can be one, with a number where two are alike. */
const named = (folders: readonly string[]): readonly (readonly [name: string, folder: string])[] => {
  const taken = new Set<string>();
  return folders.map((folder) => {
    const base =
      path
        .basename(folder)
        .toLowerCase()
        .replaceAll(/[^\w-]+/g, "-") || "films";
    let name = base;
    for (let count = 2; taken.has(name); count++) name = `${base}-${count}`;
    taken.add(name);
    return [name, folder];
  });
};

/** What a settings file would say; all else has its defaults. */
export const firstSettings = ({ devices, folders, original, hasCard }: FirstAnswers) => ({
  devices,
  libraries: Object.fromEntries(
    named(folders).map(([name, root]) => [
      name,
      { root, profile: SERIES.test(name) ? "series" : "movies", original },
    ]),
  ),
  operational: { gpu_only: hasCard },
});
