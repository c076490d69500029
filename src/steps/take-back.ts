/** Takes a publication back: nothing was published, or what was is not wanted, so our own files go. */
import type { removePlaceholder } from "../edges/library-write.ts";
import type { JournalEntry } from "../edges/store/journal.ts";
import type { PublishDeps } from "./publish.ts";
import { compareFile } from "./same-file.ts";
import { isSuperseded } from "./superseded.ts";

export type TakeBackDeps = PublishDeps & {
  readonly files: PublishDeps["files"] & { readonly removePlaceholder: typeof removePlaceholder };
};

/** Removes what is surely ours; the row is left to the caller. May be repeated. Throws Problem io-error, permission-denied. */
export const takeBack = async (deps: TakeBackDeps, entry: JournalEntry): Promise<void> => {
  const { files } = deps;
  const { partialPath, finalPath, outputFingerprint, sidecars } = entry;
  const linked =
    entry.step === "planned" &&
    !(await isSuperseded(files, entry, finalPath)) &&
    (await compareFile(files, partialPath, outputFingerprint)) === "same" &&
    (await compareFile(files, finalPath, outputFingerprint)) === "same";
  const named = [...(linked ? [finalPath] : []), ...(await namedSidecars(deps, entry))];
  // Before the marks beside them may go: nothing else tells that these empty files are ours.
  for (const { from, to } of [{ from: partialPath, to: finalPath }, ...sidecars])
    await files.removePlaceholder(from, to);
  for (const path of [...named, partialPath, ...sidecars.map((each) => each.from)])
    await files.removeFile(path);
};

/** Our subtitle files that got their names: they have the time of their film and what was written, no person's has both. */
const namedSidecars = async (
  { files, store }: TakeBackDeps,
  { step, assetId, sidecars }: JournalEntry,
): Promise<readonly string[]> => {
  const named: string[] = [];
  const asset = store.assets.byId(assetId);
  for (const { from, to, fingerprint } of step === "planned" ? [] : sidecars) {
    const found = (await files.fileStat(from)) === null ? await files.fileStat(to) : null;
    if (found === null || found.modifiedUs !== asset?.modifiedUs) continue;
    if (fingerprint === undefined || (await compareFile(files, to, fingerprint)) === "same") named.push(to);
  }
  return named;
};
