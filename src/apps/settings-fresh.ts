/** A settings file where there was none: the template with its comments, holding what is wanted. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isTree, merged, type SettingsTree, withValue } from "../core/settings-tree.ts";
import { editYaml } from "../edges/settings-edit.ts";
import { parseSettingsText } from "../edges/settings-file.ts";

const TEMPLATE = fileURLToPath(new URL("../../config/settings.yaml.template", import.meta.url));

/** An installation may come without its template: then the file has no comments. */
const template = (): string => {
  try {
    return readFileSync(TEMPLATE, "utf8");
  } catch {
    return "";
  }
};

/** What would be written for `wanted` (as a settings file has it, keys may be left out); null when that cannot be done. */
export const freshSettingsText = (wanted: SettingsTree): string | null => {
  const text = template();
  const { tree } = parseSettingsText(text, TEMPLATE);
  const [commented] = Object.values(isTree(tree.libraries) ? tree.libraries : {});
  const full = (library: unknown): unknown =>
    isTree(library) && isTree(commented) ? merged({ ...commented, profile: "movies" }, library) : library;
  const libraries = isTree(wanted.libraries) ? wanted.libraries : {};
  const named = Object.fromEntries(Object.entries(libraries).map(([name, each]) => [name, full(each)]));
  const { libraries: _, ...others } = wanted;
  const patch = withoutEmpty(others);
  return editYaml(text, merged(withValue(tree, ["libraries"], named), patch), ["libraries"]);
};

/** Maps in which nothing stands say nothing; the template's own lines stay for them. */
const withoutEmpty = (tree: SettingsTree): SettingsTree =>
  Object.fromEntries(
    Object.entries(tree).filter(([, value]) => !isTree(value) || Object.keys(value).length > 0),
  );
