/** What is asked and tidied up before an hour is spent on a film. */
import { join } from "node:path";
import { outputFolder } from "../core/output-paths.ts";
import { Problem } from "../core/problem.ts";
import type { LibrarySettings } from "../core/settings.ts";
import { isInside } from "../edges/film-file.ts";
import { fingerprintFile } from "../edges/library-walk.ts";
import { fileStat, sweepPartials } from "../edges/library-write.ts";
import type { Asset } from "../edges/store/asset-row.ts";
import { sameSource } from "../steps/publish.ts";
import type { Running } from "./running.ts";

type Claimed = { readonly asset: Asset; readonly token: string; readonly library: LibrarySettings };

/** Nothing of a crash is as old as this and still being written; ms. */
const ABANDONED_MS = 24 * 3600_000;

/** No hour is spent on a file that is another by now; and what a crash left in the folder while its disk was away goes. */
export const prepareJob = async ({ store }: Running, { asset, token, library }: Claimed): Promise<void> => {
  const path = join(library.root, asset.path);
  await sameSource({ files: { fileStat, fingerprintFile } }, asset, path);
  if (!(await isInside(path, library.root)))
    throw new Problem("source-changed", `${path}: a link on the way leads out of the library.`);
  const owned = new Set([...store.assets.inState("Processing").map((each) => each.token), token]);
  const earlier = new Set(store.jobs.forAsset(asset.id, JOBS_LOOKED_AT).map((each) => each.token));
  const folder = outputFolder(library.root, asset.path, library.output);
  await sweepPartials(
    folder,
    (other, ageMs) => !owned.has(other) && (earlier.has(other) || ageMs > ABANDONED_MS),
  );
};

/** Attempts at this very film whose partial files are swept whatever their age. */
const JOBS_LOOKED_AT = 100;
