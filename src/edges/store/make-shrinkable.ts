/**
 * A database of an older version keeps the room of what is deleted for ever. It is written anew once, while nothing else
 * uses it, so that it can give room back from then on.
 */
import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import type { Database } from "./database.ts";

/** The file itself is written to its log first, and temporary pages beside it. */
const ROOM_TIMES = 2.5;

/** Does nothing where that is so already, or where the disk has no room for it: then it stays as it is. */
export const makeShrinkable = async (database: Database): Promise<void> => {
  const { shrinks, sizeBytes } = database.room();
  if (shrinks) return;
  const free = await statfs(dirname(database.file)).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => 0,
  );
  if (free < sizeBytes * ROOM_TIMES) return;
  database.exec("PRAGMA auto_vacuum = INCREMENTAL; VACUUM; PRAGMA wal_checkpoint(TRUNCATE);");
};
