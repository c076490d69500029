/** A user without rights: root may read and write everything, so that what is refused to others is asked by another. */
import { spawnSync } from "node:child_process";
import { chownSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** `nobody` of most systems; no file of this program or of a test is its own. */
export const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
const SOURCE = fileURLToPath(new URL("../../src/", import.meta.url));

/** Runs a module that prints JSON as a user who is not root; `SRC` in it stands for the folder of the sources. */
const runAsOther = (
  module: string,
): { readonly status: number | null; readonly out: string; readonly err: string } => {
  const args = [
    "--disable-warning=ExperimentalWarning",
    "--input-type=module",
    "-e",
    module.replaceAll("SRC", SOURCE),
  ];
  const ids = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: "/",
    encoding: "utf8",
    ...ids,
  });
  return { status, out: stdout ?? "", err: stderr ?? "" };
};

let reason: string | false | null = null;

/** Why no other user can be asked here; false where one can. */
export const withoutOtherUser = (): string | false => {
  reason ??=
    runAsOther(`import "SRC/core/problem.ts"`).status === 0
      ? false
      : "another user cannot run this program here: its folder is not readable for others";
  return reason;
};

/** What a module prints, run as another user. */
export const asOther = (module: string): unknown => {
  const { status, out, err } = runAsOther(module);
  if (status !== 0) throw new Error(err);
  return JSON.parse(out);
};

/** Gives a file or folder to that user. */
export const giveToOther = (path: string): void => {
  if (isRoot) chownSync(path, NOBODY, NOBODY);
};
