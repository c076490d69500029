/** A user without rights: root may read and write everything, so that what is refused to others is asked by another. */
import { spawnSync } from "node:child_process";
import { chownSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** `nobody` of most systems; no file of this program or of a test is its own. */
export const NOBODY = 65_534;
export const isRoot = process.getuid?.() === 0;
const SOURCE = fileURLToPath(new URL("../../src/", import.meta.url));

/** Runs a module as a user who is not root, in further groups; `SRC` in it stands for the folder of the sources. */
const run = (module: string, groups: readonly number[]) => {
  const node = [process.execPath, "--disable-warning=ExperimentalWarning", "--input-type=module", "-e"];
  const own = groups.length > 0 ? ["--groups", groups.join(",")] : ["--clear-groups"];
  const drop = isRoot ? ["setpriv", "--reuid", `${NOBODY}`, "--regid", `${NOBODY}`, ...own, "--"] : [];
  const [command = "", ...args] = [...drop, ...node, module.replaceAll("SRC", SOURCE)];
  return spawnSync(command, args, { cwd: "/", encoding: "utf8", timeout: 60_000 });
};

let reason: string | false | null = null;

/** Why no other user can be asked here; false where one can. */
export const withoutOtherUser = (): string | false => {
  reason ??=
    run(`import "SRC/core/problem.ts"`, []).status === 0
      ? false
      : "no other user can run this program here: there is no setpriv, or its folder is closed to others";
  return reason;
};

/** Why files cannot be given to other users here. */
export const withoutRoot = isRoot ? false : "only root can give a file to another user";

/** The JSON that a module prints, run as another user. */
export const asOther = (module: string, groups: readonly number[] = []): unknown => {
  const { status, stdout, stderr } = run(module, groups);
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
};

/** Gives a file or folder to that user. */
export const giveToOther = (path: string): void => {
  if (isRoot) chownSync(path, NOBODY, NOBODY);
};
