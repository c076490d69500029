/** The first start after a backup of the database was put back looks through the archives, before any film is taken. */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { wishOf } from "../core/wish.ts";
import { createFfprobe } from "../edges/ffprobe.ts";
import { fingerprintFile, statRoot, walkLibrary } from "../edges/library-walk.ts";
import { fileStat } from "../edges/library-write.ts";
import { restoredMark } from "../edges/store/restore-backup.ts";
import type { Store } from "../edges/store/store.ts";
import { adoptArchived } from "../steps/adopt-archived.ts";
import type { OrchestratorOptions } from "./orchestrator.ts";

/**
 * Links the originals that were archived since the backup with their published films. A library that is away is looked
 * through at a later start. Stops no start: what cannot be read is said in the log.
 */
export const recogniseArchived = async (
  options: Pick<OrchestratorOptions, "settings" | "dataDirectory" | "log" | "ffprobe">,
  store: Store,
): Promise<void> => {
  const { settings, dataDirectory, log } = options;
  const mark = restoredMark(dataDirectory);
  if (!existsSync(mark)) return;
  log.warn("a backup of the database was put back: looking through the archives");
  const { probe } = options.ffprobe ?? createFfprobe();
  const newToken = (): string => randomBytes(16).toString("hex");
  const files = { walkLibrary, statRoot, fileStat, fingerprintFile };
  let isDone = true;
  for (const [name, library] of Object.entries(settings.libraries))
    try {
      const deps = { store, ...files, probe, newToken, now: Date.now };
      const adopted = await adoptArchived(deps, { name, library, wish: wishOf(settings, library) });
      isDone &&= adopted !== null;
      log.info({ library: name, adopted }, "archived originals recognised");
    } catch (thrown) {
      isDone = false;
      log.error({ err: thrown, library: name }, "the archive could not be looked through");
    }
  if (isDone) await rm(mark, { force: true });
};
