import { open } from "node:fs/promises";
import { codeOf } from "./file-problem.ts";

/** Makes a new or removed name in a folder durable; some shares cannot, and say so. */
export const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } catch (cause) {
    if (!["EINVAL", "ENOTSUP", "EPERM", "EISDIR"].includes(codeOf(cause))) throw cause;
  } finally {
    await handle.close();
  }
};

/** Makes the bytes of a file durable, so that another machine that reads the same disk sees all of them. */
export const syncFile = async (path: string): Promise<void> => {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};
