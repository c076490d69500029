/** Reads subtitle files and the names beside a film. Opens nothing for writing, follows no symbolic link. */
import { constants } from "node:fs";
import { open, readdir } from "node:fs/promises";
import { MAX_SUBTITLE_BYTES } from "../core/subtitle-text.ts";

/** The names in a folder; none when it cannot be read. */
export const namesIn = (folder: string): Promise<readonly string[]> => readdir(folder).catch(() => []);

/** A subtitle file, whole; null when it is larger than 16 MiB, no regular file, or cannot be read. */
export const readSubtitle = async (path: string): Promise<Uint8Array | null> => {
  try {
    // NONBLOCK: a FIFO of that name must not hang the job.
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const found = await file.stat();
      if (!found.isFile() || found.size > MAX_SUBTITLE_BYTES) return null;
      const bytes = new Uint8Array(found.size);
      let length = 0;
      for (let bytesRead = 1; bytesRead > 0 && length < found.size; length += bytesRead)
        ({ bytesRead } = await file.read(bytes, length, found.size - length, length));
      return bytes.subarray(0, length);
    } finally {
      await file.close();
    }
  } catch {
    return null;
  }
};
