/** Puts a settings file in its place: whole or not at all, and never over a file that somebody changed meanwhile. */
import { randomUUID } from "node:crypto";
import { link, mkdir, open, realpath, rename, stat, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Problem } from "../core/problem.ts";
import { codeOf } from "./file-problem.ts";
import { readSettingsText } from "./settings-file.ts";
import { syncFolder } from "./sync-folder.ts";

/** What a file system without owners or modes, or a user who is not root, may not do. */
const MAY_FAIL = new Set(["EPERM", "EACCES", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EINVAL"]);

/** Holds secrets perhaps: a new one is read by its owner alone. */
const NEW_FILE_MODE = 0o600;

const toProblem = (thrown: unknown, path: string): unknown => {
  const code = codeOf(thrown);
  if (thrown instanceof Problem || code === "") return thrown;
  if (code === "ENOSPC" || code === "EDQUOT") return new Problem("disk-full", path, thrown);
  return new Problem("settings-not-writable", `${path}: ${code}`, thrown);
};

/** Throws Problem `settings-changed` when the file is not as it was. */
const requireVersion = (path: string, version: string): void => {
  if (readSettingsText(path).version !== version) throw new Problem("settings-changed", path);
};

/**
 * Replaces the settings file at `path`, of which `version` was read, by `text`, and gives the new version; mode and, where
 * the system lets us, owner stay; a link is followed. Throws Problem settings-changed, settings-not-writable, disk-full,
 * settings-invalid (it cannot be read any more).
 */
export const replaceSettingsFile = async (path: string, text: string, version: string): Promise<string> => {
  requireVersion(path, version);
  try {
    const real = await realpath(path);
    const { mode, uid, gid } = await stat(real);
    const temporary = await writeBeside(real, text, { mode: mode & 0o777, uid, gid });
    await orUnlink(temporary, async () => {
      requireVersion(path, version);
      await rename(temporary, real);
    });
    await syncFolder(dirname(real));
  } catch (thrown) {
    throw toProblem(thrown, path);
  }
  return readSettingsText(path).version;
};

/** Makes the settings file at `path`, which must not be there, and gives its version. Throws as `replaceSettingsFile`. */
export const createSettingsFile = async (path: string, text: string): Promise<string> => {
  try {
    await mkdir(dirname(path), { recursive: true });
    const temporary = await writeBeside(path, text, { mode: NEW_FILE_MODE });
    await orUnlink(temporary, async () => {
      // A link, unlike a rename, never takes the place of a file that came meanwhile.
      await link(temporary, path).catch((thrown: unknown) => {
        throw codeOf(thrown) === "EEXIST" ? new Problem("settings-changed", path, thrown) : thrown;
      });
      await unlink(temporary);
    });
    await syncFolder(dirname(path));
  } catch (thrown) {
    throw toProblem(thrown, path);
  }
  return readSettingsText(path).version;
};

type Rights = { readonly mode: number; readonly uid?: number; readonly gid?: number };

const writeBeside = async (path: string, text: string, { mode, uid, gid }: Rights): Promise<string> => {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.partial`);
  const file = await open(temporary, "wx", NEW_FILE_MODE);
  await orUnlink(temporary, async () => {
    try {
      await file.writeFile(text, "utf8");
      if (uid !== undefined && gid !== undefined) await file.chown(uid, gid).catch(ignore);
      await file.chmod(mode).catch(ignore);
      await file.sync();
    } finally {
      await file.close();
    }
  });
  return temporary;
};

const ignore = (thrown: unknown): void => {
  if (!MAY_FAIL.has(codeOf(thrown))) throw thrown;
};

const orUnlink = async (temporary: string, work: () => Promise<void>): Promise<void> => {
  try {
    await work();
  } catch (thrown) {
    await unlink(temporary).catch(() => {});
    throw thrown;
  }
};
