/** What an earlier run left is settled before anything else is begun. */
import { namedFolders, partialFolders } from "../core/output-paths.ts";
import type { Settings } from "../core/settings.ts";
import { statFile, statRoot } from "../edges/library-walk.ts";
import { sweepPartials } from "../edges/library-write.ts";
import type { Store } from "../edges/store/store.ts";
import { requireFolder } from "../steps/named-folder.ts";
import { type Recovered, recover, type SettleDeps } from "../steps/recover.ts";
import { isRootThere } from "../steps/scan-root.ts";
import { WRITING } from "./job.ts";
import { libraryOf } from "./running.ts";

/** What settling publications needs; a library that the settings name no more cannot be looked at and is believed. */
export const settling = (store: Store, settings: Settings): SettleDeps => ({
  store,
  files: WRITING,
  sweepPartials,
  now: Date.now,
  isLibraryThere: async (assetId) => {
    const asset = store.assets.byId(assetId);
    const library = asset && libraryOf({ settings }, asset);
    if (!library) return true;
    for (const each of namedFolders(library)) await requireFolder({ store, files: WRITING }, each);
    return isRootThere({ store, statRoot, statFile }, asset.library, library.root, asset.path);
  },
});

/** Partial files lie where the output goes, or beside the source when the settings changed since. */
export const settle = (store: Store, settings: Settings, keepsOut: boolean): Promise<Recovered> =>
  recover({ ...settling(store, settings), keepsOut }, (assetId) => {
    const asset = store.assets.byId(assetId);
    const library = asset && libraryOf({ settings }, asset);
    if (!asset || !library) return [];
    return partialFolders(library.root, asset.path, library.output);
  });
