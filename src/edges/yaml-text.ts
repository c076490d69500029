/** Pieces of YAML text: how values are written, where lines and values end, and how a text is cut. */
import { Document, isCollection, isNode, isPair, YAMLSeq } from "yaml";

/** The part of a text between two offsets, and what takes its place. */
export type Splice = { readonly from: number; readonly to: number; readonly text: string };

export type Block = { readonly indent: number; readonly step: number; readonly eol: string };

/** The text with each part replaced; of two that overlap the later in the text waits. */
export const spliced = (text: string, splices: readonly Splice[]): string => {
  const ordered = [...splices].sort((left, right) => left.from - right.from || left.to - right.to);
  let result = "";
  let at = 0;
  for (const each of ordered) {
    if (each.from < at) continue;
    result += text.slice(at, each.from) + each.text;
    at = each.to;
  }
  return result + text.slice(at);
};

/** A value on one line, as it may stand in brackets and behind a key alike. */
export const renderInline = (value: unknown): string => {
  const document = new Document([value]);
  if (document.contents instanceof YAMLSeq) document.contents.flow = true;
  const text = document.toString({ lineWidth: 0, flowCollectionPadding: true }).trim();
  return text.slice(1, -1).trim();
};

/** A map as lines, maps in it below their key, all else behind it. */
export const renderBlock = (value: Readonly<Record<string, unknown>>, block: Block): string =>
  Object.entries(value)
    .map(([key, each]) => {
      const head = `${" ".repeat(block.indent)}${renderInline(key)}:`;
      const isMapping = typeof each === "object" && each !== null && !Array.isArray(each);
      return isMapping && Object.keys(each).length > 0
        ? head + block.eol + renderBlock({ ...each }, { ...block, indent: block.indent + block.step })
        : `${head} ${renderInline(each)}${block.eol}`;
    })
    .join("");

/** Whether a node is written in brackets. */
export const isFlow = (node: unknown): boolean => isCollection(node) && node.flow === true;

/** Where what is written of a node ends, without the comment behind it; null for a value that is left out. */
export const lastOffsetOf = (node: unknown): number | null => {
  if (!isNode(node) || !node.range || node.range[0] === node.range[1]) return null;
  if (isCollection(node) && !isFlow(node)) {
    const last: unknown = node.items.at(-1);
    if (!isPair(last)) return lastOffsetOf(last) ?? node.range[1];
    const value = lastOffsetOf(last.value);
    const colon = last.srcToken?.sep?.find((each) => each.type === "map-value-ind");
    return value ?? (colon ? colon.offset + 1 : node.range[1]);
  }
  return node.range[1];
};

export const startOfLine = (text: string, offset: number): number => {
  const at = text.lastIndexOf("\n", offset - 1) + 1;
  return at === 0 && text.startsWith("\uFEFF") ? 1 : at;
};

/** Behind the line feed of the line at `offset`; an offset that is already there stays. */
export const endOfLine = (text: string, offset: number): number => {
  if (offset > 0 && text[offset - 1] === "\n") return offset;
  const at = text.indexOf("\n", offset);
  return at === -1 ? text.length : at + 1;
};
