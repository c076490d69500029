/** Reads subtitle files and the names beside a film. Opens nothing for writing, follows no symbolic link. */
import { readdir } from "node:fs/promises";
import { MAX_SUBTITLE_BYTES } from "../core/subtitle-text.ts";
import { openFilm } from "./film-file.ts";

/** The names in a folder; none when it cannot be read. */
export const namesIn = (folder: string): Promise<readonly string[]> => readdir(folder).catch(() => []);

/** A subtitle file, whole; null when it is larger than 16 MiB, no regular file, or cannot be read. */
export const readSubtitle = async (path: string): Promise<Uint8Array | null> => {
  try {
    const file = await openFilm(path);
    try {
      const found = await file.stat();
      if (found.size > MAX_SUBTITLE_BYTES) return null;
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
