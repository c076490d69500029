/** What the program does in the model test: its real steps, in the order in which its loops call them. */
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createActions } from "../../../src/apps/actions.ts";
import { settleFailure } from "../../../src/apps/job-failure.ts";
import { assessNow, openLibraries } from "../../../src/apps/running.ts";
import { archivePath, outputFolder, partialPath } from "../../../src/core/output-paths.ts";
import { Problem, type ProblemCode } from "../../../src/core/problem.ts";
import { wishOf } from "../../../src/core/wish.ts";
import { statFile } from "../../../src/edges/library-walk.ts";
import { prepareFolder } from "../../../src/edges/library-write.ts";
import type { Asset } from "../../../src/edges/store/asset-row.ts";
import { type Assessment, assess, assessedFields } from "../../../src/steps/assess.ts";
import type { MadeSidecar } from "../../../src/steps/make-sidecars.ts";
import { sameSource } from "../../../src/steps/publish.ts";
import { settlePublications } from "../../../src/steps/recover.ts";
import { restore } from "../../../src/steps/restore.ts";
import { type Fuse, mortal, ProcessEnded } from "./fuse.ts";
import { fuseOf, type House, type Job, NAME, runningIn, settleDeps } from "./house.ts";
import { scan } from "./scans.ts";
import { resultText, sidecarText, subtitlesOf } from "./texts.ts";

/** Codes of problems that a person or the world may meet: expected ends of a command. The process's end is none. */
const unlessProblem = (thrown: unknown): Problem => {
  if (thrown instanceof ProcessEnded || !(thrown instanceof Problem)) throw thrown;
  return thrown;
};

/** Assesses up to `most` New films; how many were. One that stays New waits for another time. */
export const assessSome = async (house: House, most: number): Promise<number> => {
  const running = runningIn(house, fuseOf(house));
  const except: number[] = [];
  for (let done = 0; done < most; done++) {
    const asset = house.store.assets.nextNew({ libraries: openLibraries(running), except });
    if (!asset) return done;
    except.push(asset.id);
    await assess(
      {
        store: house.store,
        probe: running.ffprobe.probe,
        statFile,
        look: async (_, media) => media,
        now: () => house.now,
      },
      {
        asset,
        path: join(house.root, asset.path),
        wish: wishOf(running.settings, house.library),
        isHardware: false,
      },
    );
  }
  return most;
};

const explainIn =
  (house: House) =>
  (asset: Asset): Assessment | null => {
    const probe = asset.fingerprint === null ? null : house.store.probes.get(asset.fingerprint);
    return (
      probe &&
      assessNow(runningIn(house, fuseOf(house)), { asset, library: house.library, media: probe.media })
    );
  };

/** Claims the next film and converts it, as far as the partial files; false when there is none. */
export const claim = async (house: House): Promise<boolean> => {
  const running = runningIn(house, fuseOf(house));
  const token = (++house.claims).toString(16).padStart(32, "0");
  const libraries = openLibraries(running);
  const asset = house.store.assets.claim({
    works: ["copy", "audio", "video"],
    token,
    now: house.now,
    libraries,
  });
  if (!asset) return false;
  const assessment = explainIn(house)(asset);
  if (!assessment) throw new Error(`${asset.path} is Queued and was not probed`);
  const { work } = assessment.plan;
  if (work === "none" || work === "impossible") throw new Error(`${asset.path} is Queued for nothing`);
  const job = {
    assetId: asset.id,
    token,
    attempt: asset.attempt + 1,
    work,
    encoder: "copy",
    command: [],
    startedAt: house.now,
  };
  const rowId = house.store.jobs.start(job);
  house.cancels.set(asset.id, new AbortController());
  const begun = { asset, token, rowId, assessment, partial: "", sidecars: [] };
  try {
    const made = await convertHere(house, asset, token);
    house.jobs.set(asset.id, { ...begun, ...made });
  } catch (thrown) {
    await endJob(house, begun, unlessProblem(thrown), fuseOf(house));
  }
  return true;
};

/** What ffmpeg would leave: a result in a hidden file, and the subtitles. */
const convertHere = async (
  house: House,
  asset: Asset,
  token: string,
): Promise<{ partial: string; sidecars: readonly MadeSidecar[] }> => {
  const source = join(house.root, asset.path);
  await sameSource({ files: house.parts.files }, asset, source);
  const folder = outputFolder(house.root, asset.path, house.library.output);
  await prepareFolder(folder, token, dirname(source));
  const text = readFileSync(source, "utf8");
  const partial = partialPath(folder, source, token, "mp4");
  writeFileSync(partial, resultText(text, house.claims));
  const sidecars = ["en", "fr"].slice(0, subtitlesOf(text)).map((label) => {
    const path = partialPath(folder, source, token, `${label}.vtt`);
    writeFileSync(path, sidecarText(label, text));
    return { label, ending: "vtt", path, isOfTrack: true };
  });
  return { partial, sidecars };
};

const ended = (house: House, { asset, token }: Job): void => {
  if (!house.isMounted) house.leftBehind.add(token);
  house.jobs.delete(asset.id);
  house.cancels.delete(asset.id);
};

/** As a job ends that failed: its row, its claim. */
const endJob = async (house: House, job: Job, problem: Problem, fuse: Fuse): Promise<void> => {
  const running = runningIn(house, fuse);
  const { asset, token, assessment } = job;
  const outcome = problem.code === "cancelled" ? "cancelled" : "failed";
  const { code: problemCode, detail: problemDetail } = problem;
  running.store.jobs.finish(job.rowId, { finishedAt: house.now, outcome, problemCode, problemDetail });
  settleFailure(running, { asset, token, problem, assessment });
  ended(house, job);
};

const removePartials = async (house: House, job: Job, fuse: Fuse): Promise<void> => {
  const files = mortal(house.parts.files, fuse);
  for (const path of [job.partial, ...job.sidecars.map((each) => each.path)]) await files.removeFile(path);
};

/** Publishes what a job made, as `apps/job.ts` does it. */
export const publishJob = async (house: House, job: Job, fuse: Fuse): Promise<void> => {
  const { asset, token, assessment, partial, sidecars } = job;
  const { store, files, now } = settleDeps(house, fuse);
  const { root, output, original, archive } = house.library;
  try {
    await house.parts.publish(
      { store, files, now },
      {
        asset: { ...asset, ...assessedFields(assessment) },
        token,
        sourcePath: join(root, asset.path),
        folder: outputFolder(root, asset.path, output),
        partial,
        sidecars,
        original,
        missing: [],
        copied: [],
        archivePath: original === "archive" ? archivePath(root, asset.path, archive) : null,
      },
    );
    store.jobs.finish(job.rowId, { finishedAt: house.now, outcome: "done" });
    ended(house, job);
  } catch (thrown) {
    const problem = unlessProblem(thrown);
    try {
      if (!store.journal.has(token)) await removePartials(house, job, fuse);
    } catch (also) {
      unlessProblem(also);
      house.leftBehind.add(token);
    }
    await endJob(house, job, problem, fuse);
  }
};

/** ffmpeg or a check fails: nothing is left of what was made. */
export const failJob = async (house: House, job: Job, code: ProblemCode): Promise<void> => {
  const fuse = fuseOf(house);
  await removePartials(house, job, fuse);
  await endJob(house, job, new Problem(code, "as the test wills"), fuse);
};

const actionsOf = (house: House) =>
  createActions(runningIn(house, fuseOf(house)), {
    explain: explainIn(house),
    restoreNow: () => Promise.reject(new Error("not here")),
    giveUp: () => {
      throw new Error("not here");
    },
  });

/** A person stops the work, through the same action as the page. */
export const cancelJob = async (house: House, job: Job): Promise<void> => {
  actionsOf(house).cancel(job.asset.id);
  if (!house.cancels.get(job.asset.id)?.signal.aborted) throw new Error("cancel did not reach the job");
  await failJob(house, job, "cancelled");
};

/** A person asks for a film again; false where it is refused. */
export const reprocess = (house: House, id: number): boolean => {
  try {
    actionsOf(house).reprocess(id);
    return true;
  } catch (thrown) {
    if (unlessProblem(thrown).code !== "state-refuses") throw thrown;
    return false;
  }
};

/** A person wants the original back; refused, the wish is forgotten, as `apps/restore-loop.ts` does it. */
export const bringBack = async (house: House, asset: Asset, fuse: Fuse): Promise<void> => {
  const { files, now, isLibraryThere } = settleDeps(house, fuse);
  const store = mortal(house.store, fuse);
  try {
    await restore(
      { store, files, now, isLibraryThere: () => isLibraryThere(asset.id) },
      asset,
      join(house.root, asset.path),
    );
  } catch (thrown) {
    const { code } = unlessProblem(thrown);
    if (code !== "publish-failed") store.restores.remove(asset.id);
  }
};

/** Wishes of before the program ended. */
const settleWishes = async (house: House, fuse: Fuse): Promise<void> => {
  for (
    let id = house.store.restores.next(house.now);
    id !== null;
    id = house.store.restores.next(house.now)
  ) {
    const asset = house.store.assets.byId(id);
    if (asset?.state === "Archived") await bringBack(house, asset, fuse);
    if (house.store.restores.next(house.now) === id) return;
  }
};

/** The loop that carries through what was cut off while the program ran on. */
export const carryThrough = async (house: House, fuse: Fuse): Promise<void> => {
  await settleWishes(house, fuse);
  await settlePublications(settleDeps(house, fuse), ({ assetId }) => house.jobs.has(assetId));
};

const MOST_ROUNDS = 40;

/** Time passes and everything that can be done is done; throws where that never ends. A file of now needs two looks. */
export const settleAll = async (house: House): Promise<void> => {
  let calm = 0;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    house.now += 3 * 3600_000;
    const before = JSON.stringify(rowsOf(house));
    await scan(house);
    await assessSome(house, 1000);
    for (const job of [...house.jobs.values()]) await publishJob(house, job, fuseOf(house));
    await carryThrough(house, fuseOf(house));
    while (await claim(house))
      for (const job of [...house.jobs.values()]) await publishJob(house, job, fuseOf(house));
    calm = JSON.stringify(rowsOf(house)) === before ? calm + 1 : 0;
    if (calm === 2) return;
  }
  throw new Error(`the work never ends: ${JSON.stringify(rowsOf(house), null, 1)}`);
};

/** Every asset, whole, without the times of its changes. */
export const rowsOf = (house: House): readonly Asset[] =>
  [...house.store.assets.iterate(NAME)]
    .map(({ id }) => house.store.assets.byId(id))
    .filter((each) => each !== null);
