/**
 * A database of an older version keeps the room of what is deleted for ever. It is written anew once, while nothing else
 * uses it, so that it can give room back from then on.
 */
import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { Problem } from "../../core/problem.ts";
import type { Database } from "./database.ts";

/** The file itself is written to its log first, and temporary pages beside it. */
const ROOM_TIMES = 2.5;

/** Does nothing where that is so already. Where there is no room for it, it stays as it is until the next start. */
export const makeShrinkable = async (database: Database): Promise<void> => {
  const { shrinks, sizeBytes } = database.room();
  if (shrinks) return;
  const free = await statfs(dirname(database.file)).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => 0,
  );
  if (free < sizeBytes * ROOM_TIMES) return;
  try {
    // Its copy goes to a file: memory has no room for that of a large library.
    database.exec("PRAGMA temp_store = FILE; PRAGMA auto_vacuum = INCREMENTAL; VACUUM;");
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  } catch (thrown) {
    // A folder for temporary files without room is no reason not to start; all is as it was.
    if (!(thrown instanceof Problem) || thrown.code === "database-damaged") throw thrown;
    database.tryToWrite();
  } finally {
    database.exec("PRAGMA temp_store = MEMORY");
  }
};
