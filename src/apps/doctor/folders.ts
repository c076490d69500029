/** What the doctor says of folders: who runs this, what it may not do there, and the command that mends it. */
import { readdir, stat, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { mendOf, type Need, type Refusal, refusalText, type Who, whoText } from "../../core/folder-rights.ts";
import { counted, humanBytes } from "../../core/human-text.ts";
import { isSystemName } from "../../core/library-names.ts";
import { archivePath } from "../../core/output-paths.ts";
import { PROBLEMS } from "../../core/problem.ts";
import type { LibrarySettings } from "../../core/settings.ts";
import { refusalOf } from "../../edges/folder-rights.ts";
import { statRoot } from "../../edges/library-walk.ts";
import type { Finding } from "./finding.ts";

export type FoldersOfLibrary = Pick<LibrarySettings, "root" | "depth" | "original" | "output" | "archive">;

/** In a library of more folders the first say enough; each costs two calls, on a network share some ms. */
const FOLDERS_LOOKED_AT = 2000;

const refused = (check: string, refusal: Refusal, who: Who): Finding => ({
  check,
  state: "bad",
  detail: refusalText(refusal, who),
  mend: mendOf(refusal, who),
});

const fine = (check: string, detail: string): Finding => ({ check, state: "ok", detail, mend: "" });

/** As whom this program would run, and what that means for results. */
export const userFinding = (who: Who): Finding =>
  fine(
    "user",
    who.uid === 0
      ? `runs as ${whoText(who)}: results get the owner and group of their films`
      : `runs as ${whoText(who)}: results are its own, and get the group of their films where it is one of these`,
  );

/** The folder of the database. */
export const dataFinding = (who: Who, folder: string): Promise<Finding> =>
  writableFinding(who, "data folder", folder);

/** The folders of one library: read, written to, and whether originals can leave their place and reach the archive. */
export async function* folderFindings(
  who: Who,
  name: string,
  library: FoldersOfLibrary,
): AsyncGenerator<Finding> {
  const { root, original, output, archive } = library;
  const check = `library ${name}`;
  // Where results go elsewhere and originals stay, it is only read.
  const need = output === "beside" || original !== "keep" ? "write" : "read";
  const refusal = (await refusalOf(root, "read")) ?? (await refusalOf(root, need));
  if (refusal?.code === "ENOENT")
    yield { check, state: "bad", detail: `${root} is not there`, mend: PROBLEMS["root-missing"].hint };
  else if (refusal !== null) yield refused(check, refusal, who);
  else {
    const { bavail, bsize, blocks } = await statfs(root);
    yield fine(check, `${root}, ${humanBytes(bavail * bsize)} free of ${humanBytes(blocks * bsize)}`);
  }
  if (refusal === null || refusal.need !== "enter") yield* findingsBelow(who, name, library, need);
  if (output !== "beside")
    yield await namedFinding(output, await writableFinding(who, `output of ${name}`, output));
  if (original !== "archive") return;
  const folder = dirname(archivePath(root, "x", archive));
  const found = await archiveFinding(who, name, folder, root);
  yield archive === "" ? found : await namedFinding(folder, found);
}

/** A folder that a person makes may be away with its disk, whatever its rights say. */
const namedFinding = async (folder: string, said: Finding): Promise<Finding> => {
  const found = await statRoot(folder);
  if (found.kind === "missing")
    return {
      ...said,
      state: "bad",
      detail: `there is no folder ${folder}`,
      mend: PROBLEMS["folder-away"].hint,
    };
  if (said.state === "bad" || found.kind !== "ok" || !found.isEmpty) return said;
  const why = "it is empty, which is right while it is new; else its disk is not mounted";
  return { ...said, state: "note", detail: `${said.detail}; ${why}` };
};

const writableFinding = async (who: Who, check: string, folder: string): Promise<Finding> => {
  const refusal = await refusalOf(folder, "write");
  return refusal === null ? fine(check, `${folder} can be written`) : refused(check, refusal, who);
};

/** The folders that the root's own rights say nothing of: a download program made them, as another user. */
async function* findingsBelow(
  who: Who,
  name: string,
  { root, depth }: FoldersOfLibrary,
  need: Need,
): AsyncGenerator<Finding> {
  const check = `folders of ${name}`;
  const { folders, isAll } = await foldersBelow(root, depth === "max" ? Number.POSITIVE_INFINITY : depth);
  const refusals: Refusal[] = [];
  for (const folder of folders) {
    const refusal = await refusalOf(folder, need);
    // One that went meanwhile refuses nobody.
    if (refusal !== null && refusal.toMake === null && refusal.place !== null) refusals.push(refusal);
  }
  const all = `${isAll ? "" : "the first "}${counted(folders.length, "folder")} looked at`;
  const can = need === "write" ? "written" : "read";
  const [first] = refusals;
  if (first !== undefined)
    yield {
      check,
      state: "bad",
      detail: `${refusals.length} of ${all} cannot be ${can}: ${refusalText(first, who)}`,
      mend: mendOf(first, who, refusals.length === 1 ? null : root),
    };
  else if (folders.length > 0) yield fine(check, `${all} can be ${can}`);
}

/** The folders in a folder that a scan would look into, level by level, as many as are looked at. */
const foldersBelow = async (
  root: string,
  depth: number,
): Promise<{ readonly folders: readonly string[]; readonly isAll: boolean }> => {
  const folders: string[] = [];
  let level = [root];
  for (let at = 0; at < depth && level.length > 0; at++) {
    const next: string[] = [];
    for (const folder of level) {
      const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
      for (const each of entries) {
        if (!each.isDirectory() || isSystemName(each.name)) continue;
        if (folders.length === FOLDERS_LOOKED_AT) return { folders, isAll: false };
        folders.push(join(folder, each.name));
        next.push(join(folder, each.name));
      }
    }
    level = next;
  }
  return { folders, isAll: true };
};

const archiveFinding = async (who: Who, name: string, folder: string, root: string): Promise<Finding> => {
  const check = `archive of ${name}`;
  const refusal = await refusalOf(folder, "write");
  if (refusal !== null) return refused(check, refusal, who);
  if ((await diskOf(folder)) === (await diskOf(root)))
    return fine(check, `${folder}, same disk as the library`);
  const detail = `${folder} is on another disk: originals are copied, compared and then removed; access lists and extended attributes are not copied`;
  return { check, state: "note", detail, mend: "" };
};

/** The disk that a folder is on, or will be on once it is made. */
const diskOf = async (folder: string): Promise<number | null> => {
  const found = await stat(folder).catch(() => null);
  if (found) return found.dev;
  return folder === dirname(folder) ? null : diskOf(dirname(folder));
};
