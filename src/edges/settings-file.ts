/** The settings file: YAML in, settings out; what is wrong is said with the line it stands on. */
import { createHash } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { type Document, isAlias, isMap, isNode, isScalar, isSeq, LineCounter } from "yaml";
import { Problem } from "../core/problem.ts";
import { parseSettings, type Settings } from "../core/settings.ts";
import { isTree, type SettingsTree } from "../core/settings-tree.ts";
import { MAX_ALIASES } from "./settings-edit.ts";
import { readYaml } from "./yaml-document.ts";

/** A settings file is a few kB; what is larger is some other file. */
const MAX_SIZE_BYTES = 1024 * 1024;
/** Lines that are told of a file that is all wrong. */
const LINES_TOLD_MAX = 100;

export type SettingsText = {
  readonly text: string;
  /** Another for every other content. */
  readonly version: string;
};

export type ParsedText = {
  /** What is written, without defaults. */
  readonly tree: SettingsTree;
  readonly settings: Settings;
};

/**
 * The settings of the YAML file at `path`, every key that it leaves out at its default. Nothing is expanded: no
 * environment variables, no `~`. Throws Problem `settings-invalid`, whose detail holds one line for each thing wrong,
 * `FILE:LINE: KEY.PATH: what`.
 */
export const readSettingsFile = (path: string): Settings =>
  parseSettingsText(readSettingsText(path).text, path).settings;

/** The text of the file at `path`, a byte order mark with it. Throws Problem `settings-invalid`. */
export const readSettingsText = (path: string): SettingsText => {
  const bytes = readBytes(path);
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return { text, version: createHash("sha256").update(bytes).digest("hex").slice(0, 32) };
  } catch (error) {
    throw invalid([`${path}: is not UTF-8 text; save it as UTF-8`], error);
  }
};

/** What a settings file with this text would hold. Throws Problem `settings-invalid` as `readSettingsFile`, of `name`. */
export const parseSettingsText = (text: string, name: string): ParsedText => {
  const lines = new LineCounter();
  const document = parsed(text, name, lines);
  if (document.errors.length > 0)
    throw invalid(
      document.errors
        .slice(0, LINES_TOLD_MAX)
        .map((error) => `${name}:${lines.linePos(error.pos[0]).line}: ${error.message}`),
    );
  const value = toValue(name, document);
  const found = parseSettings(value);
  if (found.kind === "ok") return { tree: isTree(value) ? value : {}, settings: found.settings };
  const told = found.issues.slice(0, LINES_TOLD_MAX).map((issue) => {
    const offset = offsetOf(document, issue.path.split("."));
    return `${name}:${lines.linePos(offset).line}: ${issue.path}: ${issue.message}`;
  });
  const more = found.issues.length - told.length;
  throw invalid(more === 0 ? told : [...told, `${name}: and ${more} more`]);
};

/** What a few lines of YAML hold; an Error in its own words where they are not YAML. */
export const parseYamlLines = (text: string): unknown => {
  try {
    const document = readYaml(text);
    return document.errors[0] ?? document.toJS({ maxAliasCount: 0 });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
};

/** Brackets in brackets some thousand deep are more than the parser's stack holds. */
const parsed = (text: string, name: string, lineCounter: LineCounter): Document => {
  try {
    return readYaml(text, { lineCounter });
  } catch (error) {
    throw invalid([`${name}: is nested too deeply; not a settings file`], error);
  }
};

const invalid = (lines: readonly string[], cause?: unknown): Problem =>
  new Problem("settings-invalid", lines.join("\n"), cause);

const readBytes = (path: string): Buffer => {
  let bytes: Buffer;
  try {
    bytes = readAtMost(path, MAX_SIZE_BYTES + 1);
  } catch (error) {
    throw invalid([`${path}: cannot be read: ${error instanceof Error ? error.message : error}`], error);
  }
  if (bytes.length > MAX_SIZE_BYTES) throw invalid([`${path}: is larger than 1 MiB; not a settings file`]);
  return bytes;
};

/** The first `limitBytes` of a regular file. A pipe or a device is refused: reading one could wait for ever. */
const readAtMost = (path: string, limitBytes: number): Buffer => {
  const handle = openSync(path, "r");
  try {
    if (!fstatSync(handle).isFile()) throw new Error("it is not a regular file");
    const bytes = Buffer.alloc(limitBytes);
    let length = 0;
    for (;;) {
      const count = readSync(handle, bytes, length, limitBytes - length, null);
      if (count === 0) return bytes.subarray(0, length);
      length += count;
    }
  } finally {
    closeSync(handle);
  }
};

const toValue = (path: string, document: Document): unknown => {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    throw invalid([`${path}: ${error instanceof Error ? error.message : error}`], error);
  }
};

/**
 * Where in the text the key path stands, or the deepest part of it that is written. A key may itself hold dots, so at
 * each map the longest written key that begins the rest of the path is followed.
 */
const offsetOf = (document: Document, path: readonly string[]): number => {
  let here: unknown = document.contents;
  let rest = path;
  let offset = startOf(here);
  while (rest.length > 0) {
    if (isAlias(here)) here = here.resolve(document);
    const step = isMap(here) ? intoMap(here.items, rest) : isSeq(here) ? intoList(here.items, rest) : null;
    if (!step) break;
    offset = startOf(step.at);
    here = step.to;
    rest = rest.slice(step.taken);
  }
  return offset;
};

type Step = { readonly at: unknown; readonly to: unknown; readonly taken: number };

const intoMap = (
  pairs: readonly { readonly key: unknown; readonly value: unknown }[],
  path: readonly string[],
): Step | null => {
  for (let taken = path.length; taken > 0; taken--) {
    const key = path.slice(0, taken).join(".");
    const pair = pairs.find((each) => isScalar(each.key) && String(each.key.value) === key);
    if (pair) return { at: pair.key, to: pair.value, taken };
  }
  return null;
};

const intoList = (items: readonly unknown[], path: readonly string[]): Step | null => {
  const item = items[Number(path[0])];
  return item === undefined ? null : { at: item, to: item, taken: 1 };
};

const startOf = (node: unknown): number => (isNode(node) ? (node.range?.[0] ?? 0) : 0);
