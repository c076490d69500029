/**
 * Removes what lies in the archive longer than a person asked for. An original goes only while its converted film stands
 * where it was published, decodes to its last picture without a complaint, holds all that the original does, and what
 * was copied into it is the original's byte for byte: the conditions under which `delete` removes one.
 */
import { sameHashes } from "../core/copied-streams.ts";
import { Problem, toProblem } from "../core/problem.ts";
import type { Reread } from "../core/reread-args.ts";
import { retention } from "../core/retention.ts";
import type { Read } from "../edges/ffmpeg.ts";
import type { removeUnchanged } from "../edges/library-write.ts";
import type { Archived, ArchivePage } from "../edges/store/archive.ts";
import type { Asset } from "../edges/store/asset-row.ts";
import type { Store } from "../edges/store/store.ts";
import { compareFile, type SameFileDeps, untouchedResult, untouchedSidecars } from "./same-file.ts";

export type RetireDeps = {
  readonly store: Pick<Store, "archive" | "assets" | "events" | "restores" | "transaction">;
  readonly files: SameFileDeps & { readonly removeUnchanged: typeof removeUnchanged };
  readonly reread: (path: string, reading: Reread, signal?: AbortSignal) => Promise<Read>;
  /** Where the original of a film belongs, absolute; null when its library is not known. */
  readonly sourcePath: (asset: Asset) => string | null;
  /** Whether the disk of a file of a film is there, by more than its mount point. */
  readonly isFolderThere: (path: string, asset: Asset | null) => Promise<boolean>;
  readonly now: () => number;
};

export type Retired = { readonly announced: number; readonly removed: number; readonly kept: number };

const PAGE = 200;

/** Announces and removes what is due. Throws Problem cancelled, interrupted, ffmpeg-missing; one file's trouble keeps it. */
export const retire = async (
  deps: RetireDeps,
  retentionDays: number,
  signal?: AbortSignal,
): Promise<Retired> => {
  const { store } = deps;
  const counts = { announced: 0, removed: 0, kept: 0 };
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page: ArchivePage = store.archive.page({ limit: PAGE, cursor });
    counts.announced += announce(deps, page, retentionDays);
    for (const file of page.files) {
      if (next(deps, file, retentionDays) !== "remove") continue;
      const outcome = await remove(deps, file, retentionDays, signal);
      if (outcome !== "waits") counts[outcome]++;
    }
    cursor = page.next;
    // A page of announcements is one write; between two of them the program answers.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return counts;
};

/** What is to be done with a file, by what the store says of it at this moment. */
const next = ({ store, now }: RetireDeps, { path, assetId, since }: Archived, retentionDays: number) => {
  const file = store.archive.byPath(path);
  const isIt = file?.assetId === assetId && file.since === since && !store.restores.has(assetId);
  return isIt ? retention(file, retentionDays, now()) : "wait";
};

const announce = (deps: RetireDeps, page: ArchivePage, retentionDays: number): number =>
  deps.store.transaction(() => {
    const due = page.files.filter((file) => next(deps, file, retentionDays) === "announce");
    for (const { path } of due)
      deps.store.archive.putRemoval(path, { step: "announced", at: deps.now(), why: null });
    if (due.length > 0)
      deps.store.events.append({
        at: deps.now(),
        assetId: null,
        kind: "removal-announced",
        path: "",
        data: { count: due.length },
      });
    return due.length;
  });

const remove = async (
  deps: RetireDeps,
  file: Archived,
  retentionDays: number,
  signal?: AbortSignal,
): Promise<"removed" | "kept" | "waits"> => {
  const { store, files, now } = deps;
  try {
    const found = await files.fileStat(file.path);
    const why = await whyKept(deps, file, found, signal);
    // Reading took minutes. From here to the row nothing waits: a wish to restore comes before it or is refused.
    if (next(deps, file, retentionDays) !== "remove") return "waits";
    if (why !== null) throw new Problem("original-kept", why);
    // Written first: after a crash a file that is not there any more was removed by us.
    store.archive.putRemoval(file.path, { step: "removing", at: now(), why: null });
    if (found !== null && (await files.removeUnchanged(file.path, found)) !== "removed")
      throw new Problem("original-kept", "Another file took its place, or its disk went away, meanwhile.");
    forget(deps, file);
    return "removed";
  } catch (thrown) {
    const { code, detail } = toProblem(thrown);
    if (ENDS_ALL.has(code)) throw thrown;
    store.archive.putRemoval(file.path, { step: "kept", at: now(), why: detail || code });
    return "kept";
  }
};

const ENDS_ALL: ReadonlySet<string> = new Set(["cancelled", "interrupted", "ffmpeg-missing"]);

const forget = ({ store, now }: RetireDeps, { kind, assetId, path, sizeBytes }: Archived): void =>
  store.transaction(() => {
    store.archive.dropRemoval(path);
    const asset = store.assets.byId(assetId);
    if (kind === "result") store.archive.forget(path);
    else store.assets.touch(assetId, { archivePath: null });
    store.events.append({
      at: now(),
      assetId,
      kind: kind === "original" ? "original-removed" : "set-aside-removed",
      path: asset?.path ?? path,
      data: { file: path, sizeBytes },
    });
  });

const whyKept = async (
  deps: RetireDeps,
  file: Archived,
  found: Awaited<ReturnType<RetireDeps["files"]["fileStat"]>>,
  signal?: AbortSignal,
): Promise<string | null> => {
  const { files, store } = deps;
  const asset = store.assets.byId(file.assetId);
  if (found === null) {
    // Removed by us before a crash; or by a person, or its disk is away: of that nothing is known.
    const isOurs = file.removal?.step === "removing" && (await deps.isFolderThere(file.path, asset));
    return isOurs ? null : "It is not there.";
  }
  if (!asset?.fingerprint) return "Nothing is known of its film.";
  if (file.kind === "original") {
    if ((await compareFile(files, file.path, asset.fingerprint)) !== "same")
      return "The file in the archive is not the original.";
    return lostWithout(deps, asset, file.path, signal);
  }
  if (found.sizeBytes !== file.sizeBytes || found.modifiedUs !== file.modifiedUs)
    return "It was changed since it was set aside.";
  const source = deps.sourcePath(asset);
  const isBack = source !== null && (await compareFile(files, source, asset.fingerprint)) === "same";
  return isBack || (await filmOf(deps, asset)) !== null ? null : "Nothing else is left of its film.";
};

/** The published film as we left it; null when there is none. */
const filmOf = async ({ files }: RetireDeps, asset: Asset): Promise<string | null> =>
  asset.outputPath === null
    ? null
    : ((await untouchedResult(files, { ...asset, sidecarPaths: [] }))[0]?.path ?? null);

/** The first subtitle file of a film that is gone, or that a person or a fault changed. */
const lostSidecar = async ({ files }: RetireDeps, asset: Asset): Promise<string | null> => {
  const left = new Set((await untouchedSidecars(files, asset)).map((each) => each.path));
  return asset.sidecarPaths.find((path) => !left.has(path)) ?? null;
};

/** What would be lost with the original of a film; null for nothing. */
const lostWithout = async (
  deps: RetireDeps,
  asset: Asset,
  original: string,
  signal?: AbortSignal,
): Promise<string | null> => {
  const result = deps.store.archive.resultOf(asset.id);
  if (result === null) return "It is not known whether the converted film holds all of it.";
  if (result.lacks.length > 0) return `${result.lacks.join("; ")}.`;
  const lost = await lostSidecar(deps, asset);
  if (lost !== null) return `Its subtitles ${lost} are not there as they were made.`;
  const film = await filmOf(deps, asset);
  if (film === null) return "The converted film is not where it was published, or was changed.";
  const whole = { parts: ["all"], hashed: result.copied } as const;
  const own = await deps.reread(film, { ...whole, side: "output", decodes: "strict" }, signal);
  if (own.complaints.trim() !== "")
    return `The converted film has faults: ${own.complaints.trim().slice(0, 200)}`;
  if (result.copied.length > 0) {
    const theirs = await deps.reread(original, { ...whole, side: "source", decodes: "not" }, signal);
    if (!sameHashes(theirs.hashes, own.hashes, whole.parts, result.copied.length))
      return "What was copied into the converted film is not what the original holds.";
  }
  if ((await lostSidecar(deps, asset)) !== null) return "Its subtitles were changed meanwhile.";
  return (await filmOf(deps, asset)) === film ? null : "The converted film was changed meanwhile.";
};
