/** What is known of the ways in which changes in a library come to be known. */

/**
 * File systems on which others change files that this machine is not told of, by the number that statfs gives them. A
 * change by this machine is told even there, so that no file that is written on trial shows it. From statfs(2) and the
 * kernel's include/uapi/linux/magic.h; vboxsf, vmhgfs and prlfs as their drivers define them.
 */
const SHARED: ReadonlyMap<number, string> = new Map([
  [0x6969, "NFS"],
  [0x517b, "SMB"],
  [0xff534d42, "SMB"],
  [0xfe534d42, "SMB"],
  [0x01021997, "9p, as Windows drives have under WSL2"],
  [0x65735546, "FUSE"],
  [0x5346414f, "AFS"],
  [0x73757245, "Coda"],
  [0x00c36400, "Ceph"],
  [0x0bd00bd0, "Lustre"],
  [0x01161970, "GFS2"],
  [0x7461636f, "OCFS2"],
  [0x786f4256, "a shared folder of VirtualBox"],
  [0xbacbacbc, "a shared folder of VMware"],
  [0x7c7c6673, "a shared folder of Parallels"],
]);

/** The name of a file system that others may change unseen; null when it is none of them. */
export const sharedFileSystem = (type: number): string | null => SHARED.get(type >>> 0) ?? null;

/**
 * File systems that are this machine's alone, whose every change its kernel makes and therefore tells: ext2 to ext4, XFS,
 * btrfs, ZFS, F2FS, bcachefs and tmpfs. Numbers from the same sources, of ZFS and bcachefs from theirs.
 */
const LOCAL: ReadonlySet<number> = new Set([
  0xef53, 0x58465342, 0x9123683e, 0x2fc12fc1, 0xf2f52010, 0xca451a4e, 0x01021994,
]);

/** Whether all changes in a file system are told of, as far as is known before any was. */
export const isLocalFileSystem = (type: number): boolean => LOCAL.has(type >>> 0);

/** What the system refused when a folder was to be watched. */
export type WatchLimit = "ENOSPC" | "EMFILE" | "ENFILE";

export const isWatchLimit = (code: string): code is WatchLimit =>
  code === "ENOSPC" || code === "EMFILE" || code === "ENFILE";

const MENDS: Readonly<Record<WatchLimit, string>> = {
  ENOSPC: "sudo sysctl -w fs.inotify.max_user_watches=1048576",
  EMFILE: "sudo sysctl -w fs.inotify.max_user_instances=1024",
  ENFILE: "sudo sysctl -w fs.file-max=1048576",
};

/** The command that raises the limit which was met. */
export const limitMend = (limit: WatchLimit): string => MENDS[limit];

/** Whether it is a command of ours: a person is asked to run it, whoever told of it. */
export const isLimitMend = (command: string): boolean => Object.values(MENDS).includes(command);

/** What was seen of a library's root. */
export type WatchFacts = {
  /** Whether this system tells of changes at all. */
  readonly isTold: boolean;
  /** As `sharedFileSystem` names it. */
  readonly shared: string | null;
  /** Whether all of it is on file systems as `isLocalFileSystem` knows them. */
  readonly isLocal: boolean;
  readonly limit: WatchLimit | null;
  /** Changed folders of which something was told, and of which nothing was. */
  readonly proven: number;
  readonly missed: number;
};

export const WATCH_MODES = ["events", "polled", "away", "off"] as const;
export type WatchMode = (typeof WATCH_MODES)[number];

/** How a library is watched, and why so. Where it is polled, events are listened to all the same. */
export const watchModeOf = ({
  isTold,
  shared,
  isLocal,
  limit,
  proven,
  missed,
}: WatchFacts): { readonly mode: "events" | "polled"; readonly why: string } => {
  if (!isTold) return { mode: "polled", why: "this system does not tell of changes in folders" };
  if (limit !== null)
    return { mode: "polled", why: `the system allows no more folders to be watched (${limit})` };
  if (shared !== null)
    return { mode: "polled", why: `other machines may change it without this one being told (${shared})` };
  if (missed > 0) return { mode: "polled", why: "a folder had changed and nothing was told of it" };
  if (proven === 0 && isLocal)
    return { mode: "events", why: "it is on a disk of this machine, which tells of each change" };
  if (proven === 0) return { mode: "events", why: "nothing has changed yet that would prove it" };
  return { mode: "events", why: "the system tells of each change" };
};

/**
 * Once a change was told of, or where it surely will be, the times of all folders are compared with the events this often,
 * in case that one is not; seconds. More often it would only keep disks awake.
 */
const PROOF_SECONDS = 600;

/** Seconds between two such comparisons; `pollSeconds` where others may change folders unseen. */
export const comparedEvery = (facts: WatchFacts, pollSeconds: number): number => {
  const isSure = facts.proven > 0 || facts.isLocal;
  return isSure && watchModeOf(facts).mode === "events" ? Math.max(PROOF_SECONDS, pollSeconds) : pollSeconds;
};

/** How one library is watched, and by whom. */
export type LibraryWatch = {
  readonly library: string;
  readonly mode: WatchMode;
  readonly why: string;
  /** What to do where a limit was met; empty else. */
  readonly mend: string;
  /** Folders in it; those of `watched` tell of themselves. */
  readonly folders: number;
  readonly watched: number;
  /** Epoch ms of the last change that was told; null before. */
  readonly lastEventAt: number | null;
  /** Between two looks at the times of all folders. */
  readonly pollSeconds: number;
  /** Folders whose change only such a look found. */
  readonly missed: number;
};
