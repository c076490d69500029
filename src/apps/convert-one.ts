/** One film from probe to published file, without a scanner or a queue: what `cvc convert` runs for each file. */

import { randomBytes } from "node:crypto";
import { basename, dirname } from "node:path";
import { Problem, type ProblemCode } from "../core/problem.ts";
import type { OriginalPolicy, Settings } from "../core/settings.ts";
import { type Check, checksFrom } from "../core/verification-facts.ts";
import { wishOf } from "../core/wish.ts";
import { createFfmpeg } from "../edges/ffmpeg.ts";
import { createFfprobe } from "../edges/ffprobe.ts";
import { chooseEncoder } from "../edges/gpu.ts";
import { fingerprintFile, statFile } from "../edges/library-walk.ts";
import { fileStat, prepareFolder } from "../edges/library-write.ts";
import { createLog } from "../edges/log.ts";
import { createSecondLook } from "../edges/second-look.ts";
import type { Asset } from "../edges/store/asset-row.ts";
import type { Store } from "../edges/store/store.ts";
import { assess } from "../steps/assess.ts";
import { createCardPlaces } from "./card-places.ts";
import type { JobProgress } from "./control.ts";
import { createDiskRooms } from "./disk-rooms.ts";
import { answerOf } from "./encoder-choice.ts";
import { runJob } from "./job.ts";
import { createJobWatch } from "./job-watch.ts";
import { createLaneLimits } from "./lane-limits.ts";
import { createPauses } from "./pauses.ts";
import { encodesOnCard, type Running } from "./running.ts";
import { libraryHolding, settingsFrom } from "./settings-source.ts";
import { createWorkFiles } from "./work-files.ts";

export type OneFilm = {
  /** Absolute. */
  readonly path: string;
  /** `beside`, or an absolute folder. */
  readonly output: string;
  readonly original: OriginalPolicy;
  /** A subtitle track to burn in, by its number in the file; null: as the settings say. */
  readonly burnIn: number | null;
};

export type Watcher = {
  readonly onPlan: (asset: Asset) => void;
  readonly onProgress: (progress: JobProgress) => void;
  readonly onCheck: (check: Check) => void;
};

type Tools = Omit<Running, "settings" | "changed"> & { readonly settings: Settings };

/** The tools that all films of one call share; the encoder is tried once. Throws Problem ffmpeg-missing. */
export const prepareTools = async (settings: Settings, store: Store, signal: AbortSignal): Promise<Tools> => {
  const ffmpeg = createFfmpeg();
  const { encoder: choice, gpu_only } = settings.operational;
  const progress = new Map();
  // Whoever names films wants to hear of each.
  const alone = { ...settings, operational: { ...settings.operational, pause_after_failures: 0 } };
  const answer = answerOf(await chooseEncoder(ffmpeg, choice, gpu_only, signal));
  return {
    settings,
    store,
    ffmpeg,
    ffprobe: createFfprobe(),
    log: createLog("silent"),
    now: Date.now,
    signal,
    progress,
    watch: createJobWatch(Date.now),
    cancels: new Map(),
    pauses: createPauses(Date.now),
    workFiles: createWorkFiles(),
    limits: createLaneLimits({ store, now: Date.now, settings: alone }),
    cards: createCardPlaces({ encoder: () => answer, now: Date.now }),
    disks: createDiskRooms({ settings, store, progress, now: Date.now, signal }, ""),
    encoding: () => [],
    hasEncodes: () => false,
    hasPlace: () => false,
    unknownFolders: new Map(),
    encoder: () => answer,
    probeEncoder: () => {},
    wake: () => {},
    startScan: () => [],
  };
};

/** Converts one film; the asset says how it ended. Retries what a second try may mend at once, waits for nothing. */
export const convertOne = async (tools: Tools, film: OneFilm, watcher: Watcher): Promise<Asset> => {
  const { store, now } = tools;
  const [settings, library] = libraryFor(tools.settings, film, now());
  const found = await fileStat(film.path);
  if (!found) throw new Problem("file-missing", film.path);
  const asset = store.assets.insert({
    library,
    path: basename(film.path),
    ...found,
    fingerprint: await fingerprintFile(film.path, found.sizeBytes),
    foundAt: now(),
  });
  const running: Running = {
    ...tools,
    settings,
    changed: (change) => {
      if (change.kind === "progress") watcher.onProgress(change.progress);
    },
  };
  const own = settings.libraries[library];
  if (!own) return asset;
  const assessed = { asset, path: film.path, wish: wishOf(settings, own), isHardware: encodesOnCard(tools) };
  const code = await assess(
    { store, probe: tools.ffprobe.probe, statFile, look: createSecondLook(tools.ffmpeg), now },
    assessed,
    tools.signal,
  );
  if (code !== null && current(store, asset).state === "New") return unfinished(asset, code);
  if (film.burnIn !== null && !current(store, asset).reasonCodes.includes("forced-subtitles"))
    throw new Problem("usage-invalid", `Track ${film.burnIn} of ${film.path} holds no subtitles to burn in.`);
  watcher.onPlan(current(store, asset));
  // A folder that is named in the same line is made; not where the original goes for it: its disk may be away.
  if (film.output !== "beside" && film.original === "keep" && current(store, asset).state === "Queued")
    await prepareFolder(film.output, randomBytes(16).toString("hex"), dirname(film.path));
  while (!tools.signal.aborted) {
    const token = randomBytes(16).toString("hex");
    const claimed = store.assets.claim({ works: WORKED, token, now: now(), id: asset.id });
    if (!claimed) break;
    await runJob(running, claimed, token);
  }
  if (!tools.signal.aborted) settleLeftover(tools, asset);
  for (const check of checksFrom(store.jobs.forAsset(asset.id, 1)[0]?.checks)) watcher.onCheck(check);
  return current(store, asset);
};

const WORKED = ["copy", "audio", "video"] as const;

/** Nobody waits here for a back-off to end or a disk to come back: what would be tried again later has failed. */
const settleLeftover = ({ store, now }: Tools, { id }: Asset): void => {
  const left = current(store, { id });
  if (left.state !== "Queued" && left.state !== "Processing") return;
  const token = left.token ?? randomBytes(16).toString("hex");
  store.assets.touch(id, { availableAt: null });
  if (left.state === "Queued") store.assets.claim({ works: WORKED, token, now: now(), id });
  const [job] = store.jobs.forAsset(id, 1);
  store.assets.apply(id, "failed", {
    now: now(),
    token,
    problemCode: left.problemCode ?? job?.problemCode ?? "internal",
    problemDetail: left.problemDetail ?? job?.problemDetail ?? "",
  });
};

const current = (store: Store, { id }: Pick<Asset, "id">): Asset => {
  const asset = store.assets.byId(id);
  if (!asset) throw new Problem("asset-not-found");
  return asset;
};

const unfinished = (asset: Asset, problemCode: ProblemCode): Asset => ({
  ...asset,
  state: "Failed",
  problemCode,
  problemDetail: "",
});

/** A library of one film: its folder, under a name no other film of this call has; wishes as of the library it lies in. */
const libraryFor = (settings: Settings, film: OneFilm, now: number): readonly [Settings, string] => {
  const name = `film-${now}-${randomBytes(4).toString("hex")}`;
  const written = {
    operational: { remove_original_after_success: true },
    libraries: { [name]: { root: dirname(film.path), output: film.output, original: film.original } },
  };
  const own = settingsFrom(written).libraries[name];
  const home = libraryHolding(settings, film.path);
  const wishes = home && {
    languages: home.languages,
    profile: home.profile,
    subtitles: home.subtitles,
    burn_in: home.burn_in,
  };
  const asked = film.burnIn === null ? {} : { burn_in: film.burnIn };
  return [{ ...settings, libraries: own ? { [name]: { ...own, ...wishes, ...asked } } : {} }, name];
};
