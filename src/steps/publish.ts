/**
 * Gives a verified file its name, then deals with the original. The journal row is written first, every step may be
 * repeated, and nothing of anybody else's is ever overwritten; see docs/01_architecture.md, "Publishing".
 */
import type { CopiedStream } from "../core/copied-streams.ts";
import { finalPaths, namedArchive, sidecarPath } from "../core/output-paths.ts";
import { Problem, toProblem } from "../core/problem.ts";
import type { OriginalPolicy } from "../core/settings.ts";
import type { fingerprintFile } from "../edges/library-walk.ts";
import type {
  fileStat,
  finishFile,
  giveUpMove,
  moveOriginal,
  moveWithoutOverwrite,
  removeFile,
  removeSecondName,
  removeUnchanged,
  replaceUnchanged,
} from "../edges/library-write.ts";
import type { Result } from "../edges/store/archive.ts";
import type { Asset } from "../edges/store/asset-row.ts";
import type { JournalEntry } from "../edges/store/journal.ts";
import type { Store } from "../edges/store/store.ts";
import type { MadeSidecar } from "./make-sidecars.ts";
import type { NamedFolderDeps } from "./named-folder.ts";
import { compareFile, type SameFileDeps, untouchedResult } from "./same-file.ts";
import { notThere, settleOriginal } from "./settle-original.ts";
import { nameFile, removeSuperseded } from "./superseded.ts";

export type PublishDeps = {
  readonly store: Pick<Store, "archive" | "assets" | "journal" | "events" | "transaction">;
  readonly files: {
    readonly fileStat: typeof fileStat;
    readonly finishFile: typeof finishFile;
    readonly fingerprintFile: typeof fingerprintFile;
    readonly giveUpMove: typeof giveUpMove;
    readonly moveOriginal: typeof moveOriginal;
    readonly moveWithoutOverwrite: typeof moveWithoutOverwrite;
    readonly replaceUnchanged: typeof replaceUnchanged;
    readonly removeFile: typeof removeFile;
    readonly removeSecondName: typeof removeSecondName;
    readonly removeUnchanged: typeof removeUnchanged;
    readonly statRoot: NamedFolderDeps["files"]["statRoot"];
  };
  readonly now: () => number;
};

export type PublishInput = {
  readonly asset: Asset;
  readonly token: string;
  readonly sourcePath: string;
  readonly folder: string;
  readonly partial: string;
  readonly sidecars: readonly MadeSidecar[];
  readonly original: OriginalPolicy;
  /** Where the original goes under `archive`; null otherwise. */
  readonly archivePath: string | null;
  /** What of the original the result has not; under `delete` the original is then kept, and the asset says why. */
  readonly missing: readonly string[];
  /** The streams that were copied into the result. */
  readonly copied: readonly CopiedStream[];
};

/**
 * Publishes a verified partial file; gives the asset as it is then. Throws Problem source-changed (nothing published),
 * publish-failed, disk-full.
 */
export const publish = async (deps: PublishDeps, input: PublishInput): Promise<Asset> => {
  const { files } = deps;
  const { partial, sourcePath, sidecars, asset } = input;
  const all = [partial, ...sidecars.map((each) => each.path)];
  try {
    for (const each of all) await files.finishFile(each, sourcePath);
    await sameSource(deps, asset, sourcePath);
    const earlier = (await untouchedResult(files, asset)).filter(({ path }) => path !== sourcePath);
    const known = { ...input, sidecars: await fingerprinted(files, sidecars) };
    return await giveName(deps, known, await plannedEntry(deps, input, earlier));
  } catch (thrown) {
    const problem = toProblem(thrown);
    if (problem.code === "internal") throw new Problem("publish-failed", problem.detail, thrown);
    throw problem;
  }
};

type Fingerprinted = MadeSidecar & { readonly fingerprint: string };
type Known = Omit<PublishInput, "sidecars"> & { readonly sidecars: readonly Fingerprinted[] };

/** What is in the subtitle files, by which they are known to be ours later. */
const fingerprinted = async (
  { fileStat, fingerprintFile }: PublishDeps["files"],
  sidecars: readonly MadeSidecar[],
): Promise<readonly Fingerprinted[]> => {
  const known: Fingerprinted[] = [];
  for (const each of sidecars) {
    const sizeBytes = (await fileStat(each.path))?.sizeBytes ?? 0;
    known.push({ ...each, fingerprint: await fingerprintFile(each.path, sizeBytes) });
  }
  return known;
};

type Planned = Omit<JournalEntry, "finalPath" | "sidecars">;

/** What the journal will say whatever the name. */
const plannedEntry = async (
  { files, now }: PublishDeps,
  input: PublishInput,
  superseded: Planned["superseded"],
): Promise<Planned> => {
  const { asset, partial } = input;
  const made = await files.fileStat(partial);
  if (!made || asset.fingerprint === null) throw new Problem("publish-failed", "The converted file is gone.");
  return {
    token: input.token,
    assetId: asset.id,
    step: "planned",
    partialPath: partial,
    superseded,
    sourcePath: input.sourcePath,
    original: input.original,
    archivePath: input.archivePath,
    archiveFolder: await archiveIdentity(files, input),
    sourceFingerprint: asset.fingerprint,
    outputFingerprint: await files.fingerprintFile(partial, made.sizeBytes),
    createdAt: now(),
  };
};

const archiveIdentity = async (
  { statRoot }: PublishDeps["files"],
  { archivePath, sourcePath, asset }: PublishInput,
): Promise<string | null> => {
  const folder = archivePath === null ? null : namedArchive(sourcePath, archivePath, asset.path);
  const found = folder === null ? null : await statRoot(folder);
  return found?.kind === "ok" ? found.identity : null;
};

/** Tries the names in order: our own earlier result is replaced in one step, anything else is never overwritten. */
const giveName = async (deps: PublishDeps, input: Known, entry: Planned): Promise<Asset> => {
  const { files, store } = deps;
  const earlier = entry.superseded.map((each) => each.path);
  for (const finalPath of finalPaths(input.folder, input.sourcePath)) {
    const isOurs = earlier.includes(finalPath);
    if (!isOurs && (await files.fileStat(finalPath))) continue;
    const named = input.sidecars.map((each) => namedSidecar(finalPath, each));
    const theirs = await ofOthers(files, named, earlier);
    const why = whyKept(input, theirs);
    const planned = {
      ...entry,
      ...(why ? { original: "keep" as const } : {}),
      finalPath,
      sidecars: named
        .filter((each) => !theirs.includes(each))
        .map(({ from, to, fingerprint }) => ({ from, to, fingerprint })),
    };
    store.journal.put(planned);
    if (!(await nameFile(files, planned, input.partial, finalPath))) {
      store.journal.remove(input.token);
      // A person changed our earlier film meanwhile: it is theirs, and its sidecars with it.
      if (isOurs) return giveName(deps, input, { ...entry, superseded: [] });
      continue;
    }
    for (const { from } of theirs) await files.removeFile(from);
    const unnamed = theirs.filter((each) => each.isOfTrack).map((each) => nameTaken(each.to));
    const result = { lacks: [...input.missing, ...unnamed], copied: input.copied };
    return finishPublishing(deps, planned, { note: why, result });
  }
  throw new Problem("publish-failed", `Every name for it in ${input.folder} is taken.`);
};

/** An original that holds more than its result is not deleted; null where nothing is lost with it. */
const whyKept = ({ original, missing }: PublishInput, theirs: readonly Named[]): Problem | null => {
  if (original !== "delete") return null;
  const lost = [...missing, ...theirs.filter((each) => each.isOfTrack).map((each) => nameTaken(each.to))];
  return lost.length === 0 ? null : new Problem("original-kept", `${lost.join("; ")}.`);
};

const nameTaken = (path: string): string => `${path} is another file, so these subtitles are left out`;

type Named = JournalEntry["sidecars"][number] & Pick<Fingerprinted, "fingerprint" | "isOfTrack">;

const namedSidecar = (finalPath: string, { label, ending, path, ...known }: Fingerprinted): Named => ({
  from: path,
  to: sidecarPath(finalPath, label, ending),
  isOfTrack: known.isOfTrack,
  fingerprint: known.fingerprint,
});

/** Sidecars whose name a file of a person has. They never come into the journal: a restart must not take it for ours. */
const ofOthers = async (
  files: PublishDeps["files"],
  named: readonly Named[],
  earlier: readonly string[],
): Promise<readonly Named[]> => {
  const theirs: Named[] = [];
  for (const each of named)
    if (!earlier.includes(each.to) && (await files.fileStat(each.to))) theirs.push(each);
  return theirs;
};

/** Is the source still the file that was assessed? Throws Problem file-missing, source-changed. */
export const sameSource = async (
  { files }: { readonly files: SameFileDeps },
  asset: Asset,
  sourcePath: string,
): Promise<void> => {
  const now = await files.fileStat(sourcePath);
  if (now === null) throw new Problem("file-missing", sourcePath);
  const isUnwritten = now.sizeBytes === asset.sizeBytes && now.modifiedUs === asset.modifiedUs;
  // The time too: a download that goes on may change bytes between the sampled blocks only.
  if (
    asset.fingerprint === null ||
    !isUnwritten ||
    (await compareFile(files, sourcePath, asset.fingerprint)) !== "same"
  )
    throw new Problem("source-changed", sourcePath);
};

const UNKNOWN = { note: null, result: null } as const;

/**
 * Everything after the final name is given, from whichever step the journal says; also run by `recover`. An original
 * that cannot be moved is kept, and the asset says so (archive-failed). Of a film whose publication was cut off by a
 * crash nothing more is known: neither a note nor what it lacks.
 */
export const finishPublishing = async (
  deps: PublishDeps,
  entry: JournalEntry,
  { note, result: known }: { readonly note: Problem | null; readonly result: Result | null } = UNKNOWN,
): Promise<Asset> => {
  const { store, files } = deps;
  if (entry.step === "planned") store.journal.advance(entry.token, "published");
  const made = await files.fileStat(entry.finalPath);
  const sidecars: JournalEntry["sidecars"][number][] = [];
  const theirs: JournalEntry["sidecars"][number][] = [];
  for (const each of entry.sidecars) {
    const { from, to } = each;
    // A subtitle file of that name is the person's own and stays; ours is dropped.
    const isTheirs = (await files.fileStat(from)) !== null && !(await nameFile(files, entry, from, to));
    if (isTheirs) theirs.push(each);
    else if (await files.fileStat(to)) sidecars.push(each);
  }
  const isLost = entry.original === "delete" && theirs.length > 0;
  const problem = isLost
    ? new Problem("original-kept", `${theirs.map((each) => nameTaken(each.to)).join("; ")}.`)
    : ((await settleOriginal(deps, entry)) ?? note);
  await removeSuperseded(deps, entry);
  const kept = entry.original === "keep" || problem !== null;
  // Of a disk that went away meanwhile neither film is gone: the journal tells the rest when it is back.
  if (kept && !(await files.fileStat(entry.finalPath))) throw notThere(entry);
  const asset = store.transaction(() => {
    store.journal.remove(entry.token);
    const lost = theirs.map((each) => nameTaken(each.to));
    store.archive.putResult(entry.assetId, known && { ...known, lacks: [...known.lacks, ...lost] });
    const result = store.assets.apply(entry.assetId, kept ? "published-kept" : "published-moved", {
      now: deps.now(),
      token: entry.token,
      outputPath: entry.finalPath,
      resultBytes: made?.sizeBytes ?? null,
      outputSizeBytes: made?.sizeBytes ?? null,
      outputModifiedUs: made?.modifiedUs ?? null,
      sidecarPaths: sidecars.map((each) => each.to),
      sidecarFingerprints: sidecars.map((each) => each.fingerprint ?? ""),
      archivePath: kept ? null : entry.archivePath,
      problemCode: problem?.code ?? null,
      problemDetail: problem?.detail ?? null,
      data: {
        output: entry.finalPath,
        original: entry.original,
        ...(entry.superseded.length > 0 && { files: entry.superseded.map((each) => each.path) }),
      },
    });
    if (result.kind !== "moved")
      throw new Problem("publish-failed", result.kind === "refused" ? result.message : "");
    return result.asset;
  });
  // Not before: after a crash they must tell once more that the original is kept.
  for (const { from } of theirs) await files.removeFile(from);
  return asset;
};
