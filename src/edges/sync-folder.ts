import { open } from "node:fs/promises";

const codeOf = (thrown: unknown): string =>
  thrown instanceof Error && "code" in thrown && typeof thrown.code === "string" ? thrown.code : "";

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
