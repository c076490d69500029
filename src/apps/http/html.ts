/** The only way text becomes a page: a template tag that escapes every value which is not itself made by the tag. */

const trusted: unique symbol = Symbol("html");

/** Markup that `html` made; nothing else can make one. */
export type Html = { readonly [trusted]: string };

/** What may stand in a template; null, undefined and false print nothing. */
type Value = string | number | Html | null | undefined | false | readonly Value[];

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (each) => ESCAPES[each] ?? each);

const print = (value: Value): string => {
  if (value === null || value === undefined || value === false) return "";
  if (typeof value === "string") return escaped(value);
  if (typeof value === "number") return String(value);
  return isList(value) ? value.map(print).join("") : value[trusted];
};

const isList = (value: Html | readonly Value[]): value is readonly Value[] => Array.isArray(value);

/** Markup with every value escaped. A value in an attribute must stand between double quotes. */
export const html = (strings: TemplateStringsArray, ...values: readonly Value[]): Html => ({
  [trusted]: strings.reduce((text, each, at) => text + print(values[at - 1]) + each),
});

/** The markup as text, to be sent. */
export const markupOf = (markup: Html): string => markup[trusted];
