/** Deals with the original once its published film is durable: it is kept, moved to the archive or removed. */
import { homeOf, namedArchive } from "../core/output-paths.ts";
import { Problem, type ProblemCode, toProblem } from "../core/problem.ts";
import type { Destination } from "../edges/destination.ts";
import type { giveUpMove, moveOriginal, removeSecondName, removeUnchanged } from "../edges/library-write.ts";
import type { JournalEntry } from "../edges/store/journal.ts";
import type { Store } from "../edges/store/store.ts";
import { type NamedFolderDeps, requireArchive } from "./named-folder.ts";
import { compareFile, compareSource, type SameFileDeps } from "./same-file.ts";

type SettleDeps = {
  readonly store: Pick<Store, "archive" | "assets" | "journal">;
  readonly files: SameFileDeps &
    NamedFolderDeps["files"] & {
      readonly giveUpMove: typeof giveUpMove;
      readonly moveOriginal: typeof moveOriginal;
      readonly removeSecondName: typeof removeSecondName;
      readonly removeUnchanged: typeof removeUnchanged;
    };
};

/** Its film went while it was published. */
export const notThere = ({ finalPath }: JournalEntry): Problem =>
  new Problem("publish-failed", `The published file ${finalPath} is not there; the original stays.`);

/** With these nothing was done, and the publication is tried again. */
const TRIED_AGAIN: ReadonlySet<ProblemCode> = new Set(["publish-failed", "folder-away"]);

/** Whether the original is gone from its place, or has a whole copy in the archive that an error of the disk left there. */
const hasLeft = async ({ files }: SettleDeps, entry: JournalEntry, { code }: Problem): Promise<boolean> => {
  const { sourcePath, archivePath, sourceFingerprint } = entry;
  if ((await files.fileStat(sourcePath)) === null) return true;
  return (
    code === "io-error" &&
    archivePath !== null &&
    (await compareFile(files, archivePath, sourceFingerprint)) === "same"
  );
};

/** Asked once more right before: to read the published file may have taken a while. False: it is another file by now. */
const removeSource = async ({ files, store }: SettleDeps, entry: JournalEntry): Promise<boolean> => {
  const asset = store.assets.byId(entry.assetId);
  if (!asset || (await compareSource(files, store, entry)) === "other") return false;
  return (await files.removeUnchanged(entry.sourcePath, asset)) !== "other";
};

/** Throws Problem folder-away where the archive's disk is: of what went there nothing is known, and nothing may follow. */
const archiveThere = (deps: SettleDeps, entry: JournalEntry, isUsed: boolean): Promise<void> =>
  requireArchive(deps, entry, deps.store.assets.byId(entry.assetId)?.path ?? "", isUsed);

/** The archive that the settings name, or the library that has the hidden one, is never made. */
const archiveOf = (deps: SettleDeps, entry: JournalEntry, archivePath: string): Destination => {
  const path = deps.store.assets.byId(entry.assetId)?.path ?? "";
  return {
    base: namedArchive(entry.sourcePath, archivePath, path) ?? homeOf(entry.sourcePath, path),
    prove: () => archiveThere(deps, entry, false),
  };
};

/**
 * null when the original is where it should be; a Problem when it was kept: because it could not be moved, or because
 * it is another file by now, which nobody has converted. Throws Problem publish-failed, folder-away, io-error: nothing
 * was done; and those of `removeSecondName`.
 */
export const settleOriginal = async (deps: SettleDeps, entry: JournalEntry): Promise<Problem | null> => {
  const { original, archivePath, sourcePath } = entry;
  if (entry.step === "original-done" || original === "keep") return null;
  const problem = await moveOrRemove(deps, entry);
  if (problem === null) deps.store.journal.advance(entry.token, "original-done");
  else if (archivePath !== null) {
    // Nobody comes back for what a crash or a failing disk left of the move. Under a second name the original would stay on
    // the disk for ever: while that cannot go the publication waits. What is left of a copy must not hold up the film.
    await deps.files.removeSecondName(sourcePath, archivePath);
    await deps.files.giveUpMove(sourcePath, archivePath).catch(() => {});
  }
  return problem;
};

const moveOrRemove = async (deps: SettleDeps, entry: JournalEntry): Promise<Problem | null> => {
  const { files, store } = deps;
  const { original, archivePath, sourcePath, sourceFingerprint } = entry;
  if (original === "archive" && archivePath === null)
    throw new Problem("publish-failed", "No archive is named; the original stays.");
  const source = await compareSource(files, store, entry);
  if (source === "other") return new Problem("source-changed", sourcePath);
  if (source === "missing" && archivePath !== null) {
    // Moved before a crash, or taken away by a person.
    await archiveThere(deps, entry, true);
    if ((await compareFile(files, archivePath, sourceFingerprint)) !== "same")
      return new Problem("file-missing", sourcePath);
    // What a crash left of the move goes.
    await files.moveOriginal(sourcePath, archivePath, "archive-failed");
  } else if ((await compareFile(files, entry.finalPath, entry.outputFingerprint)) !== "same")
    throw notThere(entry);
  else
    try {
      if (archivePath !== null) {
        // Asked right before and after: the disk may have gone while the film was converted, or is copied.
        await files.moveOriginal(
          sourcePath,
          archivePath,
          "archive-failed",
          archiveOf(deps, entry, archivePath),
        );
      } else if (!(await files.fileStat(entry.finalPath))) throw notThere(entry);
      else if (!(await removeSource(deps, entry))) return new Problem("source-changed", sourcePath);
    } catch (thrown) {
      const problem = toProblem(thrown);
      // It went, or its copy has its name, and then the disk failed: what is left to do is done by the next try.
      if (TRIED_AGAIN.has(problem.code) || (await hasLeft(deps, entry, problem))) throw problem;
      return problem.code === "archive-failed"
        ? problem
        : new Problem("archive-failed", problem.detail, thrown);
    }
  return null;
};
