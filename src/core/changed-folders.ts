/** Where files of ours appeared or went, read from the history: what other programs are told of. */
import { posix as path } from "node:path";

type Told = { readonly kind: string; readonly path: string; readonly data: unknown };
type Roots = Readonly<Record<string, { readonly root: string }>>;

/** The kinds of events after which files are not as they were. */
export const CHANGING_EVENTS = [
  "published-kept",
  "published-moved",
  "restored",
  "original-removed",
  "set-aside-removed",
] as const;

const textIn = (data: unknown, key: string): string | null => {
  const value = typeof data === "object" && data !== null ? Reflect.get(data, key) : null;
  return typeof value === "string" ? value : null;
};

const textsIn = (data: unknown, key: string): readonly string[] => {
  const value = typeof data === "object" && data !== null ? Reflect.get(data, key) : null;
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
};

/** No server shows what is in a hidden folder: there we keep originals and what an undo set aside. */
const isHidden = (folder: string): boolean => folder.split("/").some((name) => name.startsWith("."));

const sourceOf = ({ path: film, data }: Told, libraries: Roots): readonly string[] => {
  const library = textIn(data, "library");
  if (library === null || !Object.hasOwn(libraries, library)) return [];
  return [path.join(libraries[library]?.root ?? "", film)];
};

/** The folders that an event changed, absolute, each once. A result that was found and taken over changed none. */
export const changedFolders = (event: Told, libraries: Roots): readonly string[] => {
  const { data } = event;
  const named = [textIn(data, "output"), textIn(data, "file")].filter((each) => each !== null);
  const files = [...named, ...textsIn(data, "files")];
  const isOriginal =
    event.kind === "restored" || (event.kind === "published-moved" && textIn(data, "output") !== null);
  const all = [...files, ...(isOriginal ? sourceOf(event, libraries) : [])].map((each) => path.dirname(each));
  return [...new Set(all)].filter((folder) => !isHidden(folder));
};
