/** Asks what this program may do in a folder. Makes and changes nothing. */
import { constants, type Stats } from "node:fs";
import { access, readFile, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { mendOf, type Need, type Refusal, refusalText, type Who } from "../core/folder-rights.ts";
import { Problem } from "../core/problem.ts";
import { codeOf } from "./file-problem.ts";

const { R_OK, W_OK, X_OK } = constants;

/** What each need asks of a folder. Who writes also reads: what was written is found again and made durable. */
export const NEEDS: Readonly<Record<Need, number>> = {
  write: R_OK | W_OK | X_OK,
  read: R_OK | X_OK,
  enter: X_OK,
};

/** Names by number, from the system's own list; where there is none (macOS, some containers) the number has to do. */
const namesIn = async (file: string): Promise<ReadonlyMap<number, string>> => {
  const text = await readFile(file, "utf8").catch(() => "");
  return new Map(
    text.split("\n").flatMap((line) => {
      const [name = "", , id = ""] = line.split(":");
      return name !== "" && /^\d+$/.test(id) ? [[Number(id), name] as const] : [];
    }),
  );
};

/** As whom this program runs. */
export const whoRuns = async (): Promise<Who> => {
  const own = process.getegid?.() ?? 0;
  return {
    uid: process.geteuid?.() ?? 0,
    groups: [own, ...(process.getgroups?.() ?? []).filter((each) => each !== own)],
    userNames: await namesIn("/etc/passwd"),
    groupNames: await namesIn("/etc/group"),
  };
};

/** What keeps this program from using a folder; null when nothing does. One to write in may have to be made yet. */
export const refusalOf = async (asked: string, wanted: Need): Promise<Refusal | null> => {
  let [path, need, toMake, found]: [string, Need, string | null, Stats | null] = [asked, wanted, null, null];
  while (found === null)
    try {
      found = await stat(path);
    } catch (thrown) {
      const code = codeOf(thrown);
      const isUnseen = code === "EACCES" || code === "ENOTDIR" || (code === "ENOENT" && wanted === "write");
      if (!isUnseen || path === dirname(path)) return { code, need, asked, place: null, toMake: null };
      if (code === "EACCES") need = "enter";
      [toMake, path] = [path, dirname(path)];
    }
  const { uid, gid, mode } = found;
  const refused = (code: string): Refusal => ({ code, need, asked, place: { path, uid, gid, mode }, toMake });
  if (!found.isDirectory()) return refused("ENOTDIR");
  // To make a folder in one nobody has to read it.
  const bits = toMake !== null && need === "write" ? W_OK | X_OK : NEEDS[need];
  return access(path, bits).then(
    () => null,
    (thrown: unknown) => refused(codeOf(thrown)),
  );
};

/** Why nothing can be put in a folder, and what mends it, for a person; null when nothing keeps us from it. */
export const whyRefused = async (folder: string): Promise<string | null> => {
  const refusal = await refusalOf(folder, "write");
  if (refusal === null) return null;
  const who = await whoRuns();
  return `${refusalText(refusal, who)}. ${mendOf(refusal, who)}`;
};

/**
 * Proves, before hours are spent, that an original may leave its folder, and that it may be put where it is to go. Makes
 * nothing. Throws Problem folder-not-writable.
 */
export const requireWritable = async (original: string, archived: string | null): Promise<void> => {
  for (const path of archived === null ? [original] : [original, archived]) {
    const why = await whyRefused(dirname(path));
    if (why !== null) throw new Problem("folder-not-writable", why);
  }
};
