/** Published files: never assets of their own while they are linked, followed when moved, missed when gone. */
import { homeOf } from "../core/output-paths.ts";
import type { FileStat } from "../edges/library-walk.ts";
import type { AssetOutput } from "../edges/store/assets.ts";
import type { OutputKnown } from "./known-outputs.ts";
import {
  absolute,
  type FileMet,
  isGoneForGood,
  isNotMissed,
  isUnreadable,
  lookAgain,
  markWaiting,
  outputInRoot,
  type Scan,
} from "./scan-context.ts";

const NO_OUTPUT = { outputPath: null, outputSizeBytes: null, outputModifiedUs: null } as const;

type Linked = Pick<OutputKnown, "id" | "outputPath" | "outputSizeBytes">;

/**
 * Takes the published file from its asset. A Completed film then has nothing that plays and is looked at again; of an
 * Archived one only the link is cleared, as its original is not in its place.
 */
export const unlinkOutput = (scan: Scan, output: Linked, reason: string): void => {
  const { assets, events, transaction } = scan.deps.store;
  const asset = assets.byId(output.id);
  if (!asset || asset.outputPath !== output.outputPath) return;
  // One that is in work, or was published anew since this was known: what is said of its result is not of the newest.
  if (asset.state === "Processing" || asset.outputSizeBytes !== output.outputSizeBytes) {
    lookAgain(scan, asset.path);
    return;
  }
  if (asset.state !== "Completed") {
    transaction(() => {
      assets.touch(asset.id, NO_OUTPUT);
      events.append({
        at: scan.input.now,
        assetId: asset.id,
        kind: "output-lost",
        path: asset.path,
        data: { library: asset.library, reason, output: output.outputPath },
      });
    });
    return;
  }
  const result = assets.apply(asset.id, "changed", {
    now: scan.input.now,
    ...NO_OUTPUT,
    data: { reason, output: output.outputPath },
  });
  if (result.kind === "moved") scan.counters.changed++;
};

/** A published file with another stem: its sidecars went with it. */
const movedSidecars = (sidecars: readonly string[], from: string, to: string): readonly string[] => {
  const [oldStem, newStem] = [from, to].map((each) => each.replace(/\.[^./]*$/, ""));
  return sidecars.map((each) =>
    oldStem !== undefined && each.startsWith(oldStem) ? `${newStem}${each.slice(oldStem.length)}` : each,
  );
};

const relink = (scan: Scan, output: Linked, file: FileMet): void => {
  const { assets, events } = scan.deps.store;
  const asset = assets.byId(output.id);
  if (!asset || asset.outputPath !== output.outputPath) return;
  // The job has it where it was: what becomes of it is known when the job has ended.
  if (asset.state === "Processing") {
    markWaiting(scan, file);
    return;
  }
  const outputPath = absolute(scan, file.path);
  const sidecarPaths = movedSidecars(asset.sidecarPaths, output.outputPath, outputPath);
  assets.touch(asset.id, { outputPath, sidecarPaths });
  events.append({
    at: scan.input.now,
    assetId: asset.id,
    kind: "output-moved",
    path: asset.path,
    data: { library: asset.library, from: output.outputPath, to: outputPath },
  });
};

const MISSING: FileStat = { kind: "missing" };

/**
 * Whether the folder is there that a published file outside the root has its place in: the one of the settings, or one that
 * they named before. Each is asked once.
 */
const outputFolders = (scan: Scan): ((output: AssetOutput) => Promise<boolean>) => {
  const { output: named = "beside" } = scan.input.library;
  const asked = new Map<string, Promise<boolean>>();
  const ask = async (folder: string): Promise<boolean> => {
    const found = await scan.deps.statRoot(folder);
    return found.kind === "ok" && !found.isEmpty;
  };
  return ({ outputPath, path }) => {
    const folder = outputPath.startsWith(`${named}/`) ? named : homeOf(outputPath, path);
    const answer = asked.get(folder) ?? ask(folder);
    asked.set(folder, answer);
    return answer;
  };
};

/**
 * After the walk: every published file that was not met is looked for. One that stands elsewhere in the library with
 * its size and time was moved and keeps its asset (and is taken out of `scan.deferred`); one that is gone is missed.
 */
export const settleOutputs = async (scan: Scan): Promise<void> => {
  const { deps, known, outputs, deferred } = scan;
  const identity = (size: number | null, time: number | null): string => `${size}:${time}`;
  const byIdentity = new Map(deferred.map((each) => [identity(each.sizeBytes, each.modifiedUs), each]));
  const isFolderThere = outputFolders(scan);
  for await (const { output, isDisplaced } of outputs.unmet()) {
    const inRoot = outputInRoot(scan, output.outputPath);
    if (inRoot !== null && isUnreadable(scan, inRoot)) continue;
    const there = isDisplaced ? MISSING : await deps.statFile(output.outputPath);
    if (there.kind === "file") isNotMissed(scan, output.outputPath);
    const key = identity(output.outputSizeBytes, output.outputModifiedUs);
    const elsewhere = byIdentity.get(key);
    if (there.kind === "missing" && elsewhere && output.outputSizeBytes !== null) {
      relink(scan, output, elsewhere);
      byIdentity.delete(key);
      deferred.splice(deferred.indexOf(elsewhere), 1);
      continue;
    }
    // The source is not there either: it moved, or the whole film was taken away. That is decided with the sources.
    if (output.state !== "Archived" && !known.isSeen(output.path)) continue;
    if (there.kind === "missing") {
      const isSure = inRoot !== null || (await isFolderThere(output));
      if (isSure && isGoneForGood(scan, output.path, output.outputPath))
        unlinkOutput(scan, output, "published file gone");
    } else if (
      there.kind === "file" &&
      output.outputSizeBytes !== null &&
      there.sizeBytes !== output.outputSizeBytes
    )
      unlinkOutput(scan, output, "published file replaced");
  }
};
