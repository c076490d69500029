/** What the doctor says of the watching of folders: whether the system tells of changes, and allows one more watch. */
import { limitMend, sharedFileSystem, watchModeOf } from "../../core/watch-kinds.ts";
import { fileSystemOf, HAS_EVENTS, limitOf } from "../../edges/watch-system.ts";
import type { Finding } from "./finding.ts";

export const watchingFinding = async (
  library: string,
  root: string,
  pollSeconds: number,
): Promise<Finding> => {
  const limit = limitOf(root);
  const shared = sharedFileSystem(await fileSystemOf(root));
  const { mode, why } = watchModeOf({
    isTold: HAS_EVENTS,
    shared,
    isLocal: false,
    limit,
    proven: 1,
    missed: 0,
  });
  const how =
    mode === "events" ? "new films are noticed at once" : `folders are compared every ${pollSeconds} s`;
  return {
    check: `watching ${library}`,
    state: mode === "events" ? "ok" : limit === null ? "note" : "bad",
    detail: `${how}: ${why}`,
    mend: limit === null ? "" : limitMend(limit),
  };
};
