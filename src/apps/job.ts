/** One claimed asset from ffmpeg to its final state. */
import { join, relative } from "node:path";
import { copiedStreams } from "../core/copied-streams.ts";
import { outputFolder } from "../core/output-paths.ts";
import { Problem, type ProblemValue, toProblem } from "../core/problem.ts";
import { wishOf } from "../core/wish.ts";
import { toFileProblem } from "../edges/file-problem.ts";
import { fingerprintFile, statRoot } from "../edges/library-walk.ts";
import {
  fileStat,
  finishFile,
  giveUpMove,
  moveOriginal,
  moveWithoutOverwrite,
  removeFile,
  removePlaceholder,
  removeSecondName,
  removeUnchanged,
  replaceUnchanged,
} from "../edges/library-write.ts";
import type { Asset } from "../edges/store/asset-row.ts";
import type { Job } from "../edges/store/jobs.ts";
import { findEarlierResult } from "../steps/adopt.ts";
import { assessedFields } from "../steps/assess.ts";
import type { Converted } from "../steps/convert.ts";
import { publish, sameSource } from "../steps/publish.ts";
import { abortedProblem, outcomeOf } from "./job-end.ts";
import { settleFailure } from "./job-failure.ts";
import { type Attempt, type Place, placeHere, show } from "./job-place.ts";
import { archivePlace, assessAgain, prepareJob } from "./job-prepare.ts";
import { beginRecord } from "./job-record.ts";
import { libraryOf, type Running } from "./running.ts";

export const WRITING = {
  fileStat,
  finishFile,
  fingerprintFile,
  giveUpMove,
  moveOriginal,
  moveWithoutOverwrite,
  removeFile,
  removeUnchanged,
  replaceUnchanged,
  removePlaceholder,
  removeSecondName,
  statRoot,
};

/**
 * Runs a claimed asset to its next state; whatever happens, its claim is settled, unless it is out with a worker while this
 * program ends. `earlier`: an attempt of before the start, which goes on.
 */
export const runJob = async (
  shared: Running,
  asset: Asset,
  token: string,
  place: Place = placeHere(),
  earlier: Job | null = null,
): Promise<void> => {
  const answer = place.encoder;
  const log = shared.log.child({ assetId: asset.id });
  const running = { ...shared, log, ...(answer === null ? {} : { encoder: () => answer }) };
  const { store, now } = running;
  running.changed({ kind: "asset", assetId: asset.id });
  const library = libraryOf(running, asset);
  const cancel = new AbortController();
  running.cancels.set(asset.id, cancel);
  try {
    if (!library)
      throw new Problem("library-not-found", `The settings have no library "${asset.library}" any more.`);
    const assessment = await assessAgain(running, asset, library);
    const { work } = assessment.plan;
    if (work === "none" || work === "impossible") {
      // The settings changed since it was queued: it is looked at anew.
      place.done();
      endEarlier(running, earlier, new Problem("interrupted"));
      store.assets.apply(asset.id, "interrupted", { now: now(), token });
      store.assets.apply(asset.id, "changed", { now: now(), data: { reason: "plan changed" } });
      return;
    }
    const signal = AbortSignal.any([running.signal, cancel.signal]);
    const attempt = { asset, token, library, assessment };
    const isDone = earlier === null && (await adoptEarlier(running, attempt, signal));
    if (!isDone) await runAttempt(running, attempt, { place, earlier }, signal);
  } catch (thrown) {
    const problem = toProblem(thrown);
    place.done();
    endEarlier(running, earlier, problem);
    settleFailure(running, { asset, token, problem, assessment: null });
  } finally {
    running.cancels.delete(asset.id);
    running.progress.delete(asset.id);
    running.watch.end(asset.id);
    running.changed({ kind: "asset", assetId: asset.id });
  }
};

/** The attempt of before the start is not gone on with: its row would say that it runs, for ever. */
const endEarlier = ({ store, now }: Running, earlier: Job | null, problem: Problem): void => {
  if (earlier === null) return;
  const why = { problemCode: problem.code, problemDetail: problem.detail };
  store.jobs.finish(earlier.id, { ...why, finishedAt: now(), outcome: outcomeOf(problem) });
};

/**
 * Takes over a result of an earlier time instead of making it again. Only where the original is kept: nothing is moved
 * or deleted on the strength of an old file.
 */
const adoptEarlier = async (running: Running, attempt: Attempt, signal: AbortSignal): Promise<boolean> => {
  const { store, now, ffprobe, settings } = running;
  const { asset, token, library, assessment } = attempt;
  // A file made without the track that is asked for is not what is asked for.
  if (library.original !== "keep" || assessment.plan.burnIn !== null) return false;
  const earlier = await findEarlierResult(
    { fileStat, probe: ffprobe.probe, assets: store.assets },
    {
      asset,
      source: assessment.media,
      sourcePath: join(library.root, asset.path),
      folder: outputFolder(library.root, asset.path, library.output),
      wish: wishOf(settings, library),
    },
    signal,
  );
  if (earlier === null) return false;
  store.transaction(() => {
    // A scan may have taken it for a film of its own.
    const mistaken = store.assets.byPath(asset.library, relative(library.root, earlier.path));
    if (mistaken) store.assets.apply(mistaken.id, "gone", { now: now(), data: { reason: "our own result" } });
    store.assets.apply(asset.id, "published-kept", {
      now: now(),
      token,
      outputPath: earlier.path,
      outputSizeBytes: earlier.sizeBytes,
      outputModifiedUs: earlier.modifiedUs,
      resultBytes: earlier.sizeBytes,
      sidecarPaths: [],
      data: { adopted: true },
    });
  });
  return true;
};

/** One row of the jobs table: from the start of ffmpeg to the published file or the reason why not. */
const runAttempt = async (
  shared: Running,
  attempt: Attempt,
  { place, earlier }: { readonly place: Place; readonly earlier: Job | null },
  signal: AbortSignal,
): Promise<void> => {
  const { asset, token, assessment } = attempt;
  const encodes = assessment.plan.video?.kind === "encode";
  const isHere = place.pool === null;
  const engine = encodes && isHere ? shared.cards.take(asset.id) : null;
  const encoder = isHere ? (engine?.encoder ?? null) : shared.encoder().encoder;
  if (encodes && encoder === null)
    // A card that got hot, or refused, since the film was claimed.
    throw isHere && shared.cards.hasEngine()
      ? new Problem("interrupted", "No card takes another film now.")
      : new Problem("encoder-unavailable");
  const named = encodes && encoder !== null ? encoder.codec : "copy";
  const begun = { asset, token, assessment, encoder: named, pool: place.pool, earlier };
  const { running, taken, end } = beginRecord(shared, begun);
  let command: readonly string[] = [];
  let converted: Converted | null = null;
  try {
    const stillThere = await prepareJob(running, attempt);
    const onCommand = (args: readonly string[]): void => {
      command = args;
      running.watch.begin(asset.id, args);
      // Its page shows the command that runs from now on.
      running.changed({ kind: "asset", assetId: asset.id });
    };
    converted = await place.convert(running, attempt, { onCommand, onTaken: taken }, signal);
    if (converted.kind === "failed") throw await whyFailed(attempt, converted.problem);
    signal.throwIfAborted();
    show(running, asset.id, { phase: "publishing" });
    await publishHere(running, attempt, converted, stillThere);
    place.done();
    end({ problem: null, command, converted, checks: converted.checks });
  } catch (thrown) {
    // A worker goes on with it, and the next start fetches what it made.
    if (signal.reason === "shutdown" && place.isOut()) return;
    const problem = abortedProblem(signal) ?? toProblem(thrown);
    place.done();
    end({ problem, command, converted, checks: converted?.checks ?? [] });
    const isOfPlace = converted?.kind === "failed" && place.rests(problem);
    settleFailure(running, { asset, token, problem, assessment, isElsewhere: !isHere, isOfPlace });
  } finally {
    shared.cards.leave(asset.id);
  }
};

/** What checks say of a source that was renamed or replaced under them says nothing of the film, which is not encoded for it. */
const whyFailed = async ({ asset, library }: Attempt, { code, detail }: ProblemValue): Promise<Problem> => {
  if (code === "verification-failed")
    await sameSource({ files: { fileStat, fingerprintFile } }, asset, join(library.root, asset.path));
  return new Problem(code, detail);
};

const publishHere = async (
  running: Running,
  { asset, token, library, assessment }: Attempt,
  converted: Extract<Converted, { kind: "converted" }>,
  stillThere: () => Promise<void>,
): Promise<void> => {
  const { store, now } = running;
  try {
    await stillThere();
    if ((await fileStat(converted.partial))?.sizeBytes !== converted.sizeBytes)
      throw new Problem("publish-failed", "The converted file is not the one that passed its checks.");
    await publish(
      { store, files: WRITING, now },
      {
        asset: { ...asset, ...assessedFields(assessment) },
        token,
        sourcePath: join(library.root, asset.path),
        folder: outputFolder(library.root, asset.path, library.output),
        partial: converted.partial,
        sidecars: converted.sidecars,
        original: library.original,
        missing: converted.missing,
        copied: copiedStreams(assessment.plan),
        archivePath: archivePlace(library, asset),
      },
    );
  } catch (thrown) {
    // Nothing was published: unless the journal still owns them, the partial files go.
    if (!store.journal.has(token))
      await Promise.allSettled(
        [converted.partial, ...converted.sidecars.map((each) => each.path)].map((path) => removeFile(path)),
      );
    throw toFileProblem(thrown, converted.partial);
  }
};
