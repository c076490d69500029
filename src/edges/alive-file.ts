/** A file by which another process sees that this one still runs its rounds. */
import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

export type Alive = { readonly at: number; readonly note: string };

/** Writes it anew, whole, also while it is written elsewhere. Throws what the file system throws. */
export const writeAlive = async (file: string, alive: Alive): Promise<void> => {
  await mkdir(dirname(file), { recursive: true });
  // A name of its own: of two that write at once one would take the other's away half done.
  const ours = `${file}.${randomUUID()}.new`;
  try {
    await writeFile(ours, JSON.stringify(alive));
    await rename(ours, file);
  } catch (thrown) {
    await rm(ours, { force: true });
    throw thrown;
  }
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
