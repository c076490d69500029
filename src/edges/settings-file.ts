/** The settings file: YAML in, settings out; what is wrong is said with the line it stands on. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { type Document, isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import { Problem } from "../core/problem.ts";
import { parseSettings, type Settings } from "../core/settings.ts";

/** A settings file is a few kB; what is larger is some other file. */
const MAX_SIZE_BYTES = 1024 * 1024;

/** How often one anchor may be repeated, so that a file of nested aliases cannot fill the memory. */
const MAX_ALIASES = 100;

/**
 * The settings of the YAML file at `path`, every key that it leaves out at its default. Nothing is expanded: no
 * environment variables, no `~`. Throws Problem `settings-invalid`, whose detail holds one line for each thing wrong,
 * `FILE:LINE: KEY.PATH: what`.
 */
export const readSettingsFile = (path: string): Settings => {
  const lines = new LineCounter();
  const document = parseDocument(readText(path), { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0)
    throw invalid(
      document.errors.map((error) => `${path}:${lines.linePos(error.pos[0]).line}: ${error.message}`),
    );

  const parsed = parseSettings(toValue(path, document));
  if (parsed.kind === "ok") return parsed.settings;
  throw invalid(
    parsed.issues.map((issue) => {
      const offset = offsetOf(document, issue.path.split("."));
      return `${path}:${lines.linePos(offset).line}: ${issue.path}: ${issue.message}`;
    }),
  );
};

const invalid = (lines: readonly string[], cause?: unknown): Problem =>
  new Problem("settings-invalid", lines.join("\n"), cause);

const readText = (path: string): string => {
  let bytes: Buffer;
  try {
    bytes = readAtMost(path, MAX_SIZE_BYTES + 1);
  } catch (error) {
    throw invalid([`${path}: cannot be read: ${error instanceof Error ? error.message : error}`], error);
  }
  if (bytes.length > MAX_SIZE_BYTES) throw invalid([`${path}: is larger than 1 MiB; not a settings file`]);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw invalid([`${path}: is not UTF-8 text; save it as UTF-8`], error);
  }
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
