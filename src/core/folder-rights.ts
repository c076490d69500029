/** Who may do what in a folder, in words, and the command that mends it. The facts are found by `edges/folder-rights.ts`. */
import { shellQuoted } from "./human-text.ts";

/** What is to be done in a folder: put files there and find them again, read it, or go through it. */
export type Need = "write" | "read" | "enter";

/** As whom the program runs; names where the system has any. */
export type Who = {
  readonly uid: number;
  /** Its own group first. */
  readonly groups: readonly [number, ...number[]];
  readonly userNames: ReadonlyMap<number, string>;
  readonly groupNames: ReadonlyMap<number, string>;
};

export type FolderRights = {
  readonly path: string;
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
};

/** What the operating system does not let the program do. */
export type Refusal = {
  /** What it said, `EACCES`. */
  readonly code: string;
  readonly need: Need;
  /** The folder that was asked for. */
  readonly asked: string;
  /** What refuses: that folder, or the nearest one above it that can be seen; null when nothing can be said of it. */
  readonly place: FolderRights | null;
  /** The first folder that would have to be made in `place`; null when there is none. */
  readonly toMake: string | null;
};

const userText = ({ userNames }: Who, uid: number): string => {
  const name = userNames.get(uid);
  return name === undefined ? `uid ${uid}` : `${name} (uid ${uid})`;
};

const groupName = ({ groupNames }: Who, gid: number): string => groupNames.get(gid) ?? String(gid);

/** `alice (uid 1000), groups alice, media`. */
export const whoText = (who: Who): string =>
  `${userText(who, who.uid)}, groups ${who.groups.map((each) => groupName(who, each)).join(", ")}`;

/** `755 (rwxr-xr-x)`, as `chmod` takes it and as `ls` writes it. */
const modeText = (mode: number): string => {
  const bits = [6, 3, 0].flatMap((shift) =>
    ["r", "w", "x"].map((bit, at) => ((mode >> shift) & (4 >> at) ? bit : "-")),
  );
  return `${(mode & 0o7777).toString(8)} (${bits.join("")})`;
};

/** `belongs to root:media (0:2345), mode 755 (rwxr-xr-x)`. */
export const rightsText = ({ uid, gid, mode }: FolderRights, who: Who): string =>
  `belongs to ${who.userNames.get(uid) ?? uid}:${groupName(who, gid)} (${uid}:${gid}), mode ${modeText(mode)}`;

/** Who is refused what, by which folder, and whose that is. */
export const refusalText = (refusal: Refusal, who: Who): string => {
  const { code, need, asked, place, toMake } = refusal;
  if (code === "ENOENT") return `${asked} is not there`;
  if (place === null) return `${asked}: ${code}`;
  if (code === "ENOTDIR") return `${place.path} is a file where a folder should be`;
  const what =
    toMake === null
      ? `cannot ${need === "write" ? "write in" : need} ${place.path}`
      : `cannot ${need === "enter" ? "reach" : "make"} ${toMake}: ${place.path}`;
  const rights = toMake === null ? `, which ${rightsText(place, who)}` : ` ${rightsText(place, who)}`;
  const how =
    code === "EROFS" ? ", on a disk that is mounted read-only" : code === "EACCES" ? "" : `: ${code}`;
  return `${whoText(who)} ${what}${rights}${how}`;
};

const BITS = { write: "rwx", read: "rx", enter: "x" } as const;
const OCTAL = { write: 0o7, read: 0o5, enter: 0o1 } as const;

/**
 * The least that mends it, in backticks, as a shell takes it; `below`: for every folder below this one as well. Only rights
 * of folders change: nothing here needs to write to a film.
 */
export const mendOf = (refusal: Refusal, who: Who, below: string | null = null): string => {
  const { code, need, place, toMake } = refusal;
  if (code === "EROFS")
    return "Mount it for writing (in a compose file: without `:ro`), or name another folder in the settings.";
  if (code === "ENOTDIR") return "Name another folder in the settings, or take that file away.";
  if (place === null || (code !== "EACCES" && code !== "EPERM"))
    return "Check the disk, and how it is mounted.";
  const { uid, gid, mode } = place;
  const as = `run this program as ${userText(who, uid)}`;
  // Of the folders below only those of the same owner or group: nobody else is given anything.
  const change = (whose: readonly string[], ...command: readonly string[]): string =>
    shellQuoted(
      below === null
        ? [...command, place.path]
        : [...["find", below, "-type", "d", ...whose, "-exec"], ...command, "{}", ";"],
    ).join(" ");
  if (who.uid === 0)
    return `Whoever serves this folder gives root no rights (NFS root_squash, a container): ${as}.`;
  if (uid === who.uid) return `\`${change(["-uid", `${uid}`], "chmod", `u+${BITS[need]}`)}\``;
  const [user, group] = [who.userNames.get(who.uid), who.groupNames.get(gid)];
  if (toMake !== null && need === "write") {
    const owner = ["-o", user ?? `${who.uid}`, "-g", groupName(who, who.groups[0])];
    return `\`sudo ${shellQuoted(["install", "-d", ...owner, toMake]).join(" ")}\``;
  }
  const [isIn, mayGroup] = [who.groups.includes(gid), ((mode >> 3) & OCTAL[need]) === OCTAL[need]];
  if (isIn && !mayGroup) return `\`sudo ${change(["-gid", `${gid}`], "chmod", `g+${BITS[need]}`)}\``;
  // The group of root opens more than films.
  if (!isIn && mayGroup && gid !== 0 && user !== undefined && group !== undefined)
    return `\`sudo ${shellQuoted(["usermod", "-aG", group, user]).join(" ")}\` and start this program anew, or ${as}.`;
  const [name, bits] = [user ?? who.uid, BITS[need]];
  const acl = need === "enter" ? `u:${name}:${bits}` : `u:${name}:${bits},d:u:${name}:${bits}`;
  return `\`sudo ${change([], "setfacl", "-m", acl)}\` (of the package \`acl\`)${uid === 0 ? "" : `, or ${as}`}.`;
};
