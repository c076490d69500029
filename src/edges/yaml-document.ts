/** Parses YAML in time that grows with its length: the parser's own look for repeated keys grows with their square. */
import {
  type Document,
  isNode,
  isScalar,
  type LineCounter,
  parseDocument,
  visit,
  YAMLParseError,
} from "yaml";

type Options = { readonly lineCounter?: LineCounter; readonly keepSourceTokens?: boolean };

/** The document with its errors, a repeated key among them. Throws as the parser does: brackets in brackets fill its stack. */
export const readYaml = (text: string, options: Options = {}): Document => {
  const document = parseDocument(text, { ...options, prettyErrors: false, uniqueKeys: false });
  if (document.errors.length > 0) return document;
  visit(document, {
    Map: (_, map) => {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        const name = isScalar(key) ? key.value : key;
        const at = isNode(key) ? (key.range?.[0] ?? 0) : 0;
        if (seen.has(name))
          document.errors.push(new YAMLParseError([at, at + 1], "DUPLICATE_KEY", "Map keys must be unique"));
        seen.add(name);
        if (document.errors.length > 0) return visit.BREAK;
      }
      return undefined;
    },
  });
  return document;
};
