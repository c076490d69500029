/** Scans in the model test: of all, and of some folders. */
import type { DirtyFolder } from "../../../src/core/dirty-folders.ts";
import { findFolder, fingerprintFile, statFile, walkLibrary } from "../../../src/edges/library-walk.ts";
import { type ScanDeps, type ScanInput, type ScanReport, scanLibrary } from "../../../src/steps/scan.ts";
import { scanFolders } from "../../../src/steps/scan-folders.ts";
import { type Fuse, mortal } from "./fuse.ts";
import { fuseOf, type House, NAME } from "./house.ts";

const scanDeps = (house: House, fuse: Fuse): ScanDeps => ({
  store: mortal(house.store, fuse),
  walkLibrary,
  statRoot: (root: string) => house.parts.statRoot(house, root),
  statFile,
  findFolder,
  fingerprintFile,
  settling: house.settling,
  missed: house.missed,
  settleSeconds: 30,
  clock: () => house.now,
});

const inputOf = (house: House): ScanInput => ({ name: NAME, library: house.library, now: house.now });

/** As the scan loop does it, with the pauses that a root's problem makes. */
export const scan = async (house: House, fuse: Fuse = fuseOf(house)): Promise<ScanReport> => {
  const report = await scanLibrary(scanDeps(house, fuse), inputOf(house));
  if (report.problem === null) house.pauses.openLibrary(NAME);
  else house.pauses.closeLibrary(NAME, report.problem, house.now + 90_000);
  return report;
};

/** As the scan loop does it when some folders were told of. */
export const lookAt = async (house: House, folders: readonly DirtyFolder[], fuse: Fuse): Promise<void> => {
  if ((await scanFolders(scanDeps(house, fuse), inputOf(house), folders)) === null) await scan(house, fuse);
};
