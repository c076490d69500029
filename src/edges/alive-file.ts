/** A file by which another process sees that this one still runs its rounds. */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

export type Alive = { readonly at: number; readonly note: string };

/** Writes it anew, whole. Throws what the file system throws. */
export const writeAlive = async (file: string, alive: Alive): Promise<void> => {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.new`, JSON.stringify(alive));
  await rename(`${file}.new`, file);
};

/** null where there is none, or nothing that can be read. */
export const readAlive = async (file: string): Promise<Alive | null> => {
  try {
    const { at, note } = JSON.parse(await readFile(file, "utf8"));
    return typeof at === "number" ? { at, note: String(note) } : null;
  } catch {
    return null;
  }
};
