/** What the files that a scan met mean, once their content is known, and the rows that follow from it. */
import type { FileIdentity } from "../core/fingerprint.ts";
import { toProblem } from "../core/problem.ts";
import { diffLibrary, type FoundFile, type KnownFile, type ScanAction } from "../core/scan-diff.ts";
import type { AssetFile } from "../edges/store/assets.ts";
import type { ScanDeps } from "./scan-context.ts";
import {
  absolute,
  type FileMet,
  isBehindLink,
  isGoneForGood,
  isInScope,
  isUnreadable,
  lookAgain,
  markWaiting,
  outputInRoot,
  type Scan,
} from "./scan-context.ts";

const READS_IN_FLIGHT = 8;
const ROWS_A_TRANSACTION = 500;

/** The content of one file; null when it is gone again or still changing. An unreadable one has no fingerprint. */
const readOne = async (scan: Scan, file: FileMet): Promise<FoundFile | null> => {
  try {
    const fingerprint = await scan.deps.fingerprintFile(absolute(scan, file.path), file.sizeBytes);
    return { ...file, fingerprint };
  } catch (thrown) {
    const problem = toProblem(thrown);
    if (problem.code === "file-missing") return null;
    if (problem.code === "source-changed") {
      markWaiting(scan, file);
      return null;
    }
    if (problem.code !== "file-unreadable" && problem.code !== "io-error") throw problem;
    scan.counters.unreadable++;
    scan.unsettledSizes.add(file.sizeBytes);
    return { ...file, fingerprint: null };
  }
};

const readAll = async (scan: Scan, files: readonly FileMet[]): Promise<readonly FoundFile[]> => {
  const found: FoundFile[] = [];
  for (let start = 0; start < files.length; start += READS_IN_FLIGHT) {
    const some = files.slice(start, start + READS_IN_FLIGHT).map((each) => readOne(scan, each));
    for (const each of await Promise.all(some)) if (each) found.push(each);
  }
  return found;
};

/** Applies `write` to all of `list`, some hundred in one transaction. */
const inTransactions = <T>(deps: ScanDeps, list: readonly T[], write: (each: T) => void): void => {
  for (let start = 0; start < list.length; start += ROWS_A_TRANSACTION)
    deps.store.transaction(() => {
      for (const each of list.slice(start, start + ROWS_A_TRANSACTION)) write(each);
    });
};

const isKnownContent = (scan: Scan, file: FileIdentity): boolean =>
  file.sizeBytes > 0 &&
  file.fingerprint !== null &&
  scan.deps.store.assets.byFingerprint(file.fingerprint).length > 0;

/** Inserts files of no known row. A file that we published, or are publishing at this moment, is none of them. */
const insertNew = (scan: Scan, files: readonly FoundFile[]): void => {
  const { store } = scan.deps;
  const { name, now } = scan.input;
  inTransactions(scan.deps, files, (file) => {
    const path = absolute(scan, file.path);
    if (store.assets.byOutputPath(path) || store.journal.all().some((each) => each.finalPath === path))
      return;
    if (store.assets.byPath(name, file.path)) return;
    const isCopy = isKnownContent(scan, file);
    store.assets.insert({ library: name, ...file, foundAt: now, data: isCopy ? { copy: true } : {} });
    if (isCopy) scan.counters.copied++;
    else scan.counters.added++;
  });
};

/** Reads and inserts files that can be no known film moved. */
export const takeNew = async (scan: Scan, files: readonly FileMet[]): Promise<void> =>
  insertNew(scan, await readAll(scan, files));

/**
 * A file stands again where an archived film's original was: somebody brought it back, or put another there. Then the
 * published file, if it was met, is a film of its own from now on.
 */
const takeBack = (scan: Scan, row: AssetFile, file: FoundFile): readonly FileMet[] => {
  const { assets } = scan.deps.store;
  const before = assets.byId(row.id);
  // Of another film's original this one's published file is no result: it may be all that is left of that film.
  const isLinked =
    before?.outputPath === absolute(scan, file.path) || before?.fingerprint !== file.fingerprint;
  const result = assets.apply(row.id, "restored", {
    now: scan.input.now,
    sizeBytes: file.sizeBytes,
    modifiedUs: file.modifiedUs,
    fingerprint: file.fingerprint,
    ...(isLinked ? { outputPath: null, outputSizeBytes: null, outputModifiedUs: null } : {}),
    data: { reason: "found in its old place", archive: before?.archivePath ?? null },
  });
  if (result.kind !== "moved") return [];
  scan.counters.changed++;
  return isLinked ? metOutputs(scan, new Map([[row.id, before?.outputPath ?? null]])) : [];
};

/**
 * The published files that these films had, as the walk met them. A person may have moved a film away from its result: the
 * folder of one that the walk did not come to is read at once.
 */
const metOutputs = (scan: Scan, had: ReadonlyMap<number, string | null>): readonly FileMet[] => {
  // Of what was replaced the film has been told already: it has no published file any more.
  const others = new Map([...scan.outputs.others()].map((each) => [each.known.id, each.met]));
  const met = [...had].flatMap(([id, path]) => {
    const file = (path === null ? null : scan.outputs.metOf(path, id)) ?? others.get(id);
    return file ? [file] : [];
  });
  if (!scan.isPart) return met;
  const paths = new Set(met.map((each) => each.path));
  for (const output of had.values()) {
    const path = output === null ? null : outputInRoot(scan, output);
    if (path !== null && !paths.has(path)) lookAgain(scan, path, scan.input.now);
  }
  return met;
};

/**
 * Rows that no file stands for any more, surely: not below an unreadable folder, and looked for once more. A published
 * file stands for the film that it was made of, not for one that had its name before.
 */
const missingRows = async (scan: Scan): Promise<readonly AssetFile[]> => {
  const missing: AssetFile[] = [];
  for await (const row of scan.known.unseen()) {
    // One may have been archived since the scan began.
    if (row.state === "Archived" || isUnreadable(scan, row.path)) continue;
    const path = absolute(scan, row.path);
    const there = isBehindLink(scan, row.path)
      ? ({ kind: "missing" } as const)
      : await scan.deps.statFile(path);
    const isOther = !isInScope(scan, row.path) || scan.outputs.isMet(path);
    if (there.kind === "missing" || (there.kind === "file" && isOther)) missing.push(row);
  }
  return missing;
};

/** Films elsewhere of the content of new files: where one is not in its place any more, it was moved. */
const knowElsewhere = (scan: Scan, found: readonly FoundFile[]): void => {
  const { assets } = scan.deps.store;
  for (const { path, sizeBytes, fingerprint } of found)
    if (sizeBytes > 0 && fingerprint !== null && scan.known.at(path)?.fingerprint !== fingerprint)
      for (const each of assets.byFingerprint(fingerprint))
        if (each.library === scan.input.name) scan.known.know(each);
};

const toKnown = ({ id, path, sizeBytes, modifiedUs, fingerprint, state }: AssetFile): KnownFile => ({
  ...{ id, path, sizeBytes, modifiedUs, fingerprint },
  isFree: state !== "Processing",
});

/** Whether a row that stands for no file goes: not while one that is still being written may be its film. */
const isGone = (scan: Scan, { path, sizeBytes }: KnownFile): boolean => {
  if (!scan.unsettledSizes.has(sizeBytes)) return isGoneForGood(scan, path);
  lookAgain(scan, path);
  return false;
};

/** Removes the rows of films that are gone; the published film of one of them is a film of its own from now on. */
const removeMissing = (scan: Scan, ids: ReadonlySet<number>): readonly FileMet[] => {
  const { assets } = scan.deps.store;
  const removed = new Map<number, string | null>();
  inTransactions(scan.deps, [...ids], (id) => {
    const outputPath = assets.byId(id)?.outputPath ?? null;
    if (assets.apply(id, "gone", { now: scan.input.now }).kind === "removed") removed.set(id, outputPath);
  });
  scan.counters.missing += removed.size;
  return metOutputs(scan, removed);
};

type Move = Extract<ScanAction, { readonly kind: "moved" }>;

/** Moves whose new place is free, or left by another move: the others are looked at again. */
const possibleMoves = (scan: Scan, moves: readonly Move[]): readonly Move[] => {
  const { assets } = scan.deps.store;
  let left = moves.filter((each) => (assets.byId(each.id)?.state ?? "Processing") !== "Processing");
  for (let before = -1; before !== left.length; ) {
    before = left.length;
    const leaving = new Set(left.map((each) => each.id));
    left = left.filter((each) => {
      const occupant = assets.byPath(scan.input.name, each.found.path);
      return !occupant || leaving.has(occupant.id);
    });
  }
  return left;
};

const moveRows = (scan: Scan, moves: readonly Move[]): void => {
  const { assets, events, transaction } = scan.deps.store;
  const { name, now } = scan.input;
  transaction(() => {
    const possible = possibleMoves(scan, moves);
    const made = new Set(possible);
    for (const each of moves) if (!made.has(each)) lookAgain(scan, each.found.path);
    // Two that swap their names would meet on the way: all step aside first.
    for (const { id } of possible) assets.touch(id, { path: `//moving/${id}` });
    for (const { id, from, found } of possible) {
      assets.touch(id, { path: found.path, modifiedUs: found.modifiedUs });
      events.append({ at: now, assetId: id, kind: "moved", path: found.path, data: { library: name, from } });
    }
    scan.counters.moved += possible.length;
  });
};

type Update = Extract<ScanAction, { readonly kind: "touched" | "changed" }>;

/** A row whose file has a new time or new content. */
const updateRow = (scan: Scan, { kind, id, found }: Update): void => {
  const { assets, probes } = scan.deps.store;
  const { sizeBytes, modifiedUs, fingerprint } = found;
  const asset = assets.byId(id);
  if (!asset) return;
  if (asset.state === "Processing") {
    lookAgain(scan, found.path);
    return;
  }
  // A film that failed and was written to since (a download that went on between the sampled blocks) is tried again.
  const isRetried = kind === "touched" && asset.state === "Failed";
  if (isRetried && fingerprint !== null) probes.remove(fingerprint);
  if (kind === "touched" && !isRetried) {
    assets.touch(id, { modifiedUs });
    return;
  }
  const data = { reason: isRetried ? "written to" : "content changed" };
  const result = assets.apply(id, "changed", {
    now: scan.input.now,
    sizeBytes,
    modifiedUs,
    fingerprint,
    data,
  });
  if (result.kind === "moved") scan.counters.changed++;
};

/**
 * After the walk: reads what was deferred, decides by content what it is to the rows that were not found unchanged,
 * and writes it: first what is gone, then moves, then changes and new assets.
 */
export const resolveDeferred = async (scan: Scan, signal?: AbortSignal): Promise<void> => {
  const { deps, known } = scan;
  const found = await readAll(scan, scan.deferred);
  signal?.throwIfAborted();
  if (scan.isPart) knowElsewhere(scan, found);
  const missing = await missingRows(scan);
  const back: { readonly row: AssetFile; readonly file: FoundFile }[] = [];
  const open: FoundFile[] = [];
  const rows = missing.map(toKnown);
  for (const file of found) {
    const row = known.at(file.path);
    if (row && (row.state === "Archived") === known.isExpected(file.path)) {
      // It was archived or brought back since the scan began: what was met may be the file of before.
      if (row.sizeBytes !== file.sizeBytes || row.modifiedUs !== file.modifiedUs) lookAgain(scan, file.path);
    } else if (row?.state === "Archived") {
      // One that a person asked back is dealt with by whoever brings it.
      if (!deps.store.restores.has(row.id)) back.push({ row, file });
    } else {
      open.push(file);
      if (row) rows.push(toKnown(row));
    }
  }
  const ids = new Set(rows.map((each) => each.id));
  const isElsewhere = (fingerprint: string): boolean =>
    deps.store.assets.byFingerprint(fingerprint).some((each) => !ids.has(each.id));
  const actions = diffLibrary(rows, open, isElsewhere);

  const rowOf = new Map(rows.map((each) => [each.id, each]));
  const gone = actions.flatMap((each) => {
    const row = each.kind === "missing" ? rowOf.get(each.id) : undefined;
    return row && isGone(scan, row) ? [row.id] : [];
  });
  const published = [...removeMissing(scan, new Set(gone))];
  moveRows(
    scan,
    actions.filter((each) => each.kind === "moved"),
  );
  inTransactions(deps, back, ({ row, file }) => published.push(...takeBack(scan, row, file)));
  inTransactions(
    deps,
    actions.filter((each) => each.kind === "touched" || each.kind === "changed"),
    (each) => updateRow(scan, each),
  );
  for (const each of actions) if (each.kind === "waits") markWaiting(scan, each.found);
  insertNew(
    scan,
    actions.flatMap((each) => (each.kind === "new" || each.kind === "copied" ? [each.found] : [])),
  );
  await takeNew(scan, published);
};
