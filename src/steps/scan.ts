/** Looks through a library: what is new, changed, moved, copied or gone becomes rows and events. Reads only. */

import { ALL, type DirtyFolder } from "../core/dirty-folders.ts";
import type { OutputKnown } from "./known-outputs.ts";
import {
  absolute,
  beginScan,
  type FileMet,
  isNotMissed,
  isSettled,
  markWaiting,
  outputInRoot,
  RULE,
  type Scan,
  type ScanDeps,
  type ScanInput,
  type ScanReport,
} from "./scan-context.ts";
import { settleOutputs, unlinkOutput } from "./scan-outputs.ts";
import { resolveDeferred, takeNew } from "./scan-resolve.ts";
import { checkRoot, recordRoot } from "./scan-root.ts";

export type { ScanDeps, ScanInput, ScanReport } from "./scan-context.ts";

/** A file at the path of a published file: ours, or (true) by its size another, which is then a film of its own. */
const isReplacedOutput = (scan: Scan, file: FileMet): boolean | null => {
  const path = absolute(scan, file.path);
  const output = scan.outputs.meet(path, file);
  if (!output) return null;
  isNotMissed(scan, path);
  const { outputSizeBytes, isBusy } = output;
  // Of another time it may have been edited in place (tags): its time stays as published, by which that is told.
  if (outputSizeBytes === null || file.sizeBytes === outputSizeBytes || isBusy) return false;
  if (!isSettled(scan, file)) return false;
  unlinkOutput(scan, output, "published file replaced");
  return true;
};

/** Of a part of the library: whose result this file may be, wherever that film lies. */
const knowOutputsLike = (scan: Scan, file: FileMet): void => {
  const turn = scan.known.turnOf(file);
  if (turn === "same" || turn === "unread") return;
  const seen = { ...file, path: absolute(scan, file.path) };
  for (const each of scan.deps.store.assets.outputsLike(scan.input.name, seen)) scan.outputs.know(each);
};

/** What a file that the walk met needs: nothing, to wait, to be taken now, or to be settled after the walk. */
const sortFile = (scan: Scan, file: FileMet): "done" | "now" | "later" => {
  scan.counters.seen++;
  if (scan.isPart) knowOutputsLike(scan, file);
  // A row at the path of a published file is not seen by that: its own film was taken away before the name was given.
  if (isReplacedOutput(scan, file) === false) return "done";
  const turn = scan.known.turnOf(file);
  if (turn !== "new") scan.known.see(file.path);
  if (turn === "same") return "done";
  if (turn === "busy") {
    markWaiting(scan, file);
    return "done";
  }
  // A row that could not be read before is tried again, as rights change no time.
  if (!isSettled(scan, file)) return "done";
  return turn !== "new" || scan.sizes.has(file.sizeBytes) ? "later" : "now";
};

/** Reads the library, or some folders of it; gives the folders in them that were not entered. */
export const walk = async (
  scan: Scan,
  signal: AbortSignal | undefined,
  folders: readonly DirtyFolder[] = [ALL],
): Promise<ReadonlySet<string>> => {
  const { deps, input, counters } = scan;
  const { root, depth } = input.library;
  const met = new Set<string>();
  for await (const batch of deps.walkLibrary({ root, depth, rule: RULE, folders }, signal)) {
    signal?.throwIfAborted();
    const now: FileMet[] = [];
    for (const entry of batch) {
      if (entry.kind === "skipped") counters.skipped++;
      else if (entry.kind === "folder") met.add(entry.path);
      else if (entry.kind === "link") {
        counters.skipped++;
        scan.links.add(entry.path);
      } else if (entry.kind === "bad-name") {
        counters.badNames++;
        scan.badName ??= entry.path;
      } else if (entry.kind === "mount") scan.mounts.add(entry.path);
      else if (entry.kind === "unreadable") {
        counters.unreadable++;
        scan.unreadable.add(entry.path);
      } else {
        const file = { path: entry.path, sizeBytes: entry.sizeBytes, modifiedUs: entry.modifiedUs };
        const turn = sortFile(scan, file);
        if (turn === "now") now.push(file);
        else if (turn === "later") scan.deferred.push(file);
      }
    }
    await takeNew(scan, now);
  }
  return met;
};

/**
 * Folders in the root where another disk was mounted at the last scan and is not now, and under which not one of the
 * known films and results is: what is below them is not known, as in a root that is not mounted.
 */
const lostMounts = (scan: Scan): readonly string[] => {
  const before = scan.deps.store.roots.get(scan.input.name)?.mounts ?? [];
  const away = before.filter((mount) => !scan.mounts.has(mount));
  if (away.length === 0) return [];
  // By mount, whether something below it was seen.
  const found = new Map<string, boolean>();
  const note = (path: string, isSeen: boolean): void => {
    for (const mount of away)
      if (path.startsWith(`${mount}/`)) found.set(mount, isSeen || found.get(mount) === true);
  };
  for (const { path } of scan.known.rows()) note(path, scan.known.isSeen(path));
  // Those that stand elsewhere in the library now were moved there by a person.
  const elsewhere = new Set(scan.deferred.map((each) => `${each.sizeBytes}:${each.modifiedUs}`));
  const noteOutput = (output: Omit<OutputKnown, "isBusy">, isMet: boolean): void => {
    if (!elsewhere.has(`${output.outputSizeBytes}:${output.outputModifiedUs}`))
      note(outputInRoot(scan, output.outputPath) ?? "", isMet);
  };
  for (const { known } of scan.outputs.others()) noteOutput(known, true);
  for (const { output, isMet, isDisplaced } of scan.outputs.rows())
    if (!isDisplaced) noteOutput(output, isMet);
  return away.filter((mount) => found.get(mount) === false);
};

/** Looks at files that are not waiting any more are forgotten, so that the map does not grow. */
const forgetSettled = (scan: Scan): void => {
  for (const key of scan.deps.settling.keys())
    if (key.startsWith(`${scan.input.name}\0`) && !scan.settlingKeys.has(key)) scan.deps.settling.delete(key);
  for (const key of scan.deps.missed.keys())
    if (key.startsWith(`${scan.input.name}\0`)) scan.deps.missed.delete(key);
};

/**
 * Scans one library. An unchanged file costs one stat; a new one is inserted as New; a moved one keeps its row; what
 * is gone from a root that can be believed loses its row, but for Archived and Processing ones. A root that is
 * missing, empty where it was not, or another disk takes nothing away: `problem` says which. Throws the reason of
 * `signal`, and Problems of the store; what was taken until then stays.
 */
export const scanLibrary = async (
  deps: ScanDeps,
  input: ScanInput,
  signal?: AbortSignal,
): Promise<ScanReport> => {
  const startedAt = deps.clock();
  const scan = await beginScan(deps, input, signal);
  try {
    return await scanAll(scan, startedAt, signal);
  } finally {
    scan.known.forget();
    scan.outputs.forget();
  }
};

const scanAll = async (
  scan: Scan,
  startedAt: number,
  signal: AbortSignal | undefined,
): Promise<ScanReport> => {
  const { deps, input } = scan;
  const { name, now } = input;
  const { root } = input.library;
  const report = (problem: ScanReport["problem"]): ScanReport => ({
    library: name,
    ...scan.counters,
    badName: scan.badName,
    problem,
    seconds: (deps.clock() - startedAt) / 1000,
    again: scan.again,
  });
  const { known } = scan;
  const check = await checkRoot(deps, { name, root, known });
  if (check.kind === "problem") {
    recordRoot(deps, { name, root, now, problem: check.code });
    return report(check.code);
  }
  await walk(scan, signal);
  const lost = lostMounts(scan);
  for (const mount of lost) scan.unreadable.add(mount);
  // The disk may have gone away under the walk, which then saw an empty folder: nothing is taken away by that.
  const after = await checkRoot(deps, { name, root, known });
  if (after.kind === "problem" || after.device !== check.device) scan.unreadable.add("");
  await settleOutputs(scan);
  await resolveDeferred(scan, signal);
  forgetSettled(scan);
  const problem = after.kind === "problem" ? after.code : lost.length > 0 ? "root-other-device" : null;
  const { device, identity } = check;
  const seen = { device, identity, mounts: [...scan.mounts, ...lost], fileCount: scan.counters.seen };
  recordRoot(deps, { name, root, now, problem, ...(after.kind === "ok" ? { seen } : {}) });
  return report(problem);
};
