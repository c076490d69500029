/** Libraries that got another name: the folder is the same, and only one of the two names is in the settings. */
import { posix as path } from "node:path";

type Folder = { readonly library: string; readonly root: string };
export type Renamed = { readonly from: string; readonly to: string };

const same = (one: string, other: string): boolean => path.join(one, "/") === path.join(other, "/");

/** Of the libraries `known` before, those that `next` has under another name. */
export const renamedLibraries = (
  known: readonly Folder[],
  next: Readonly<Record<string, { readonly root: string }>>,
): readonly Renamed[] => {
  const names = new Set(known.map((each) => each.library));
  const gone = known.filter((each) => !Object.hasOwn(next, each.library));
  return Object.entries(next)
    .filter(([name]) => !names.has(name))
    .flatMap(([to, { root }]) =>
      gone
        .filter((each) => same(each.root, root))
        .slice(0, 1)
        .map(({ library }) => ({ from: library, to })),
    );
};
