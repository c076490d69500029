/** What is asked and tidied up before an hour is spent on a film. */
import { join } from "node:path";
import { isWithoutFfprobe } from "../core/libav-film.ts";
import type { MediaInfo } from "../core/media-info.ts";
import { archivePath, isOfAttempt, namedFolders, outputFolder } from "../core/output-paths.ts";
import { Problem } from "../core/problem.ts";
import type { LibrarySettings } from "../core/settings.ts";
import { wishOf } from "../core/wish.ts";
import { holdDestination } from "../edges/destination.ts";
import { isInside } from "../edges/film-file.ts";
import { requireWritable } from "../edges/folder-rights.ts";
import { fingerprintFile, statRoot } from "../edges/library-walk.ts";
import { fileStat, sweepPartials } from "../edges/library-write.ts";
import { createSecondLook } from "../edges/second-look.ts";
import type { Asset } from "../edges/store/asset-row.ts";
import type { Assessment } from "../steps/assess.ts";
import { lookTwice } from "../steps/look-twice.ts";
import { requireFolder } from "../steps/named-folder.ts";
import { sameSource } from "../steps/publish.ts";
import { ABANDONED_MS } from "../steps/sweep-abandoned.ts";
import { assessNow, type Running } from "./running.ts";

/** The assessment of a claimed film by the settings of now, which may be others than when it was queued. */
export const assessAgain = async (
  running: Running,
  asset: Asset,
  library: LibrarySettings,
): Promise<Assessment> => {
  const stored = asset.fingerprint === null ? null : running.store.probes.get(asset.fingerprint);
  // An original may go on the strength of what is read of it now, so ffprobe has the last word.
  const isJudged =
    asset.fingerprint !== null &&
    stored !== null &&
    !isWithoutFfprobe(running.store.probes.raw(asset.fingerprint));
  const path = join(library.root, asset.path);
  const media = isJudged ? stored.media : await lookAnew(running, path, library);
  return assessNow(running, { asset, library, media });
};

/** Of a content whose probe is not kept, or not ffprobe's: both looks, or it would be planned by its header alone. */
const lookAnew = async (running: Running, path: string, library: LibrarySettings): Promise<MediaInfo> => {
  const { ffmpeg, ffprobe, settings, signal } = running;
  const { media } = await ffprobe.probe(path, signal);
  return lookTwice(createSecondLook(ffmpeg), path, media, wishOf(settings, library), signal);
};

type Claimed = { readonly asset: Asset; readonly token: string; readonly library: LibrarySettings };

/**
 * No hour is spent on a file that is another by now or could not leave its place; what a crash left in the folder goes. What
 * it gives throws Problem folder-away once the disk of the results is another than now.
 */
export const prepareJob = async (
  { store }: Running,
  { asset, token, library }: Claimed,
): Promise<() => Promise<void>> => {
  const path = join(library.root, asset.path);
  await sameSource({ files: { fileStat, fingerprintFile } }, asset, path);
  if (!(await isInside(path, library.root)))
    throw new Problem("source-changed", `${path}: a link on the way leads out of the library.`);
  const named = async (): Promise<void> => {
    for (const each of namedFolders(library)) await requireFolder({ store, files: { statRoot } }, each);
  };
  const base = outputFolder(library.root, "", library.output);
  const stillThere = await holdDestination({ base, prove: named });
  if (library.original !== "keep") await requireWritable(path, archivePlace(library, asset));
  const owned = new Set([...store.assets.inState("Processing").map((each) => each.token), token]);
  const earlier = store.jobs.forAsset(asset.id, JOBS_LOOKED_AT).map((each) => each.token);
  const isEarlier = (other: string): boolean =>
    earlier.some((each) => each !== token && isOfAttempt(other, each));
  const folder = outputFolder(library.root, asset.path, library.output);
  await sweepPartials(
    folder,
    (other, ageMs) => !owned.has(other) && (isEarlier(other) || ageMs > ABANDONED_MS),
  );
  return stillThere;
};

/** Attempts at this very film whose partial files are swept whatever their age. */
const JOBS_LOOKED_AT = 100;

/** Where the original goes; null when it stays or is deleted. */
export const archivePlace = ({ root, original, archive }: LibrarySettings, { path }: Asset): string | null =>
  original === "archive" ? archivePath(root, path, archive) : null;
