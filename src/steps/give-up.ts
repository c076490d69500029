/**
 * Ends a publication that waits for a disk, because a person said so. Nothing more is done to the original: it stays where
 * it is, and if that is the archive, the film says so and it can be brought back.
 */
import { Problem } from "../core/problem.ts";
import type { Asset } from "../edges/store/asset-row.ts";
import type { JournalEntry } from "../edges/store/journal.ts";
import { finishPublishing } from "./publish.ts";
import { compareFile } from "./same-file.ts";
import { type TakeBackDeps, takeBack } from "./take-back.ts";

/**
 * The film as it is then: Archived when its original has left, Completed when its result has its name, else Failed; null
 * while it is not seen where the original is. What cannot be looked at or removed stays, and is swept another day. Throws
 * Problem io-error, permission-denied: the original's disk does not answer.
 */
export const giveUp = async (deps: TakeBackDeps, entry: JournalEntry): Promise<Asset | null> => {
  const { store, now } = deps;
  const { token, assetId, sourcePath, sourceFingerprint, finalPath, outputFingerprint } = entry;
  const place = await placeOfOriginal(deps, entry);
  if (place === "unknown") return null;
  const lenient = { ...deps, files: lenientFiles(deps.files) };
  if (place === "left") return finishPublishing(lenient, { ...entry, step: "original-done" });
  const waited = store.assets.byId(assetId)?.problemDetail ?? "";
  // Of a move that failed half-way it may have two names.
  if (entry.archivePath !== null)
    await deps.files.removeSecondName(sourcePath, entry.archivePath).catch(() => {});
  const why = `A person gave up waiting. ${waited}`.trim();
  const isNamed = (await compareFile(lenient.files, finalPath, outputFingerprint)) === "same";
  const isOfSource =
    entry.step !== "planned" || (await compareFile(lenient.files, sourcePath, sourceFingerprint)) === "same";
  if (isNamed && isOfSource) {
    const note = entry.original === "keep" ? null : new Problem("archive-failed", why);
    return finishPublishing(lenient, { ...entry, original: "keep" }, { note, result: null });
  }
  await takeBack(lenient, entry);
  return store.transaction(() => {
    store.journal.remove(token);
    const attempt = (store.assets.byId(assetId)?.attempt ?? 0) + 1;
    const said = { problemCode: "cancelled", problemDetail: why } as const;
    const result = store.assets.apply(assetId, "failed", { now: now(), token, attempt, ...said });
    if (result.kind !== "moved")
      throw new Problem("state-refuses", result.kind === "refused" ? result.message : "");
    return result.asset;
  });
};

/** To end while this is not known might forget an original in the archive. */
const placeOfOriginal = async (
  { files }: TakeBackDeps,
  { step, original, sourcePath, archivePath, sourceFingerprint }: JournalEntry,
): Promise<"in place" | "left" | "unknown"> => {
  if (step === "original-done") return "left";
  if (original === "keep" || (await files.fileStat(sourcePath)) !== null) return "in place";
  if (archivePath === null) return "unknown";
  return (await compareFile(files, archivePath, sourceFingerprint)) === "same" ? "left" : "unknown";
};

/** The disk that is waited for is asked once more; where it says nothing, nothing is known and nothing done. */
const lenientFiles = (files: TakeBackDeps["files"]): TakeBackDeps["files"] => ({
  ...files,
  fileStat: (path) => files.fileStat(path).catch(() => null),
  fingerprintFile: (path, sizeBytes) => files.fingerprintFile(path, sizeBytes).catch(() => ""),
  moveWithoutOverwrite: (from, to) => files.moveWithoutOverwrite(from, to).catch(() => false),
  replaceUnchanged: (from, ours, known) => files.replaceUnchanged(from, ours, known).catch(() => false),
  removeFile: (path) => files.removeFile(path).catch(() => {}),
  removePlaceholder: (from, to) => files.removePlaceholder(from, to).catch(() => {}),
});
