/** Our own earlier files, whose place a publication takes. */
import { toProblem } from "../core/problem.ts";
import type { fileStat, moveWithoutOverwrite, removeFile, replaceUnchanged } from "../edges/library-write.ts";
import type { JournalEntry } from "../edges/store/journal.ts";
import type { Store } from "../edges/store/store.ts";

type Deps = {
  readonly store: Pick<Store, "events">;
  readonly files: { readonly fileStat: typeof fileStat; readonly removeFile: typeof removeFile };
  readonly now: () => number;
};

/**
 * Removes those that have not become a name of this publication, while its own film is there. One that cannot be removed
 * (its disk became read-only) stays, and history says so: it must not keep a film from being done.
 */
export const removeSuperseded = async ({ store, files, now }: Deps, entry: JournalEntry): Promise<void> => {
  if (entry.superseded.length === 0 || !(await files.fileStat(entry.finalPath))) return;
  const names = new Set([entry.finalPath, ...entry.sidecars.map((each) => each.to)]);
  for (const { path } of entry.superseded)
    try {
      if (!names.has(path) && (await isSuperseded(files, entry, path))) await files.removeFile(path);
    } catch (thrown) {
      const { code, detail } = toProblem(thrown);
      const data = { problem: code, detail };
      store.events.append({ at: now(), assetId: entry.assetId, kind: "earlier-file-stays", path, data });
    }
};

/** Whether a path holds an earlier file of ours that this publication replaces; one that a person changed is theirs. */
export const isSuperseded = async (
  files: Pick<Deps["files"], "fileStat">,
  { superseded }: JournalEntry,
  path: string,
): Promise<boolean> => {
  const known = superseded.find((each) => each.path === path);
  const found = known ? await files.fileStat(path) : null;
  return found !== null && found.sizeBytes === known?.sizeBytes && found.modifiedUs === known.modifiedUs;
};

type NameDeps = {
  readonly moveWithoutOverwrite: typeof moveWithoutOverwrite;
  readonly replaceUnchanged: typeof replaceUnchanged;
};

/**
 * Gives a file of this publication its name, in the place of an earlier file of ours or where nothing is; also after a
 * crash. False: the name is somebody else's.
 */
export const nameFile = async (
  files: NameDeps,
  { superseded }: Pick<JournalEntry, "superseded">,
  from: string,
  to: string,
): Promise<boolean> => {
  const known = superseded.find((each) => each.path === to);
  return (
    (known !== undefined && (await files.replaceUnchanged(from, to, known))) ||
    files.moveWithoutOverwrite(from, to)
  );
};
