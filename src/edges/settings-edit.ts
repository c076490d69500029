/**
 * Edits the text of a YAML file so that it holds other values, and changes nothing else: comments, order, quotes and
 * indentation of all that stays the same stay as somebody wrote them. The text is cut at the places where the parser found
 * the values; what comes of it is read again and must hold exactly what was wanted.
 */
import { isDeepStrictEqual } from "node:util";
import { type Document, isAlias, isMap, isNode, isScalar, isSeq } from "yaml";
import { isTree, type SettingsTree } from "../core/settings-tree.ts";
import { readYaml } from "./yaml-document.ts";
import {
  type Block,
  endOfLine,
  isFlow,
  lastOffsetOf,
  renderBlock,
  renderInline,
  type Splice,
  spliced,
  startOfLine,
} from "./yaml-text.ts";

/** How often one anchor may be repeated, so that a file of nested aliases cannot fill the memory. */
export const MAX_ALIASES = 100;

/** A change behind an alias shows only when the text is read again; each round settles what the one before brought. */
const ROUNDS = 12;

type Edit = {
  readonly text: string;
  readonly document: Document;
  readonly eol: string;
  /** Keys of these maps are taken over by new ones in the order they come, so that what is said about them stays. */
  readonly reused: ReadonlySet<string>;
};

type MapNode = Extract<ReturnType<typeof asMap>, object>;
type PairNode = MapNode["items"][number];

const asMap = (node: unknown) => (isMap(node) ? node : null);

/**
 * `text` so changed that it holds `wanted`; null where that cannot be done without a person, as with anchors that other
 * values hang on. A library that got another name and kept its folder keeps its lines. `reused`: maps (`libraries`) whose
 * removed keys hand their lines to the added ones.
 */
export const editYaml = (
  text: string,
  wanted: SettingsTree,
  reused: readonly string[] = [],
): string | null => {
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const plain: SettingsTree = JSON.parse(JSON.stringify(wanted));
  let now = text;
  for (let round = 0; round < ROUNDS; round++) {
    const document = readYaml(now, { keepSourceTokens: true });
    if (document.errors.length > 0) return null;
    if (isDeepStrictEqual(heldBy(document), plain)) return now;
    const edit = { text: now, document, eol, reused: new Set(reused) };
    const next = spliced(now, inRoot(edit, plain));
    if (next === now) return null;
    now = next;
  }
  return null;
};

const heldBy = (document: Document): unknown => {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES }) ?? {};
  } catch {
    return null;
  }
};

/** What a node holds; undefined for an alias of nothing. */
const held = (node: unknown, document: Document): unknown => {
  try {
    return isNode(node) ? node.toJS(document, { maxAliasCount: MAX_ALIASES }) : null;
  } catch {
    return undefined;
  }
};

const inRoot = (edit: Edit, wanted: SettingsTree): readonly Splice[] => {
  const { document, text, eol } = edit;
  const root = asMap(document.contents);
  if (root) return inMap(edit, root, wanted, "");
  const at = text.length;
  const start = text === "" || text.endsWith("\n") ? "" : eol;
  return [{ from: at, to: at, text: start + renderBlock(wanted, { indent: 0, step: 2, eol }) }];
};

const keyOf = (pair: PairNode): string => String(isScalar(pair.key) ? pair.key.value : pair.key);

const inMap = (edit: Edit, map: MapNode, wanted: SettingsTree, path: string): readonly Splice[] => {
  const splices: Splice[] = [];
  const written = new Map(map.items.map((pair) => [keyOf(pair), pair]));
  const added = new Set(Object.keys(wanted).filter((key) => !written.has(key)));
  const [from = 0, to = 0] = map.range ?? [];
  if (isFlow(map) && added.size === Object.keys(wanted).length)
    return [{ from, to, text: renderInline(wanted) }];
  for (const [key, pair] of written) {
    if (!Object.hasOwn(wanted, key)) {
      const heir = heirOf(edit, pair, { wanted, added, isReused: edit.reused.has(path) });
      if (heir === null) splices.push(removal(edit, map, map.items.indexOf(pair)));
      else {
        added.delete(heir);
        splices.push(rename(pair, heir));
        splices.push(...inPair(edit, map, pair, wanted[heir], `${path}.${heir}`));
      }
    } else splices.push(...inPair(edit, map, pair, wanted[key], path === "" ? key : `${path}.${key}`));
  }
  return [...splices, ...additions(edit, map, [...added], wanted)];
};

/** The added key under which the lines of a removed one go on: a library of the same folder, or simply the next. */
const heirOf = (
  { document }: Edit,
  pair: PairNode,
  options: { readonly wanted: SettingsTree; readonly added: ReadonlySet<string>; readonly isReused: boolean },
): string | null => {
  const { wanted, added, isReused } = options;
  const [next] = added;
  if (isReused) return next ?? null;
  const old = held(pair.value, document);
  const isSame = (each: unknown): boolean =>
    isTree(old) &&
    isTree(each) &&
    (isDeepStrictEqual(old, each) || (old.root !== undefined && old.root === each.root));
  return [...added].find((key) => isSame(wanted[key])) ?? null;
};

const rename = (pair: PairNode, key: string): Splice => {
  const [from = 0, to = 0] = (isNode(pair.key) ? pair.key.range : null) ?? [];
  return { from, to, text: renderInline(key) };
};

const inPair = (
  edit: Edit,
  map: MapNode,
  pair: PairNode,
  wanted: unknown,
  path: string,
): readonly Splice[] => {
  const { value } = pair;
  const old = held(value, edit.document);
  if (isDeepStrictEqual(old, wanted)) return [];
  if (isAlias(value) && value.range)
    return [{ from: value.range[0], to: value.range[1], text: renderInline(wanted) }];
  if (isMap(value) && value.items.length > 0 && isTree(wanted)) return inMap(edit, value, wanted, path);
  return replacement(edit, map, pair, wanted);
};

/** Where the value of a pair may begin: right behind its colon. */
const behindColon = (pair: PairNode): number | null => {
  const colon = pair.srcToken?.sep?.find((each) => each.type === "map-value-ind");
  return colon ? colon.offset + colon.source.length : null;
};

const replacement = (edit: Edit, map: MapNode, pair: PairNode, wanted: unknown): readonly Splice[] => {
  const { text, eol } = edit;
  const { value } = pair;
  const colon = behindColon(pair);
  if (colon === null || !isNode(value) || !value.range) return [];
  const [from, to] = value.range;
  const isEmpty = text.slice(from, to).trim() === "";
  if (isTree(wanted) && Object.keys(wanted).length > 0 && !isFlow(map) && (isEmpty || isFlow(value))) {
    const block = { ...blockOf(edit, map), eol };
    const lines = renderBlock(wanted, { ...block, indent: block.indent + block.step });
    const at = endOfLine(text, isEmpty ? colon : to);
    const start = text[at - 1] === "\n" ? "" : eol;
    const cut = isEmpty ? [] : [{ from: colon, to, text: "" }];
    return [...cut, { from: at, to: at, text: start + lines }];
  }
  if (isEmpty) return [{ from: colon, to: colon, text: ` ${renderInline(wanted)}` }];
  if (isSeq(value) && !isFlow(value) && Array.isArray(wanted) && wanted.length > 0)
    return [{ from, to, text: keptItems(edit, value, wanted) }];
  const isBlock = !isFlow(value) && text.slice(from, to).endsWith("\n");
  if (!isBlock) return [{ from, to, text: renderInline(wanted) }];
  return [{ from: colon, to, text: ` ${renderInline(wanted)}${eol}` }];
};

/** The items of a block list as wanted; each that was there keeps its line, with what is said on it. */
const keptItems = (
  { text, document, eol }: Edit,
  list: Extract<ReturnType<typeof asSeq>, object>,
  wanted: readonly unknown[],
): string => {
  const [from = 0, to = 0] = list.range ?? [];
  const dashes = list.items.map((each) => text.lastIndexOf("-", (isNode(each) ? each.range?.[0] : 0) ?? 0));
  const lines = list.items.map((each, index) => ({
    value: held(each, document),
    text: text.slice(dashes[index], dashes[index + 1] ?? to).trimEnd(),
  }));
  const indent = " ".repeat(from - startOfLine(text, from));
  return wanted
    .map((value) => {
      const at = lines.findIndex((each) => isDeepStrictEqual(each.value, value));
      return at === -1 ? `- ${renderInline(value)}` : (lines.splice(at, 1)[0]?.text ?? "");
    })
    .map((line, index) => (index === 0 ? line : indent + line) + eol)
    .join("");
};

const asSeq = (node: unknown) => (isSeq(node) ? node : null);

const endOf = (pair: PairNode): number =>
  lastOffsetOf(pair.value) ?? behindColon(pair) ?? (isNode(pair.key) ? pair.key.range?.[1] : 0) ?? 0;

const startOf = (pair: PairNode | undefined): number =>
  (isNode(pair?.key) ? pair.key.range?.[0] : undefined) ?? 0;

const removal = ({ text }: Edit, map: MapNode, index: number): Splice => {
  const pair = map.items[index];
  const before = map.items[index - 1];
  const next = map.items[index + 1];
  if (!pair) return { from: 0, to: 0, text: "" };
  if (!isFlow(map))
    return { from: startOfLine(text, startOf(pair)), to: endOfLine(text, endOf(pair)), text: "" };
  if (before) return { from: endOf(before), to: endOf(pair), text: "" };
  return { from: startOf(pair), to: next ? startOf(next) : endOf(pair), text: "" };
};

const additions = (
  edit: Edit,
  map: MapNode,
  keys: readonly string[],
  wanted: SettingsTree,
): readonly Splice[] => {
  const [from = 0, to = 0] = map.range ?? [];
  const last = map.items.at(-1);
  if (keys.length === 0) return [];
  const inline = keys.map((key) => `${renderInline(key)}: ${renderInline(wanted[key])}`).join(", ");
  if (!last) return [{ from, to, text: `{ ${inline} }` }];
  if (isFlow(map)) return [{ from: endOf(last), to: endOf(last), text: `, ${inline}` }];
  const { text, eol } = edit;
  const at = endOfLine(text, endOf(last));
  const start = text[at - 1] === "\n" ? "" : eol;
  const lines = renderBlock(Object.fromEntries(keys.map((key) => [key, wanted[key]])), {
    ...blockOf(edit, map),
    eol,
  });
  return [{ from: at, to: at, text: start + lines }];
};

/** How the lines of a block map are indented, and by how much those below it will be. */
const blockOf = ({ text, document }: Edit, map: MapNode): Omit<Block, "eol"> => {
  const columnOf = (each: MapNode): number =>
    startOf(each.items[0]) - startOfLine(text, startOf(each.items[0]));
  const nested = asMap(document.contents)?.items.map((each) => asMap(each.value));
  const inner = nested?.find((each) => each && !isFlow(each) && each.items.length > 0);
  return { indent: columnOf(map), step: inner ? Math.max(1, columnOf(inner)) : 2 };
};
