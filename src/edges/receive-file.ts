/** A file that arrives in blocks. It never holds a byte that was not checked, so that its size says how far it is, after a crash too. */
import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { Problem } from "../core/problem.ts";

const APPEND = constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const READ_BYTES = 1024 * 1024;

/**
 * Adds a block to the end of a file, which is made if need be; a block that would not be at the end changes nothing. Throws
 * Problem transfer-out-of-step, and what the file system throws, with what was there as it was.
 */
export const appendBlock = async (path: string, start: number, bytes: Uint8Array): Promise<void> => {
  const file = await open(path, APPEND);
  try {
    const found = await file.stat();
    if (!found.isFile() || found.size !== start)
      throw new Problem("transfer-out-of-step", `${found.size} bytes are here, and not ${start}.`);
    for (let written = 0; written < bytes.length; ) {
      const { bytesWritten } = await file.write(bytes, written, bytes.length - written, start + written);
      written += bytesWritten;
    }
  } catch (thrown) {
    // Half a block is as good a beginning as a whole one, but a full disk should not be kept full by it.
    if (!(thrown instanceof Problem)) await file.truncate(start).catch(() => {});
    throw thrown;
  } finally {
    await file.close();
  }
};

export type Sealed = { readonly sizeBytes: number /** In hex. */; readonly sha256: string };

/** Makes a file durable and reads it whole. Throws what the file system throws, and the reason of an aborted `signal`. */
export const sealFile = async (path: string, signal?: AbortSignal): Promise<Sealed> => {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    await file.sync();
    return await hashAll(file, signal);
  } finally {
    await file.close();
  }
};

const hashAll = async (file: FileHandle, signal?: AbortSignal): Promise<Sealed> => {
  const hash = createHash("sha256");
  const buffer = Buffer.alloc(READ_BYTES);
  for (let sizeBytes = 0; ; ) {
    signal?.throwIfAborted();
    const { bytesRead } = await file.read(buffer, 0, READ_BYTES, sizeBytes);
    if (bytesRead === 0) return { sizeBytes, sha256: hash.digest("hex") };
    hash.update(buffer.subarray(0, bytesRead));
    sizeBytes += bytesRead;
  }
};
