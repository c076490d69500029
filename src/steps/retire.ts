/**
 * Removes what lies in the archive longer than a person asked for. An original goes only while its converted film stands
 * where it was published, is read to its last picture without a complaint, and holds all that the original does.
 */
import { Problem, toProblem } from "../core/problem.ts";
import type { Reread } from "../core/reread-args.ts";
import { retention } from "../core/retention.ts";
import type { Read } from "../edges/ffmpeg.ts";
import type { removeFile } from "../edges/library-write.ts";
import type { Archived, ArchivePage } from "../edges/store/archive.ts";
import type { Asset } from "../edges/store/asset-row.ts";
import type { Store } from "../edges/store/store.ts";
import { compareFile, type SameFileDeps, untouchedResult } from "./same-file.ts";

export type RetireDeps = {
  readonly store: Pick<Store, "archive" | "assets" | "events" | "restores" | "transaction">;
  readonly files: SameFileDeps & { readonly removeFile: typeof removeFile };
  readonly reread: (path: string, reading: Reread, signal?: AbortSignal) => Promise<Read>;
  /** What the original holds and its result does not, in words; null when that cannot be known now. */
  readonly lacking: (asset: Asset) => readonly string[] | null;
  /** Whether the library of an asset can be believed. */
  readonly isLibraryThere: (assetId: number) => Promise<boolean>;
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
  const { store, now } = deps;
  const counts = { announced: 0, removed: 0, kept: 0 };
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page: ArchivePage = store.archive.page({ limit: PAGE, cursor });
    for (const file of page.files) {
      const next = store.restores.has(file.assetId) ? "wait" : retention(file, retentionDays, now());
      if (next === "announce") {
        store.archive.putRemoval(file.path, { step: "announced", at: now(), why: null });
        counts.announced++;
      }
      if (next === "remove") counts[await remove(deps, file, signal)]++;
    }
    cursor = page.next;
  }
  return counts;
};

const remove = async (
  deps: RetireDeps,
  file: Archived,
  signal?: AbortSignal,
): Promise<"removed" | "kept"> => {
  const { store, files, now } = deps;
  try {
    const why = await whyKept(deps, file, signal);
    if (why !== null) throw new Problem("original-kept", why);
    // Written first: after a crash a file that is not there any more was removed by us.
    store.archive.putRemoval(file.path, { step: "removing", at: now(), why: null });
    await files.removeFile(file.path);
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

const whyKept = async (deps: RetireDeps, file: Archived, signal?: AbortSignal): Promise<string | null> => {
  const { files, store } = deps;
  const found = await files.fileStat(file.path);
  if (found === null) {
    // Removed by us before a crash, or by a person; of a disk that is away nothing is known.
    const isOurs = file.removal?.step === "removing" || file.kind === "result";
    return isOurs && (await deps.isLibraryThere(file.assetId)) ? null : "It is not there.";
  }
  if (file.kind === "result")
    return found.sizeBytes === file.sizeBytes && found.modifiedUs === file.modifiedUs
      ? null
      : "It was changed since it was set aside.";
  const asset = store.assets.byId(file.assetId);
  if (!asset?.fingerprint) return "Nothing is known of the film.";
  if ((await compareFile(files, file.path, asset.fingerprint)) !== "same")
    return "The file in the archive is not the original.";
  return lostWithout(deps, asset, signal);
};

/** What would be lost with the original of a film; null for nothing. */
const lostWithout = async (deps: RetireDeps, asset: Asset, signal?: AbortSignal): Promise<string | null> => {
  const lacking = deps.lacking(asset);
  if (lacking === null) return "What the original holds is not known now.";
  if (lacking.length > 0) return lacking.join("; ");
  const [published] = await untouchedResult(deps.files, { ...asset, sidecarPaths: [] });
  if (published === undefined) return "The converted film is not where it was published, or was changed.";
  const { complaints } = await deps.reread(
    published,
    { parts: ["all"], hashed: [], side: "output", decodes: "strict" },
    signal,
  );
  if (complaints.trim() !== "") return `The converted film has faults: ${complaints.trim().slice(0, 200)}`;
  // Reading took minutes: it must still stand there.
  const [still] = await untouchedResult(deps.files, { ...asset, sidecarPaths: [] });
  return still === published ? null : "The converted film was changed meanwhile.";
};
