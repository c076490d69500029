/** Owner, group, mode and times: what is made for a film belongs to whom the film belongs. For `library-write.ts` alone. */
import type { Stats } from "node:fs";
import { chmod, chown, type FileHandle, stat } from "node:fs/promises";
import { codeOf } from "./file-problem.ts";

const REFUSALS = new Set(["EPERM", "EACCES", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EINVAL"]);

/** File systems without owners or modes refuse these, and the film plays all the same; a disk that fails does not pass. */
const ignore = (thrown: unknown): void => {
  if (!REFUSALS.has(codeOf(thrown))) throw thrown;
};

/** What stays ours must stay readable for us, and a folder of ours usable, whatever the rights of the others. */
const WE_READ = 0o400;
const WE_USE = 0o700;

/**
 * Gives the owner and group of `like`, or the group alone: only root may give a file to another user, but everybody to a
 * group of their own. True when the owner is the one of `like` then.
 */
const giveOwner = async (
  give: (uid: number, gid: number) => Promise<void>,
  own: Stats,
  like: Stats,
): Promise<boolean> => {
  try {
    await give(like.uid, like.gid);
    return true;
  } catch (thrown) {
    ignore(thrown);
    await give(own.uid, like.gid).catch(ignore);
    return own.uid === like.uid;
  }
};

/** Gives an open file the owner, mode and times of `like`, as far as we may. */
export const giveFileRights = async (file: FileHandle, like: Stats): Promise<void> => {
  const isTheirs = await giveOwner((uid, gid) => file.chown(uid, gid), await file.stat(), like);
  const mode = like.mode & 0o777;
  await file.chmod(isTheirs ? mode : mode | WE_READ).catch(ignore);
  await file.utimes(like.atimeMs / 1000, like.mtimeMs / 1000).catch(ignore);
};

/** Gives a folder that was just made the owner and mode of the folder `like`, as far as we may. */
export const giveFolderRights = async (folder: string, like: string): Promise<void> => {
  const [own, wanted] = [await stat(folder), await stat(like).catch(() => null)];
  if (!wanted?.isDirectory()) return;
  await giveOwner((uid, gid) => chown(folder, uid, gid), own, wanted);
  await chmod(folder, (wanted.mode & 0o7777) | WE_USE).catch(ignore);
};
