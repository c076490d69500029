/** Folders of the settings that would harm each other: what is put into one must never be taken for a film of another. */
import { posix as path } from "node:path";

type Folders = { readonly root: string; readonly output: string; readonly archive: string };

export type FolderIssue = {
  readonly library: string;
  readonly key: "root" | "output" | "archive";
  readonly message: string;
};

/** Whether one folder is, or lies in, the other; by name alone, links are not followed. */
const liesIn = (inner: string, outer: string): boolean =>
  path.join(inner, "/").startsWith(path.join(outer, "/"));

const isSame = (one: string, other: string): boolean => liesIn(one, other) && liesIn(other, one);

const overlap = (one: string, other: string): boolean => liesIn(one, other) || liesIn(other, one);

/** A scan enters no folder below the root in whose path a name begins with a dot. */
const isHiddenBelow = (folder: string, root: string): boolean =>
  liesIn(folder, root) &&
  path
    .relative(root, folder)
    .split("/")
    .some((each) => each.startsWith("."));

/** What is wrong with the folders of all libraries, each with the library and the key it is said of. */
export const folderIssues = (libraries: Readonly<Record<string, Folders>>): readonly FolderIssue[] => {
  const all = Object.entries(libraries);
  return all.flatMap(([library, folders], index) => {
    const others = all.filter(([name]) => name !== library);
    const issue = (key: FolderIssue["key"], message: string): FolderIssue => ({ library, key, message });
    const relative = relativeKeys(folders).map((key) =>
      issue(key, `"${folders[key]}" must begin with /: nothing in it is expanded, not even ~`),
    );
    return relative.length > 0
      ? relative
      : [
          ...rootIssues(folders, others, all.slice(0, index)).map((message) => issue("root", message)),
          ...outputIssues(folders, others).map((message) => issue("output", message)),
          ...archiveIssues(folders, others, all.slice(0, index)).map((message) => issue("archive", message)),
        ];
  });
};

type Named = readonly (readonly [string, Folders])[];

const relativeKeys = ({ root, output, archive }: Folders): readonly FolderIssue["key"][] =>
  (
    [
      ["root", root],
      ["output", output === "beside" ? "/" : output],
      ["archive", archive || "/"],
    ] as const
  )
    .filter(([, folder]) => !path.isAbsolute(folder))
    .map(([key]) => key);

/** Of two libraries with one folder the later is named. */
const rootIssues = ({ root }: Folders, others: Named, before: Named): readonly string[] =>
  [
    ...others.filter(([, each]) => liesIn(root, each.root) && !isSame(root, each.root)),
    ...before.filter(([, each]) => isSame(root, each.root)),
  ]
    .slice(0, 1)
    .map(([name]) => `lies in the library "${name}"; a film belongs to one library only`);

/** In its own library a result is known for what it is, as one beside its film; another library would take it for a film. */
const outputIssues = ({ output }: Folders, others: Named): readonly string[] =>
  output === "beside"
    ? []
    : others
        .filter(([, { root }]) => overlap(output, root))
        .slice(0, 1)
        .map(
          ([name]) => `is, lies in or holds the library "${name}", which would take results for its films`,
        );

const archiveIssues = (own: Folders, others: Named, before: Named): readonly string[] => {
  const { archive, root, output } = own;
  if (archive === "") return [];
  if (overlap(archive, root) && !isHiddenBelow(archive, root))
    return [
      'is, lies in or holds its own library, which would take originals for its films; write "" for the hidden folder in it',
    ];
  const [library] = others.find(([, each]) => overlap(archive, each.root)) ?? [];
  if (library !== undefined)
    return [`is, lies in or holds the library "${library}", which would take originals for its films`];
  const [shared] = before.find(([, each]) => each.archive !== "" && overlap(archive, each.archive)) ?? [];
  if (shared !== undefined)
    return [
      `is, lies in or holds the archive of "${shared}"; where two films have one name, one could not be archived`,
    ];
  return output !== "beside" && isSame(archive, output)
    ? ["is the folder of results; originals need one of their own"]
    : [];
};
