/**
 * Removes hidden partial files that nothing knows: of a killed `cvc convert`, of a database that was put back or begun anew,
 * of a folder for results that the settings named before. What a running attempt or a journal row owns stays.
 */

import { folderOf } from "../core/output-paths.ts";
import type { walkLibrary } from "../edges/library-walk.ts";
import type { sweepPartials } from "../edges/library-write.ts";
import type { Store } from "../edges/store/store.ts";

export type SweepDeps = {
  readonly store: Pick<Store, "assets" | "journal">;
  readonly walkLibrary: typeof walkLibrary;
  readonly sweepPartials: typeof sweepPartials;
  /** The token in the hidden names of a move to a place. */
  readonly tokenOfMove: (to: string) => string;
};

export type SweepInput = {
  /** Walked whole: library roots, folders for results, archives. */
  readonly roots: readonly string[];
  /** Libraries whose results may lie in other folders too, where the settings changed since. */
  readonly libraries: readonly string[];
};

/** Nothing of a crash is as old as this and still being written; ms. */
export const ABANDONED_MS = 24 * 3600_000;

/** Looks through every folder once; how many files went. A folder that cannot be read is left for another day. */
export const sweepAbandoned = async (
  deps: SweepDeps,
  { roots, libraries }: SweepInput,
  signal?: AbortSignal,
): Promise<number> => {
  const { store } = deps;
  const swept = new Set<string>();
  let removed = 0;
  const sweep = async (folder: string): Promise<void> => {
    if (swept.has(folder)) return;
    swept.add(folder);
    signal?.throwIfAborted();
    const owned = ownedTokens(deps);
    removed += await deps.sweepPartials(folder, (token, ageMs) => ageMs > ABANDONED_MS && !owned.has(token));
  };
  for (const root of roots)
    for await (const batch of deps.walkLibrary({ root, depth: "max", rule: "partials" }, signal))
      for (const entry of batch) if (entry.kind === "file") await sweep(folderOf(`${root}/${entry.path}`));
  for (const library of libraries)
    for (const { outputPath } of store.assets.outputs(library))
      if (!roots.some((root) => outputPath.startsWith(`${root}/`))) await sweep(folderOf(outputPath));
  return removed;
};

const ownedTokens = ({ store, tokenOfMove }: SweepDeps): ReadonlySet<string | null> =>
  new Set([
    ...store.assets.inState("Processing").map((each) => each.token),
    ...store.journal
      .all()
      .flatMap(({ token, archivePath }) =>
        archivePath === null ? [token] : [token, tokenOfMove(archivePath)],
      ),
  ]);
