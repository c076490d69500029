/** On start: every journal row, every claim and every partial file that an earlier run left is settled. */
import { folderOf, isOfAttempt } from "../core/output-paths.ts";
import { Problem, toProblem } from "../core/problem.ts";
import type { sweepPartials } from "../edges/library-write.ts";
import type { Asset } from "../edges/store/asset-row.ts";
import type { JournalEntry } from "../edges/store/journal.ts";
import type { Store } from "../edges/store/store.ts";
import { giveUp } from "./give-up.ts";
import { finishPublishing, type PublishDeps } from "./publish.ts";
import { compareFile, compareSource } from "./same-file.ts";
import { nameFile } from "./superseded.ts";
import { type TakeBackDeps, takeBack } from "./take-back.ts";

export type SettleDeps = TakeBackDeps & {
  readonly store: PublishDeps["store"] & Pick<Store, "jobs">;
  /** Whether the library of an asset can be believed: its folder is there and not empty. */
  readonly isLibraryThere: (assetId: number) => Promise<boolean>;
  readonly sweepPartials: typeof sweepPartials;
  /** Claims that were handed to workers elsewhere stay as they are: they are waited for again. False: there is no Redis any more. */
  readonly keepsOut?: boolean;
};

export type Recovered = {
  /** Publications that were carried through. */
  readonly finished: number;
  /** Claims given back to the queue. */
  readonly requeued: number;
  readonly partialsRemoved: number;
};

export type Settled = {
  readonly finished: number;
  readonly requeued: number;
  /** Tokens of rows that stay, as the disk is away. */
  readonly kept: ReadonlySet<string>;
};

const NONE = (): boolean => false;

/**
 * Settles the publications that were cut off, but for those at work in this process; those that a person gave up are
 * ended. A row that cannot be settled now (the disk is away) stays, with its asset, which says why, and its files, until
 * this is called again.
 */
export const settlePublications = async (
  deps: SettleDeps,
  isAtWork: (entry: JournalEntry) => boolean = NONE,
  isGivenUp: (entry: JournalEntry) => boolean = NONE,
): Promise<Settled> => {
  const { store } = deps;
  let finished = 0;
  let requeued = 0;
  const kept = new Set<string>();
  for (const { token } of store.journal.all()) {
    // Read again: while another row hung on its disk, a job may have settled this one, or brought it a step further.
    const entry = store.journal.byToken(token);
    if (!entry || isAtWork(entry)) continue;
    const outcome = await settle(deps, entry, isGivenUp(entry));
    if (outcome === "later") kept.add(entry.token);
    else if (outcome === "undone") requeued += giveBack(deps, entry.assetId, entry.token, NO_PROBLEM) ? 1 : 0;
    else {
      if (outcome.state !== "Failed") finished++;
      // The subtitle files whose names are taken are in no row. Only then its job has ended: till then a restart sweeps.
      await deps.sweepPartials(folderOf(entry.partialPath), (token) => token === entry.token);
      const job = store.jobs.unfinished().find((each) => each.token === entry.token);
      if (job) store.jobs.finish(job.id, doneAt(deps.now(), outcome));
    }
  }
  return { finished, requeued, kept };
};

/** What it waited for is over. */
const NO_PROBLEM = { problemCode: null, problemDetail: null } as const;

const doneAt = (finishedAt: number, { state, resultBytes }: Asset) =>
  state === "Failed"
    ? ({ finishedAt, outcome: "cancelled", problemCode: "cancelled" } as const)
    : ({ finishedAt, outcome: "done", outputBytes: resultBytes ?? 0 } as const);

/** A claim that nobody works on goes back to the queue, its attempt not used up. */
const giveBack = (
  { store, now }: SettleDeps,
  assetId: number,
  token: string | null,
  said: Partial<typeof NO_PROBLEM> = {},
): boolean => {
  const result = store.assets.apply(assetId, "interrupted", {
    ...said,
    now: now(),
    ...(token === null ? {} : { token }),
    data: { reason: "restart" },
  });
  return result.kind === "moved";
};

/** Settles what was cut off. `folders` names those in which partial files of an asset's unfinished job may lie. */
export const recover = async (
  deps: SettleDeps,
  folders: (assetId: number) => readonly string[],
): Promise<Recovered> => {
  const { store, now } = deps;
  const { kept, finished, ...settled } = await settlePublications(deps);
  let { requeued } = settled;
  let partialsRemoved = 0;
  const out = new Set(deps.keepsOut === true ? tokensOut(store) : []);
  for (const job of store.jobs.unfinished()) {
    if (kept.has(job.token) || out.has(job.token)) continue;
    for (const folder of folders(job.assetId))
      partialsRemoved += await deps.sweepPartials(folder, (token) => isOfAttempt(token, job.token));
    store.jobs.finish(job.id, { finishedAt: now(), outcome: "interrupted", problemCode: "interrupted" });
  }
  for (const asset of store.assets.inState("Processing")) {
    if (asset.token !== null && (kept.has(asset.token) || out.has(asset.token))) continue;
    if (giveBack(deps, asset.id, asset.token)) requeued++;
  }
  return { finished, requeued, partialsRemoved };
};

const tokensOut = ({ jobs, assets }: SettleDeps["store"]): readonly string[] =>
  jobs
    .unfinished()
    .filter(({ pool, token, assetId }) => pool !== null && assets.byId(assetId)?.token === token)
    .map(({ token }) => token);

/** Carries a publication through when its file is there, else takes the row back; the asset is then requeued. */
const settle = async (
  deps: SettleDeps,
  entry: JournalEntry,
  isGivenUp: boolean,
): Promise<Asset | "undone" | "later"> => {
  try {
    // Of a disk that is away nothing is there; only of one that is there it says something.
    if (!(await deps.isLibraryThere(entry.assetId)))
      throw new Problem("root-missing", `The disk of its library may not be mounted: ${entry.sourcePath}.`);
    const ended = isGivenUp ? await giveUp(deps, entry) : null;
    if (ended) return ended;
    if (await isPublished(deps, entry)) return await finishPublishing(deps, entry);
    await takeBack(deps, entry);
    deps.store.journal.remove(entry.token);
    return "undone";
  } catch (thrown) {
    sayWhy(deps, entry, toProblem(thrown));
    return "later";
  }
};

/** Why it waits: on the film, and in its history once for each problem, not every time that it is tried again. */
const sayWhy = (
  { store, now }: SettleDeps,
  { assetId, finalPath }: JournalEntry,
  { code, detail }: Problem,
): void => {
  const asset = store.assets.byId(assetId);
  const isSaid =
    asset?.problemCode === code &&
    asset.problemDetail === detail &&
    store.events.forAsset(assetId, 1)[0]?.kind === "recovery-waits";
  if (isSaid) return;
  store.transaction(() => {
    store.assets.touch(assetId, { problemCode: code, problemDetail: detail });
    const data = { problem: code, detail };
    store.events.append({ at: now(), assetId, kind: "recovery-waits", path: finalPath, data });
  });
};

/** Whether the film has its final name, which it is given if only that was missing. */
const isPublished = async ({ files, store }: SettleDeps, entry: JournalEntry): Promise<boolean> => {
  const { step, partialPath, finalPath, outputFingerprint } = entry;
  // Only the state is still to be written, wherever a person has taken the film since.
  if (step === "original-done") return true;
  if (step === "planned" && (await compareFile(files, partialPath, outputFingerprint)) === "same") {
    // Verified before the crash: an hour of encoding is not thrown away, unless the source is another film by now.
    if ((await compareSource(files, store, entry)) !== "same") return false;
    return nameFile(files, entry, partialPath, finalPath);
  }
  if ((await compareFile(files, finalPath, outputFingerprint)) === "same") return true;
  // The original went to the archive before the crash, and the published film was then taken away or changed.
  return (
    entry.archivePath !== null &&
    (await files.fileStat(entry.sourcePath)) === null &&
    (await compareFile(files, entry.archivePath, entry.sourceFingerprint)) === "same"
  );
};
