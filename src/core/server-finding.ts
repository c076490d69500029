/** What is said of a server after it was asked how it stands. */
import type { DeliveryFailure } from "./delivery.ts";
import { liesIn, type PathMap, toTheirs } from "./path-map.ts";
import { PROBLEMS } from "./problem.ts";
import { isArr, SERVERS } from "./servers.ts";
import type { Settings } from "./settings.ts";
import type { ServerName } from "./settings-servers.ts";

type Looked =
  | {
      readonly kind: "found";
      readonly name: string;
      readonly version: string;
      readonly folders: readonly string[];
    }
  | DeliveryFailure;

type Finding = {
  readonly state: "ok" | "note" | "bad";
  readonly detail: string;
  readonly mend: string;
};

/** So many names say enough. */
const NAMED_MAX = 5;

const listed = (names: readonly string[]): string => {
  const more = names.length - NAMED_MAX;
  return `${names.slice(0, NAMED_MAX).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
};

type Libraries = Readonly<Record<string, Pick<Settings["libraries"][string], "root" | "output">>>;

/** Where the films of each library that are to be shown are. */
const shownFolders = (libraries: Libraries, isOfOriginals: boolean): readonly string[] =>
  Object.values(libraries).map(({ root, output }) => (isOfOriginals || output === "beside" ? root : output));

const isKnown = (folder: string, map: PathMap, theirs: readonly string[]): boolean => {
  const there = toTheirs(map, folder);
  return theirs.some((each) => liesIn(there, each) || liesIn(each, there));
};

/** `name` was asked with the settings that are used or that somebody tries; said behind its label. */
export const serverFinding = (
  name: ServerName,
  looked: Looked,
  { libraries, ...settings }: Pick<Settings, ServerName> & { readonly libraries: Libraries },
): Finding => {
  const { url, path_map } = settings[name];
  if (looked.kind === "failed") {
    const { title, hint } = PROBLEMS[looked.code];
    const isAway = looked.code === "target-unreachable" || looked.code === "target-busy";
    const words = title.replace(/^The other program /, "").replace(/^There/, "there");
    return {
      state: isAway ? "note" : "bad",
      detail: `${words} ${looked.detail.replace(/\.$/, "")}`,
      mend: hint,
    };
  }
  const called = looked.name === "" || looked.name === SERVERS[name] ? "" : ` ("${looked.name}")`;
  const who = `version ${looked.version}${called} answers at ${url}`;
  const ours = shownFolders(libraries, isArr(name));
  const unknown = ours.filter((each) => !isKnown(each, path_map, looked.folders));
  // Series are in the one, films in the other: of these two nobody expects every library.
  if (unknown.length === 0 || (isArr(name) && unknown.length < ours.length))
    return {
      state: "ok",
      detail: `${who} and knows ${unknown.length === 0 ? "the folders of" : "some of"} your libraries`,
      mend: "",
    };
  const theirs = looked.folders.length === 0 ? "no folder yet" : listed(looked.folders);
  const example = `{ ${unknown[0]}: ${looked.folders[0] ?? "/its/name/of/it"} }`;
  return {
    state: "note",
    detail: `${who}, but does not know ${listed(unknown)}; it knows ${theirs}`,
    mend: `If it has these films under another name, say so in ${name}.path_map, as ${example}.`,
  };
};
