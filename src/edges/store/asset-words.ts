/** Search over the words of paths: each word of the question begins a word of the path, in any order and any case. */

/** More words than any title has. */
const WORDS_MAX = 16;

const wordsOf = (text: string): readonly string[] =>
  text
    .normalize("NFD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? [];

/** The question in FTS5's language, of quoted words alone; null when it has none, which nothing matches. */
export const matchOf = (q: string): string | null => {
  const words = wordsOf(q).slice(0, WORDS_MAX);
  return words.length === 0 ? null : words.map((each) => `"${each}"*`).join(" ");
};

/** The same question asked of a path that was read. */
export const asksFor = (q: string): ((path: string) => boolean) => {
  const words = wordsOf(q).slice(0, WORDS_MAX);
  return (path) => {
    const there = wordsOf(path);
    return words.length > 0 && words.every((word) => there.some((each) => each.startsWith(word)));
  };
};
