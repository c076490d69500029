/** Whether the disk of a file of ours is there, so that a file which is not found there is gone. */
import { join } from "node:path";
import { folderOf, homeOf, namedArchive } from "../core/output-paths.ts";
import type { Asset } from "../edges/store/asset-row.ts";
import type { Store } from "../edges/store/store.ts";
import { requireFolder } from "./named-folder.ts";
import { isRootThere, type RootThereDeps } from "./scan-root.ts";

type HomeDeps = RootThereDeps & { readonly store: Pick<Store, "archive" | "assets" | "roots"> };

/**
 * Whether the folder of a file (absolute) of a film is there, and what it lies in can be believed: the library at `root`, or
 * a folder of the settings, which is not empty.
 */
export const isHomeThere = async (
  deps: HomeDeps,
  file: string,
  { library, path }: Pick<Asset, "library" | "path">,
  root: string,
): Promise<boolean> => {
  if ((await deps.statRoot(folderOf(file))).kind !== "ok") return false;
  const home = homeOf(file, path);
  // A hidden folder of the library that the settings name may be a disk of its own, which no scan enters.
  const isArchive = namedArchive(join(root, path), file, path) === home;
  if (!isArchive && file.startsWith(`${root}/`))
    return isRootThere(deps, library, root, file.slice(root.length + 1));
  const files = { statRoot: deps.statRoot };
  return requireFolder({ store: deps.store, files }, home, true).then(
    () => true,
    () => false,
  );
};
