/** Text in the character sets of old subtitle files: Node only decodes them, so the tables are turned around. */

const tables = new Map<string, ReadonlyMap<string, readonly number[]>>();

const tableOf = (charset: string): ReadonlyMap<string, readonly number[]> => {
  const known = tables.get(charset);
  if (known) return known;
  const decoder = new TextDecoder(charset);
  const table = new Map<string, readonly number[]>();
  const put = (...bytes: number[]): void => {
    const character = decoder.decode(Uint8Array.from(bytes));
    if ([...character].length === 1 && character !== "\uFFFD" && !table.has(character))
      table.set(character, bytes);
  };
  for (let byte = 0; byte < 256; byte++) put(byte);
  if (/^(?:gb|big5|shift|euc)/.test(charset))
    for (let lead = 0x81; lead < 0xff; lead++) for (let trail = 0x40; trail < 0xff; trail++) put(lead, trail);
  tables.set(charset, table);
  return table;
};

/** `text` in `charset` (a WHATWG name). Throws for a character the set has not. */
export const encodeText = (text: string, charset: string): Uint8Array => {
  if (charset === "utf-16le") return Buffer.from(text, "utf16le");
  if (charset === "utf-16be") return Buffer.from(text, "utf16le").swap16();
  const table = tableOf(charset);
  return Uint8Array.from(
    Array.from(text).flatMap((each) => {
      const bytes = table.get(each);
      if (!bytes) throw new Error(`${charset} has no ${each}`);
      return [...bytes];
    }),
  );
};
