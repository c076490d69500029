/** Known assets against files found: what happened to each, decided by content. */
import { compareIdentity, type FileIdentity } from "./fingerprint.ts";

export type KnownFile = FileIdentity & {
  readonly id: number;
  readonly path: string;
  /** False while it is being converted: nothing is decided about it then. */
  readonly isFree: boolean;
};

export type FoundFile = FileIdentity & { readonly path: string };

export type ScanAction =
  | { readonly kind: "unchanged"; readonly id: number; readonly found: FoundFile }
  | { readonly kind: "touched"; readonly id: number; readonly found: FoundFile }
  | { readonly kind: "changed"; readonly id: number; readonly found: FoundFile }
  | { readonly kind: "moved"; readonly id: number; readonly from: string; readonly found: FoundFile }
  | { readonly kind: "new" | "copied" | "waits"; readonly found: FoundFile }
  | { readonly kind: "missing"; readonly id: number };

/** Empty files are all alike and unreadable ones say nothing: neither can be recognised elsewhere. */
const hasContent = (file: FileIdentity): boolean => file.sizeBytes > 0 && file.fingerprint !== null;

const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1).toLowerCase();

type Displaced = Map<string, KnownFile[]>;

/** Rows whose path is gone or now holds other content, by fingerprint: their films may be elsewhere. */
const displacedRows = (
  known: readonly KnownFile[],
  foundByPath: ReadonlyMap<string, FoundFile>,
): Displaced => {
  const displaced: Displaced = new Map();
  for (const row of known) {
    const there = foundByPath.get(row.path);
    if (!hasContent(row) || row.fingerprint === null) continue;
    if (there && (there.fingerprint === null || compareIdentity(row, there) !== "changed")) continue;
    const list = displaced.get(row.fingerprint);
    if (list) list.push(row);
    else displaced.set(row.fingerprint, [row]);
  }
  return displaced;
};

/** Takes the row that fits `found` best: the same name (in any case) before another. */
const takeDisplaced = (displaced: Displaced, found: FoundFile): KnownFile | null => {
  if (!hasContent(found) || found.fingerprint === null) return null;
  const list = displaced.get(found.fingerprint) ?? [];
  const sameName = list.findIndex((each) => nameOf(each.path) === nameOf(found.path));
  return list.splice(Math.max(0, sameName), 1)[0] ?? null;
};

/**
 * One action for each found file, and `missing` for each row that is nowhere. `known` are the rows that were not
 * plainly unchanged, `found` the files likewise; `isElsewhere` says whether a fingerprint lives on in a row outside
 * `known`. A row follows its content: a swap of two names is two moves, and a new file in an old place is a new asset
 * when the old content was found elsewhere, else a change of the row.
 */
export const diffLibrary = (
  known: readonly KnownFile[],
  found: readonly FoundFile[],
  isElsewhere: (fingerprint: string) => boolean,
): readonly ScanAction[] => {
  const knownByPath = new Map(known.map((each) => [each.path, each]));
  const displaced = displacedRows(known, new Map(found.map((each) => [each.path, each])));
  const taken = new Set<number>();
  const actions: ScanAction[] = [];
  const open: FoundFile[] = [];
  for (const file of found) {
    const row = knownByPath.get(file.path);
    const identity = row ? compareIdentity(row, file) : "changed";
    if (row && (identity !== "changed" || file.fingerprint === null)) {
      taken.add(row.id);
      const kind = identity === "touched" && row.isFree ? "touched" : "unchanged";
      actions.push({ kind, id: row.id, found: file });
      continue;
    }
    const source = takeDisplaced(displaced, file);
    if (!source) open.push(file);
    else if (source.isFree) actions.push({ kind: "moved", id: source.id, from: source.path, found: file });
    else actions.push({ kind: "waits", found: file });
    if (source) taken.add(source.id);
  }
  // Two new paths with one content: the first that took a row moved it, the others are copies.
  const placed = new Set(actions.flatMap((each) => ("found" in each ? [each.found.fingerprint] : [])));
  for (const file of open) {
    const row = knownByPath.get(file.path);
    if (row && !taken.has(row.id)) {
      taken.add(row.id);
      actions.push(
        row.isFree ? { kind: "changed", id: row.id, found: file } : { kind: "waits", found: file },
      );
      continue;
    }
    const { fingerprint } = file;
    const isCopy =
      hasContent(file) && fingerprint !== null && (placed.has(fingerprint) || isElsewhere(fingerprint));
    actions.push({ kind: isCopy ? "copied" : "new", found: file });
    placed.add(fingerprint);
  }
  for (const row of known)
    if (!taken.has(row.id) && row.isFree) actions.push({ kind: "missing", id: row.id });
  return actions;
};
