/** What a walk leaves out, by names that a thread can be told. */
import { isSystemName, leftAlone } from "./library-names.ts";
import { DEFAULT_ARCHIVE, partialToken, SET_ASIDE } from "./output-paths.ts";

/** `films`: what may be one. `partials`: our hidden partial files, in whatever folder they may be. */
export type WalkRule = "films" | "partials" | "everything";

type Kind = "file" | "folder";

const OUR_FOLDERS: ReadonlySet<string> = new Set([DEFAULT_ARCHIVE, SET_ASIDE]);

/** Of files only ours matter; of hidden folders too, and those of the system hold snapshots of whole libraries. */
const isNoPartial = (path: string, kind: Kind): boolean => {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return kind === "file" ? partialToken(name) === null : isSystemName(name) && !OUR_FOLDERS.has(name);
};

const RULES: Readonly<Record<WalkRule, (path: string, kind: Kind) => boolean>> = {
  films: (path, kind) => leftAlone(path, kind) !== null,
  partials: isNoPartial,
  everything: () => false,
};

/** Whether the file or folder at `path` (relative to the root, '/' between the parts) is neither yielded nor entered. */
export const isLeftOut = (rule: WalkRule, path: string, kind: Kind): boolean => RULES[rule](path, kind);
